/** Known devices, sessions side by side, and the links of the mails about them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOT_ME_LIFETIME_MS, TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { DEVICE_LIFETIME_MS } from '#lib/domain/accounts/throttle.ts';
import { MINUTE_MS, SECOND_MS } from '#lib/domain/calendar.ts';
import type { Origin } from '#lib/domain/audit/audit.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { lastSeenRepository } from '#lib/server/audit/last-seen.repository.ts';
import type { Browser } from '#lib/server/accounts/sign-in.service.ts';
import { mailText } from '#lib/server/messages/mail-texts.ts';
import {
	accountRooms,
	cheapPasswords,
	codeAt,
	NEW_BROWSER,
	REGISTRATION,
	registerActive,
	settle,
	signIn,
	waitingMails
} from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0';

const NORWAY = { userAgent: FIREFOX, country: 'NO' };

let it: TestDatabase;
let secretText: string;
const { passwords } = cheapPasswords();
beforeEach(async () => {
	it = await openTestDatabase();
	({ secretText } = await registerActive(it, REGISTRATION, { passwords }));
});
afterEach(async () => {
	await settle();
	it.close();
});

const right = () => ({ ...REGISTRATION, code: codeAt(secretText, it.clock.nowMs()) });

/** A sign-in at the next step of the clock; answers what the browser holds after it. */
async function enter(browser: Browser = NEW_BROWSER) {
	it.clock.advance(TOTP_STEP_MS);
	const done = await signIn(it, right(), 'customer', browser, { passwords, origin: NORWAY });
	if (!done.ok) throw new Error(done.error.code);
	const { sessionToken, deviceToken } = done.value;
	return { sessionToken, deviceToken };
}
const find = (token: string, origin: Partial<Origin> = NORWAY) =>
	accountRooms(it, { origin }).sessions.find(token);

async function mailsOf<T extends Mail['template']>(template: T) {
	const mails = await waitingMails(it);
	return mails.filter((mail): mail is Extract<Mail, { template: T }> => mail.template === template);
}

test('A6: after a right password alone there is no session, and the challenge opens nothing', async () => {
	it.clock.advance(TOTP_STEP_MS);
	const started = await accountRooms(it, { passwords }).signIn.start(
		REGISTRATION,
		'customer',
		NEW_BROWSER
	);
	const token = started.ok ? started.value.challengeToken : '';
	expect(await it.countRows('sessions')).toBe(0);
	expect(await find(token)).toBeNull();
	const { rows } = await it.client.execute(
		'select is_password_right as ok from sign_in_challenges'
	);
	expect(rows[0]?.['ok']).toBe(1);
});

test('A25: a new device is told with time, browser and country, a known one is not, a forgotten one is', async () => {
	const first = await enter();
	const [mail] = await mailsOf('new-device');
	expect(mail).toMatchObject({
		to: REGISTRATION.email,
		atMs: it.clock.nowMs(),
		browser: 'Firefox',
		system: 'Windows',
		country: 'NO'
	});
	if (!mail) return;
	const { text } = mailText(mail, 'https://portal.example');
	expect(text).toContain('Firefox, Windows');
	expect(text).toContain('Norwegen');
	expect(text).toContain(`https://portal.example/not-me#${mail.code}`);
	expect(text).not.toMatch(/192\.0\.2|Diagnose|Betrag/);
	const again = await enter(first);
	expect(again.deviceToken).toBe(first.deviceToken);
	expect(await mailsOf('new-device')).toHaveLength(1);
	it.clock.advance(DEVICE_LIFETIME_MS);
	await enter(again);
	expect(await mailsOf('new-device')).toHaveLength(2);
});

test('A25: two people at one browser both know it, each from their own first sign-in on', async () => {
	const other = { ...REGISTRATION, email: 'other@example.org' };
	const theirs = await registerActive(it, other, { passwords });
	const mine = await enter();
	const enterAsOther = async () => {
		it.clock.advance(TOTP_STEP_MS);
		const code = codeAt(theirs.secretText, it.clock.nowMs());
		const done = await signIn(it, { ...other, code }, 'customer', mine, { passwords });
		return done.ok ? done.value.deviceToken : null;
	};
	expect(await enterAsOther()).toBe(mine.deviceToken);
	const told = [REGISTRATION.email, other.email];
	expect((await mailsOf('new-device')).map((mail) => mail.to)).toEqual(told);
	expect((await enter(mine)).deviceToken).toBe(mine.deviceToken);
	expect(await enterAsOther()).toBe(mine.deviceToken);
	expect((await mailsOf('new-device')).map((mail) => mail.to)).toEqual(told);
	expect(await it.countRows('known_devices')).toBe(2);
});

test("A25: another account's token earns no tries of its own before a sign-in", async () => {
	const other = { ...REGISTRATION, email: 'other@example.org' };
	await registerActive(it, other, { passwords });
	const mine = await enter();
	await signIn(it, { ...other, password: 'falsch', code: '000000' }, 'customer', mine, {
		passwords
	});
	const { rows } = await it.client.execute(
		`select scope from throttles where scope like 'sign-in/%' order by scope`
	);
	expect(rows.map((row) => row['scope'])).toEqual([
		'sign-in/address',
		'sign-in/global',
		'sign-in/unknown'
	]);
});

test('S3: a sign-in makes a new token, ends the old session of the browser, adopts no planted cookie', async () => {
	const first = await enter();
	const second = await enter(first);
	expect(second.sessionToken).not.toBe(first.sessionToken);
	expect(await find(first.sessionToken)).toBeNull();
	const planted = 'A'.repeat(40);
	const third = await enter({ deviceToken: null, sessionToken: planted });
	expect(third.sessionToken).not.toBe(planted);
	expect(await find(planted)).toBeNull();
	expect(await find(second.sessionToken)).not.toBeNull();
	const stranger = await enter({ deviceToken: planted, sessionToken: null });
	expect(stranger.deviceToken).not.toBe(planted);
});

test('S7: the sixth session at once ends the oldest and tells the owner; an idle one counts no more', async () => {
	const held: string[] = [];
	for (let count = 0; count < 5; count++) held.push((await enter()).sessionToken);
	expect(await mailsOf('session-ended')).toEqual([]);
	held.push((await enter()).sessionToken);
	const alive = await Promise.all(held.map(async (token) => (await find(token)) !== null));
	expect(alive).toEqual([false, true, true, true, true, true]);
	expect(await mailsOf('session-ended')).toHaveLength(1);
	it.clock.advance(15 * MINUTE_MS);
	await enter();
	expect(await mailsOf('session-ended')).toHaveLength(1);
	expect(await it.countRows('sessions')).toBe(1);
});

test('a sign-in keeps within three round trips a step, also with six sessions and a new device', async () => {
	for (let count = 0; count < 5; count++) await enter();
	it.clock.advance(TOTP_STEP_MS);
	it.takeRoundTrips();
	const rooms = accountRooms(it, { passwords });
	const started = await rooms.signIn.start(REGISTRATION, 'customer', NEW_BROWSER);
	expect(it.takeRoundTrips()).toBeLessThanOrEqual(3);
	const token = started.ok ? started.value.challengeToken : '';
	const proof = { kind: 'totp', code: right().code } as const;
	expect((await accountRooms(it).signIn.finish(token, proof, NEW_BROWSER)).ok).toBe(true);
	expect(it.takeRoundTrips()).toBeLessThanOrEqual(3);
});

test('A25: the link "this was not me" ends every session, forgets devices and asks for a new password', async () => {
	const stranger = await enter();
	const [mail] = await mailsOf('new-device');
	const disown = () => accountRooms(it).mailLinks.disown(mail?.code ?? '');
	expect(await disown()).toEqual({ ok: true, value: { isStaff: false } });
	expect(await find(stranger.sessionToken)).toBeNull();
	expect(await it.countRows('known_devices')).toBe(0);
	expect(await mailsOf('account-secured')).toHaveLength(1);
	expect(await disown()).toMatchObject({ error: { code: 'accounts/mail-link-invalid' } });
	const owner = await enter();
	expect(await find(owner.sessionToken)).toMatchObject({ mustChangePassword: true });
});

test('A18: a mail token serves its own purpose, its own time and once; the address must still be the same', async () => {
	await enter();
	const [notMe] = await mailsOf('new-device');
	const code = notMe?.code ?? '';
	const links = () => accountRooms(it).mailLinks;
	const INVALID = { ok: false, error: { kind: 'invalid', code: 'accounts/mail-link-invalid' } };
	expect(await links().unlockSignIn(code, null)).toEqual(INVALID);
	expect(await accountRooms(it).enrolment.verifyMail(code, REGISTRATION.password)).toMatchObject({
		error: { code: 'accounts/link-invalid' }
	});
	it.clock.advance(NOT_ME_LIFETIME_MS);
	expect(await links().disown(code)).toEqual(INVALID);

	const wrong = { ...right(), password: 'falsch' };
	const lock = async () => {
		await signIn(it, wrong, 'customer', NEW_BROWSER, { passwords });
		await it.client.execute(
			`update throttles set tries = 20, next_try_at_ms = 8640000000000000 where scope = 'sign-in/unknown'`
		);
		await signIn(it, wrong, 'customer', NEW_BROWSER, { passwords });
	};
	await lock();
	const [first] = await mailsOf('unlock-sign-in');
	expect(await links().disown(first?.code ?? '')).toEqual(INVALID);
	await it.client.execute(`delete from throttles where scope = 'mails/unlock'`);
	it.clock.advance(SECOND_MS);
	await lock();
	const [, second] = await mailsOf('unlock-sign-in');
	expect(await links().unlockSignIn(first?.code ?? '', null)).toEqual(INVALID);
	await it.client.execute(`update accounts set email_index = x'0101'`);
	expect(await links().unlockSignIn(second?.code ?? '', null)).toEqual(INVALID);
});

test('L6: the owner sees the sign-in before, the failures since then and the last act, with time and IP', async () => {
	const owner = await enter();
	const beforeMs = it.clock.nowMs();
	it.clock.advance(SECOND_MS);
	const wrong = { ...right(), password: 'falsch' };
	for (let count = 0; count < 2; count++) {
		await signIn(it, wrong, 'customer', NEW_BROWSER, { passwords });
	}
	const { actor } = (await find((await enter(owner)).sessionToken)) ?? {};
	const accountId = actor?.accountId ?? '';
	await it.db.commit(
		await it.audit.record({ event: 'contract/linked', objectRef: 'x', accountId })
	);
	const [signIns, failures, act] = await it.db.read(
		lastSeenRepository.signIns(accountId),
		lastSeenRepository.failuresSince(accountId),
		lastSeenRepository.lastAct(accountId)
	);
	expect(signIns[1]).toMatchObject({ atMs: beforeMs, ip: '192.0.2.7' });
	expect(failures).toBe(2);
	expect(act).toMatchObject({
		event: 'contract/linked',
		atMs: it.clock.nowMs(),
		ip: '192.0.2.7'
	});
});

test.each([
	[
		'browser',
		{ userAgent: 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36' }
	],
	['browser without a name', { userAgent: '' }],
	['country', { country: 'FR' }]
])(
	'ASVS 8.2.4: a session that goes on in another %s is over for both, and its log says why',
	async (_, change) => {
		const { sessionToken } = await enter();
		const newer = FIREFOX.replaceAll('145.0', '146.0');
		expect(await find(sessionToken, { ...NORWAY, userAgent: newer })).not.toBeNull();
		expect(await find(sessionToken, { ...NORWAY, ...change })).toBeNull();
		expect(await find(sessionToken)).toBeNull();
		expect(await it.countRows(`audit_events where event = 'account/session-moved'`)).toBe(1);
		const again = await enter();
		expect(await find(again.sessionToken)).not.toBeNull();
	}
);
