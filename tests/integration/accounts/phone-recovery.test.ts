import { afterEach, beforeEach, expect, test } from 'vitest';
import {
	ENROLMENT_LIFETIME_MS,
	ENROLMENT_TRIES,
	TOTP_STEP_MS
} from '#lib/domain/accounts/lifetimes.ts';
import { SIGN_IN_RULES } from '#lib/domain/accounts/throttle.ts';
import { HOUR_MS, SECOND_MS } from '#lib/domain/calendar.ts';
import { normaliseCode } from '#lib/server/platform/ids.ts';
import {
	accountRooms,
	codeAt,
	REGISTRATION,
	registerActive,
	settle,
	signIn,
	waitingMails
} from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mailedCode, quickPasswords, recoveryRooms } from '../../support/recovery.ts';

let it: TestDatabase;
let owner: Awaited<ReturnType<typeof registerActive>>;
beforeEach(async () => {
	it = await openTestDatabase();
	owner = await registerActive(it);
	it.clock.advance(TOTP_STEP_MS);
});
afterEach(() => it.close());

const REFUSED = {
	ok: false,
	error: { kind: 'unauthenticated', code: 'accounts/recovery-refused' }
};
const input = (
	change: Partial<{ email: string; password: string; recoveryCode: string }> = {}
) => ({
	email: REGISTRATION.email,
	password: REGISTRATION.password,
	recoveryCode: normaliseCode(owner.recoveryCodes[0] ?? ''),
	...change
});

async function start(change = {}): Promise<string> {
	const started = await recoveryRooms(it).recovery.startWithCode(input(change));
	if (!started.ok) throw new Error(started.error.code);
	return started.value.enrolmentToken;
}
async function secretOf(token: string): Promise<string> {
	const shown = await recoveryRooms(it).recovery.showEnrolment(token);
	return shown.ok ? shown.value.secretText : '';
}
const finish = async (token: string, secret?: string) =>
	recoveryRooms(it).recovery.finish(
		token,
		codeAt(secret ?? (await secretOf(token)), it.clock.nowMs())
	);

test('A21: password and a saved code connect a new phone, in two round trips a step', async () => {
	it.takeRoundTrips();
	const token = await start();
	expect(it.takeRoundTrips()).toBe(2);
	const secret = await secretOf(token);
	expect(secret).not.toBe(owner.secretText);
	it.takeRoundTrips();
	const done = await finish(token, secret);
	expect(it.takeRoundTrips()).toBe(2);
	expect(done.ok && done.value.recoveryCodes).toHaveLength(10);
	it.clock.advance(TOTP_STEP_MS);
	const codes = [owner.secretText, secret].map((one) => codeAt(one, it.clock.nowMs()));
	expect((await signIn(it, { ...REGISTRATION, code: codes[0] ?? '' })).ok).toBe(false);
	expect((await signIn(it, { ...REGISTRATION, code: codes[1] ?? '' })).ok).toBe(true);
});

test('A21: until the first right code the old phone works, and no state is without a factor', async () => {
	const token = await start();
	const wrong = codeAt(owner.secretText, it.clock.nowMs());
	expect(await recoveryRooms(it).recovery.finish(token, wrong)).toMatchObject({
		error: { code: 'accounts/code-invalid' }
	});
	expect((await signIn(it, { ...REGISTRATION, code: wrong })).ok).toBe(true);
	const { rows } = await it.client.execute(
		'select count(*) as n from recovery_codes where used_at_ms is null'
	);
	expect(rows[0]?.['n']).toBe(10);
});

test('A20: every old code dies with the old phone, also the nine that were never used', async () => {
	const token = await start();
	const done = await finish(token);
	it.clock.advance(TOTP_STEP_MS);
	for (const code of owner.recoveryCodes) {
		const again = await recoveryRooms(it, { ip: code }).recovery.startWithCode(
			input({ recoveryCode: normaliseCode(code) })
		);
		expect(again).toEqual(REFUSED);
		it.clock.advance(HOUR_MS);
	}
	const fresh = done.ok ? (done.value.recoveryCodes[0] ?? '') : '';
	expect(await start({ recoveryCode: normaliseCode(fresh) })).toMatch(/^[A-Z2-7]{40}$/);
});

test('A20: one code connects one phone, also when two set-ups race', async () => {
	const tokens = [await start(), await start()];
	const secrets = await Promise.all(tokens.map(secretOf));
	const done = await Promise.all(tokens.map((token, index) => finish(token, secrets[index])));
	expect(done.filter((one) => one.ok)).toHaveLength(1);
});

test('A7: the first code of the new phone cannot be used again to sign in', async () => {
	const token = await start();
	const secret = await secretOf(token);
	await finish(token, secret);
	const code = codeAt(secret, it.clock.nowMs());
	expect((await signIn(it, { ...REGISTRATION, code })).ok).toBe(false);
});

test('A17: wrong address, password or code are refused alike, with one hash each', async () => {
	const stranger = await registerActive(it, { ...REGISTRATION, email: 'other@example.org' });
	const passwords = quickPasswords();
	const real = accountRooms(it).passwords;
	const counting = {
		...passwords,
		verify: async (text: string, stored: string | null) => {
			await passwords.verify(text, stored);
			return real.verify(text, stored);
		}
	};
	const wrongs = [
		{ email: 'nobody@example.org' },
		{ password: 'falsch' },
		{ recoveryCode: 'A'.repeat(26) },
		{ recoveryCode: normaliseCode(stranger.recoveryCodes[0] ?? '') }
	];
	for (const [index, wrong] of wrongs.entries()) {
		it.takeRoundTrips();
		const answer = await recoveryRooms(it, { passwords: counting }).recovery.startWithCode(
			input(wrong)
		);
		expect([answer, it.takeRoundTrips(), passwords.calls()]).toEqual([REFUSED, 2, index + 1]);
	}
});

test('A10: of thirty tries of one visitor with one address five are hashed and twenty refused as too many', async () => {
	const passwords = quickPasswords();
	const tries = await Promise.all(
		Array.from({ length: 30 }, () =>
			recoveryRooms(it, { passwords }).recovery.startWithCode(input({ password: 'falsch' }))
		)
	);
	expect(passwords.calls()).toBe(5);
	expect(tries.filter((one) => !one.ok && one.error.kind === 'rate-limited')).toHaveLength(20);
	it.clock.advance(30 * SECOND_MS);
	const elsewhere = await recoveryRooms(it, { ip: '198.51.100.9' }).recovery.startWithCode(input());
	expect(elsewhere.ok).toBe(true);
});

test('A10, A13: the recovery shares the brakes of the sign-in: name, network and failures', async () => {
	const passwords = quickPasswords();
	const wrong = { email: REGISTRATION.email, password: 'falsch' };
	const ways = (ip?: string) => {
		const { recovery, cases } = recoveryRooms(it, { passwords, ...(ip ? { ip } : {}) });
		return [
			(one: typeof wrong) => recovery.startWithCode(input(one)),
			(one: typeof wrong) => recovery.startWithLetter({ ...one, letterCode: 'A'.repeat(26) }),
			(one: typeof wrong) => cases.start(one)
		];
	};
	for (const way of ways()) await way(wrong);
	for (const way of ways('198.51.100.9')) await way({ ...wrong, email: ' ZOE@example.org' });
	expect(passwords.calls()).toBe(5);
	const { rows } = await it.client.execute('select password_failures as n from accounts');
	expect(rows[0]?.['n']).toBe(5);
	// Stopped, also with the right password, at every door: same answer, no hash.
	expect(await recoveryRooms(it, { passwords }).recovery.startWithCode(input())).toEqual(REFUSED);
	const code = codeAt(owner.secretText, it.clock.nowMs());
	expect((await signIn(it, { ...REGISTRATION, code })).ok).toBe(false);
	expect(passwords.calls()).toBe(5);
	// One network that changes the address it types.
	for (let count = 0; count < 40; count += 1) {
		for (const way of ways('203.0.113.5')) {
			await way({ ...wrong, email: `somebody-${count}@example.org` });
		}
	}
	expect(passwords.calls()).toBe(105);
});

test('A12: the hundredth wrong password switches it off here too, with entry and mail, once', async () => {
	await it.client.execute('update accounts set password_failures = 97');
	await Promise.all(
		Array.from({ length: 5 }, () =>
			recoveryRooms(it, { passwords: quickPasswords() }).cases.start({
				email: REGISTRATION.email,
				password: 'falsch'
			})
		)
	);
	const { rows } = await it.client.execute(
		`select password_failures as n, (select count(*) from audit_events
		 where event = 'account/authenticator-off') as entries from accounts`
	);
	expect({ ...rows[0] }).toEqual({ n: 100, entries: 1 });
	const mails = await waitingMails(it);
	expect(mails.filter((one) => one.template === 'authenticator-off')).toHaveLength(1);
});

test('A11: the browser the owner signs in with is not held up by the tries of strangers', async () => {
	const code = codeAt(owner.secretText, it.clock.nowMs());
	const done = await signIn(it, { ...REGISTRATION, code });
	const deviceToken = done.ok ? done.value.deviceToken : null;
	for (let count = 0; count < 6; count += 1) {
		const ip = `198.51.100.${count}`;
		await recoveryRooms(it, { ip }).recovery.startWithCode(input({ password: 'falsch' }));
	}
	const { recovery } = recoveryRooms(it);
	expect(await recovery.startWithCode(input())).toEqual(REFUSED);
	expect((await recovery.startWithCode(input(), deviceToken)).ok).toBe(true);
});

test('A12: a password with a hundred failures opens nothing here either', async () => {
	await it.client.execute('update accounts set password_failures = 100');
	expect(await recoveryRooms(it).recovery.startWithCode(input())).toEqual(REFUSED);
});

test('A9: the set-up ends after ten minutes and after ten wrong codes', async () => {
	const token = await start();
	const secret = await secretOf(token);
	it.clock.advance(ENROLMENT_LIFETIME_MS);
	expect((await finish(token, secret)).ok).toBe(false);
	it.clock.advance(-1);
	const right = codeAt(secret, it.clock.nowMs());
	const wrong = right === '000000' ? '000001' : '000000';
	for (let tries = 0; tries < ENROLMENT_TRIES; tries += 1) {
		await recoveryRooms(it).recovery.finish(token, wrong);
	}
	expect(await recoveryRooms(it).recovery.finish(token, right)).toMatchObject({
		error: { code: 'accounts/recovery-ended' }
	});
});

test('A18: a set-up of a registration completes no recovery, nor the reverse', async () => {
	await accountRooms(it).registration.register({ ...REGISTRATION, email: 'new@example.org' }, 'de');
	const mail = (await waitingMails(it)).findLast((one) => one.template === 'verify-mail');
	const verified = await accountRooms(it).enrolment.verifyMail(
		mail && 'code' in mail ? mail.code : '',
		REGISTRATION.password
	);
	const ofRegistration = verified.ok ? verified.value.enrolmentToken : '';
	expect(await secretOf(ofRegistration)).toBe('');
	expect(await recoveryRooms(it).recovery.finish(ofRegistration, '000000')).toMatchObject({
		error: { code: 'accounts/recovery-ended' }
	});
	const ofRecovery = await start();
	expect((await accountRooms(it).enrolment.showEnrolment(ofRecovery)).ok).toBe(false);
	const code = codeAt(await secretOf(ofRecovery), it.clock.nowMs());
	expect((await accountRooms(it).enrolment.activate(ofRecovery, code)).ok).toBe(false);
});

test('A25: a recovery ends every session and device, and tells the owner', async () => {
	const code = codeAt(owner.secretText, it.clock.nowMs());
	expect((await signIn(it, { ...REGISTRATION, code })).ok).toBe(true);
	await it.client.execute(
		`insert into passkeys select 'p', id, x'01', 0, '', 0, 'old phone', 0, null from accounts`
	);
	await finish(await start());
	for (const table of ['sessions', 'known_devices', 'sign_in_challenges', 'passkeys']) {
		expect([table, await it.countRows(table)]).toEqual([table, 0]);
	}
	expect((await waitingMails(it)).at(-1)).toMatchObject({
		template: 'authenticator-recovered',
		to: REGISTRATION.email
	});
});

test('A21: a password that is due to be changed connects no phone, a new one does', async () => {
	await start();
	const due = (isDue: number) =>
		it.client.execute({ sql: 'update accounts set must_change_password = ?', args: [isDue] });
	await due(1);
	expect(await recoveryRooms(it).recovery.startWithCode(input())).toMatchObject(REFUSED);
	await due(0);
	expect((await recoveryRooms(it).recovery.startWithCode(input())).ok).toBe(true);
});

test('A25: the mail of a new authenticator carries the link that takes it all back', async () => {
	await finish(await start());
	const link = await mailedCode(it, 'authenticator-recovered');
	expect((await accountRooms(it).mailLinks.disown(link)).ok).toBe(true);
	const { rows } = await it.client.execute('select must_change_password as must from accounts');
	expect(rows[0]?.['must']).toBe(1);
});

test('A11: whoever strangers have locked out gets the unlock mail from the recovery too, and gets in by it', async () => {
	const guess = (ip: string) =>
		recoveryRooms(it, { ip }).recovery.startWithCode(input({ password: 'falsch' }));
	const unlockMails = async () => {
		await settle();
		return (await waitingMails(it)).filter((one) => one.template === 'unlock-sign-in');
	};
	for (let count = 0; count < SIGN_IN_RULES.unknown.lockAt - 1; count += 1) {
		await guess(`192.0.2.${count}`);
		it.clock.advance(HOUR_MS);
	}
	expect(await unlockMails()).toHaveLength(0);
	await guess('192.0.2.100');
	expect(await recoveryRooms(it).recovery.startWithCode(input())).toEqual(REFUSED);
	const [mail] = await unlockMails();
	if (mail?.template !== 'unlock-sign-in') throw new Error('no unlock mail');
	const opened = await accountRooms(it).mailLinks.unlockSignIn(mail.code, null);
	const deviceToken = opened.ok ? opened.value.deviceToken : null;
	expect((await recoveryRooms(it).recovery.startWithCode(input(), deviceToken)).ok).toBe(true);
});

test('A17: nobody is sent an unlock mail for an address that nobody has', async () => {
	for (let count = 0; count < SIGN_IN_RULES.unknown.lockAt + 1; count += 1) {
		const typed = input({ email: 'nobody@example.org' });
		await recoveryRooms(it, { ip: `192.0.2.${count}` }).recovery.startWithCode(typed);
		it.clock.advance(HOUR_MS);
	}
	await settle();
	expect((await waitingMails(it)).some((one) => one.template === 'unlock-sign-in')).toBe(false);
});
