// The only ways sealed data leaves the device for good: its owner's word, or the Worker's that the account is gone.
// Loaded when it is asked for.
import * as v from 'valibot';
import type { OfflineDatabase } from './database.ts';
import { base64urlOf, bytesOfBase64url } from './sealing.ts';
import { dropKeys } from './vault.ts';
import { send } from './wire.ts';

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

/** What the Worker says of a device without a session. A word counts only when its hash is known here. */
export type Words = { readonly removal: string | null; readonly revoke: string | null };

const goneSchema = v.object({ isRemoved: v.literal(true), proof: v.string() });
const hereSchema = v.object({ isRemoved: v.literal(false), revokeProof: v.nullable(v.string()) });
const NOTHING: Words = { removal: null, revoke: null };

/** Asks; any answer that is not ours, or none, says nothing. */
export async function askWords(accountRef: string, deviceId: string | null): Promise<Words> {
	try {
		const asked = deviceId === null ? { accountRef } : { accountRef, deviceId };
		const response = await send('POST', '/api/vault/removed', asked);
		const json: unknown = await response.json();
		if (response.status === 410) return { ...NOTHING, removal: v.parse(goneSchema, json).proof };
		return { ...NOTHING, revoke: v.parse(hereSchema, json).revokeProof };
	} catch {
		return NOTHING;
	}
}

/**
 * Wipes what belongs to accounts that are removed, and drops the keys of those whose owner has ended this
 * device from elsewhere (D7); answers whose keys were dropped. The Worker proves both with words whose
 * hashes this device got from it before: a wrong status of a proxy or a fault of ours does nothing.
 */
export async function heedWords(
	database: OfflineDatabase,
	ask: typeof askWords = askWords
): Promise<readonly string[]> {
	const revoked: string[] = [];
	for (const row of await database.vaults.toArray()) {
		const { accountRef, removalHash, revokeHash = null, deviceId = null } = row;
		const words = await ask(accountRef, deviceId);
		if (await isWord(words.removal, removalHash)) await wipeAccount(database, accountRef);
		else if (await isWord(words.revoke, revokeHash)) {
			await dropKeys(database, accountRef);
			// Under another name from the next sign-in on.
			await database.vaults.update(accountRef, { deviceId: null, revokeHash: null });
			revoked.push(accountRef);
		}
	}
	return revoked;
}

async function isWord(word: string | null, hash: string | null): Promise<boolean> {
	if (word === null || hash === null) return false;
	const digest = await crypto.subtle.digest('SHA-256', bytesOfBase64url(word));
	return base64urlOf(new Uint8Array(digest)) === hash;
}
