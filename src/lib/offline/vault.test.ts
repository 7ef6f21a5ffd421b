import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASE_NAME, OfflineDatabase, type EnvelopeRow } from './database.ts';
import { keepEnvelope, keyOfPasskey, newSalt } from './envelopes.ts';
import { protectByPassphrase, protectByPin } from './protect.ts';
import { foreignData, judgeSafety, STALE_MS } from './safety.ts';
import { base64urlOf, importVaultKey, openJson, sealJson } from './sealing.ts';
import { PIN_TRIES, unlockByPassphrase, unlockByPin, type Unlocking } from './unlock.ts';
import {
	canKeepKeys,
	dropOldKeys,
	fetchVault,
	findStoredVault,
	forgetKeys,
	setStaysOpen
} from './vault.ts';
import { heedWords, wipeAccount, type Words } from './wipe.ts';
import type { Wire } from './wire.ts';

const ADA = { accountRef: 'ada', displayName: 'Ada Lovelace' };
const BEN = { accountRef: 'ben', displayName: 'Ben Ørsted' };
const SENTENCE = 'der grüne Bus fährt um sieben';
const PIN = '280649';
const WORD = new Uint8Array(32).fill(5);
const OTHER_WORD = new Uint8Array(32).fill(6);
const KEYS_LAST_MS = 30 * 24 * 60 * 60_000;
const keyBytes = (fill: number) => new Uint8Array(32).fill(fill);

let database: OfflineDatabase;
let clockMs: number;
const systemNow = Date.now;

beforeEach(() => {
	database = new OfflineDatabase();
	clockMs = systemNow();
	Date.now = () => clockMs;
});
afterEach(async () => {
	Date.now = systemNow;
	database.close();
	await Dexie.delete(DATABASE_NAME);
});

/** A Worker whose escrow holds the key, and which notes what it is asked. */
async function worker(accountRef: string, key: Uint8Array) {
	const asked: unknown[] = [];
	const wire = {
		vault: async (request: unknown) => {
			asked.push(request);
			const value = {
				accountRef,
				vaultKey: base64urlOf(key),
				removalHash: await hashOf(WORD),
				revokeHash: await hashOf(OTHER_WORD),
				keysLastMs: KEYS_LAST_MS,
				passkeyIds: []
			};
			return { kind: 'ok', value } as const;
		}
	};
	// Of the whole wire only this is asked here.
	return { asked, wire: wire as unknown as Wire };
}

const isWanted = () => true;

async function hashOf(word: BufferSource): Promise<string> {
	return base64urlOf(new Uint8Array(await crypto.subtle.digest('SHA-256', word)));
}

/** What the Worker says of some accounts to devices without a session. */
const saying =
	(refs: readonly string[], words: Partial<Words>) =>
	async (ref: string): Promise<Words> => ({
		...{ removal: null, revoke: null },
		...(refs.includes(ref) ? words : {})
	});

async function signIn(owner = ADA, key = keyBytes(1)) {
	const { wire } = await worker(owner.accountRef, key);
	const fetched = await fetchVault(database, wire, owner, isWanted);
	if (fetched.kind !== 'open') throw new Error(fetched.kind);
	return fetched.vault;
}

async function writeDraft(accountRef: string, key: CryptoKey, id = `draft-${accountRef}`) {
	const record = await sealJson(key, [accountRef, id, 'draft', 1], { note: 'Bronchitis' });
	await database.drafts.put({ ...record, id, accountRef, rev: 1, order: 1 });
	await database.chunks.put({ ...record, attachmentId: id, part: 0, draftId: id });
	await database.journal.put({ ...record, draftId: id, rev: 1 });
}

const unlocking = (accountRef: string | null = null): Unlocking => ({
	database,
	accountRef,
	onBytes: () => undefined
});

async function envelopeOf(id: string, accountRef = 'ada'): Promise<EnvelopeRow> {
	const row = await database.envelopes.get([accountRef, id]);
	if (!row) throw new Error(`no envelope ${id}`);
	return row;
}

describe('a vault on this device', () => {
	it('D7: opens offline with the passphrase after signing out, and with nothing else', async () => {
		const vault = await signIn();
		await writeDraft('ada', vault.key);
		await protectByPassphrase(database, 'ada', keyBytes(1), SENTENCE);
		await forgetKeys(database);

		expect(await findStoredVault(database)).toBeNull();
		expect(await unlockByPassphrase(unlocking(), 'der grüne Bus fährt um acht')).toEqual({
			kind: 'wrong'
		});
		const opened = await unlockByPassphrase(unlocking(), `  ${SENTENCE} `);
		if (opened.kind !== 'open') throw new Error(opened.kind);
		expect(opened.vault).toMatchObject(ADA);
		expect(opened.vault.key.extractable).toBe(false);
		const [row] = await database.drafts.toArray();
		expect(
			row && (await openJson(opened.vault.key, ['ada', 'draft-ada', 'draft', 1], row))
		).toEqual({ note: 'Bronchitis' });
	}, 20_000);

	it('D7: a dump of the database holds no word of the owner and no key that can be exported', async () => {
		const vault = await signIn();
		await setStaysOpen(database, vault, true);
		await writeDraft('ada', vault.key);
		await protectByPassphrase(database, 'ada', keyBytes(1), SENTENCE);
		const dump: unknown[] = [];
		for (const table of database.tables) {
			const rows: readonly unknown[] = await table.toArray();
			dump.push(...rows);
		}
		const bytes = Buffer.concat(dump.flatMap(bufferOf));
		for (const marker of ['Bronchitis', 'Lovelace', SENTENCE, 'grüne', Buffer.from(keyBytes(1))]) {
			expect(bytes.includes(marker)).toBe(false);
		}
		const keys = dump.flatMap((row) => valuesOf(row).filter(isKey));
		expect(keys).toHaveLength(1);
		for (const key of keys) await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
	}, 20_000);

	it('fault 45: a device of the first release keeps its key and goes on; its owner is asked later', async () => {
		const key = await importVaultKey(keyBytes(1));
		const profile = await sealJson(key, ['ada', 'profile'], { displayName: 'Ada' });
		await database.keys.put({ ...profile, accountRef: 'ada', key });
		await writeDraft('ada', key);
		expect(await findStoredVault(database)).toMatchObject({ displayName: 'Ada' });

		const { wire, asked } = await worker('ada', keyBytes(1));
		expect(await fetchVault(database, wire, ADA, isWanted)).toMatchObject({ kind: 'open' });
		// Drafts lie here: a new key would not open them.
		expect(asked).toMatchObject([{ mayCreate: false }]);
		expect((await database.vaults.get('ada'))?.staysOpen).toBe(true);
		expect(await findStoredVault(database)).toMatchObject(ADA);
	});

	it('keeps no key unless its owner wants that, and forgets it again', async () => {
		const vault = await signIn();
		expect(await database.keys.count()).toBe(0);
		await setStaysOpen(database, vault, true);
		expect(await findStoredVault(database)).toMatchObject(ADA);
		await setStaysOpen(database, vault, false);
		expect(await database.keys.count()).toBe(0);
	});

	it('D7: an answer that comes after the owner has left brings no key back', async () => {
		await setStaysOpen(database, await signIn(), true);
		const { wire } = await worker('ada', keyBytes(1));
		// Gone before the key is kept, and gone while it is being kept.
		for (const wanted of [[false], [true, false]]) {
			await forgetKeys(database);
			const answers = [...wanted];
			const fetched = await fetchVault(database, wire, ADA, () => answers.shift() ?? false);
			expect(fetched).toEqual({ kind: 'unreachable' });
			expect(await findStoredVault(database)).toBeNull();
		}
	});
	it('never takes a key that does not open what lies here', async () => {
		await signIn();
		const { wire } = await worker('ada', keyBytes(2));
		expect(await fetchVault(database, wire, ADA, isWanted)).toEqual({ kind: 'lost' });
		expect(await signIn()).toMatchObject(ADA);
	});

	it('knows a browser that keeps no keys', async () => {
		expect(await canKeepKeys(database)).toBe(true);
		expect(await database.keys.count()).toBe(0);
		database.keys.hook('creating', () => {
			throw new Error('DataCloneError');
		});
		expect(await canKeepKeys(database)).toBe(false);
	});
});

describe('two people on one device', () => {
	it('D7: the passphrase of one opens nothing of the other', async () => {
		await signIn(ADA, keyBytes(1));
		await signIn(BEN, keyBytes(2));
		await protectByPassphrase(database, 'ada', keyBytes(1), SENTENCE);
		await protectByPassphrase(database, 'ben', keyBytes(2), 'sieben Schwäne über Ulm');
		const opened = await unlockByPassphrase(unlocking(), 'sieben Schwäne über Ulm');
		expect(opened).toMatchObject({ kind: 'open', vault: BEN });
		expect(await unlockByPassphrase(unlocking('ben'), SENTENCE)).toEqual({ kind: 'wrong' });
	}, 20_000);

	it('D2: an envelope moved to another account does not open', async () => {
		await signIn(ADA, keyBytes(1));
		await signIn(BEN, keyBytes(2));
		await protectByPassphrase(database, 'ada', keyBytes(1), SENTENCE);
		await database.envelopes.put({ ...(await envelopeOf('passphrase')), accountRef: 'ben' });
		expect(await unlockByPassphrase(unlocking('ben'), SENTENCE)).toEqual({ kind: 'wrong' });
		// Not even opened: one that opens and holds another key would be marked.
		expect((await envelopeOf('passphrase', 'ben')).isBroken).toBe(false);
	}, 20_000);

	it('of the other one only a number is known', () => {
		const vaults = [ADA, BEN];
		expect(foreignData(vaults, ['ada', 'ben', 'ben'], 'ada')).toEqual([
			{ accountRef: 'ben', draftCount: 2 }
		]);
		expect(foreignData([ADA], ['ada'], 'ada')).toEqual([]);
	});

	it('what is deleted of one leaves the other as it was', async () => {
		const vault = await signIn();
		await writeDraft('ada', vault.key);
		await writeDraft('ben', vault.key);
		await database.kit.put({ ...(await sealJson(vault.key, [], {})), accountRef: 'ada' });
		await wipeAccount(database, 'ada');
		for (const table of [database.drafts, database.chunks, database.journal]) {
			expect(JSON.stringify(await table.toArray())).not.toContain('draft-ada');
			expect(await table.count()).toBe(1);
		}
		for (const table of [database.vaults, database.envelopes, database.kit, database.keys]) {
			expect(await table.count()).toBe(0);
		}
	});
});

describe('wrong guesses', () => {
	it('fault 42: twenty wrong passphrases slow the twenty-first down and delete nothing', async () => {
		const vault = await signIn();
		await writeDraft('ada', vault.key);
		await protectByPassphrase(database, 'ada', keyBytes(1), SENTENCE);
		// Cheap to try: what is counted here is guesses, not rounds.
		await database.envelopes.update(['ada', 'passphrase'], { rounds: 1 });
		const waits: number[] = [];
		for (let wrong = 0; wrong < 20;) {
			const outcome = await unlockByPassphrase(unlocking(), 'ein falscher Satz');
			if (outcome.kind === 'wait') {
				waits.push(outcome.forMs);
				clockMs += outcome.forMs;
			} else wrong++;
		}
		expect(waits.slice(0, 3)).toEqual([5_000, 10_000, 20_000]);
		expect(waits.at(-1)).toBe(300_000);
		expect(await database.drafts.count()).toBe(1);
		expect(await database.envelopes.count()).toBe(1);
	});

	it('the right one after the pause opens, and the next mistake is free again', async () => {
		await signIn();
		await protectByPassphrase(database, 'ada', keyBytes(1), SENTENCE);
		await database.guesses.put({ lock: 'passphrase', count: 9, waitUntilMs: clockMs + 80_000 });
		expect(await unlockByPassphrase(unlocking(), SENTENCE)).toEqual({
			kind: 'wait',
			forMs: 80_000
		});
		clockMs += 80_000;
		expect(await unlockByPassphrase(unlocking(), SENTENCE)).toMatchObject({ kind: 'open' });
		expect(await database.guesses.count()).toBe(0);
	}, 20_000);

	it('fault 29: a clock that was turned back shuts nobody out', async () => {
		await signIn();
		await database.guesses.put({ lock: 'passphrase', count: 5, waitUntilMs: clockMs + 1e12 });
		expect(await unlockByPassphrase(unlocking(), SENTENCE)).toEqual({ kind: 'wait', forMs: 5_000 });
	});

	it('five wrong PINs end the PIN and nothing else', async () => {
		const vault = await signIn();
		await writeDraft('ada', vault.key);
		await protectByPassphrase(database, 'ada', keyBytes(1), SENTENCE);
		await protectByPin(database, 'ada', keyBytes(1), PIN);
		expect(await findStoredVault(database)).toBeNull();
		expect(await unlockByPin(unlocking(), PIN)).toMatchObject({ kind: 'open', vault: ADA });
		for (let guess = 1; guess < PIN_TRIES; guess++) {
			expect(await unlockByPin(unlocking(), '000000')).toEqual({
				kind: 'wrong-pin',
				triesLeft: PIN_TRIES - guess
			});
		}
		expect(await unlockByPin(unlocking(), '000000')).toEqual({ kind: 'pin-gone' });
		expect(await unlockByPin(unlocking(), PIN)).toEqual({ kind: 'pin-gone' });
		expect(await unlockByPassphrase(unlocking(), SENTENCE)).toMatchObject({ kind: 'open' });
		expect(await database.drafts.count()).toBe(1);
	}, 30_000);

	it('a PIN is worth nothing without the key of this device', async () => {
		await signIn();
		await protectByPin(database, 'ada', keyBytes(1), PIN);
		await forgetKeys(database);
		expect(await unlockByPin(unlocking(), PIN)).toEqual({ kind: 'pin-gone' });
	}, 20_000);
});

describe('key health', () => {
	it('fault 40: each envelope opens alone, and what opens is noted', async () => {
		await signIn();
		await protectByPassphrase(database, 'ada', keyBytes(1), SENTENCE);
		const before = await envelopeOf('passphrase');
		clockMs += 1000;
		await unlockByPassphrase(unlocking(), SENTENCE);
		expect((await envelopeOf('passphrase')).provenAtMs).toBe(before.provenAtMs + 1000);
	}, 20_000);

	it('fault 41: an envelope that holds another key is marked, not trusted', async () => {
		await signIn();
		await protectByPassphrase(database, 'ada', keyBytes(9), SENTENCE);
		expect(await unlockByPassphrase(unlocking(), SENTENCE)).toEqual({ kind: 'wrong' });
		expect((await envelopeOf('passphrase')).isBroken).toBe(true);
	}, 20_000);

	it('fault 41: another answer of the passkey opens nothing', async () => {
		const wrapping = {
			...{ accountRef: 'ada', id: 'key', kind: 'passkey' as const },
			...{ salt: newSalt(), rounds: 1 }
		};
		const right = await keyOfPasskey(wrapping, keyBytes(3).buffer);
		const wrong = await keyOfPasskey(wrapping, keyBytes(4).buffer);
		expect(await keepEnvelope(database, wrapping, right, keyBytes(1))).toBe(true);
		const { unwrap } = await import('./envelopes.ts');
		expect(await unwrap(await envelopeOf('key'), wrong)).toBeNull();
		expect(await unwrap(await envelopeOf('key'), right)).toEqual(keyBytes(1));
	});

	it('an older envelope is stretched again as soon as its passphrase is at hand', async () => {
		await signIn();
		const { keyOfPassphrase, newWrapping } = await import('./envelopes.ts');
		const old = { ...newWrapping('ada', 'passphrase'), rounds: 1000 };
		await keepEnvelope(database, old, await keyOfPassphrase(old, SENTENCE), keyBytes(1));
		expect(await unlockByPassphrase(unlocking(), SENTENCE)).toMatchObject({ kind: 'open' });
		expect((await envelopeOf('passphrase')).rounds).toBe(600_000);
	}, 20_000);

	it('asks after sixty days without a proof, not a day before, and at once for a broken one', async () => {
		await signIn();
		await protectByPassphrase(database, 'ada', keyBytes(1), SENTENCE);
		const vault = await database.vaults.get('ada');
		const row = await envelopeOf('passphrase');
		if (!vault) throw new Error('no vault');
		const { provenAtMs } = row;
		expect(judgeSafety(vault, [row], provenAtMs + STALE_MS - 1)).toMatchObject({
			isSetUp: true,
			worry: null
		});
		expect(judgeSafety(vault, [row], provenAtMs + STALE_MS).worry).toBe('stale');
		const broken = judgeSafety(vault, [{ ...row, isBroken: true }], provenAtMs);
		expect(broken).toMatchObject({ isSetUp: false, worry: 'broken' });
		expect(judgeSafety({ ...vault, escrowProvenAtMs: null }, [row], provenAtMs).isSetUp).toBe(
			false
		);
		expect(judgeSafety(vault, [{ ...row, kind: 'pin' }], provenAtMs).isSetUp).toBe(false);
	}, 20_000);
});

describe('fault 28: an account that was removed', () => {
	it('D7: is wiped from the device at the next contact, its neighbour is not', async () => {
		await writeDraft('ada', (await signIn(ADA)).key);
		await writeDraft('ben', (await signIn(BEN)).key);
		await heedWords(database, saying(['ada'], { removal: base64urlOf(WORD) }));
		expect((await database.drafts.toArray()).map(({ accountRef }) => accountRef)).toEqual(['ben']);
		expect((await database.vaults.toArray()).map(({ accountRef }) => accountRef)).toEqual(['ben']);
	});

	it('stays when the word is not the one this device was told', async () => {
		await writeDraft('ada', (await signIn()).key);
		await database.vaults.update('ada', { removalHash: base64urlOf(keyBytes(7)) });
		await heedWords(database, saying(['ada'], { removal: base64urlOf(WORD) }));
		expect(await database.drafts.count()).toBe(1);
	});
});

/** Ada's draft on a device that stays open and has a passphrase as well. */
async function openDevice() {
	const vault = await signIn();
	await writeDraft('ada', vault.key);
	await setStaysOpen(database, vault, true);
	await protectByPassphrase(database, 'ada', keyBytes(1), SENTENCE);
}
const keysLeft = async () => (await database.keys.count()) + (await database.envelopes.count());

/** As after a sign-in: the drafts lie sealed until then, and open by the Worker's key alone. */
async function expectBackBySignIn() {
	expect(await findStoredVault(database)).toBeNull();
	expect(await database.drafts.count()).toBe(1);
	const { key } = await signIn();
	const [row] = await database.drafts.toArray();
	expect(row && (await openJson(key, ['ada', 'draft-ada', 'draft', 1], row))).toEqual({
		note: 'Bronchitis'
	});
}

describe('a device whose session was ended from elsewhere', () => {
	it('D7: drops its keys at the word it was promised; the drafts come back by signing in', async () => {
		await openDevice();
		const revoked = await heedWords(database, saying(['ada'], { revoke: base64urlOf(OTHER_WORD) }));
		expect(revoked).toEqual(['ada']);
		expect(await keysLeft()).toBe(0);
		const before = await database.vaults.get('ada');
		await expectBackBySignIn();
		// Under another name: the old one stays revoked.
		expect((await database.vaults.get('ada'))?.deviceId).toMatch(/^[\w-]{43}$/);
		expect(before?.deviceId).toBeNull();
	}, 20_000);

	it.each([
		['another word', base64urlOf(WORD)],
		['no word', null]
	])('D7: keeps its keys at %s', async (_, revoke) => {
		await openDevice();
		expect(await heedWords(database, saying(['ada'], { revoke }))).toEqual([]);
		expect(await keysLeft()).toBe(2);
	});

	it('D7: drops no key of a neighbour', async () => {
		await openDevice();
		await signIn(BEN);
		await protectByPassphrase(database, 'ben', keyBytes(1), SENTENCE);
		await heedWords(database, saying(['ada'], { revoke: base64urlOf(OTHER_WORD) }));
		expect((await database.envelopes.toArray()).map(({ accountRef }) => accountRef)).toEqual([
			'ben'
		]);
	}, 20_000);
});

describe('a device nobody opens drafts on', () => {
	it('D7: drops its keys at the deadline and not a moment before, with no network', async () => {
		await openDevice();
		clockMs += KEYS_LAST_MS - 1;
		await dropOldKeys(database);
		expect(await keysLeft()).toBe(2);
		clockMs += 1;
		await dropOldKeys(database);
		expect(await keysLeft()).toBe(0);
		await expectBackBySignIn();
	}, 20_000);

	it('keeps the last keys there are: the copy of the Worker is lost', async () => {
		await openDevice();
		await database.vaults.update('ada', { escrowProvenAtMs: null });
		clockMs += 10 * KEYS_LAST_MS;
		await dropOldKeys(database);
		expect(await keysLeft()).toBe(2);
	}, 20_000);

	it('a clock that was turned back drops nothing', async () => {
		await openDevice();
		clockMs -= 10 * KEYS_LAST_MS;
		await dropOldKeys(database);
		expect(await keysLeft()).toBe(2);
	}, 20_000);
});

function bufferOf(row: unknown): readonly Buffer[] {
	return valuesOf(row).map((value) =>
		value instanceof ArrayBuffer ? Buffer.from(value) : Buffer.from(String(value))
	);
}

function isKey(value: unknown): value is CryptoKey {
	return value instanceof CryptoKey;
}

function valuesOf(row: unknown): readonly unknown[] {
	return typeof row === 'object' && row !== null ? Object.values(row) : [row];
}
