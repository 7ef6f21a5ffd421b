// The key of the drafts of one account. The Worker's escrow gives it after a sign-in, an envelope on the device opens it
// without a network; in memory it is a key that script cannot read. Sealed drafts stay whatever happens to it.
import * as v from 'valibot';
import type { OfflineDatabase, VaultRow } from './database.ts';
import {
	base64urlOf,
	bytesOfBase64url,
	DamagedRecord,
	importVaultKey,
	openJson,
	sealJson,
	type Place
} from './sealing.ts';
import type { Session, Wire } from './wire.ts';

export type Vault = {
	readonly accountRef: string;
	readonly displayName: string;
	readonly key: CryptoKey;
};

/** `lost`: the Worker has no key, or one that does not open what lies here. */
export type FetchedVault =
	| { readonly kind: 'open'; readonly vault: Vault; readonly passkeyIds: readonly string[] }
	| { readonly kind: 'lost' }
	| { readonly kind: 'unreachable' };

const profileSchema = v.object({ displayName: v.string() });

/** The key that stays on this device until its owner signs out, or null. */
export async function findStoredVault(database: OfflineDatabase): Promise<Vault | null> {
	const row = await database.keys.toCollection().first();
	if (!row) return null;
	return openSentinel(row.accountRef, row.key, row);
}

/** What the bytes open on this device, or null when they are not the key of this account's vault. */
export async function openVault(
	database: OfflineDatabase,
	accountRef: string,
	bytes: BufferSource
): Promise<Vault | null> {
	const row = await database.vaults.get(accountRef);
	if (!row) return null;
	const vault = await openSentinel(accountRef, await importVaultKey(bytes), row);
	if (vault && row.staysOpen) await keepKey(database, vault);
	return vault;
}

/**
 * Fetches the account's key from the escrow and proves it on what lies here. `isWanted` says whether its
 * owner has neither signed out nor locked meanwhile: an answer that was on its way then must not bring
 * the key back to a device that they have left (D7).
 */
export async function fetchVault(
	database: OfflineDatabase,
	wire: Wire,
	session: Session,
	isWanted: () => boolean
): Promise<FetchedVault> {
	const { accountRef, displayName } = session;
	const before = await database.vaults.get(accountRef);
	const hasDrafts = (await database.drafts.where({ accountRef }).count()) > 0;
	const deviceId = before?.deviceId ?? base64urlOf(crypto.getRandomValues(new Uint8Array(32)));
	const answer = await wire.vault({ mayCreate: !before && !hasDrafts, deviceId });
	if (answer.kind === 'refused' && answer.status === 404) return { kind: 'lost' };
	if (answer.kind !== 'ok' || answer.value.accountRef !== accountRef)
		return { kind: 'unreachable' };
	const key = await withBytes(answer.value.vaultKey, importVaultKey);
	if (before && !(await openSentinel(accountRef, key, before))) return { kind: 'lost' };
	const vault = { accountRef, displayName, key };
	const sealed = await sealJson(key, placeOf(accountRef), { displayName });
	const row: VaultRow = {
		...sealed,
		accountRef,
		// A device of the release before kept its key: its owner is asked before that changes.
		staysOpen: before?.staysOpen ?? (await hasKeyOf(database, accountRef)),
		removalHash: answer.value.removalHash,
		escrowProvenAtMs: Date.now(),
		deviceId,
		revokeHash: answer.value.revokeHash,
		openedAtMs: Date.now(),
		keysLastMs: answer.value.keysLastMs
	};
	if (!isWanted()) return { kind: 'unreachable' };
	await database.vaults.put(row);
	// One account at a time: whoever signed in last.
	await database.keys.where('accountRef').notEqual(accountRef).delete();
	if (row.staysOpen) await keepKey(database, vault);
	if (!isWanted()) {
		await forgetKeys(database);
		return { kind: 'unreachable' };
	}
	return { kind: 'open', vault, passkeyIds: answer.value.passkeyIds };
}

/** Lends the bytes of a key and wipes them, whatever happens. */
export async function withBytes<T>(
	text: string,
	use: (bytes: Uint8Array<ArrayBuffer>) => Promise<T>
): Promise<T> {
	const bytes = bytesOfBase64url(text);
	try {
		return await use(bytes);
	} finally {
		bytes.fill(0);
	}
}

/** Whether the key stays on this device from now on, until its owner signs out. */
export async function setStaysOpen(
	database: OfflineDatabase,
	vault: Vault,
	staysOpen: boolean
): Promise<void> {
	await forgetKeys(database);
	await database.envelopes.delete([vault.accountRef, 'pin']);
	await database.vaults.update(vault.accountRef, { staysOpen });
	if (staysOpen) await keepKey(database, vault);
}

/**
 * Drops what opens the drafts of one account here, envelopes included (D7). What is sealed stays: a
 * sign-in opens it by the Worker's key.
 */
export async function dropKeys(database: OfflineDatabase, accountRef: string): Promise<void> {
	await database.keys.delete(accountRef);
	await database.envelopes.where({ accountRef }).delete();
}

/**
 * Drops keys that nobody has used for as long as the operator lets them last: offline too, whatever the
 * Worker could say. Where the Worker's copy is lost these are the last ones, and they stay.
 */
export async function dropOldKeys(database: OfflineDatabase): Promise<void> {
	for (const row of await database.vaults.toArray()) {
		const { accountRef, openedAtMs = Date.now(), keysLastMs = Infinity } = row;
		if (row.escrowProvenAtMs !== null && Date.now() - openedAtMs >= keysLastMs) {
			await dropKeys(database, accountRef);
		}
	}
}

/** Removes every key from this device. What is sealed stays. */
export async function forgetKeys(database: OfflineDatabase): Promise<void> {
	await database.keys.clear();
}

/**
 * Whether this browser keeps a key that script cannot read. Private windows and Lockdown Mode refuse
 * it, or take it and give nothing back; what they store is gone when they close.
 */
export async function canKeepKeys(database: OfflineDatabase): Promise<boolean> {
	const { keys } = database;
	try {
		const key = await importVaultKey(crypto.getRandomValues(new Uint8Array(32)));
		// In one transaction: no other tab ever sees the trial.
		return await database.transaction('rw', keys, async () => {
			const trial = { accountRef: '', key, iv: new ArrayBuffer(0), sealed: new ArrayBuffer(0) };
			await keys.put(trial);
			const kept = await keys.get('');
			await keys.delete('');
			return kept?.key instanceof CryptoKey;
		});
	} catch {
		return false;
	}
}

async function keepKey(database: OfflineDatabase, vault: Vault): Promise<void> {
	const { accountRef, displayName, key } = vault;
	const profile = await sealJson(key, placeOf(accountRef), { displayName });
	try {
		await database.keys.put({ ...profile, accountRef, key });
	} catch {
		// Then the drafts open with an envelope, as on a device that keeps no key.
	}
}

async function hasKeyOf(database: OfflineDatabase, accountRef: string): Promise<boolean> {
	return (await findStoredVault(database))?.accountRef === accountRef;
}

/** Whatever opens the sentinel is the key; a key that does not opens no draft either. */
async function openSentinel(
	accountRef: string,
	key: CryptoKey,
	record: Parameters<typeof openJson>[2]
): Promise<Vault | null> {
	try {
		const profile = v.parse(profileSchema, await openJson(key, placeOf(accountRef), record));
		return { accountRef, key, ...profile };
	} catch (error) {
		if (error instanceof DamagedRecord) return null;
		throw error;
	}
}

function placeOf(accountRef: string): Place {
	return [accountRef, 'profile'];
}
