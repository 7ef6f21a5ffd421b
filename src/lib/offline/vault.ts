// The key of the drafts on this device. It comes from the Worker's escrow, stays as a key that script cannot read, and
// goes at sign-out; the sealed drafts stay and open again after the next sign-in.
import * as v from 'valibot';
import type { OfflineDatabase } from './database.ts';
import { DamagedRecord, importVaultKey, openJson, sealJson, type Place } from './sealing.ts';
import type { Session, Wire } from './wire.ts';

export type Vault = {
	readonly accountRef: string;
	readonly displayName: string;
	readonly key: CryptoKey;
	/** False where the browser refuses to store a key: drafts then open only after signing in. */
	readonly isLasting: boolean;
};

const profileSchema = v.object({ displayName: v.string() });

/** The key on this device, or null when it is locked. */
export async function findStoredVault(database: OfflineDatabase): Promise<Vault | null> {
	const row = await database.keys.toCollection().first();
	if (!row) return null;
	try {
		const profile = v.parse(profileSchema, await openJson(row.key, placeOf(row.accountRef), row));
		return { accountRef: row.accountRef, key: row.key, ...profile, isLasting: true };
	} catch (error) {
		// A key that does not open its own record opens no draft either; the escrow has the right one.
		if (error instanceof DamagedRecord) return null;
		throw error;
	}
}

/** Fetches the account's key and keeps it; null when the Worker does not give it now. */
export async function fetchVault(
	database: OfflineDatabase,
	wire: Wire,
	session: Session
): Promise<Vault | null> {
	const answer = await wire.vault();
	if (answer.kind !== 'ok' || answer.value.accountRef !== session.accountRef) return null;
	const key = await importVaultKey(answer.value.vaultKey);
	const { accountRef, displayName } = session;
	const profile = await sealJson(key, placeOf(accountRef), { displayName });
	const isLasting = await keepKey(database, { ...profile, accountRef, key });
	return { accountRef, displayName, key, isLasting };
}

/** Removes every key from this device. What is sealed stays. */
export async function forgetKeys(database: OfflineDatabase): Promise<void> {
	await database.keys.clear();
}

// Private windows and Lockdown Mode may refuse a key, or take it and give nothing back.
async function keepKey(
	database: OfflineDatabase,
	row: Parameters<OfflineDatabase['keys']['put']>[0]
): Promise<boolean> {
	try {
		await database.transaction('rw', database.keys, async () => {
			// One account at a time: whoever signed in last.
			await database.keys.clear();
			await database.keys.put(row);
		});
		return (await findStoredVault(database))?.accountRef === row.accountRef;
	} catch {
		return false;
	}
}

function placeOf(accountRef: string): Place {
	return [accountRef, 'profile'];
}
