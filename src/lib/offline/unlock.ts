// Opens a vault on the device, without a network. A wrong guess costs time, never data (faults 41 and 42).
import { pauseAfterGuesses } from '#lib/domain/accounts/passphrase.ts';
import type { EnvelopeRow, OfflineDatabase } from './database.ts';
import {
	keepEnvelope,
	keyOfPasskey,
	keyOfPassphrase,
	keyOfPin,
	PASSPHRASE,
	PASSPHRASE_ROUNDS,
	PIN,
	newWrapping,
	unwrap,
	type KeyBytes
} from './envelopes.ts';
import { askPasskey } from './passkey.ts';
import { openVault, type Vault } from './vault.ts';

/** After these the PIN is gone, and the passphrase or the passkey opens the drafts. */
export const PIN_TRIES = 5;

export type Unlocked =
	| { readonly kind: 'open'; readonly vault: Vault }
	| { readonly kind: 'wrong' }
	/** So many guesses are left before the PIN is gone. */
	| { readonly kind: 'wrong-pin'; readonly triesLeft: number }
	/** Too many guesses: none counts for so long. */
	| { readonly kind: 'wait'; readonly forMs: number }
	| { readonly kind: 'pin-gone' }
	| { readonly kind: 'passkey-unable' }
	/** The passkey was the right one, its answer was not: its envelope is marked, nothing is made anew. */
	| { readonly kind: 'passkey-broken' }
	| { readonly kind: 'cancelled' };

type UseBytes = (accountRef: string, bytes: KeyBytes) => void;

export type Unlocking = {
	readonly database: OfflineDatabase;
	/** Only this account's, where somebody is signed in. */
	readonly accountRef: string | null;
	/** Borrows the key's bytes once the sentinel is open: a lost escrow is put right with them. */
	readonly onBytes: UseBytes;
};

/** Tries the passphrase on every vault it may be for: the device does not say whose they are. */
export async function unlockByPassphrase(unlocking: Unlocking, text: string): Promise<Unlocked> {
	const { database } = unlocking;
	const waitMs = await noteGuess(database, PASSPHRASE);
	if (waitMs > 0) return { kind: 'wait', forMs: waitMs };
	for (const row of await envelopesOf(unlocking, PASSPHRASE)) {
		const key = await keyOfPassphrase(row, text);
		const vault = await open(unlocking, row, key, async (bytes) => {
			if (row.rounds >= PASSPHRASE_ROUNDS) return;
			const wrapping = newWrapping(row.accountRef, PASSPHRASE);
			await keepEnvelope(database, wrapping, await keyOfPassphrase(wrapping, text), bytes);
		});
		if (vault) return forgetGuesses(database, PASSPHRASE, vault);
	}
	return { kind: 'wrong' };
}

export async function unlockByPasskey(unlocking: Unlocking): Promise<Unlocked> {
	const rows = await envelopesOf(unlocking, 'passkey');
	const answer = await askPasskey(new Map(rows.map(({ id, salt }) => [id, salt])));
	if (answer.kind === 'cancelled') return answer;
	if (answer.kind === 'unable') return { kind: 'passkey-unable' };
	const row = rows.find(({ id }) => id === answer.id);
	const vault = row && (await open(unlocking, row, await keyOfPasskey(row, answer.secret)));
	if (vault) return { kind: 'open', vault };
	if (row) await markBroken(unlocking.database, row);
	return { kind: 'passkey-broken' };
}

/** The PIN opens only beside this device's own key, and only a few times. */
export async function unlockByPin(unlocking: Unlocking, pin: string): Promise<Unlocked> {
	const { database } = unlocking;
	const [row] = await envelopesOf(unlocking, PIN);
	const deviceKey = row && (await database.keys.get(row.accountRef))?.key;
	if (!row || !deviceKey) return { kind: 'pin-gone' };
	const count = await countGuess(database, PIN);
	if (count > PIN_TRIES) return forgetPin(database, row);
	const vault = await open(unlocking, row, await keyOfPin(row, pin, deviceKey));
	if (vault) return forgetGuesses(database, PIN, vault);
	if (count === PIN_TRIES) return forgetPin(database, row);
	return { kind: 'wrong-pin', triesLeft: PIN_TRIES - count };
}

async function forgetPin(database: OfflineDatabase, row: EnvelopeRow): Promise<Unlocked> {
	const { envelopes, keys, guesses } = database;
	await database.transaction('rw', envelopes, keys, guesses, async () => {
		await envelopes.delete([row.accountRef, row.id]);
		await keys.clear();
		await guesses.delete(PIN);
	});
	return { kind: 'pin-gone' };
}

async function envelopesOf(
	{ database, accountRef }: Unlocking,
	kind: EnvelopeRow['kind']
): Promise<readonly EnvelopeRow[]> {
	const rows = await database.envelopes.toArray();
	return rows.filter(
		(row) => row.kind === kind && (accountRef === null || row.accountRef === accountRef)
	);
}

async function open(
	{ database, onBytes }: Unlocking,
	row: EnvelopeRow,
	key: CryptoKey,
	onOpen?: (bytes: KeyBytes) => Promise<void>
): Promise<Vault | null> {
	const bytes = await unwrap(row, key);
	if (!bytes) return null;
	try {
		const vault = await openVault(database, row.accountRef, bytes);
		// It opened and holds another key: worth nothing to its owner, who has to know.
		if (!vault) return await markBroken(database, row);
		await database.envelopes.update([row.accountRef, row.id], {
			provenAtMs: Date.now(),
			isBroken: false
		});
		await onOpen?.(bytes);
		onBytes(row.accountRef, bytes);
		return vault;
	} finally {
		bytes.fill(0);
	}
}

async function markBroken(database: OfflineDatabase, row: EnvelopeRow): Promise<null> {
	await database.envelopes.update([row.accountRef, row.id], { isBroken: true });
	return null;
}

/** Counts before the guess is tried, so that many tabs guess no faster than one. */
async function noteGuess(database: OfflineDatabase, lock: string): Promise<number> {
	const { guesses } = database;
	return database.transaction('rw', guesses, async () => {
		const now = Date.now();
		const { count, waitUntilMs } = (await guesses.get(lock)) ?? { count: 0, waitUntilMs: 0 };
		// A clock that was turned back must not shut somebody out for a year.
		const waitMs = Math.min(waitUntilMs - now, pauseAfterGuesses(count));
		if (waitMs > 0) return waitMs;
		await guesses.put({
			lock,
			count: count + 1,
			waitUntilMs: now + pauseAfterGuesses(count + 1)
		});
		return 0;
	});
}

async function countGuess(database: OfflineDatabase, lock: string): Promise<number> {
	const { guesses } = database;
	return database.transaction('rw', guesses, async () => {
		const count = ((await guesses.get(lock))?.count ?? 0) + 1;
		await guesses.put({ lock, count, waitUntilMs: 0 });
		return count;
	});
}

async function forgetGuesses(
	database: OfflineDatabase,
	lock: string,
	vault: Vault
): Promise<Unlocked> {
	await database.guesses.delete(lock);
	return { kind: 'open', vault };
}
