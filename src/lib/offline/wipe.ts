// The only ways sealed data leaves the device for good: its owner's word, or the Worker's that the account is gone.
import type { OfflineDatabase } from './database.ts';
import { base64urlOf, bytesOfBase64url } from './sealing.ts';
import type { Wire } from './wire.ts';

/** Deletes everything of one account, envelopes included. What other accounts have stays. */
export async function wipeAccount(database: OfflineDatabase, accountRef: string): Promise<void> {
	const { drafts, chunks, journal, kit, keys, vaults, envelopes, syncs, intakes, inbox } = database;
	const all = [drafts, chunks, journal, kit, keys, vaults, envelopes, syncs, intakes, inbox];
	await database.transaction('rw', all, async () => {
		const draftIds = await drafts.where({ accountRef }).primaryKeys();
		await drafts.bulkDelete(draftIds);
		await chunks.where('draftId').anyOf(draftIds).delete();
		await journal.where('draftId').anyOf(draftIds).delete();
		await envelopes.where({ accountRef }).delete();
		await syncs.where({ accountRef }).delete();
		await inbox.where({ accountRef }).delete();
		await Promise.all([kit, keys, vaults, intakes].map((table) => table.delete(accountRef)));
	});
}

/**
 * Wipes what belongs to accounts that are removed. The Worker proves it with the word whose hash this
 * device got while the account lived: a wrong status of a proxy or a fault of ours deletes nothing.
 */
export async function wipeRemovedAccounts(database: OfflineDatabase, wire: Wire): Promise<void> {
	for (const { accountRef, removalHash } of await database.vaults.toArray()) {
		if (removalHash === null) continue;
		const proof = await wire.removalProof(accountRef);
		if (proof === null) continue;
		const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOfBase64url(proof)));
		if (base64urlOf(hash) === removalHash) await wipeAccount(database, accountRef);
	}
}
