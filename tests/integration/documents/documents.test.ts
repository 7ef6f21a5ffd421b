import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
	MAILBOX_PAGE,
	parseMailboxCursor,
	type MailboxCursor,
	type MailboxFilter
} from '#lib/domain/messages/mailbox.ts';
import {
	claimRooms,
	insertCustomer,
	readySubmission,
	type Customer
} from '../../support/claims.ts';
import { openTestDatabase, TEST_NOW_MS, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let zoe: Customer;
let eve: Customer;

beforeEach(async () => {
	it = await openTestDatabase();
	zoe = await insertCustomer(it, 'zoe@example.org');
	eve = await insertCustomer(it, 'eve@example.org');
});
afterEach(() => it.close());

const NOT_FOUND = { ok: false, error: { kind: 'not-found', code: 'portal/not-found' } };
const receipt = {
	kind: 'receipt-confirmation',
	claimNumber: 'S-2026-222222',
	receivedAtMs: TEST_NOW_MS,
	manifestHash: 'a'.repeat(64),
	files: []
} as const;

/** A document in the mailbox, with a PDF of so many bytes where wanted. */
async function insertDocument(customer: Customer, pdfBytes: Uint8Array | null = null) {
	const { repositories } = await claimRooms(it, customer);
	const id = randomUUID();
	const owner = { accountId: customer.accountId, personId: customer.personId };
	const pdfFileId = pdfBytes ? randomUUID() : null;
	const pdf = pdfBytes && {
		...owner,
		id: pdfFileId ?? '',
		name: 'abrechnung.pdf',
		type: 'application/pdf' as const,
		bytes: pdfBytes,
		nowMs: it.clock.nowMs()
	};
	const done = await it.db.commit(
		...(pdf ? [await repositories.files.insertWhole(pdf)] : []),
		await repositories.documents.insert({
			...owner,
			id,
			claimId: null,
			createdAtMs: it.clock.nowMs(),
			pdfFileId,
			content: receipt
		})
	);
	if (!done.ok) throw new Error(done.error.code);
	return id;
}
async function mailboxOf(
	customer: Customer,
	filter: MailboxFilter = 'all',
	after: MailboxCursor | null = null
) {
	const list = await (await claimRooms(it, customer)).mailbox.list(customer, filter, after);
	if (!list.ok) throw new Error(list.error.code);
	return list.value;
}
async function readEvents() {
	const { rows } = await it.client.execute(
		"select object_ref from audit_events where event = 'document/read' order by seq"
	);
	return rows.map((row) => row['object_ref']);
}

test('the mailbox lists the newest first, marks what is unread, and shows nobody else’s', async () => {
	const oldest = await insertDocument(zoe);
	it.clock.advance(1000);
	const middle = await insertDocument(zoe);
	it.clock.advance(1000);
	const newest = await insertDocument(zoe);
	await insertDocument(eve);
	await (await claimRooms(it, zoe)).documents.open(zoe, newest);
	const { entries, next } = await mailboxOf(zoe);
	expect(entries.map((entry) => entry.id)).toEqual([newest, middle, oldest]);
	expect(entries.map((entry) => entry.isUnread)).toEqual([false, true, true]);
	expect(next).toBeNull();
	const unread = await mailboxOf(zoe, 'unread');
	expect(unread.entries.map((entry) => entry.id)).toEqual([middle, oldest]);
	expect((await mailboxOf(zoe, 'messages')).entries).toEqual([]);
});

test('opening notes the first reading once and logs every look', async () => {
	const id = await insertDocument(zoe);
	const { documents } = await claimRooms(it, zoe);
	it.takeRoundTrips();
	expect(await documents.open(zoe, id)).toMatchObject({
		ok: true,
		value: { id, content: receipt, readAtMs: TEST_NOW_MS, unreadCount: 0 }
	});
	expect(it.takeRoundTrips()).toBe(1);
	it.clock.advance(5000);
	expect(await documents.open(zoe, id)).toMatchObject({ value: { readAtMs: TEST_NOW_MS } });
	expect((await mailboxOf(zoe)).entries[0]?.isUnread).toBe(false);
	expect(await readEvents()).toEqual([`document:${id}`, `document:${id}`]);
});

test("somebody else's document is not found, stays unread and leaves no entry", async () => {
	const id = await insertDocument(zoe, new Uint8Array(10));
	const { documents } = await claimRooms(it, eve);
	expect(await documents.open(eve, id)).toEqual(NOT_FOUND);
	expect(await documents.openPdf(eve, id)).toEqual(NOT_FOUND);
	expect(await documents.open(eve, randomUUID())).toEqual(NOT_FOUND);
	expect((await mailboxOf(zoe)).entries[0]?.isUnread).toBe(true);
	expect(await readEvents()).toEqual([]);
});

test('a look whose log entry fails shows nothing', async () => {
	const id = await insertDocument(zoe);
	await it.client.execute(
		"create trigger broken before insert on audit_personal begin select raise(abort, 'disk'); end"
	);
	const { documents } = await claimRooms(it, zoe);
	await expect(documents.open(zoe, id)).rejects.toThrow();
	expect((await mailboxOf(zoe)).entries[0]?.isUnread).toBe(true);
});

test('a clerk reads nobody’s mailbox', async () => {
	const clerk = { ...zoe, role: 'clerk' as const };
	const id = await insertDocument(zoe);
	const { documents, mailbox } = await claimRooms(it, zoe);
	const forbidden = { ok: false, error: { kind: 'forbidden', code: 'portal/forbidden' } };
	expect(await mailbox.list(clerk)).toEqual(forbidden);
	expect(await mailbox.find(clerk, 'claim', () => '')).toEqual(forbidden);
	expect(await documents.open(clerk, id)).toEqual(forbidden);
	expect(await documents.openPdf(clerk, id)).toEqual(forbidden);
});

test('a PDF larger than one window comes back to the byte, window by window', async () => {
	const bytes = Uint8Array.from({ length: 2_500_000 }, (_, index) => (index * 13) % 251);
	const id = await insertDocument(zoe, bytes);
	const { documents } = await claimRooms(it, zoe);
	it.takeRoundTrips();
	const pdf = await documents.openPdf(zoe, id);
	expect(it.takeRoundTrips()).toBe(1);
	const back = pdf.ok ? await new Response(pdf.value.bytes).bytes() : new Uint8Array();
	expect(Buffer.from(back).equals(Buffer.from(bytes))).toBe(true);
	expect(it.takeRoundTrips()).toBe(1);
	expect(await readEvents()).toEqual([`document:${id}`]);
});

test('asking for a PDF that is not there reads nothing and leaves no entry', async () => {
	const id = await insertDocument(zoe);
	const { documents } = await claimRooms(it, zoe);
	expect(await documents.openPdf(zoe, id)).toEqual(NOT_FOUND);
	expect((await mailboxOf(zoe)).entries[0]?.isUnread).toBe(true);
	expect(await readEvents()).toEqual([]);
});

test('a file cut short in the database, its length too, does not open', async () => {
	const id = await insertDocument(zoe, new Uint8Array(300_000));
	await it.client.execute('delete from file_chunks where start_byte > 0');
	await it.client.execute('update files set received_bytes = 262144, size_bytes = 262144');
	const { documents } = await claimRooms(it, zoe);
	await expect(documents.openPdf(zoe, id)).rejects.toThrow('opened');
});

test('a file that lacks a piece breaks off instead of ending early', async () => {
	const id = await insertDocument(zoe, new Uint8Array(600_000));
	await it.client.execute('delete from file_chunks where start_byte = 262144');
	const pdf = await (await claimRooms(it, zoe)).documents.openPdf(zoe, id);
	const bytes = pdf.ok ? new Response(pdf.value.bytes).bytes() : Promise.resolve(null);
	await expect(bytes).rejects.toThrow('lacks bytes');
});

test('pieces moved to another place or file do not open', async () => {
	const first = await insertDocument(zoe, new Uint8Array(300_000).fill(1));
	await insertDocument(zoe, new Uint8Array(300_000).fill(2));
	await it.client.execute(`update file_chunks set ciphertext =
		(select other.ciphertext from file_chunks other where other.start_byte = file_chunks.start_byte
			and other.file_id <> file_chunks.file_id)`);
	const { documents } = await claimRooms(it, zoe);
	await expect(documents.openPdf(zoe, first)).rejects.toThrow('opened');
});

test('pieces of one file that changed places do not open', async () => {
	const id = await insertDocument(zoe, new Uint8Array(524_288));
	await it.client.execute('update file_chunks set start_byte = 1 where start_byte = 0');
	await it.client.execute('update file_chunks set start_byte = 0 where start_byte = 262144');
	await it.client.execute('update file_chunks set start_byte = 262144 where start_byte = 1');
	const { documents } = await claimRooms(it, zoe);
	await expect(documents.openPdf(zoe, id)).rejects.toThrow('opened');
});

test('what was just opened is no longer counted as unread', async () => {
	const id = await insertDocument(zoe);
	await insertDocument(zoe);
	await insertDocument(eve);
	const rooms = await claimRooms(it, zoe);
	expect(await rooms.documents.open(zoe, id)).toMatchObject({ value: { unreadCount: 1 } });
});

test('a full mailbox comes in pages', async () => {
	const ids: string[] = [];
	for (let index = 0; index < MAILBOX_PAGE + 1; index++) ids.push(await insertDocument(zoe));
	const first = await mailboxOf(zoe);
	const second = await mailboxOf(zoe, 'all', parseMailboxCursor(first.next));
	expect(first.entries.length).toBe(MAILBOX_PAGE);
	expect(second.next).toBeNull();
	const shown = [...first.entries, ...second.entries].map((entry) => entry.id);
	expect(shown.toSorted()).toEqual(ids.toSorted());
});

test('a document cannot be changed or handed to somebody else', async () => {
	const id = await insertDocument(zoe);
	const change = it.client.execute({
		sql: 'update documents set account_id = ? where id = ?',
		args: [eve.accountId, id]
	});
	await expect(change).rejects.toThrow('cannot be changed');
});

test('submitting twice leaves two receipts that know their claims', async () => {
	for (const _ of [1, 2]) {
		const { id } = await readySubmission(it, zoe);
		await (await claimRooms(it, zoe)).submissions.commit(zoe, id);
	}
	const { entries } = await mailboxOf(zoe);
	expect(entries.map((entry) => entry.claimNumber)).toEqual([
		expect.stringMatching(/^S-2026-/),
		expect.stringMatching(/^S-2026-/)
	]);
});
