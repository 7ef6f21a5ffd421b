import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import {
	cursorText,
	OWN_LOG_FORMAT,
	parseCursor,
	type LogCursor,
	type OwnLogFile
} from '#lib/domain/audit/own-log.ts';
import { createAuditService, type OwnLogEntry } from '#lib/server/audit/audit.service.ts';
import { createOwnLogService } from '#lib/server/audit/own-log.service.ts';
import { noteVerifierKeys } from '#lib/server/platform/audit-signature.ts';
import { generateKeys } from '#lib/server/platform/keys.ts';
import { checkOwnLog } from '../../../tools/audit/check-own-log.ts';
import { auditRoom, LOG_NAME, recordMany, tamper, verifyFile } from '../../support/audit.ts';
import { openTestDatabase, TEST_ORIGIN, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
	deskRooms,
	must
} from '../decisions/desk-world.ts';

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
});
afterEach(() => it.close());

const ME: Actor = { accountId: 'me', personId: 'p', role: 'customer' };
const CLERK_IP = '198.51.100.77';

const collect = async (actor = ME) => must(await createOwnLogService(it).collect(actor));

/** The file a customer gets, as the route writes it. */
async function download(actor = ME): Promise<OwnLogFile> {
	const { keys, checkpoint, entries } = await collect(actor);
	return {
		...{ format: OWN_LOG_FORMAT, howToCheck: [], accountId: actor.accountId, keys, checkpoint },
		entries: entries.map(({ atMs, event, leaf, personal, proof }) => ({
			...{ at: new Date(atMs).toISOString(), what: event, leaf, personal, proof }
		}))
	};
}

async function recordOfOthers(count: number): Promise<void> {
	for (let index = 0; index < count; index += 1) {
		await it.db.commit(
			await it.audit.record({ event: 'account/signed-in', objectRef: 'account', accountId: 'you' })
		);
	}
}

test('L2: a customer gets all own entries, and each proves its place under the checkpoint', async () => {
	await recordOfOthers(3);
	await recordMany(it, 4);
	await recordOfOthers(6);
	await recordMany(it, 2);
	await auditRoom(it).sealing.seal();
	await recordMany(it, 1);
	const file = await download();
	expect(file.entries.map(({ proof }) => proof?.index ?? null)).toEqual([null, 14, 13, 6, 5, 4, 3]);
	const keys = await noteVerifierKeys(it.keys, LOG_NAME);
	expect(await checkOwnLog(file, keys)).toEqual({
		...{ proven: 6, waiting: 1, isSigned: true, wrong: null }
	});
});

test('L2: a file of more than one read is whole and proven', async () => {
	const entries = await Promise.all(
		Array.from({ length: 620 }, () =>
			it.audit.record({ event: 'account/signed-in', objectRef: 'account', accountId: 'me' })
		)
	);
	await it.db.commit(...entries);
	await auditRoom(it).sealing.seal();
	it.takeRoundTrips();
	const file = await download();
	expect(it.takeRoundTrips()).toBe(4);
	expect(new Set(file.entries.map(({ leaf }) => leaf)).size).toBe(620);
	expect(await checkOwnLog(file)).toMatchObject({ proven: 620, wrong: null });
});

test('L2: whatever is changed in a downloaded file, its check says so', async () => {
	await recordMany(it, 5);
	await auditRoom(it).sealing.seal();
	const file = await download();
	const withEntry = (change: Partial<OwnLogFile['entries'][number]>): OwnLogFile => ({
		...file,
		entries: file.entries.map((entry, at) => (at === 2 ? { ...entry, ...change } : entry))
	});
	const entry = file.entries[2];
	if (!entry?.personal || !entry.proof) throw new Error('the entry is not whole');
	const { leaf, personal, proof } = entry;
	const wrong = async (changed: OwnLogFile, keys?: readonly string[]) =>
		(await checkOwnLog(changed, keys)).wrong;
	expect(await wrong(file)).toBe(null);
	const otherLeaf = leaf.replace('success', 'failure');
	expect(await wrong(withEntry({ leaf: otherLeaf }))).toMatchObject({ entry: 3, reason: /proof/ });
	expect(await wrong(withEntry({ at: '2020-01-01T00:00:00.000Z' }))).toMatchObject({
		reason: /time/
	});
	const text = personal.text.replace(TEST_ORIGIN.ip, '203.0.113.1');
	expect(await wrong(withEntry({ personal: { ...personal, text } }))).toMatchObject({
		reason: /committed/
	});
	expect(await wrong(withEntry({ proof: { ...proof, index: 0 } }))).toMatchObject({ entry: 3 });
	const hashes = proof.hashes.slice(1);
	expect(await wrong(withEntry({ proof: { ...proof, hashes } }))).toMatchObject({ entry: 3 });
	const note = file.checkpoint?.replace('\n5\n', '\n6\n') ?? '';
	expect(await wrong({ ...file, checkpoint: note })).toMatchObject({ entry: 1, reason: /signed/ });
	const strangers = await noteVerifierKeys(generateKeys(it.ids.randomBytes), LOG_NAME);
	expect(await wrong(file, strangers)).toMatchObject({ entry: 1, reason: /signed/ });
});

test("L2: a look of the insurer's people is proven without their address, browser and account", async () => {
	const customer = await addAccount(it, 'customer', 'Ada');
	const clerk = await addAccount(it, 'clerk', 'Kim');
	const claim = await addAssignedClaim(it, customer, await addContract(it, customer), clerk);
	const origin = { ...TEST_ORIGIN, ip: CLERK_IP, userAgent: 'clerk-browser' };
	const atDesk = { ...it, audit: createAuditService({ ...it, origin }) };
	must(await deskRooms(atDesk).deskService.open(clerk, claim.id));
	await recordOfOthers(3);
	await auditRoom(it).sealing.seal();
	const file = await download(customer);
	const look = file.entries.find(({ what }) => what === 'claim/viewed');
	expect(look).toMatchObject({ personal: null, proof: { index: 0 } });
	expect(await checkOwnLog(file)).toMatchObject({ proven: file.entries.length, wrong: null });
	const text = JSON.stringify([file, await collect(customer)]);
	for (const secret of [CLERK_IP, 'clerk-browser', clerk.accountId]) {
		expect(text).not.toContain(secret);
	}
});

test("L2: an entry that says whose claim was looked at cannot be moved to somebody else's log", async () => {
	const customer = await addAccount(it, 'customer', 'Ada');
	const clerk = await addAccount(it, 'clerk', 'Kim');
	const claim = await addAssignedClaim(it, customer, await addContract(it, customer), clerk);
	must(await deskRooms(it).deskService.open(clerk, claim.id));
	await auditRoom(it).sealing.seal();
	expect((await verifyFile(it, null)).finding).toBe(null);
	await tamper(it, `update audit_personal set subject_account_id = 'you'`);
	expect((await verifyFile(it, null)).finding).toMatchObject({ fault: 'personal-edited', seq: 1 });
});

test('staff and strangers get no file: staff are refused, others find only their own', async () => {
	await recordMany(it, 2);
	const clerk = { accountId: 'clerk', personId: 'q', role: 'clerk' } as const;
	expect(await createOwnLogService(it).collect(clerk)).toMatchObject({
		...{ ok: false, error: { kind: 'forbidden' } }
	});
	expect((await collect({ ...ME, accountId: 'you' })).entries).toEqual([]);
});

test('the own log comes in pages of 50, newest first, none twice and none left out', async () => {
	for (let at = 0; at < 12; at += 1) {
		// Ten entries share each moment: a page may end among them.
		const entries = await Promise.all(
			Array.from({ length: 10 }, () =>
				it.audit.record({ event: 'account/signed-in', objectRef: 'account', accountId: 'me' })
			)
		);
		await it.db.commit(...entries);
		it.clock.advance(1_000);
	}
	const pages: string[][] = [];
	let cursor: LogCursor | null = null;
	do {
		const page: readonly OwnLogEntry[] = must(await it.audit.listOwn(ME, cursor));
		pages.push(page.map(({ id }) => id));
		const last = page.at(-1);
		cursor = last ? parseCursor(cursorText(last)) : null;
	} while (cursor);
	expect(pages.map((page) => page.length)).toEqual([50, 50, 20, 0]);
	expect(new Set(pages.flat()).size).toBe(120);
});

test.each([null, '', 'x', '1.2', `1.${'a'.repeat(37)}`, `-1.${'a'.repeat(36)}`])(
	'a cursor nobody was given (%j) shows the newest entries',
	(text) => {
		expect(parseCursor(text)).toBe(null);
	}
);
