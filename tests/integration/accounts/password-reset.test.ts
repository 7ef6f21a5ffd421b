import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOT_ME_LIFETIME_MS, TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { RECOVERY_MAIL_LIFETIME_MS, RESET_TRIES } from '#lib/domain/accounts/recovery.ts';
import { HOUR_MS } from '#lib/domain/calendar.ts';
import { normaliseCode } from '#lib/server/platform/ids.ts';
import {
	accountRooms,
	codeAt,
	REGISTRATION,
	registerActive,
	signIn,
	waitingMails
} from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { addPasskey, mailedCode, quickPasswords, recoveryRooms } from '../../support/recovery.ts';

const NEW_PASSWORD = 'ein ganz neuer Satz';
const OTHER = { ...REGISTRATION, email: 'other@example.org' };

let it: TestDatabase;
let owner: Awaited<ReturnType<typeof registerActive>>;
beforeEach(async () => {
	it = await openTestDatabase();
	owner = await registerActive(it);
	it.clock.advance(TOTP_STEP_MS);
});
afterEach(() => it.close());

const totp = (wrong = false) => {
	const right = codeAt(owner.secretText, it.clock.nowMs());
	const code = wrong ? (right === '000000' ? '000001' : '000000') : right;
	return { kind: 'totp' as const, code };
};
const recoveryCode = (index = 0) => ({
	kind: 'recovery-code' as const,
	code: normaliseCode(owner.recoveryCodes[index] ?? '')
});

async function ask(email = REGISTRATION.email): Promise<string> {
	expect(await recoveryRooms(it).reset.request(email)).toEqual({ ok: true, value: undefined });
	return mailedCode(it, 'reset-password');
}
const reset = (code: string, proof: ReturnType<typeof totp> | ReturnType<typeof recoveryCode>) =>
	recoveryRooms(it).reset.reset({ code, proof, password: NEW_PASSWORD });
const refusedWith = (code: string) => ({ ok: false, error: { code } });

test('A19: mail and a fresh authenticator code set a new password, the mail alone does not', async () => {
	const code = await ask();
	expect(await reset(code, totp(true))).toMatchObject(refusedWith('accounts/proof-invalid'));
	it.clock.advance(TOTP_STEP_MS);
	const old = { ...REGISTRATION, code: codeAt(owner.secretText, it.clock.nowMs()) };
	expect((await signIn(it, old)).ok).toBe(true);
	it.clock.advance(TOTP_STEP_MS);
	it.takeRoundTrips();
	expect((await reset(code, totp())).ok).toBe(true);
	expect(it.takeRoundTrips()).toBe(3);
	it.clock.advance(TOTP_STEP_MS);
	const fresh = () => codeAt(owner.secretText, it.clock.nowMs());
	expect((await signIn(it, { ...REGISTRATION, code: fresh() })).ok).toBe(false);
	expect((await signIn(it, { ...REGISTRATION, password: NEW_PASSWORD, code: fresh() })).ok).toBe(
		true
	);
});

test('A3: a reset refuses a common password and one of names, changes nothing and can be tried again', async () => {
	const code = await ask();
	const tryWith = (password: string) =>
		recoveryRooms(it).reset.reset({ code, proof: totp(), password });
	const issue = (password: string) => ({
		ok: false,
		error: { kind: 'invalid', code: 'portal/invalid-input', issues: { password } }
	});
	expect(await tryWith('Unbelievable2026')).toEqual(issue('password-common'));
	expect(await tryWith('Zoë Ødegård 90')).toEqual(issue('password-context'));
	expect((await signIn(it, { ...REGISTRATION, code: totp().code })).ok).toBe(true);
	it.clock.advance(TOTP_STEP_MS);
	expect((await tryWith(NEW_PASSWORD)).ok).toBe(true);
});

test('A19: after a reset every session, device, half sign-in and older mail is dead, and nobody is signed in', async () => {
	expect((await signIn(it, { ...REGISTRATION, code: totp().code })).ok).toBe(true);
	const half = await accountRooms(it).signIn.start(REGISTRATION, 'customer', {
		deviceToken: null,
		sessionToken: null
	});
	await it.client.execute(
		`insert into known_devices select x'01', id, 'Firefox', 0, 0, 9e15 from accounts`
	);
	it.clock.advance(TOTP_STEP_MS);
	expect((await reset(await ask(), totp())).ok).toBe(true);
	for (const table of ['sessions', 'known_devices', 'sign_in_challenges']) {
		expect([table, await it.countRows(table)]).toEqual([table, 0]);
	}
	it.clock.advance(TOTP_STEP_MS);
	const finished = await accountRooms(it).signIn.finish(
		half.ok ? half.value.challengeToken : '',
		{ kind: 'totp', code: totp().code },
		{ deviceToken: null, sessionToken: null }
	);
	expect(finished.ok).toBe(false);
});

test('A20: a recovery code stands in for the authenticator, once', async () => {
	const code = await ask();
	expect((await reset(code, recoveryCode())).ok).toBe(true);
	const second = await ask();
	expect(await reset(second, recoveryCode())).toMatchObject(refusedWith('accounts/proof-invalid'));
	expect((await reset(second, recoveryCode(1))).ok).toBe(true);
});

test('A7, A20: ten resets at once with one code change the password once', async () => {
	const code = await ask();
	const done = await Promise.all(Array.from({ length: RESET_TRIES }, () => reset(code, totp())));
	expect(done.filter((one) => one.ok)).toHaveLength(1);
	it.clock.advance(TOTP_STEP_MS);
	const again = await ask();
	const codes = await Promise.all(
		Array.from({ length: RESET_TRIES }, () => reset(again, recoveryCode()))
	);
	expect(codes.filter((one) => one.ok)).toHaveLength(1);
});

test('A7: a code used for a reset signs nobody in, and the reverse', async () => {
	const used = totp();
	expect((await reset(await ask(), used)).ok).toBe(true);
	expect((await signIn(it, { ...REGISTRATION, password: NEW_PASSWORD, code: used.code })).ok).toBe(
		false
	);
	it.clock.advance(TOTP_STEP_MS);
	const code = await ask();
	const shared = totp();
	expect(
		(await signIn(it, { ...REGISTRATION, password: NEW_PASSWORD, code: shared.code })).ok
	).toBe(true);
	expect(await reset(code, shared)).toMatchObject(refusedWith('accounts/proof-invalid'));
});

test('A18: the code of the mail works once, for ten minutes, and a newer mail replaces it', async () => {
	const first = await ask();
	const second = await ask();
	expect(await reset(first, totp())).toMatchObject(refusedWith('accounts/recovery-link-invalid'));
	it.clock.advance(RECOVERY_MAIL_LIFETIME_MS);
	expect(await reset(second, totp())).toMatchObject(refusedWith('accounts/recovery-link-invalid'));
	it.clock.advance(-1);
	expect((await reset(second, totp())).ok).toBe(true);
	it.clock.advance(TOTP_STEP_MS);
	expect(await reset(second, totp())).toMatchObject(refusedWith('accounts/recovery-link-invalid'));
});

test('A18: a code for another purpose, account or address resets nothing', async () => {
	const { recovery, cases } = recoveryRooms(it);
	await cases.start(REGISTRATION);
	const forCase = await mailedCode(it, 'open-recovery');
	expect(await reset(forCase, totp())).toMatchObject(refusedWith('accounts/recovery-link-invalid'));
	const forReset = await ask();
	expect(await cases.showQuestions(forReset)).toMatchObject(
		refusedWith('accounts/recovery-link-invalid')
	);
	expect(await cases.cancel(forReset)).toMatchObject(refusedWith('accounts/recovery-link-invalid'));
	expect((await accountRooms(it).enrolment.verifyMail(forReset, 'x')).ok).toBe(false);
	expect((await recovery.showEnrolment(forReset)).ok).toBe(false);
	const stranger = await registerActive(it, OTHER);
	const forStranger = await ask(OTHER.email);
	expect(forStranger).not.toBe(forReset);
	expect(await reset(forStranger, totp())).toMatchObject(refusedWith('accounts/proof-invalid'));
	owner = { ...owner, recoveryCodes: stranger.recoveryCodes };
	expect(await reset(forReset, recoveryCode())).toMatchObject(
		refusedWith('accounts/proof-invalid')
	);
	// The address the mail went to is no longer the account's.
	await it.client.execute(`update accounts set email_index = randomblob(32)`);
	expect(await reset(forReset, totp())).toMatchObject(
		refusedWith('accounts/recovery-link-invalid')
	);
});

test('A10: one mail is good for five tries, also when twenty come at once', async () => {
	const code = await ask();
	const wrong = totp(true);
	const tries = await Promise.all(Array.from({ length: 20 }, () => reset(code, wrong)));
	const codes = tries.map((one) => (one.ok ? 'ok' : one.error.code));
	expect(codes.filter((one) => one === 'accounts/proof-invalid')).toHaveLength(RESET_TRIES);
	expect(await reset(code, totp())).toMatchObject(refusedWith('accounts/recovery-too-many-tries'));
});

test('A10: a new mail does not refill the twenty tries of a day', async () => {
	for (let mails = 0; mails < 4; mails += 1) {
		it.clock.advance(60 * 60 * 1000);
		const code = await ask();
		for (let tries = 0; tries < RESET_TRIES; tries += 1) await reset(code, totp(true));
	}
	it.clock.advance(60 * 60 * 1000);
	expect(await reset(await ask(), totp())).toMatchObject(
		refusedWith('accounts/recovery-too-many-tries')
	);
});

test('A12: an authenticator with a hundred failures proves nothing here either, a recovery code does', async () => {
	await it.client.execute('update accounts set totp_failures = 100');
	const code = await ask();
	expect(await reset(code, totp())).toMatchObject(refusedWith('accounts/proof-invalid'));
	expect((await reset(code, recoveryCode())).ok).toBe(true);
});

test('A17: asking for a reset answers and costs the same for known, unknown, pending and disabled', async () => {
	await accountRooms(it).registration.register(OTHER, 'de');
	const passwords = quickPasswords();
	const costs = async (email: string) => {
		it.takeRoundTrips();
		const answer = await recoveryRooms(it, { passwords }).reset.request(email);
		return { answer, trips: it.takeRoundTrips(), hashes: passwords.calls() };
	};
	const known = await costs(REGISTRATION.email);
	expect(known).toEqual({ answer: { ok: true, value: undefined }, trips: 2, hashes: 0 });
	expect(await costs('nobody@example.org')).toEqual(known);
	expect(await costs(OTHER.email)).toEqual(known);
	await it.client.execute(`update accounts set status = 'disabled' where status = 'active'`);
	expect(await costs(REGISTRATION.email)).toEqual(known);
	const mails = await waitingMails(it);
	expect(mails.filter((one) => one.template === 'reset-password')).toHaveLength(1);
});

test('A17: nobody fills a mailbox; the fourth request in an hour answers alike and sends nothing', async () => {
	for (let count = 0; count < 5; count += 1) await ask();
	const sent = async () =>
		(await waitingMails(it)).filter((one) => one.template === 'reset-password').length;
	expect(await sent()).toBe(3);
	await recoveryRooms(it, { ip: '198.51.100.9' }).reset.request(REGISTRATION.email);
	expect(await sent()).toBe(4);
});

test('B2, A17: many networks fill no mailbox either, and the newest link stays good', async () => {
	// The mail of the registration counts too.
	it.clock.advance(HOUR_MS);
	for (const address of [REGISTRATION.email, 'nobody@example.org']) {
		for (let count = 0; count < 8; count += 1) {
			const ip = `198.51.100.${count}`;
			expect((await recoveryRooms(it, { ip }).reset.request(address)).ok).toBe(true);
		}
	}
	const mails = await waitingMails(it);
	expect(mails.filter((one) => one.template === 'reset-password')).toHaveLength(5);
	const { rows } = await it.client.execute(
		`select event, count(*) as n from audit_events where event in
		 ('account/limit-reached', 'account/password-reset-asked') group by event order by event`
	);
	expect(rows.map((row) => [row['event'], row['n']])).toEqual([
		['account/limit-reached', 2],
		['account/password-reset-asked', 10]
	]);
	expect((await reset(await mailedCode(it, 'reset-password'), totp())).ok).toBe(true);
});

test('A12: the hundredth wrong code switches the app off here too, with entry and mail, and counts no further', async () => {
	await it.client.execute('update accounts set totp_failures = 98');
	const code = await ask();
	await Promise.all([1, 2, 3, 4].map(() => reset(code, totp(true))));
	const { rows } = await it.client.execute(
		`select totp_failures as n, (select count(*) from audit_events
		 where event = 'account/authenticator-off') as entries from accounts`
	);
	expect({ ...rows[0] }).toEqual({ n: 100, entries: 1 });
	const off = (await waitingMails(it)).filter((one) => one.template === 'authenticator-off');
	expect(off).toEqual([expect.objectContaining({ authenticator: 'totp' })]);
});

test('A25: the owner is told of the new password, without a word of content', async () => {
	await reset(await ask(), totp());
	expect((await waitingMails(it)).at(-1)).toMatchObject({
		template: 'password-recovered',
		to: REGISTRATION.email
	});
});

test('L1: asked, failed and done resets are in the log with their outcome', async () => {
	const code = await ask();
	await recoveryRooms(it).reset.request('nobody@example.org');
	await reset(code, totp(true));
	await reset(code, totp());
	const { rows } = await it.client.execute(
		`select event, outcome, factors, account_id is null as is_unknown from audit_events
		 join audit_personal on event_id = id where event like 'account/password%' order by seq`
	);
	expect(
		rows.map((row) => [row['event'], row['outcome'], row['factors'], row['is_unknown']])
	).toEqual([
		['account/password-reset-asked', 'success', null, 0],
		['account/password-reset-asked', 'failure', null, 1],
		['account/password-reset', 'failure', 'mail-code+totp', 0],
		['account/password-reset', 'success', 'mail-code+totp', 0]
	]);
});

test('A25: a reset leaves no passkey and no half-open recovery, and its mail takes it all back for 7 days', async () => {
	await addPasskey(it);
	await recoveryRooms(it).recovery.startWithCode({
		email: REGISTRATION.email,
		password: REGISTRATION.password,
		recoveryCode: recoveryCode().code
	});
	expect((await reset(await ask(), totp())).ok).toBe(true);
	for (const table of ['passkeys', 'enrolments']) {
		expect([table, await it.countRows(table)]).toEqual([table, 0]);
	}
	const link = await mailedCode(it, 'password-recovered');
	await addPasskey(it);
	it.clock.advance(NOT_ME_LIFETIME_MS - 1);
	expect((await accountRooms(it).mailLinks.disown(link)).ok).toBe(true);
	expect(await it.countRows('passkeys')).toBe(0);
});
