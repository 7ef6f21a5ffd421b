import { afterEach, beforeEach, expect, test } from 'vitest';
import {
	STEP_UP_FAILURES_A_DAY,
	STEP_UP_LIFETIME_MS,
	STEP_UP_TRIES,
	TOTP_STEP_MS
} from '#lib/domain/accounts/lifetimes.ts';
import { DAY_MS, HOUR_MS } from '#lib/domain/calendar.ts';
import { normaliseCode } from '#lib/server/platform/ids.ts';
import {
	accountRooms,
	codeAt,
	NEW_BROWSER,
	REGISTRATION,
	signIn,
	waitingMails
} from '../../support/accounts.ts';
import { ownerOf, pageRooms, type Owner } from '../../support/account-page.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mailedCode, recoveryRooms } from '../../support/recovery.ts';

const NEW_PASSWORD = 'sieben Schafe im Regen';

let it: TestDatabase;
let owner: Owner;
beforeEach(async () => {
	it = await openTestDatabase();
	owner = await ownerOf(it);
});
afterEach(() => it.close());

async function askForPassword(cookie = owner.token()): Promise<string> {
	const { account, actor, sessionId } = await owner.enter(cookie);
	const asked = await account.askPassword(actor, sessionId, { password: NEW_PASSWORD });
	if (!asked.ok) throw new Error(asked.error.code);
	return asked.value.id;
}

async function confirm(id: string, proof = owner.proof(), cookie = owner.token()) {
	const { stepUp, actor, sessionId } = await owner.enter(cookie);
	return stepUp.confirm(actor, sessionId, id, proof);
}

const FAILED = { ok: false, error: { kind: 'invalid', code: 'accounts/step-up-failed' } };
const ENDED = { ok: false, error: { kind: 'conflict', code: 'accounts/step-up-ended' } };
const wrongCode = (code: string) => (code === '000000' ? '000001' : '000000');

async function passwordHash(): Promise<unknown> {
	const { rows } = await it.client.execute('select password_hash as hash from accounts');
	return rows[0]?.['hash'];
}

test('S8, ASVS 6.2.2, ASVS 6.2.3: an act is done by password and fresh code, in two round trips, and told by mail', async () => {
	const id = await askForPassword();
	const { stepUp, actor, sessionId } = await owner.enter();
	expect(await stepUp.show(actor, sessionId, id)).toMatchObject({
		ok: true,
		value: { act: 'password/change', needsPassword: true, enrolment: null }
	});
	it.takeRoundTrips();
	const done = await stepUp.confirm(actor, sessionId, id, owner.proof());
	expect(it.takeRoundTrips()).toBe(2);
	expect(done).toMatchObject({ ok: true, value: { act: 'password/change' } });
	const mail = (await waitingMails(it)).at(-1);
	expect(mail).toMatchObject({ template: 'account-changed', change: 'password' });
	it.clock.advance(TOTP_STEP_MS);
	const code = codeAt(owner.secretText, it.clock.nowMs());
	expect((await signIn(it, { ...REGISTRATION, code })).ok).toBe(false);
	it.clock.advance(TOTP_STEP_MS);
	const next = codeAt(owner.secretText, it.clock.nowMs());
	expect((await signIn(it, { ...REGISTRATION, password: NEW_PASSWORD, code: next })).ok).toBe(true);
});

test('A3: a change refuses a common password and one of names, and nothing waits', async () => {
	const { account, actor, sessionId } = await owner.enter();
	for (const [password, issue] of [
		['Unbelievable2026', 'password-common'],
		['Zoë Ødegård 90', 'password-context'],
		['Musterland2026', 'password-context']
	] as const) {
		expect(await account.askPassword(actor, sessionId, { password })).toEqual({
			ok: false,
			error: { kind: 'invalid', code: 'portal/invalid-input', issues: { password: issue } }
		});
	}
	expect(await it.countRows('pending_acts')).toBe(0);
	expect((await account.askPassword(actor, sessionId, { password: NEW_PASSWORD })).ok).toBe(true);
});

test('S8: asking alone changes nothing, and the new password waits only as its hash', async () => {
	const before = await passwordHash();
	await askForPassword();
	expect(await passwordHash()).toBe(before);
	const { rows } = await it.client.execute('select payload from pending_acts');
	const payload = Buffer.from(rows[0]?.['payload'] as ArrayBuffer).toString('latin1');
	expect(payload).not.toContain(NEW_PASSWORD);
});

test('S8, ASVS 6.2.3: a wrong password and a wrong code are refused alike, logged, and change nothing', async () => {
	const before = await passwordHash();
	const id = await askForPassword();
	expect(await confirm(id, owner.proof({ password: 'falsch geraten' }))).toEqual(FAILED);
	const proof = owner.proof();
	expect(await confirm(id, { ...proof, code: wrongCode(proof.code) })).toEqual(FAILED);
	expect(await confirm(id, owner.proof({ password: null }))).toEqual(FAILED);
	expect(await passwordHash()).toBe(before);
	const { rows } = await it.client.execute(
		`select count(*) as n from audit_events where event = 'account/step-up-failed'`
	);
	expect(rows[0]?.['n']).toBe(3);
	expect((await confirm(id)).ok).toBe(true);
});

test('A7: a code that opened the session or another act is no proof again', async () => {
	const id = await askForPassword();
	const code = codeAt(owner.secretText, it.clock.nowMs());
	expect(await confirm(id, { ...owner.proof(), code })).toEqual(FAILED);
	const proof = owner.proof();
	const done = await confirm(id, proof);
	owner.take(done.ok ? done.value.sessionToken : '');
	const second = await askForPassword();
	expect(await confirm(second, { ...proof, password: NEW_PASSWORD })).toEqual(FAILED);
	expect((await signIn(it, { ...REGISTRATION, ...proof, password: NEW_PASSWORD })).ok).toBe(false);
});

test('A7: ten parallel proofs with one code do the act once', async () => {
	const first = await askForPassword();
	const second = await askForPassword();
	const proof = owner.proof();
	const done = await Promise.all(
		[first, second].flatMap((id) => [1, 2, 3, 4, 5].map(() => confirm(id, proof)))
	);
	expect(done.filter((one) => one.ok)).toHaveLength(1);
});

test('A10: an act takes five tries, also when twenty come at once, and lives five minutes', async () => {
	const id = await askForPassword();
	const proof = owner.proof();
	const wrong = { ...proof, code: wrongCode(proof.code) };
	const tries = await Promise.all(Array.from({ length: 20 }, () => confirm(id, wrong)));
	const codes = tries.map((one) => (one.ok ? 'ok' : one.error.code));
	expect(codes.filter((code) => code === 'accounts/step-up-failed')).toHaveLength(STEP_UP_TRIES);
	expect(await confirm(id)).toEqual(ENDED);
	const other = await askForPassword();
	it.clock.advance(STEP_UP_LIFETIME_MS - TOTP_STEP_MS);
	expect(await confirm(other)).toEqual(ENDED);
});

test('A10: a stolen session cannot ask for act after act and guess all day', async () => {
	for (let failures = 0; failures < STEP_UP_FAILURES_A_DAY;) {
		const id = await askForPassword();
		for (let tries = 0; tries < STEP_UP_TRIES; tries += 1, failures += 1) {
			const proof = owner.proof();
			it.clock.advance(-TOTP_STEP_MS);
			expect(await confirm(id, { ...proof, code: wrongCode(proof.code) })).toEqual(FAILED);
		}
	}
	const { account, actor, sessionId } = await owner.enter();
	const ask = () => account.askPassword(actor, sessionId, { password: NEW_PASSWORD });
	expect(await ask()).toMatchObject({
		error: { kind: 'rate-limited', code: 'accounts/too-many-tries' }
	});
	it.clock.advance(DAY_MS + HOUR_MS);
	expect((await ask()).ok).toBe(true);
}, 60_000);

test('A12: wrong proofs count towards the end of what was wrong, and a right one clears them', async () => {
	const failures = async () => {
		const { rows } = await it.client.execute(
			'select password_failures as password, totp_failures as totp from accounts'
		);
		return [rows[0]?.['password'], rows[0]?.['totp']];
	};
	const id = await askForPassword();
	await confirm(id, owner.proof({ password: 'falsch geraten' }));
	expect(await failures()).toEqual([1, 0]);
	const proof = owner.proof();
	await confirm(id, { ...proof, code: wrongCode(proof.code) });
	expect(await failures()).toEqual([0, 1]);
	await it.client.execute('update accounts set totp_failures = 100');
	expect(await confirm(id)).toEqual(FAILED);
	await it.client.execute('update accounts set totp_failures = 99');
	expect((await confirm(id)).ok).toBe(true);
	expect(await failures()).toEqual([0, 0]);
});

test('A12: the hundredth failure switches it off with entry and mail, once, also when five come at once', async () => {
	await it.client.execute('update accounts set password_failures = 96, totp_failures = 96');
	const id = await askForPassword();
	const proof = owner.proof();
	const wrong = { ...proof, password: 'falsch geraten', code: wrongCode(proof.code) };
	await Promise.all([1, 2, 3, 4, 5].map(() => confirm(id, wrong)));
	const { rows } = await it.client.execute(
		`select password_failures as password, totp_failures as totp, (select count(*)
		 from audit_events where event = 'account/authenticator-off') as entries from accounts`
	);
	expect({ ...rows[0] }).toEqual({ password: 100, totp: 100, entries: 2 });
	const mails = (await waitingMails(it)).filter((one) => one.template === 'authenticator-off');
	expect(mails.map((one) => 'authenticator' in one && one.authenticator).sort()).toEqual([
		'password',
		'totp'
	]);
});

test('S8: only the session that asked may confirm, and a used act is used up', async () => {
	const other = await owner.signIn();
	const id = await askForPassword();
	expect(await confirm(id, owner.proof(), other)).toEqual(ENDED);
	const { stepUp, actor, sessionId } = await owner.enter(other);
	expect(await stepUp.show(actor, sessionId, id)).toEqual(ENDED);
	const stranger = await ownerOf(it, { ...REGISTRATION, email: 'other@example.org' });
	const strange = await stranger.enter();
	expect(
		await strange.stepUp.confirm(strange.actor, strange.sessionId, id, stranger.proof())
	).toEqual(ENDED);
	const done = await confirm(id);
	owner.take(done.ok ? done.value.sessionToken : '');
	expect(await confirm(id)).toEqual(ENDED);
});

test('S8: values changed, moved or renamed in the row are refused', async () => {
	const before = await passwordHash();
	const first = await askForPassword();
	const second = await askForPassword();
	await it.client.execute({
		sql: `update pending_acts set payload = (select payload from pending_acts where id = ?) where id = ?`,
		args: [first, second]
	});
	expect(await confirm(second)).toEqual(FAILED);
	await it.client.execute({
		sql: `update pending_acts set payload = randomblob(80) where id = ?`,
		args: [first]
	});
	expect(await confirm(first)).toEqual(FAILED);
	expect(await passwordHash()).toBe(before);
});

test('S3: a proven act gives the session a new token; the old one is dead, the end stays', async () => {
	const endOf = async () => {
		const { rows } = await it.client.execute('select expires_at_ms as at from sessions');
		return rows.map((row) => row['at']);
	};
	const old = owner.token();
	const before = await endOf();
	const done = await confirm(await askForPassword());
	const token = done.ok ? done.value.sessionToken : '';
	expect(token).not.toBe(old);
	await expect(owner.enter(old)).rejects.toThrow('signed out');
	expect((await owner.enter(token)).actor.role).toBe('customer');
	expect(await endOf()).toEqual(before);
});

test('S6: a new password ends every other session of the account, and nobody else’s', async () => {
	const stranger = await ownerOf(it, { ...REGISTRATION, email: 'other@example.org' });
	const second = await owner.signIn();
	expect((await confirm(await askForPassword())).ok).toBe(true);
	await expect(owner.enter(second)).rejects.toThrow('signed out');
	expect((await stranger.enter()).actor.role).toBe('customer');
});

test('A25: the password in use is not accepted as the new one, and a new one lifts the lock', async () => {
	await it.client.execute('update accounts set must_change_password = 1');
	const { account, actor, sessionId } = await owner.enter();
	const same = await account.askPassword(actor, sessionId, { password: REGISTRATION.password });
	expect(await confirm(same.ok ? same.value.id : '')).toMatchObject({
		error: { code: 'accounts/password-same' }
	});
	expect((await confirm(await askForPassword())).ok).toBe(true);
	const { rows } = await it.client.execute('select must_change_password as must from accounts');
	expect(rows[0]?.['must']).toBe(0);
});

test('S6: a change of a credential ends every sign-in and recovery that was begun before it', async () => {
	const before = await beginEverything();
	expect(await confirm(await askForPassword())).toMatchObject({ ok: true });
	await expectNothingBegun(before);
});

test('S6: a confirmed change of address ends every sign-in and recovery that was begun before it', async () => {
	const { account, actor, sessionId } = await owner.enter();
	const asked = await account.askEmail(actor, sessionId, { email: 'neu@example.org' });
	if (!asked.ok) throw new Error(asked.error.code);
	expect(await confirm(asked.value.id)).toMatchObject({ ok: true });
	const before = await beginEverything();
	const link = await mailedCode(it, 'confirm-email');
	expect(await pageRooms(it).emailChange.confirm(link)).toMatchObject({ ok: true });
	await expectNothingBegun(before);
});

/** What somebody with the old password can have begun: a sign-in, a recovery, two mails. */
async function beginEverything() {
	const half = await accountRooms(it).signIn.start(REGISTRATION, 'customer', NEW_BROWSER);
	const started = await recoveryRooms(it).recovery.startWithCode({
		email: REGISTRATION.email,
		password: REGISTRATION.password,
		recoveryCode: normaliseCode(owner.recoveryCodes[0] ?? '')
	});
	await recoveryRooms(it).reset.request(REGISTRATION.email);
	await recoveryRooms(it).cases.start(REGISTRATION);
	if (!half.ok || !started.ok) throw new Error('nothing begun');
	expect(await unusedLinks()).toEqual(['open-recovery', 'reset-password']);
	return { challengeToken: half.value.challengeToken, ...started.value };
}

async function unusedLinks(): Promise<readonly unknown[]> {
	const { rows } = await it.client.execute(
		`select purpose from mail_tokens where used_at_ms is null
		 and purpose in ('open-recovery', 'reset-password') order by purpose`
	);
	return rows.map((row) => row['purpose']);
}

async function expectNothingBegun(before: Awaited<ReturnType<typeof beginEverything>>) {
	const { code } = owner.proof();
	const finished = await accountRooms(it).signIn.finish(
		before.challengeToken,
		{ kind: 'totp', code },
		NEW_BROWSER
	);
	expect(finished.ok).toBe(false);
	const shown = await recoveryRooms(it).recovery.showEnrolment(before.enrolmentToken);
	expect(shown.ok).toBe(false);
	expect(await unusedLinks()).toEqual([]);
}
