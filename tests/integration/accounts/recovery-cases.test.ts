import * as v from 'valibot';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import {
	CASE_LIFETIME_MS,
	LETTER_LIFETIME_MS,
	LETTER_TRIES,
	RECOVERY_MAIL_LIFETIME_MS,
	RECOVERY_WAIT_MS,
	REMINDER_STEP_MS
} from '#lib/domain/accounts/recovery.ts';
import { registrationWithoutQuestionsSchema } from '#lib/domain/accounts/registration.schema.ts';
import { ROLES, type Actor } from '#lib/domain/actor.ts';
import { normaliseCode } from '#lib/server/platform/ids.ts';
import {
	codeAt,
	REGISTRATION,
	registerActive,
	signIn,
	waitingMails
} from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mailedCode, recoveryRooms } from '../../support/recovery.ts';

const ANSWERS = { answer1: ' birkenWEG ', answer2: 'frau  lund' };
const staffMember = (role: Actor['role'], name: string = role): Actor => ({
	accountId: name,
	personId: `person-${name}`,
	role
});
const SUPPORT = staffMember('support');
const SENIOR = staffMember('seniorClerk');

let it: TestDatabase;
let owner: Awaited<ReturnType<typeof registerActive>>;
beforeEach(async () => {
	it = await openTestDatabase();
	owner = await registerActive(it);
	it.clock.advance(TOTP_STEP_MS);
});
afterEach(() => it.close());

const refusedWith = (code: string) => ({ ok: false, error: { code } });
const casesRoom = () => recoveryRooms(it).cases;
const desk = () => recoveryRooms(it).desk;

async function mailProof(): Promise<string> {
	await casesRoom().start(REGISTRATION);
	return mailedCode(it, 'open-recovery');
}
async function openCase(): Promise<string> {
	const opened = await casesRoom().open(await mailProof(), ANSWERS);
	if (!opened.ok) throw new Error(opened.error.code);
	const { rows } = await it.client.execute(
		'select id from recovery_cases order by id desc limit 1'
	);
	return String(rows[0]?.['id']);
}
async function stateOf(caseId: string): Promise<unknown> {
	const { rows } = await it.client.execute({
		sql: 'select state from recovery_cases where id = ?',
		args: [caseId]
	});
	return rows[0]?.['state'];
}
/** Through waiting, check and approval to the code of the letter. */
async function letterOf(caseId: string): Promise<string> {
	it.clock.advance(RECOVERY_WAIT_MS);
	expect((await desk().check(SUPPORT, caseId)).ok).toBe(true);
	expect((await desk().approve(SENIOR, caseId)).ok).toBe(true);
	const printed = await desk().printLetter(SENIOR, caseId);
	if (!printed.ok) throw new Error(printed.error.code);
	return normaliseCode(new TextDecoder().decode(printed.value.bytes));
}
const withLetter = (letterCode: string, password = REGISTRATION.password) =>
	recoveryRooms(it).recovery.startWithLetter({ email: REGISTRATION.email, password, letterCode });

test('A21: from password, mail and answers through 72 hours and two people to a new phone', async () => {
	it.takeRoundTrips();
	await casesRoom().start(REGISTRATION);
	expect(it.takeRoundTrips()).toBe(2);
	const code = await mailedCode(it, 'open-recovery');
	it.takeRoundTrips();
	const shown = await casesRoom().showQuestions(code);
	expect(shown).toMatchObject({ value: { questions: ['first-street', 'first-teacher'] } });
	expect(it.takeRoundTrips()).toBe(1);
	expect((await casesRoom().open(code, ANSWERS)).ok).toBe(true);
	expect(it.takeRoundTrips()).toBe(3);
	const [queued] = (await desk().list(SUPPORT)).ok ? await openIds() : [];
	const letterCode = await letterOf(queued ?? '');
	it.takeRoundTrips();
	const started = await withLetter(letterCode);
	expect(it.takeRoundTrips()).toBe(3);
	const token = started.ok ? started.value.enrolmentToken : '';
	const view = await recoveryRooms(it).recovery.showEnrolment(token);
	const secret = view.ok ? view.value.secretText : '';
	const done = await recoveryRooms(it).recovery.finish(token, codeAt(secret, it.clock.nowMs()));
	expect(done.ok && done.value.recoveryCodes).toHaveLength(10);
	const { rows } = await it.client.execute(
		'select recovered_at_ms, must_change_password from accounts'
	);
	expect({ ...rows[0] }).toEqual({
		recovered_at_ms: it.clock.nowMs(),
		must_change_password: 1
	});
	expect(await stateOf(queued ?? '')).toBe('done');
	expect(await withLetter(letterCode)).toMatchObject(refusedWith('accounts/recovery-refused'));
});

async function openIds(): Promise<readonly string[]> {
	const listed = await desk().list(SUPPORT);
	return listed.ok ? listed.value.map(({ id }) => id) : [];
}

test('A22: the questions are shown only to whoever holds the code of the mail, and looking uses nothing up', async () => {
	for (const code of ['', 'A'.repeat(40)]) {
		expect(await casesRoom().showQuestions(code)).toMatchObject(
			refusedWith('accounts/recovery-link-invalid')
		);
		expect(await casesRoom().open(code, ANSWERS)).toMatchObject(
			refusedWith('accounts/recovery-link-invalid')
		);
	}
	const code = await mailProof();
	await casesRoom().showQuestions(code);
	await casesRoom().showQuestions(code);
	it.clock.advance(RECOVERY_MAIL_LIFETIME_MS);
	expect(await casesRoom().open(code, ANSWERS)).toMatchObject(
		refusedWith('accounts/recovery-link-invalid')
	);
	it.clock.advance(-1);
	expect((await casesRoom().open(code, ANSWERS)).ok).toBe(true);
});

test('A22: one wrong answer, the other or both are refused alike, three times, also at once', async () => {
	const code = await mailProof();
	const wrongs = [
		{ ...ANSWERS, answer1: 'Lindenweg' },
		{ ...ANSWERS, answer2: 'Herr Berg' },
		{ answer1: ANSWERS.answer2, answer2: ANSWERS.answer1 }
	];
	const tried = await Promise.all(wrongs.map((wrong) => casesRoom().open(code, wrong)));
	for (const one of tried) {
		expect(one).toEqual({
			ok: false,
			error: { kind: 'invalid', code: 'accounts/recovery-refused' }
		});
	}
	expect(await casesRoom().open(code, ANSWERS)).toMatchObject(
		refusedWith('accounts/recovery-too-many-tries')
	);
	// A new mail does not bring new tries.
	expect(await casesRoom().open(await mailProof(), ANSWERS)).toMatchObject(
		refusedWith('accounts/recovery-too-many-tries')
	);
	expect(await it.countRows('recovery_cases')).toBe(0);
});

test('A22: answers are stored with a slow hash and a salt of their own', async () => {
	const { rows } = await it.client.execute('select answer_hash from security_answers');
	const hashes = rows.map((row) => String(row['answer_hash']));
	expect(hashes.every((hash) => hash.startsWith('$argon2id$'))).toBe(true);
	expect(new Set(hashes.map((hash) => hash.split('$')[4])).size).toBe(2);
});

test('A17: a wrong password and an unknown address begin a case alike, and send nothing', async () => {
	const before = (await waitingMails(it)).length;
	for (const wrong of [{ password: 'falsch' }, { email: 'nobody@example.org' }]) {
		it.takeRoundTrips();
		expect(await casesRoom().start({ ...REGISTRATION, ...wrong })).toEqual({
			ok: true,
			value: undefined
		});
		expect(it.takeRoundTrips()).toBe(2);
	}
	expect(await waitingMails(it)).toHaveLength(before);
});

test('A23: at 71:59 hours nobody can check, approve or print', async () => {
	const caseId = await openCase();
	it.clock.advance(RECOVERY_WAIT_MS - 60_000);
	expect(await desk().check(SUPPORT, caseId)).toMatchObject(refusedWith('accounts/case-too-early'));
	expect(await desk().approve(SENIOR, caseId)).toMatchObject(refusedWith('accounts/case-closed'));
	expect(await desk().printLetter(SENIOR, caseId)).toMatchObject(
		refusedWith('accounts/case-closed')
	);
	it.clock.advance(60_000);
	expect((await desk().check(SUPPORT, caseId)).ok).toBe(true);
});

test('A23: the link of every mail stops the case, at once and at any later step', async () => {
	const caseId = await openCase();
	const first = await mailedCode(it, 'recovery-opened');
	it.clock.advance(REMINDER_STEP_MS);
	expect(await casesRoom().remindWaiting()).toBe(1);
	expect(await casesRoom().remindWaiting()).toBe(0);
	it.clock.advance(REMINDER_STEP_MS);
	expect(await casesRoom().remindWaiting()).toBe(1);
	const links = (await waitingMails(it)).filter((one) => one.template === 'recovery-reminder');
	expect(links).toHaveLength(2);
	it.clock.advance(REMINDER_STEP_MS);
	await desk().check(SUPPORT, caseId);
	await desk().approve(SENIOR, caseId);
	const printed = await desk().printLetter(SENIOR, caseId);
	expect((await casesRoom().cancel(first)).ok).toBe(true);
	expect(await stateOf(caseId)).toBe('cancelled');
	const code = printed.ok ? normaliseCode(new TextDecoder().decode(printed.value.bytes)) : '';
	expect(await withLetter(code)).toMatchObject(refusedWith('accounts/recovery-refused'));
	expect(await casesRoom().cancel(first)).toMatchObject(
		refusedWith('accounts/recovery-link-invalid')
	);
	expect((await waitingMails(it)).at(-1)).toMatchObject({ template: 'recovery-closed' });
});

test('A23: the owner who signs in ends the case, also between letter and new phone', async () => {
	const caseId = await openCase();
	const started = await withLetter(await letterOf(caseId));
	const token = started.ok ? started.value.enrolmentToken : '';
	const view = await recoveryRooms(it).recovery.showEnrolment(token);
	const code = codeAt(owner.secretText, it.clock.nowMs());
	expect((await signIn(it, { ...REGISTRATION, code })).ok).toBe(true);
	expect(await stateOf(caseId)).toBe('cancelled');
	it.clock.advance(TOTP_STEP_MS);
	const fresh = codeAt(view.ok ? view.value.secretText : '', it.clock.nowMs());
	expect((await recoveryRooms(it).recovery.finish(token, fresh)).ok).toBe(false);
});

test('A24: whoever checked cannot approve, not even a senior clerk, nor past the service', async () => {
	const caseId = await openCase();
	it.clock.advance(RECOVERY_WAIT_MS);
	expect((await desk().check(SENIOR, caseId)).ok).toBe(true);
	expect(await desk().approve(SENIOR, caseId)).toMatchObject(
		refusedWith('accounts/case-same-person')
	);
	await expect(
		it.client.execute({
			sql: 'update recovery_cases set approved_by = checked_by where id = ?',
			args: [caseId]
		})
	).rejects.toThrow(/CHECK/);
	expect((await desk().approve(staffMember('seniorClerk', 'other'), caseId)).ok).toBe(true);
});

test('A24: nobody approves their own case, and a young address blocks', async () => {
	const caseId = await openCase();
	it.clock.advance(RECOVERY_WAIT_MS);
	const { rows } = await it.client.execute('select person_id from accounts');
	const self = { ...SENIOR, personId: String(rows[0]?.['person_id']) };
	expect(await desk().view(self, caseId)).toMatchObject(refusedWith('accounts/case-own'));
	expect(await desk().check(self, caseId)).toMatchObject(refusedWith('accounts/case-own'));
	await desk().check(SUPPORT, caseId);
	await it.client.execute(`update accounts set contact_changed_at_ms = ${it.clock.nowMs()}`);
	expect(await desk().approve(SENIOR, caseId)).toMatchObject(
		refusedWith('accounts/case-young-contact')
	);
	expect(await stateOf(caseId)).toBe('checked');
});

test('A24: staff have no act that sets a secret, and the letter alone opens nothing', async () => {
	expect(Object.keys(desk()).sort()).toEqual([
		'approve',
		'check',
		'list',
		'printLetter',
		'refuse',
		'view'
	]);
	const letterCode = await letterOf(await openCase());
	expect(await withLetter(letterCode, 'guessed by staff')).toMatchObject(
		refusedWith('accounts/recovery-refused')
	);
	const { rows } = await it.client.execute('select hex(letter_code_hash) as h from recovery_cases');
	expect(String(rows[0]?.['h'])).toHaveLength(64);
});

test('Z5, A24: only the roles of the table list, check and approve cases', async () => {
	const caseId = await openCase();
	it.clock.advance(RECOVERY_WAIT_MS);
	for (const role of ROLES) {
		const actor = staffMember(role, `one-${role}`);
		const mayCheck = ['clerk', 'seniorClerk', 'support'].includes(role);
		expect([role, (await desk().list(actor)).ok]).toEqual([role, mayCheck]);
		expect([role, (await desk().view(actor, caseId)).ok]).toEqual([role, mayCheck]);
		if (!mayCheck) expect((await desk().check(actor, caseId)).ok).toBe(false);
		if (role !== 'seniorClerk') {
			for (const done of [
				await desk().approve(actor, caseId),
				await desk().printLetter(actor, caseId)
			]) {
				expect(done).toMatchObject({ error: { kind: 'forbidden' } });
			}
		}
	}
	expect(await desk().view(SUPPORT, 'no-such-case')).toMatchObject({
		error: { kind: 'not-found' }
	});
});

test('a letter is printed once, and of two at once one gets it', async () => {
	const caseId = await openCase();
	it.clock.advance(RECOVERY_WAIT_MS);
	await desk().check(SUPPORT, caseId);
	await desk().approve(SENIOR, caseId);
	const printed = await Promise.all([1, 2].map(() => desk().printLetter(SENIOR, caseId)));
	expect(printed.filter((one) => one.ok)).toHaveLength(1);
	expect(printed.find((one) => !one.ok)).toMatchObject(refusedWith('accounts/letter-printed'));
});

test('A10: the letter takes five tries with the right password; a stranger cannot use them up', async () => {
	const letterCode = await letterOf(await openCase());
	const wrong = 'A'.repeat(26);
	for (let tries = 0; tries < 8; tries += 1) await withLetter(wrong, 'falsch');
	it.clock.advance(60 * 60 * 1000);
	for (let tries = 0; tries < LETTER_TRIES - 1; tries += 1) {
		await withLetter(wrong);
		it.clock.advance(60 * 60 * 1000);
	}
	expect((await withLetter(letterCode)).ok).toBe(true);
	expect(await withLetter(letterCode)).toMatchObject(refusedWith('accounts/recovery-refused'));
});

test('A20: the letter counts for 21 days', async () => {
	const letterCode = await letterOf(await openCase());
	it.clock.advance(LETTER_LIFETIME_MS);
	expect((await withLetter(letterCode)).ok).toBe(false);
	it.clock.advance(-1);
	expect((await withLetter(letterCode)).ok).toBe(true);
});

test('one case at a time; a refused or overdue one makes room and its owner is told', async () => {
	const caseId = await openCase();
	expect(await casesRoom().open(await mailProof(), ANSWERS)).toMatchObject(
		refusedWith('accounts/case-open')
	);
	expect((await desk().refuse(SUPPORT, caseId)).ok).toBe(true);
	expect((await waitingMails(it)).at(-1)).toMatchObject({ template: 'recovery-closed' });
	expect(await desk().refuse(SUPPORT, caseId)).toMatchObject(refusedWith('accounts/case-closed'));
	it.clock.advance(60 * 60 * 1000);
	const second = await openCase();
	it.clock.advance(CASE_LIFETIME_MS - 1);
	expect(await casesRoom().expireOverdue()).toBe(0);
	expect(await stateOf(second)).toBe('waiting');
	it.clock.advance(1);
	const before = (await waitingMails(it)).length;
	const counts = await Promise.all([casesRoom().expireOverdue(), casesRoom().expireOverdue()]);
	expect(counts.toSorted()).toEqual([0, 1]);
	expect(await stateOf(second)).toBe('expired');
	const told = (await waitingMails(it)).slice(before);
	expect(told).toMatchObject([{ template: 'recovery-closed', to: REGISTRATION.email }]);
	const { rows } = await it.client.execute(
		`select object_ref, outcome from audit_events where event = 'recovery/case-expired'`
	);
	expect(rows.map((row) => [row['object_ref'], row['outcome']])).toEqual([
		[`recovery:${second}`, 'success']
	]);
});

test('A20, L1: a letter that did not come back closes its case, with entry and mail', async () => {
	const caseId = await openCase();
	await letterOf(caseId);
	it.clock.advance(LETTER_LIFETIME_MS - 1);
	expect(await casesRoom().expireOverdue()).toBe(0);
	it.clock.advance(1);
	expect(await casesRoom().expireOverdue()).toBe(1);
	expect(await stateOf(caseId)).toBe('expired');
	expect((await waitingMails(it)).at(-1)).toMatchObject({ template: 'recovery-closed' });
});

test('L1: what was proven or tried on each way of a recovery is in the log', async () => {
	await casesRoom().start({ ...REGISTRATION, password: 'falsch' });
	await casesRoom().open(await mailProof(), { ...ANSWERS, answer1: 'Lindenweg' });
	const caseId = await openCase();
	const letterCode = await letterOf(caseId);
	await withLetter('A'.repeat(26));
	const started = await withLetter(letterCode);
	const token = started.ok ? started.value.enrolmentToken : '';
	const view = await recoveryRooms(it).recovery.showEnrolment(token);
	const code = codeAt(view.ok ? view.value.secretText : '', it.clock.nowMs());
	const done = await recoveryRooms(it).recovery.finish(token, code);
	const recoveryCode = normaliseCode(done.ok ? (done.value.recoveryCodes[0] ?? '') : '');
	await it.client.execute('update accounts set must_change_password = 0');
	const { email, password } = REGISTRATION;
	for (const typed of ['A'.repeat(26), recoveryCode]) {
		it.clock.advance(60 * 60 * 1000);
		await recoveryRooms(it).recovery.startWithCode({ email, password, recoveryCode: typed });
	}
	const { rows } = await it.client.execute(
		`select event, factors from audit_events
			where event like 'account/recovery%' or event like 'account/authenticator-recovered'
				or event = 'recovery/case-opened' order by seq`
	);
	expect(rows.map((row) => `${String(row['event'])} ${String(row['factors'])}`)).toEqual([
		'account/recovery-failed password',
		'account/recovery-started password',
		'account/recovery-failed mail-code+security-answers',
		'account/recovery-started password',
		'recovery/case-opened mail-code+security-answers',
		'account/recovery-failed password+letter-code',
		'account/recovery-started password+letter-code',
		'account/authenticator-recovered password+letter-code',
		'account/recovery-failed password+recovery-code',
		'account/recovery-started password+recovery-code'
	]);
});

test('A21: with the questions switched off no mail is sent and no case opens', async () => {
	const code = await mailProof();
	const off = () => recoveryRooms(it, { securityQuestions: 'off' }).cases;
	const before = (await waitingMails(it)).length;
	expect(await off().start(REGISTRATION)).toMatchObject(refusedWith('portal/not-found'));
	expect(await off().showQuestions(code)).toMatchObject({ ok: false });
	expect(await off().open(code, ANSWERS)).toMatchObject({ ok: false });
	expect(await waitingMails(it)).toHaveLength(before);
	expect(await it.countRows('recovery_cases')).toBe(0);
});

test('A21: switched off, the questions close letters and cases that are on their way', async () => {
	const off = () => recoveryRooms(it, { securityQuestions: 'off' });
	const caseId = await openCase();
	it.clock.advance(RECOVERY_WAIT_MS);
	await desk().check(SUPPORT, caseId);
	expect(await off().desk.approve(SENIOR, caseId)).toMatchObject(
		refusedWith('accounts/case-closed')
	);
	expect(await stateOf(caseId)).toBe('checked');
	expect((await desk().approve(SENIOR, caseId)).ok).toBe(true);
	expect(await off().desk.printLetter(SENIOR, caseId)).toMatchObject(
		refusedWith('accounts/case-closed')
	);
	const printed = await desk().printLetter(SENIOR, caseId);
	const letterCode = printed.ok ? normaliseCode(new TextDecoder().decode(printed.value.bytes)) : '';
	const { email, password } = REGISTRATION;
	expect(await off().recovery.startWithLetter({ email, password, letterCode })).toMatchObject(
		refusedWith('portal/not-found')
	);
	const started = await withLetter(letterCode);
	const token = started.ok ? started.value.enrolmentToken : '';
	const view = await recoveryRooms(it).recovery.showEnrolment(token);
	const code = codeAt(view.ok ? view.value.secretText : '', it.clock.nowMs());
	expect(await off().recovery.finish(token, code)).toMatchObject(
		refusedWith('accounts/recovery-ended')
	);
	expect((await recoveryRooms(it).recovery.finish(token, code)).ok).toBe(true);
});

test('A17: a letter costs the same round trips for a wrong password, address or code and without a letter', async () => {
	const costOf = async (change: Partial<{ email: string; password: string }>) => {
		it.takeRoundTrips();
		const input = { ...REGISTRATION, ...change, letterCode: 'A'.repeat(26) };
		expect(await recoveryRooms(it).recovery.startWithLetter(input)).toMatchObject(
			refusedWith('accounts/recovery-refused')
		);
		return it.takeRoundTrips();
	};
	expect(await costOf({})).toBe(3);
	expect(await costOf({ password: 'falsch' })).toBe(3);
	await letterOf(await openCase());
	expect(await costOf({})).toBe(3);
	expect(await costOf({ password: 'falsch' })).toBe(3);
	expect(await costOf({ email: 'nobody@example.org' })).toBe(3);
});

test('A24, L1: every step of a case is in the log, of the owner and of the staff', async () => {
	const caseId = await openCase();
	await desk().view(SUPPORT, caseId);
	await desk().check(SUPPORT, caseId);
	await letterOf(caseId);
	const { rows } = await it.client.execute(
		`select event, outcome from audit_events where event like 'recovery/%' order by seq`
	);
	expect(rows.map((row) => `${String(row['event'])} ${String(row['outcome'])}`)).toEqual([
		'recovery/case-opened success',
		'recovery/case-viewed success',
		'recovery/case-checked failure',
		'recovery/case-checked success',
		'recovery/case-approved success',
		'recovery/letter-printed success'
	]);
});

test('D8: what staff see of a case holds no address, no number in full and no secret', async () => {
	const caseId = await openCase();
	const view = await desk().view(SUPPORT, caseId);
	expect(view.ok && view.value.name).toBe('Zoë Ødegård');
	const text = JSON.stringify(view);
	for (const hidden of [REGISTRATION.email, '40612345', owner.secretText]) {
		expect(text).not.toContain(hidden);
	}
});

test('A22: an operator who asks no questions keeps none, whatever is sent', async () => {
	const typed = { ...REGISTRATION, email: 'new@example.org' };
	const parsed = v.parse(registrationWithoutQuestionsSchema, typed);
	expect(Object.keys(parsed)).not.toContain('answer1');
	const before = await it.countRows('security_answers');
	await registerActive(it, parsed);
	expect(await it.countRows('security_answers')).toBe(before);
	// Switched on later, such an account is told that it has none.
	await casesRoom().start(typed);
	expect(await casesRoom().showQuestions(await mailedCode(it, 'open-recovery'))).toMatchObject(
		refusedWith('accounts/answers-missing')
	);
});
