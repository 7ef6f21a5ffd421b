import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { ERASURE_WAIT_MS } from '#lib/domain/privacy/erasure.ts';
import { deleteAfterMs } from '#lib/domain/privacy/retention.ts';
import { pageRooms } from '../../support/account-page.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { personalSections, runRetention } from '../../support/privacy.ts';
import { mustHold } from '../../support/staff.ts';
import { addAccount } from '../decisions/desk-world.ts';
import { inboxOf, QUESTION, talksOf } from '../messages/message-world.ts';
import {
	insertClaim,
	leaveConversation,
	proveAct,
	worldOf,
	type TalkAbout,
	type World
} from './privacy-world.ts';

let it: TestDatabase;
let world: World;
beforeEach(async () => {
	it = await openTestDatabase();
	world = await worldOf(it);
});
afterEach(() => it.close());

const TABLES = ['conversations', 'messages', 'conversation_looks', 'message_files'];
const counts = () => Promise.all(TABLES.map((table) => it.countRows(table)));

const talkAbout = (about: TalkAbout) => leaveConversation(it, world.actor, about);

test('D9: a general question goes a year after its last message, whole and not before', async () => {
	await talkAbout({ kind: 'general' });
	const due = deleteAfterMs('general-question', it.clock.nowMs());
	it.clock.set(due - 1);
	await runRetention(it);
	expect(await counts()).toEqual([1, 2, 1, 1]);
	it.clock.set(due);
	await it.client.execute('delete from job_runs');
	await runRetention(it);
	expect(await counts()).toEqual([0, 0, 0, 0]);
	expect([await it.countRows('files'), await it.countRows('file_chunks')]).toEqual([0, 0]);
});

test('D9: whoever still waits for an answer is not forgotten, and a hold keeps what it lies on', async () => {
	const { actor } = world;
	mustHold(await (await talksOf(it, actor)).start(actor, QUESTION));
	await talkAbout({ kind: 'general' });
	await it.client.execute({
		sql: `insert into legal_holds (id, subject, subject_id, reason, review_on, placed_by, placed_at_ms, lifted_at_ms) values ('hold', 'account', ?, 'dispute', '2040-01-01', 'dpo', 1, null)`,
		args: [actor.accountId]
	});
	it.clock.set(deleteAfterMs('general-question', it.clock.nowMs()) + DAY_MS);
	await runRetention(it);
	expect(await counts()).toEqual([2, 3, 1, 1]);
	await it.client.execute('update legal_holds set lifted_at_ms = 1');
	it.clock.advance(DAY_MS);
	await runRetention(it);
	expect(await counts()).toEqual([1, 1, 0, 0]);
});

test('D9: a question on a contract stays six years, and goes with the contract it is about', async () => {
	const { contract } = world;
	await talkAbout({ kind: 'contract', id: contract.contractId });
	it.clock.set(deleteAfterMs('letter', it.clock.nowMs()) - 1);
	await runRetention(it);
	expect(await counts()).toEqual([1, 2, 1, 1]);
	await it.client.execute("update contracts set starts_on = '2020-01-01', ends_on = '2020-12-31'");
	it.clock.advance(1);
	await runRetention(it);
	expect(await counts()).toEqual([0, 0, 0, 0]);
	expect(await it.countRows('contracts')).toBe(0);
});

test('D9: a question on a claim goes with the claim, at the latest', async () => {
	const { actor, contract } = world;
	const claim = { state: 'rejected', atMs: it.clock.nowMs() } as const;
	const { claimId } = await insertClaim(it, actor, contract, claim);
	it.clock.advance(DAY_MS * 300);
	// Written in the year after the decision: its own six years would end later.
	await talkAbout({ kind: 'claim', id: claimId });
	it.clock.set(deleteAfterMs('letter', claim.atMs));
	await runRetention(it);
	expect(await it.countRows('claims')).toBe(0);
	expect(await counts()).toEqual([0, 0, 0, 0]);
});

test('D10: with the account its general questions go; letters stay and leave the inbox', async () => {
	const { actor, contract, owner } = world;
	await talkAbout({ kind: 'general' });
	const kept = await talkAbout({ kind: 'contract', id: contract.contractId });
	mustHold(await (await talksOf(it, actor)).reply(actor, kept, { text: 'Danke.' }));
	const clerk = await addAccount(it, 'clerk', 'Mara');
	await proveAct(owner, 'account/delete');
	it.clock.advance(ERASURE_WAIT_MS);
	expect(await pageRooms(it).erasure.eraseDue()).toBe(1);
	expect(await counts()).toEqual([1, 3, 1, 1]);
	expect(mustHold(await inboxOf(it).list(clerk, 'all', null)).rows).toEqual([]);
	await it.client.execute('update conversations set assignee_id = null');
	mustHold(await inboxOf(it).take(clerk, kept));
	expect(await inboxOf(it).answer(clerk, kept, { text: 'x' })).toMatchObject({
		error: { code: 'portal/not-found' }
	});
	// The account's row waits for what the law keeps.
	it.clock.set(deleteAfterMs('letter', it.clock.nowMs()));
	await it.client.execute("update mail_outbox set state = 'sent', sent_at_ms = 1");
	await runRetention(it);
	await pageRooms(it).erasure.eraseDue();
	expect(await counts()).toEqual([0, 0, 0, 0]);
});

test('D10: the copy of the data has the questions, the answers and who looked', async () => {
	const id = await talkAbout({ kind: 'general' });
	const { actor, cipher } = await world.owner.enter();
	const read = async (name: string) => {
		const section = personalSections(cipher).find((one) => one.name === name);
		if (!section) throw new Error(name);
		const [data] = await it.db.read(section.read(actor));
		return data;
	};
	expect(await read('conversations')).toMatchObject([{ id, topic: 'benefits' }]);
	expect(await read('messages')).toMatchObject([
		{ conversationId: id, writtenBy: 'customer', text: QUESTION.text },
		{ conversationId: id, writtenBy: 'staff', text: 'Ja.' }
	]);
	expect(await read('conversationLooks')).toMatchObject([{ conversationId: id, role: 'clerk' }]);
});
