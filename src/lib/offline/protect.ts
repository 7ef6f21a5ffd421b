// Makes envelopes. The bytes of the key are lent: they are wiped by whoever got them.
import type { OfflineDatabase } from './database.ts';
import {
	keepEnvelope,
	keyOfPasskey,
	keyOfPassphrase,
	keyOfPin,
	newWrapping,
	PASSPHRASE,
	PIN,
	type KeyBytes
} from './envelopes.ts';
import type { AnsweredPasskey } from './passkey.ts';

type Kept = 'done' | 'not-kept';

const keptOr = (isKept: boolean): Kept => (isKept ? 'done' : 'not-kept');

export async function protectByPassphrase(
	database: OfflineDatabase,
	accountRef: string,
	bytes: KeyBytes,
	text: string
): Promise<Kept> {
	const wrapping = newWrapping(accountRef, PASSPHRASE);
	const key = await keyOfPassphrase(wrapping, text);
	const isKept = await keepEnvelope(database, wrapping, key, bytes);
	// Whoever forgot the old one has waited long enough.
	if (isKept) await database.guesses.delete(PASSPHRASE);
	return keptOr(isKept);
}

export async function protectByPasskey(
	database: OfflineDatabase,
	accountRef: string,
	bytes: KeyBytes,
	{ id, salt, secret }: AnsweredPasskey
): Promise<Kept> {
	const wrapping = { accountRef, id, kind: 'passkey', salt, rounds: 1 } as const;
	const key = await keyOfPasskey(wrapping, secret);
	return keptOr(await keepEnvelope(database, wrapping, key, bytes));
}

/** From now on this device opens with the PIN: in place of the vault's key it keeps one of its own. */
export async function protectByPin(
	database: OfflineDatabase,
	accountRef: string,
	bytes: KeyBytes,
	pin: string
): Promise<Kept> {
	const wrapping = newWrapping(accountRef, PIN);
	const deviceKey = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, [
		'sign'
	]);
	const key = await keyOfPin(wrapping, pin, deviceKey);
	if (!(await keepEnvelope(database, wrapping, key, bytes))) return 'not-kept';
	const empty = { iv: new ArrayBuffer(0), sealed: new ArrayBuffer(0) };
	await database.vaults.update(accountRef, { staysOpen: false });
	await database.keys.put({ ...empty, accountRef, key: deviceKey });
	await database.guesses.delete(PIN);
	return 'done';
}
