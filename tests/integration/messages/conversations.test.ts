import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { MOST_MESSAGES } from '#lib/domain/messages/conversation.ts';
import { INBOX_PAGE } from '#lib/domain/messages/inbox.ts';
import { parseMailboxCursor } from '#lib/domain/messages/mailbox.ts';
import { subjectText } from '#lib/i18n/message-texts.ts';
import { staffNumberOf } from '#lib/server/claims/staff-number.ts';
import { waitingMails } from '../../support/accounts.ts';
import {
	claimRooms,
	insertCustomer,
	readySubmission,
	type Customer,
	jpegBytes
} from '../../support/claims.ts';
import { openTestDatabase, TEST_NOW_MS, type TestDatabase } from '../../support/database.ts';
import { pngOf } from '../../support/files.ts';
import { mustHold, openSession, staffRooms } from '../../support/staff.ts';
import { addAccount } from '../decisions/desk-world.ts';
import { ask, askAndAnswer, inboxOf, QUESTION, talksOf } from './message-world.ts';

let it: TestDatabase;
let zoe: Customer;
let eve: Customer;
let clerk: Actor;
let other: Actor;

beforeEach(async () => {
	it = await openTestDatabase();
	zoe = await insertCustomer(it, 'zoe@example.org');
	eve = await insertCustomer(it, 'eve@example.org');
	clerk = await addAccount(it, 'clerk', 'Jonas');
	other = await addAccount(it, 'clerk', 'Mara');
});
afterEach(() => it.close());

const NOT_FOUND = { ok: false, error: { kind: 'not-found', code: 'portal/not-found' } };
const FORBIDDEN = { ok: false, error: { kind: 'forbidden', code: 'portal/forbidden' } };
const refused = (code: string) => ({ ok: false, error: { code } });

async function eventsOf(): Promise<readonly string[]> {
	const { rows } = await it.client.execute(
		"select event from audit_events where event like 'message/%' order by seq"
	);
	return rows.map((row) => String(row['event']));
}
const openOwn = async (customer: Customer, id: string) =>
	mustHold(await (await talksOf(it, customer)).open(customer, id));

describe('a question and its answer', () => {
	test('are read by both, with the time of reading shown to whoever wrote', async () => {
		const id = await ask(it, zoe);
		mustHold(await inboxOf(it).take(clerk, id));
		it.clock.advance(1000);
		const seen = mustHold(await inboxOf(it).open(clerk, id));
		expect(seen).toMatchObject({
			customerName: 'Zoë Ødegård',
			waitingSinceMs: TEST_NOW_MS,
			messages: [{ text: QUESTION.text, isOwn: false, readAtMs: TEST_NOW_MS + 1000 }]
		});
		it.clock.advance(1000);
		mustHold(await inboxOf(it).answer(clerk, id, { text: 'Ja.' }));
		expect(mustHold(await inboxOf(it).open(clerk, id)).messages[1]).toMatchObject({
			text: 'Ja.',
			isOwn: true,
			readAtMs: null
		});
		it.clock.advance(1000);
		expect(await openOwn(zoe, id)).toMatchObject({
			turn: 'customer',
			messages: [
				{ isOwn: true, staffNumber: null, readAtMs: TEST_NOW_MS + 1000 },
				{ isOwn: false, staffNumber: staffNumberOf(clerk.accountId), readAtMs: TEST_NOW_MS + 3000 }
			]
		});
		const again = mustHold(await inboxOf(it).open(clerk, id));
		expect(again.messages[1]?.readAtMs).toBe(TEST_NOW_MS + 3000);
		expect(await eventsOf()).toEqual([
			'message/sent',
			'message/assigned',
			'message/viewed',
			'message/answered',
			'message/viewed',
			'message/viewed'
		]);
	});

	test('the mail that tells of an answer has no content', async () => {
		await askAndAnswer(it, zoe, clerk);
		expect(await waitingMails(it)).toEqual([
			{ template: 'new-message', to: 'zoe@example.org', language: 'de', name: 'Zoë Ødegård' }
		]);
	});

	test('D1: lie sealed in the database, also in its file', async () => {
		await askAndAnswer(it, zoe, clerk);
		const { rows } = await it.client.execute('select * from messages');
		expect(rows.length).toBe(2);
		for (const row of rows)
			for (const value of Object.values(row)) {
				const text = value instanceof ArrayBuffer ? Buffer.from(value).toString() : String(value);
				expect(text).not.toContain('MARKER');
			}
	});

	test('cost one round trip each, an answer two', async () => {
		const id = await ask(it, zoe);
		mustHold(await inboxOf(it).take(clerk, id));
		const talks = await talksOf(it, zoe);
		const tripsOf = async (act: Promise<{ readonly ok: boolean }>) => {
			expect((await act).ok).toBe(true);
			return it.takeRoundTrips();
		};
		it.takeRoundTrips();
		expect(await tripsOf(talks.reply(zoe, id, { text: 'x' }))).toBe(1);
		expect(await tripsOf(talks.open(zoe, id))).toBe(1);
		expect(await tripsOf(inboxOf(it).open(clerk, id))).toBe(1);
		expect(await tripsOf(inboxOf(it).list(clerk, 'all', null))).toBe(1);
		expect(await tripsOf(inboxOf(it).answer(clerk, id, { text: 'x' }))).toBe(2);
	});

	test('the badge counts unread answers for the customer, waiting questions for the clerk', async () => {
		const unreadOf = async (actor: Actor, token: string) =>
			(await staffRooms(it).sessions.find(token))?.unreadCount ?? actor;
		const tokens = {
			zoe: await openSession(it, zoe, 'password+totp'),
			clerk: await openSession(it, clerk)
		};
		// `insertCustomer` leaves the account as it was registered.
		await it.client.execute("update accounts set status = 'active', totp_secret = x'01'");
		const id = await ask(it, zoe);
		expect(await unreadOf(clerk, tokens.clerk)).toBe(0);
		mustHold(await inboxOf(it).take(clerk, id));
		expect(await unreadOf(clerk, tokens.clerk)).toBe(1);
		for (const text of ['Eins.', 'Zwei.']) mustHold(await inboxOf(it).answer(clerk, id, { text }));
		expect(await unreadOf(clerk, tokens.clerk)).toBe(0);
		expect(await unreadOf(zoe, tokens.zoe)).toBe(1);
		expect(await openOwn(zoe, id)).toMatchObject({ unreadCount: 0 });
		expect(await unreadOf(zoe, tokens.zoe)).toBe(0);
	});
});

describe('write-once', () => {
	test('no message is changed, replaced or deleted, by nobody', async () => {
		const id = await askAndAnswer(it, zoe, clerk);
		const run = (sql: string) => it.client.execute(sql);
		await expect(run("update messages set content = x'00'")).rejects.toThrow('cannot be changed');
		await expect(run("update messages set author = 'staff'")).rejects.toThrow('cannot be changed');
		await expect(run('delete from messages')).rejects.toThrow('cannot be deleted');
		await expect(run('insert or replace into messages select * from messages')).rejects.toThrow(
			'cannot be changed'
		);
		await openOwn(zoe, id);
		const unread = run("update messages set read_at_ms = null where author = 'staff'");
		await expect(unread).rejects.toThrow('cannot be changed');
		await expect(run("update conversations set topic = 'other'")).rejects.toThrow('be changed');
		expect(await it.countRows('messages')).toBe(2);
	});

	test('of a look nothing is changed', async () => {
		const id = await ask(it, zoe);
		mustHold(await inboxOf(it).take(clerk, id));
		mustHold(await inboxOf(it).open(clerk, id));
		const change = it.client.execute('update conversation_looks set at_ms = 1');
		await expect(change).rejects.toThrow('cannot be changed');
	});

	test('B2: the message after the last of a day is refused, and the log says so once', async () => {
		const id = await ask(it, zoe);
		const talks = await talksOf(it, zoe);
		for (let sent = 1; sent < LIMITS.messages.max; sent++)
			mustHold(await talks.reply(zoe, id, { text: 'x' }));
		for (const _ of [1, 2])
			expect(await talks.reply(zoe, id, { text: 'x' })).toMatchObject(
				refused('portal/limit-reached')
			);
		expect(await it.countRows('messages')).toBe(LIMITS.messages.max);
		const { rows } = await it.client.execute(
			"select object_ref from audit_events where event = 'account/limit-reached'"
		);
		expect(rows.map((row) => row['object_ref'])).toEqual(['limit:messages/sent']);
	});

	test('a full conversation takes no more', async () => {
		const id = await ask(it, zoe);
		await it.client.execute({
			sql: `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
				insert into messages (id, conversation_id, account_id, author, author_id, content, sent_at_ms)
					select 'm' || i, conversation_id, account_id, author, author_id, content, 1
				from messages, n`,
			args: [MOST_MESSAGES - 1]
		});
		const reply = await (await talksOf(it, zoe)).reply(zoe, id, { text: 'x' });
		expect(reply).toMatchObject(refused('messages/conversation-full'));
		expect(await it.countRows('messages')).toBe(MOST_MESSAGES);
	});
});

const png = (name: string, field = 'file1') => ({ field, name, bytes: new Uint8Array(pngOf()) });
const photo = (sizeBytes: number) => ({
	field: 'file1',
	name: 'foto.jpg',
	bytes: new Uint8Array(jpegBytes(sizeBytes))
});
const release = () => it.client.execute('update files set released_at_ms = 1');

describe('files of a message', () => {
	test('F5: lie in quarantine first, then both sides open them, and each look is logged', async () => {
		const talks = await talksOf(it, zoe);
		const files = [png('rezept.png'), png('brille.png', 'file2')];
		const { id } = mustHold(await talks.start(zoe, QUESTION, files));
		mustHold(await inboxOf(it).take(clerk, id));
		const shown = (await openOwn(zoe, id)).messages[0]?.files ?? [];
		expect(shown.map(({ name, state }) => [name, state])).toEqual([
			['rezept.png', 'checking'],
			['brille.png', 'checking']
		]);
		const fileId = shown[0]?.id ?? '';
		expect(await talks.openFile(zoe, id, fileId)).toEqual(NOT_FOUND);
		expect(await inboxOf(it).openFile(clerk, id, fileId)).toEqual(NOT_FOUND);
		await release();
		const own = mustHold(await talks.openFile(zoe, id, fileId));
		const bytes = await new Response(own.bytes).bytes();
		expect(Buffer.from(bytes).equals(Buffer.from(pngOf()))).toBe(true);
		const looks = await it.countRows('conversation_looks');
		expect(mustHold(await inboxOf(it).openFile(clerk, id, fileId)).name).toBe('rezept.png');
		expect(await it.countRows('conversation_looks')).toBe(looks + 1);
		expect(await inboxOf(it).openFile(other, id, fileId)).toMatchObject(
			refused('messages/not-assigned')
		);
		const eves = await talksOf(it, eve);
		expect(await eves.openFile(eve, id, fileId)).toEqual(NOT_FOUND);
		const foreign = await ask(it, eve);
		expect(await eves.openFile(eve, foreign, fileId)).toEqual(NOT_FOUND);
	});

	test('a clerk answers with one, which only the customer of the conversation opens', async () => {
		const id = await ask(it, zoe);
		mustHold(await inboxOf(it).take(clerk, id));
		mustHold(await inboxOf(it).answer(clerk, id, { text: 'Ja.' }, [png('liste.png')]));
		await release();
		const [file] = (await openOwn(zoe, id)).messages[1]?.files ?? [];
		const opened = await (await talksOf(it, zoe)).openFile(zoe, id, file?.id ?? '');
		expect(mustHold(opened).sizeBytes).toBe(pngOf().length);
		const rows = await it.client.execute('select account_id, person_id from files');
		expect(rows.rows.map((row) => row['account_id'])).toEqual([zoe.accountId]);
	});

	test('one that does not do stops the message before anything is stored, beside its field', async () => {
		const talks = await talksOf(it, zoe);
		const broken = { field: 'file2', name: 'x.png', bytes: new Uint8Array([1, 2, 3]) };
		expect(await talks.start(zoe, QUESTION, [png('gut.png'), broken])).toMatchObject({
			error: { code: 'portal/invalid-input', issues: { file2: 'file-type' } }
		});
		expect(await it.countRows('files')).toBe(0);
		expect(await it.countRows('conversations')).toBe(0);
	});

	test('small ones travel in the batch of the message, large ones two megabytes at a time', async () => {
		const talks = await talksOf(it, zoe);
		it.takeRoundTrips();
		const { id } = mustHold(await talks.start(zoe, QUESTION, [png('a.png')]));
		expect(it.takeRoundTrips()).toBe(1);
		mustHold(await talks.reply(zoe, id, { text: 'x' }, [photo(3_000_000)]));
		expect(it.takeRoundTrips()).toBe(3);
		await release();
		const [file] = (await openOwn(zoe, id)).messages[1]?.files ?? [];
		const opened = mustHold(await talks.openFile(zoe, id, file?.id ?? ''));
		expect((await new Response(opened.bytes).bytes()).length).toBe(file?.sizeBytes);
	});

	test('stay with their message: nobody changes or takes one away', async () => {
		const talks = await talksOf(it, zoe);
		mustHold(await talks.start(zoe, QUESTION, [png('a.png')]));
		const change = it.client.execute('update message_files set position = 7');
		await expect(change).rejects.toThrow('cannot be changed');
		await expect(it.client.execute('delete from files')).rejects.toThrow('cannot be deleted');
	});
});

describe('Z2: for somebody else', () => {
	test('a conversation does not exist: not to read, not to answer', async () => {
		const id = await ask(it, zoe);
		const talks = await talksOf(it, eve);
		expect(await talks.open(eve, id)).toEqual(NOT_FOUND);
		expect(await talks.reply(eve, id, { text: 'x' })).toEqual(NOT_FOUND);
		expect(await talks.open(eve, randomUUID())).toEqual(NOT_FOUND);
		expect(await it.countRows('messages')).toBe(1);
		const { mailbox } = await claimRooms(it, eve);
		expect(mustHold(await mailbox.list(eve)).entries).toEqual([]);
		expect(mustHold(await mailbox.find(eve, 'brille', subjectText)).entries).toEqual([]);
	});

	test('their claims and contracts are nothing to ask about', async () => {
		const { id } = await readySubmission(it, zoe);
		const done = mustHold(await (await claimRooms(it, zoe)).submissions.commit(zoe, id));
		const claimId = done.receipt?.claimId ?? '';
		const talks = await talksOf(it, eve);
		for (const about of [
			{ kind: 'claim', id: claimId },
			{ kind: 'contract', id: zoe.contractId }
		] as const)
			expect(await talks.start(eve, { ...QUESTION, about })).toEqual(NOT_FOUND);
		expect(await it.countRows('conversations')).toBe(0);
		const own = await (
			await talksOf(it, zoe)
		).start(zoe, {
			...QUESTION,
			about: { kind: 'claim', id: claimId }
		});
		expect(await openOwn(zoe, mustHold(own).id)).toMatchObject({
			claimId,
			claimNumber: done.receipt?.claimNumber
		});
		expect(mustHold(await talks.choices(eve)).claims).toEqual([]);
	});

	test('staff write nothing as customers, customers answer nothing as staff', async () => {
		const id = await ask(it, zoe);
		const talks = await talksOf(it, zoe);
		expect(await talks.start(clerk, QUESTION)).toEqual(FORBIDDEN);
		expect(await talks.open(clerk, id)).toEqual(FORBIDDEN);
		for (const answer of [
			inboxOf(it).list(zoe, 'all', null),
			inboxOf(it).open(zoe, id),
			inboxOf(it).take(zoe, id),
			inboxOf(it).answer(zoe, id, { text: 'x' }),
			inboxOf(it).assign(clerk, id, other.accountId)
		])
			expect(await answer).toEqual(FORBIDDEN);
	});
});

describe('Z6: need to know', () => {
	test('only whoever has it reads and answers it; a try is logged for its owner', async () => {
		const id = await ask(it, zoe);
		const notAssigned = refused('messages/not-assigned');
		expect(await inboxOf(it).open(clerk, id)).toMatchObject(notAssigned);
		mustHold(await inboxOf(it).take(clerk, id));
		expect(await inboxOf(it).open(other, id)).toMatchObject(notAssigned);
		expect(await inboxOf(it).answer(other, id, { text: 'x' })).toMatchObject(notAssigned);
		expect(await it.countRows('messages')).toBe(1);
		expect(await it.countRows('conversation_looks')).toBe(0);
		expect((await eventsOf()).filter((event) => event === 'message/access-refused').length).toBe(3);
		const { rows } = await it.client.execute(
			`select distinct p.subject_account_id as owner from audit_events e
			 join audit_personal p on p.event_id = e.id where e.event = 'message/access-refused'`
		);
		expect(rows.map((row) => row['owner'])).toEqual([zoe.accountId]);
		expect((await openOwn(zoe, id)).messages[0]?.readAtMs).toBeNull();
	});

	test('the customer sees who looked, under a number', async () => {
		const id = await ask(it, zoe);
		mustHold(await inboxOf(it).take(clerk, id));
		mustHold(await inboxOf(it).open(clerk, id));
		mustHold(await inboxOf(it).open(clerk, id));
		expect((await openOwn(zoe, id)).visits).toEqual([
			{
				staffNumber: staffNumberOf(clerk.accountId),
				role: 'clerk',
				reason: null,
				fromMs: TEST_NOW_MS,
				toMs: TEST_NOW_MS,
				looks: 2
			}
		]);
	});

	test('a look whose log entry fails shows nothing and marks nothing', async () => {
		const id = await ask(it, zoe);
		mustHold(await inboxOf(it).take(clerk, id));
		await it.client.execute(
			"create trigger broken before insert on audit_personal begin select raise(abort, 'disk'); end"
		);
		await expect(inboxOf(it).open(clerk, id)).rejects.toThrow();
		expect((await openOwn(zoe, id)).messages[0]?.readAtMs).toBeNull();
	});

	test('one of two takes it; it is handed over, put back, and shared out by a lead', async () => {
		const id = await ask(it, zoe);
		const lead = await addAccount(it, 'seniorClerk', 'Lea');
		const taken = await Promise.all([inboxOf(it).take(clerk, id), inboxOf(it).take(other, id)]);
		expect(taken.filter((one) => one.ok).length).toBe(1);
		expect(taken.find((one) => !one.ok)).toMatchObject(refused('messages/assigned-meanwhile'));
		const [holder, free] = taken[0].ok ? [clerk, other] : [other, clerk];
		expect(await inboxOf(it).handOver(free, id, free.accountId)).toMatchObject(
			refused('messages/assigned-meanwhile')
		);
		mustHold(await inboxOf(it).handOver(holder, id, free.accountId));
		mustHold(await inboxOf(it).open(free, id));
		mustHold(await inboxOf(it).release(free, id));
		mustHold(await inboxOf(it).assign(lead, id, clerk.accountId));
		expect(mustHold(await inboxOf(it).viewDoor(other, id))).toMatchObject({
			assigneeName: 'Jonas Muster',
			isMine: false,
			colleagues: []
		});
		const support = await addAccount(it, 'support', 'Sam');
		expect(await inboxOf(it).assign(lead, id, support.accountId)).toMatchObject(
			refused('messages/assignee-unsuitable')
		);
		expect(await inboxOf(it).take(clerk, randomUUID())).toEqual(NOT_FOUND);
	});

	test('Z7: nobody answers about a contract they have named as their own', async () => {
		const talks = await talksOf(it, zoe);
		const about = { kind: 'contract', id: zoe.contractId } as const;
		const { id } = mustHold(await talks.start(zoe, { ...QUESTION, about }));
		await it.client.execute({
			sql: 'insert into staff_own_contracts (account_id, contract_id, named_at_ms) values (?, ?, 1)',
			args: [clerk.accountId, zoe.contractId]
		});
		expect(await inboxOf(it).take(clerk, id)).toMatchObject(refused('messages/own-conversation'));
		mustHold(await inboxOf(it).take(other, id));
		expect(await inboxOf(it).handOver(other, id, clerk.accountId)).toMatchObject(
			refused('messages/assignee-unsuitable')
		);
	});
});

describe('the inbox', () => {
	test('shows who has waited longest first, and nothing of what was written', async () => {
		const first = await ask(it, zoe);
		it.clock.advance(1000);
		const second = await ask(it, eve);
		it.clock.advance(1000);
		// Asking again does not put anybody at the end.
		mustHold(await (await talksOf(it, zoe)).reply(zoe, first, { text: 'Noch da?' }));
		const page = mustHold(await inboxOf(it).list(clerk, 'all', null));
		expect(page.rows.map(({ id }) => id)).toEqual([first, second]);
		expect(page.rows[0]?.waitingSinceMs).toBe(TEST_NOW_MS);
		expect(JSON.stringify(page)).not.toContain('MARKER');
		mustHold(await inboxOf(it).take(clerk, second));
		const idsOf = async (part: 'mine' | 'free' | 'answered') =>
			mustHold(await inboxOf(it).list(clerk, part, null)).rows.map(({ id }) => id);
		expect([await idsOf('mine'), await idsOf('free')]).toEqual([[second], [first]]);
		mustHold(await inboxOf(it).answer(clerk, second, { text: 'x' }));
		expect([await idsOf('mine'), await idsOf('answered')]).toEqual([[], [second]]);
	});

	test('comes in pages by key', async () => {
		for (let index = 0; index < LIMITS.messages.max; index++) await ask(it, zoe, `${index}`);
		const first = mustHold(await inboxOf(it).list(clerk, 'all', null));
		expect(first.rows.length).toBe(INBOX_PAGE);
		const rest = mustHold(await inboxOf(it).list(clerk, 'all', parseMailboxCursor(first.next)));
		expect(rest.next).toBeNull();
		const ids = [...first.rows, ...rest.rows].map(({ id }) => id);
		expect(new Set(ids).size).toBe(LIMITS.messages.max);
	});
});

describe('the mailbox', () => {
	test('has documents and conversations in one list, and finds words in both', async () => {
		const { id: submissionId } = await readySubmission(it, zoe);
		const rooms = await claimRooms(it, zoe);
		const done = mustHold(await rooms.submissions.commit(zoe, submissionId));
		it.clock.advance(1000);
		const id = await askAndAnswer(it, zoe, clerk);
		const { entries } = mustHold(await rooms.mailbox.list(zoe));
		expect(entries.map(({ subject }) => subject)).toEqual([
			{ of: 'conversation', topic: 'benefits', isWaiting: false },
			{ of: 'document', name: { kind: 'receipt-confirmation' } }
		]);
		expect(entries.map(({ isUnread }) => isUnread)).toEqual([true, true]);
		const find = async (text: string) =>
			mustHold(await rooms.mailbox.find(zoe, text, subjectText)).entries.map((one) => one.id);
		const documentId = entries[1]?.id;
		expect(await find('BRILLE')).toEqual([id]);
		expect(await find('bis 100')).toEqual([id]);
		expect(
			await find(subjectText({ of: 'document', name: { kind: 'receipt-confirmation' } }))
		).toEqual([documentId]);
		expect(await find(done.receipt?.claimNumber ?? '')).toEqual([documentId]);
		expect(await find('brille fahrrad')).toEqual([]);
		await openOwn(zoe, id);
		const unread = mustHold(await rooms.mailbox.list(zoe, 'unread')).entries;
		expect(unread.map((one) => one.id)).toEqual([documentId]);
	});
});
