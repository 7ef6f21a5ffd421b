/** What customers ask before a treatment, and how it is answered (§ 192(8) VVG, decision 0066). */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import type { AnswerForm, InquiryInput } from '#lib/domain/claims/coverage-inquiry.schema.ts';
import { deleteAfterMs } from '#lib/domain/privacy/retention.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { waitingMails } from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { pngOf } from '../../support/files.ts';
import { cipherOf, linkContract, personalSections, runRetention } from '../../support/privacy.ts';
import { addAccount, addRate, deskRooms, must } from '../decisions/desk-world.ts';
import { inquiryOf, inquiryRooms } from './inquiry-world.ts';

const NOT_FOUND = { ok: false, error: { kind: 'not-found', code: 'portal/not-found' } };
const NOT_ASSIGNED = { ok: false, error: { code: 'claims/inquiry-not-assigned' } };
const COVERED: AnswerForm = { outcome: 'covered', upTo: '', reason: '', clause: '' };
const PART: AnswerForm = {
	...{ outcome: 'partly-covered', upTo: '1.800' },
	...{ reason: 'MARKER-reason: zwei Implantate', clause: '§ 5 Abs. 2 AVB' }
};

let it: TestDatabase;
let ada: Actor;
let ben: Actor;
let kim: Actor;
let lea: Actor;
let contract: { contractId: string; insuredPersonId: string };
beforeEach(async () => {
	it = await openTestDatabase();
	ada = await addAccount(it, 'customer', 'Ada');
	ben = await addAccount(it, 'customer', 'Ben');
	kim = await addAccount(it, 'clerk', 'Kim');
	lea = await addAccount(it, 'seniorClerk', 'Lea');
	contract = await linkContract(it, ada.accountId, '2027-12-31');
});
afterEach(() => it.close());

const rooms = () => inquiryRooms(it);
const paper = (name: string, field = 'file1') => ({ field, name, bytes: pngOf() });
const release = () => it.client.execute('update files set released_at_ms = 1');
const sendFiles = async (names: readonly string[]) => {
	const attached = names.map((name, at) => paper(name, `file${at + 1}`));
	return must(await rooms().inquiries.send(ada, inquiryOf(contract), attached)).id;
};
const fileIdOf = async (id: string) => must(await own(id)).files[0]?.id ?? '';
const trySend = (change: Partial<InquiryInput> = {}, actor = ada) =>
	rooms().inquiries.send(actor, inquiryOf(contract, change));
const send = async (change: Partial<InquiryInput> = {}) => must(await trySend(change)).id;
const own = (id: string, actor = ada) => rooms().inquiries.getOwn(actor, id);
const desk = () => rooms().inquiryDesk;
async function sendAndTake(change: Partial<InquiryInput> = {}, clerk = kim): Promise<string> {
	const id = await send(change);
	must(await desk().take(clerk, id));
	return id;
}
async function letters() {
	const { cipher } = await cipherOf(it, ada);
	const read = createDocumentsRepository(cipher).listContentsOf(
		ada.accountId,
		10,
		'2026-11-22' as never
	);
	const [found] = await it.db.read(read);
	return found.map(({ content }) => content);
}
const issue = (field: string, code: string) => ({ error: { issues: { [field]: code } } });
const events = async () =>
	(
		await it.client.execute(
			`select event, outcome from audit_events where event like 'claim/inquiry%' order by rowid`
		)
	).rows.map(({ event, outcome }) => `${String(event)} ${String(outcome)}`);

test('an inquiry is confirmed at once, in the mailbox and by a mail that says nothing', async () => {
	it.takeRoundTrips();
	const id = await send({ plannedOn: '2027-01-15' });
	expect(it.takeRoundTrips()).toBe(2);
	expect(await waitingMails(it)).toEqual([
		{ template: 'new-document', to: 'ada@example.org', language: 'en', name: 'Ada Muster' }
	]);
	expect(await letters()).toMatchObject([
		{
			kind: 'contract-notice',
			notice: {
				...{ topic: 'inquiry-received', inquiryId: id, insuredPersonName: 'Ida Berg' },
				...{ treatment: 'MARKER-treatment: Implantat', plannedOn: '2027-01-15' },
				...{ clock: 'legal', dueOn: '2026-12-20', receivedAtMs: it.clock.nowMs() }
			}
		}
	]);
	expect(must(await own(id))).toMatchObject({
		...{ state: 'open', turn: 'insurer', isLate: false, answer: null, visits: [] },
		...{ diagnosis: 'MARKER-diagnosis', expected: { amountMinor: 300_000, currency: 'EUR' } }
	});
	expect(must(await rooms().inquiries.listOwn(ada))).toMatchObject([{ id, dueOn: '2026-12-20' }]);
});

test('D1: neither treatment nor answer lies in clear in the file', async () => {
	const id = await sendAndTake();
	must(await desk().answer(kim, id, PART));
	const { rows } = await it.client.execute(
		'select content, answer from coverage_inquiries union all select content, null from documents'
	);
	const bytes = rows
		.flatMap((row) => [row['content'], row['answer']])
		.filter((one) => one !== null);
	expect(bytes).toHaveLength(4);
	for (const one of bytes)
		expect(Buffer.from(one as ArrayBuffer).toString('latin1')).not.toContain('MARKER');
});

test('the clock is that of the day it came in: two weeks, four weeks, and the rate of that day', async () => {
	await addRate(it, 'THB', '38', '2026-11-20');
	const dueOf = async (change: Partial<InquiryInput>) => {
		const { dueOn, clock } = must(await own(await send(change)));
		return `${dueOn} ${clock}`;
	};
	expect(await dueOf({ isUrgent: true })).toBe('2026-12-06 legal');
	const expected = (amountMinor: number, currency: string) => ({
		expected: { amountMinor, currency }
	});
	expect(await dueOf(expected(200_000, 'EUR'))).toBe('2026-12-20 below');
	expect(await dueOf(expected(7_700_000, 'THB'))).toBe('2026-12-20 legal');
	expect(await dueOf(expected(7_500_000, 'THB'))).toBe('2026-12-20 below');
	expect(await dueOf(expected(90_000_000, 'UAH'))).toBe('2026-12-20 unknown');
	// A rate older than the bank's longest break is none.
	it.clock.advance(12 * DAY_MS);
	expect(await dueOf(expected(7_700_000, 'THB'))).toBe('2027-01-01 unknown');
});

test('what is not answered in time is presumed to be necessary, from the day after on', async () => {
	const id = await send();
	const low = await send({ expected: { amountMinor: 100_000, currency: 'EUR' } });
	it.clock.set(Date.UTC(2026, 11, 20, 20));
	expect(must(await own(id))).toMatchObject({ isLate: false, isPresumed: false });
	it.clock.set(Date.UTC(2026, 11, 21, 9));
	expect(must(await own(id))).toMatchObject({ isLate: true, isPresumed: true });
	expect(must(await own(low))).toMatchObject({ isLate: true, isPresumed: false });
	must(await desk().take(kim, id));
	expect(must(await desk().open(kim, id))).toMatchObject({
		...{ isPresumed: true, days: { daysLeft: -1, state: 'overdue' } }
	});
});

test('what cannot be asked leaves nothing', async () => {
	expect(await trySend({ insuredPersonId: ben.personId })).toMatchObject(
		issue('who', 'person-not-insured')
	);
	expect(await trySend({ plannedOn: '2026-11-21' })).toMatchObject(
		issue('plannedOn', 'date-in-past')
	);
	expect(await trySend({ plannedOn: '2028-01-01' })).toMatchObject(
		issue('plannedOn', 'outside-cover')
	);
	it.clock.set(Date.UTC(2028, 0, 1, 12));
	expect(await trySend()).toMatchObject({ error: { code: 'contracts/cover-ended' } });
	expect(must(await rooms().inquiries.choices(ada))).toEqual([]);
	expect(await it.countRows('coverage_inquiries')).toBe(0);
	expect(await it.countRows('documents')).toBe(0);
});

test("Z2: somebody else's contract takes no inquiry, and somebody else's inquiry does not exist", async () => {
	expect(await trySend({}, ben)).toMatchObject(issue('who', 'person-not-insured'));
	expect(must(await rooms().inquiries.choices(ben))).toEqual([]);
	const id = await send();
	expect(await own(id, ben)).toEqual(NOT_FOUND);
	expect(must(await rooms().inquiries.listOwn(ben))).toEqual([]);
	for (const act of [
		rooms().inquiries.send(kim, inquiryOf(contract)),
		rooms().inquiries.getOwn(kim, id),
		desk().list(ada),
		desk().open(ada, id),
		desk().answer(ada, id, COVERED)
	])
		expect(await act).toMatchObject({ error: { kind: 'forbidden' } });
});

test('Z2: an adult who has an account of their own is asked for by themselves, or not at all', async () => {
	const id = await send();
	await it.client.execute({
		sql: `insert into contract_links (account_id, contract_id, linked_at_ms, role, person_id)
			values (?, ?, 0, 'insured-person', ?)`,
		args: [ben.accountId, contract.contractId, contract.insuredPersonId]
	});
	expect(must(await rooms().inquiries.choices(ada))).toEqual([]);
	expect(await trySend()).toMatchObject(issue('who', 'person-not-insured'));
	must(await trySend({}, ben));
	// what the policyholder has asked before stays theirs, as a claim does
	expect((await own(id)).ok).toBe(true);
});

test('Z2: a representative sees neither inquiry nor letter once the last day is over', async () => {
	await it.client.execute({
		sql: `update contract_links set role = 'representative', scope = 'claims', ends_on = '2026-11-30'`,
		args: []
	});
	const id = await sendAndTake();
	must(await desk().answer(kim, id, PART));
	const { cipher } = await cipherOf(it, ada);
	const documents = createDocumentsRepository(cipher);
	const lettersOn = async (day: string) =>
		(await it.db.read(documents.listNewest(ada.accountId, null, false, day as never)))[0].length;
	expect([await lettersOn('2026-11-30'), await lettersOn('2026-12-01')]).toEqual([2, 0]);
	const badgeOn = async (day: string) =>
		(await it.db.read(documents.countUnread(ada.accountId, day as never)))[0];
	expect([await badgeOn('2026-11-30'), await badgeOn('2026-12-01')]).toEqual([2, 0]);
	it.clock.set(Date.UTC(2026, 11, 1, 12));
	expect(await own(id)).toEqual(NOT_FOUND);
	expect(must(await rooms().inquiries.listOwn(ada))).toEqual([]);
});

test('the desk sees what is due first, with nothing of the treatment, and takes it once', async () => {
	const usual = await send();
	it.clock.advance(DAY_MS);
	const urgent = await send({ isUrgent: true });
	it.takeRoundTrips();
	const { open } = must(await desk().list(kim));
	expect(it.takeRoundTrips()).toBe(1);
	expect(open.map(({ id }) => id)).toEqual([urgent, usual]);
	expect(JSON.stringify(open)).not.toContain('MARKER');
	const taken = await Promise.all([desk().take(kim, urgent), desk().take(lea, urgent)]);
	expect(taken.filter(({ ok }) => ok)).toHaveLength(1);
	expect(taken.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'claims/inquiry-taken' } });
});

test('Z6: only whoever has it reads it; every look is shown to the customer, every refused try logged', async () => {
	const id = await send();
	for (const act of [
		desk().open(kim, id),
		desk().check(kim, id, COVERED),
		desk().answer(kim, id, COVERED)
	])
		expect(await act).toMatchObject(NOT_ASSIGNED);
	must(await desk().take(kim, id));
	it.takeRoundTrips();
	expect(must(await desk().open(kim, id))).toMatchObject({
		treatment: 'MARKER-treatment: Implantat'
	});
	expect(it.takeRoundTrips()).toBe(1);
	expect(await desk().open(lea, id)).toMatchObject(NOT_ASSIGNED);
	expect(must(await own(id)).visits).toMatchObject([{ role: 'clerk', looks: 1 }]);
	expect(await events()).toEqual([
		'claim/inquiry-received success',
		...Array.from({ length: 3 }, () => 'claim/inquiry-access-refused failure'),
		'claim/inquiry-assigned success',
		'claim/inquiry-viewed success',
		'claim/inquiry-access-refused failure'
	]);
	const { rows } = await it.client.execute(
		`select distinct p.subject_account_id as subject from audit_events e
		 join audit_personal p on p.event_id = e.id where e.event like 'claim/inquiry-access%'`
	);
	expect(rows.map(({ subject }) => subject)).toEqual([ada.accountId]);
	// a lead puts back what a colleague cannot answer; a clerk only their own
	expect(await desk().release(await addAccount(it, 'clerk', 'Uwe'), id)).toMatchObject({
		error: { code: 'claims/inquiry-taken' }
	});
	must(await desk().release(lea, id));
	must(await desk().take(lea, id));
	must(await desk().open(lea, id));
});

test('Z6: an inquiry that was taken, looked at and put back lands in the list of the data protection officer', async () => {
	const officer = await addAccount(it, 'dpo', 'Dominique');
	const { openingsService } = deskRooms(it);
	const list = async (actor = officer) => must(await openingsService.listToReview(actor));
	const id = await sendAndTake();
	must(await desk().release(kim, id));
	expect(await list(), 'nobody has looked').toEqual([]);
	must(await desk().take(kim, id));
	const lookedAtMs = it.clock.nowMs();
	for (let look = 0; look < 2; look += 1) must(await desk().open(kim, id));
	it.clock.advance(DAY_MS);
	it.takeRoundTrips();
	must(await desk().release(kim, id));
	expect(it.takeRoundTrips()).toBe(1);
	// A turn without a look adds nothing to the one before.
	must(await desk().take(kim, id));
	must(await desk().release(kim, id));
	expect(await list()).toMatchObject([
		{
			...{ subject: 'inquiry', reason: 'given-back', note: '', looks: 2, isOwn: false },
			...{ staffName: 'Kim Muster', role: 'clerk', openedAtMs: lookedAtMs }
		}
	]);
	expect((await list())[0]?.number).toBe(must(await own(id)).reference);
	const entry = { subject: 'inquiry', opening: (await list())[0]?.id ?? '' } as const;
	const self: Actor = { ...kim, role: 'dpo' };
	expect((await list(self))[0]?.isOwn).toBe(true);
	const changed = { error: { code: 'claims/opening-reviewed' } };
	expect(await openingsService.review(self, entry)).toMatchObject(changed);
	expect(await openingsService.review(officer, { ...entry, subject: 'claim' })).toMatchObject(
		NOT_FOUND
	);
	must(await openingsService.review(officer, entry));
	expect(await list()).toEqual([]);
	expect(await openingsService.review(officer, entry)).toMatchObject(changed);
	await expect(
		it.client.execute('update coverage_inquiry_returns set reviewed_at_ms = 1')
	).rejects.toThrow('cannot be changed');
});

test('Z6: where a lead puts back what a colleague has looked at, it is the colleague who is listed', async () => {
	const officer = await addAccount(it, 'dpo', 'Dominique');
	const id = await sendAndTake();
	must(await desk().open(kim, id));
	must(await desk().release(lea, id));
	expect(must(await deskRooms(it).openingsService.listToReview(officer))).toMatchObject([
		{ staffName: 'Kim Muster', looks: 1 }
	]);
});

test('Z7: nobody takes or answers what is their own in any way', async () => {
	const id = await send();
	const OWN = { error: { code: 'claims/inquiry-own' } };
	await it.client.execute({
		sql: 'insert into staff_own_contracts (account_id, contract_id, named_at_ms) values (?, ?, 0)',
		args: [kim.accountId, contract.contractId]
	});
	expect(await desk().take(kim, id)).toMatchObject(OWN);
	for (const personId of [ada.personId, contract.insuredPersonId])
		expect(await desk().take({ ...lea, personId }, id)).toMatchObject(OWN);
	// also when it was theirs to answer before
	must(await desk().take(lea, id));
	const asInsured = { ...lea, personId: contract.insuredPersonId };
	expect(await desk().open(asInsured, id)).toMatchObject(OWN);
	expect(await desk().answer(asInsured, id, COVERED)).toMatchObject(OWN);
});

test('an answer is a letter with its reasons, and a mail that says nothing of them', async () => {
	const id = await sendAndTake();
	expect(must(await desk().check(kim, id, PART))).toMatchObject({
		upTo: { amountMinor: 180_000, currency: 'EUR' }
	});
	expect(must(await own(id)).state).toBe('open');
	it.takeRoundTrips();
	must(await desk().answer(kim, id, PART));
	expect(it.takeRoundTrips()).toBe(2);
	const answer = {
		...{ outcome: 'partly-covered', upTo: { amountMinor: 180_000, currency: 'EUR' } },
		...{ reason: PART.reason, clause: PART.clause }
	};
	expect(must(await own(id))).toMatchObject({ state: 'partly-covered', turn: 'nobody', answer });
	expect(await letters()).toContainEqual(
		expect.objectContaining({
			notice: expect.objectContaining({ topic: 'inquiry-answered', ...answer }) as unknown
		})
	);
	expect((await waitingMails(it)).map(({ template }) => template)).toEqual([
		'new-document',
		'new-document'
	]);
	const list = must(await desk().list(kim));
	expect([list.open.length, list.answered[0]?.state]).toEqual([0, 'partly-covered']);
});

test('of two answers at once one counts, with one letter', async () => {
	const id = await sendAndTake();
	const answers = await Promise.all([
		desk().answer(kim, id, COVERED),
		desk().answer(kim, id, PART)
	]);
	expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
	expect(answers.find(({ ok }) => !ok)).toMatchObject({
		error: { code: 'claims/inquiry-answered' }
	});
	expect(await it.countRows('documents')).toBe(2);
	expect((await events()).filter((event) => event.includes('-answered'))).toHaveLength(1);
	expect(await desk().answer(kim, id, PART)).toMatchObject({
		error: { code: 'claims/inquiry-answered' }
	});
	expect(await desk().release(kim, id)).toMatchObject({ error: { code: 'claims/inquiry-taken' } });
});

test('an amount that is none, or no part, is named at its field', async () => {
	const id = await sendAndTake();
	const upTo = (text: string) => desk().answer(kim, id, { ...PART, upTo: text });
	expect(await upTo('viel')).toMatchObject(issue('upTo', 'amount-invalid'));
	expect(await upTo('3.000,00')).toMatchObject(issue('upTo', 'amount-above-expected'));
	expect(must(await own(id)).state).toBe('open');
});

test('after twenty a day no more are taken in', async () => {
	for (let count = 0; count < 20; count += 1) await send();
	expect(await trySend()).toMatchObject({ error: { code: 'portal/limit-reached' } });
	expect(await it.countRows('coverage_inquiries')).toBe(20);
});

test('F5: files come with the inquiry, wait in quarantine, and are named in its receipt', async () => {
	it.takeRoundTrips();
	const id = await sendFiles(['heilplan.png', '../kosten']);
	expect(it.takeRoundTrips()).toBe(2);
	const { files } = must(await own(id));
	expect(files).toMatchObject([
		{ name: 'heilplan.png', state: 'checking' },
		{ name: 'kosten.png', state: 'checking' }
	]);
	expect(await letters()).toMatchObject([
		{ notice: { topic: 'inquiry-received', fileNames: ['heilplan.png', 'kosten.png'] } }
	]);
	must(await desk().take(kim, id));
	const fileId = await fileIdOf(id);
	expect(await rooms().inquiries.openFile(ada, id, fileId)).toEqual(NOT_FOUND);
	expect(await desk().openFile(kim, id, fileId)).toEqual(NOT_FOUND);
	await release();
	it.takeRoundTrips();
	const opened = must(await rooms().inquiries.openFile(ada, id, fileId));
	expect(it.takeRoundTrips()).toBe(1);
	expect(await new Response(opened.bytes).bytes()).toEqual(new Uint8Array(pngOf()));
	// sealed under the key of who asked, as what was typed
	const { rows } = await it.client.execute('select person_id, name from files');
	expect(rows.map((row) => row['person_id'])).toEqual([ada.personId, ada.personId]);
	for (const row of rows)
		expect(Buffer.from(row['name'] as ArrayBuffer).toString('latin1')).not.toContain('heilplan');
});

test('Z6: a file is opened by whoever has the inquiry; each look is shown, each refused try logged', async () => {
	const id = await sendFiles(['heilplan.png']);
	await release();
	const fileId = await fileIdOf(id);
	expect(await desk().openFile(kim, id, fileId)).toMatchObject(NOT_ASSIGNED);
	must(await desk().take(kim, id));
	expect(must(await desk().open(kim, id)).files).toMatchObject([
		{ id: fileId, name: 'heilplan.png', state: 'ready' }
	]);
	it.takeRoundTrips();
	must(await desk().openFile(kim, id, fileId));
	expect(it.takeRoundTrips()).toBe(1);
	expect(await desk().openFile(lea, id, fileId)).toMatchObject(NOT_ASSIGNED);
	expect(must(await own(id)).visits).toMatchObject([{ role: 'clerk', looks: 2 }]);
	expect(await events()).toEqual([
		'claim/inquiry-received success',
		'claim/inquiry-access-refused failure',
		'claim/inquiry-assigned success',
		'claim/inquiry-viewed success',
		'claim/inquiry-viewed success',
		'claim/inquiry-access-refused failure'
	]);
});

test("Z2: a file is opened through its own inquiry alone, never through somebody else's", async () => {
	const id = await sendFiles(['heilplan.png']);
	const second = await sendFiles(['second.png']);
	await release();
	const fileId = await fileIdOf(id);
	expect(await rooms().inquiries.openFile(ben, id, fileId)).toEqual(NOT_FOUND);
	expect(await rooms().inquiries.openFile(ada, second, fileId)).toEqual(NOT_FOUND);
	must(await desk().take(kim, second));
	expect(await desk().openFile(kim, second, fileId)).toEqual(NOT_FOUND);
	for (const act of [rooms().inquiries.openFile(kim, id, fileId), desk().openFile(ada, id, fileId)])
		expect(await act).toMatchObject({ error: { kind: 'forbidden' } });
	// nor once the mandate of a representative has ended
	await it.client.execute(
		`update contract_links set role = 'representative', scope = 'claims', ends_on = '2026-11-21'`
	);
	expect(await rooms().inquiries.openFile(ada, id, fileId)).toEqual(NOT_FOUND);
});

test('a file that does not do is named at its field, and nothing is stored', async () => {
	const broken = { field: 'file2', name: 'x.png', bytes: new Uint8Array([1, 2, 3]) };
	const sent = await rooms().inquiries.send(ada, inquiryOf(contract), [paper('a.png'), broken]);
	expect(sent).toMatchObject(issue('file2', 'file-type'));
	for (const table of ['files', 'coverage_inquiries', 'documents', 'mail_outbox'])
		expect(await it.countRows(table), table).toBe(0);
});

test('D10: a copy of one’s data has every inquiry with its answer and who looked', async () => {
	const id = await sendAndTake();
	must(await desk().open(kim, id));
	must(await desk().answer(kim, id, PART));
	const { cipher } = await cipherOf(it, ada);
	const sectionOf = async (name: string, actor: Actor) => {
		const section = personalSections(cipher).find((one) => one.name === name);
		if (!section) throw new Error(`no section ${name}`);
		return (await it.db.read(section.read(actor)))[0];
	};
	expect(await sectionOf('coverageInquiries', ada)).toMatchObject([
		{ id, treatment: 'MARKER-treatment: Implantat', answer: { reason: PART.reason } }
	]);
	expect(await sectionOf('coverageInquiryLooks', ada)).toMatchObject([
		{ inquiryId: id, role: 'clerk' }
	]);
	expect(await sectionOf('coverageInquiries', ben)).toEqual([]);
});

test('D9: an answered inquiry goes with its files six years after the year of its answer, an open one stays', async () => {
	const id = await sendFiles(['heilplan.png']);
	must(await desk().take(kim, id));
	const open = await sendFiles(['open.png']);
	must(await desk().open(kim, id));
	must(await desk().answer(kim, id, COVERED));
	const due = deleteAfterMs('letter', it.clock.nowMs());
	const left = async () => [
		await it.countRows('coverage_inquiries'),
		await it.countRows('coverage_inquiry_looks'),
		await it.countRows('files'),
		await it.countRows('file_chunks')
	];
	it.clock.set(due - 1);
	await runRetention(it);
	expect(await left()).toEqual([2, 1, 2, 2]);
	it.clock.set(due);
	await it.client.execute('delete from job_runs');
	await runRetention(it);
	const { rows } = await it.client.execute('select id, receipt_id from coverage_inquiries');
	expect(rows.map((row) => row['id'])).toEqual([open]);
	expect(await left()).toEqual([1, 0, 1, 1]);
});
