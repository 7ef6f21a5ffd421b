/** The throttle of the sign-in (security.md 3.10), with cheap hashes: hundreds of tries, no minutes. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#lib/domain/calendar.ts';
import type { Browser } from '#lib/server/accounts/sign-in.service.ts';
import { findTotpStep } from '#lib/server/accounts/totp.ts';
import {
	accountRooms,
	cheapPasswords,
	codeAt,
	NEW_BROWSER,
	REGISTRATION,
	registerActive,
	settle,
	signIn,
	waitingMails,
	type Replaced
} from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let cheap: ReturnType<typeof cheapPasswords>;
let secretText: string;
beforeEach(async () => {
	it = await openTestDatabase();
	cheap = cheapPasswords();
	({ secretText } = await registerActive(it, REGISTRATION, { passwords: cheap.passwords }));
	it.clock.advance(TOTP_STEP_MS);
	cheap.verified.length = 0;
});
afterEach(async () => {
	await settle();
	it.close();
});

const REFUSED = { ok: false, error: { kind: 'unauthenticated', code: 'accounts/sign-in-failed' } };
const code = () => codeAt(secretText, it.clock.nowMs());
const wrongCode = () => (code() === '000000' ? '000001' : '000000');
const right = () => ({ ...REGISTRATION, code: code() });

/** Both steps, from an address of its own unless another is named. */
const tryIn = (
	input: { email: string; password: string; code: string },
	{ browser = NEW_BROWSER, ...replaced }: Replaced & { browser?: Browser } = {}
) => signIn(it, input, 'customer', browser, { passwords: cheap.passwords, ...replaced });

const wrong = (replaced: Replaced & { browser?: Browser } = {}) =>
	tryIn({ ...right(), password: 'falsch' }, replaced);

/** The first step alone. */
const wrongPassword = (email: string, ip: string) =>
	accountRooms(it, { passwords: cheap.passwords, origin: { ip } }).signIn.start(
		{ email, password: 'falsch' },
		'customer',
		NEW_BROWSER
	);

async function deviceOfOwner(): Promise<Browser> {
	const done = await tryIn(right());
	if (!done.ok) throw new Error(done.error.code);
	it.clock.advance(TOTP_STEP_MS);
	return { deviceToken: done.value.deviceToken, sessionToken: null };
}

/** Wrong passwords, with all the patience an attacker can have, until nothing is let through. */
async function lockForStrangers(): Promise<void> {
	for (let count = 0; count < 20; count++) {
		await wrong();
		it.clock.advance(HOUR_MS);
	}
}

async function unlockedBrowser(browser: Browser = NEW_BROWSER): Promise<Browser> {
	await settle();
	const mail = (await waitingMails(it)).findLast((one) => one.template === 'unlock-sign-in');
	if (mail?.template !== 'unlock-sign-in') throw new Error('no unlock mail');
	const opened = await accountRooms(it).mailLinks.unlockSignIn(mail.code, browser.deviceToken);
	if (!opened.ok) throw new Error(opened.error.code);
	return { ...browser, deviceToken: opened.value.deviceToken };
}

const flags = async () => {
	const { rows } = await it.client.execute(
		'select password_failures as password, totp_failures as totp from accounts'
	);
	return { password: rows[0]?.['password'], totp: rows[0]?.['totp'] };
};

const auditCount = async (event: string): Promise<number> => {
	const { rows } = await it.client.execute({
		sql: 'select count(*) as n from audit_events where event = ?',
		args: [event]
	});
	return Number(rows[0]?.['n']);
};

test('A10: of twenty-five wrong passwords at once five are hashed', async () => {
	const tries = Array.from({ length: 25 }, () =>
		accountRooms(it, { passwords: cheap.passwords }).signIn.start(
			{ ...REGISTRATION, password: 'falsch' },
			'customer',
			NEW_BROWSER
		)
	);
	const done = await Promise.all(tries);
	expect(done.every((one) => one.ok)).toBe(true);
	expect(cheap.verified).toHaveLength(5);
	expect(await flags()).toEqual({ password: 5, totp: 0 });
});

test('A10: of twenty-five wrong codes at once five are checked, and of a hundred a day twenty', async () => {
	let checked = 0;
	const spy: Replaced = {
		passwords: cheap.passwords,
		findTotpStep: (...input) => {
			checked++;
			return findTotpStep(...input);
		}
	};
	const owner = await deviceOfOwner();
	for (let challenge = 0; challenge < 4; challenge++) {
		const started = await accountRooms(it, spy).signIn.start(REGISTRATION, 'customer', owner);
		const token = started.ok ? started.value.challengeToken : '';
		const proof = { kind: 'totp', code: wrongCode() } as const;
		const tries = Array.from({ length: 25 }, () =>
			accountRooms(it, spy).signIn.finish(token, proof, owner)
		);
		await Promise.all(tries);
		expect(checked).toBe((challenge + 1) * 5);
	}
	expect(await tryIn(right(), { ...spy, browser: owner })).toEqual(REFUSED);
	expect(checked).toBe(20);
	expect(await tryIn(right(), { ...spy, browser: await unlockedBrowser(owner) })).toMatchObject({
		ok: true
	});
});

test('A11: after 300 wrong tries from 60 addresses the known device is in at once, a new one by mail', async () => {
	const owner = await deviceOfOwner();
	for (let count = 0; count < 300; count++) {
		await wrongPassword(REGISTRATION.email, `198.51.100.${count % 60}`);
		it.clock.advance(10 * SECOND_MS);
	}
	// Stopped tries were neither verified nor counted: nobody outside drives the count up.
	expect(cheap.verified.length).toBeLessThanOrEqual(21);
	expect(Number((await flags()).password)).toBeLessThanOrEqual(20);
	expect(await tryIn(right(), { browser: owner })).toMatchObject({ ok: true });
	it.clock.advance(2 * HOUR_MS);
	await lockForStrangers();
	expect(await tryIn(right())).toEqual(REFUSED);
	const unlocked = await unlockedBrowser();
	expect(await tryIn(right())).toEqual(REFUSED);
	it.clock.advance(TOTP_STEP_MS);
	expect(await tryIn(right(), { browser: unlocked })).toMatchObject({ ok: true });
});

test('A11: strangers wait 30 seconds after five tries, then twice as long each time, one hour at most', async () => {
	const isChecked = async () => {
		const before = cheap.verified.length;
		await wrong();
		return cheap.verified.length > before;
	};
	for (let count = 0; count < 5; count++) expect(await isChecked()).toBe(true);
	for (const pauseMs of [30, 60, 120, 240, 480, 960, 1920, 3600, 3600].map((s) => s * SECOND_MS)) {
		it.clock.advance(pauseMs - 1);
		expect(await isChecked()).toBe(false);
		it.clock.advance(1);
		expect(await isChecked()).toBe(true);
	}
});

test('A11: at most one unlock mail lives at a time, and its link works once', async () => {
	await lockForStrangers();
	for (let count = 0; count < 5; count++) await wrong();
	const mails = () =>
		waitingMails(it).then((all) => all.filter((one) => one.template === 'unlock-sign-in'));
	const sent = (await mails()).length;
	for (let count = 0; count < 5; count++) await wrong();
	expect(await mails()).toHaveLength(sent);
	await unlockedBrowser();
	await expect(unlockedBrowser()).rejects.toThrow('accounts/mail-link-invalid');
	it.clock.advance(HOUR_MS);
	await wrong();
	expect(await mails()).toHaveLength(sent + 1);
	it.clock.advance(HOUR_MS);
	await expect(unlockedBrowser()).rejects.toThrow('accounts/mail-link-invalid');
});

test('A12: a hundred wrong passwords in a row switch it off, with entry and mail; the right one fails then', async () => {
	await lockForStrangers();
	await wrong();
	while (Number((await flags()).password) < 100) {
		const browser = await unlockedBrowser();
		for (let count = 0; count < 5; count++) await wrong({ browser });
		it.clock.advance(HOUR_MS);
		await wrong();
	}
	const browser = await unlockedBrowser();
	expect(await tryIn(right(), { browser })).toEqual(REFUSED);
	expect(cheap.verified.at(-1)).toBe(REGISTRATION.password);
	expect(await auditCount('account/authenticator-off')).toBe(1);
	expect((await waitingMails(it)).filter((one) => one.template === 'authenticator-off')).toEqual([
		expect.objectContaining({ authenticator: 'password', to: REGISTRATION.email })
	]);
	expect(await flags()).toEqual({ password: 100, totp: 0 });
});

test('A12: a success clears the count of its authenticator; a hundred wrong codes switch the app off', async () => {
	let browser = await deviceOfOwner();
	for (let count = 0; count < 4; count++) await wrong({ browser });
	expect(await flags()).toEqual({ password: 4, totp: 0 });
	await tryIn({ ...right(), code: wrongCode() }, { browser });
	expect(await flags()).toEqual({ password: 0, totp: 1 });
	await tryIn(right(), { browser });
	expect(await flags()).toEqual({ password: 0, totp: 0 });
	await it.client.execute('update accounts set totp_failures = 99');
	it.clock.advance(DAY_MS);
	browser = await deviceOfOwner();
	await it.client.execute('update accounts set totp_failures = 99');
	await tryIn({ ...right(), code: wrongCode() }, { browser });
	expect(await auditCount('account/authenticator-off')).toBe(1);
	it.clock.advance(TOTP_STEP_MS);
	expect(await tryIn(right(), { browser })).toEqual(REFUSED);
	const off = (await waitingMails(it)).filter((one) => one.template === 'authenticator-off');
	expect(off).toEqual([expect.objectContaining({ authenticator: 'totp' })]);
});

test('A13: case, Unicode and blank variants of an address share one counter, also in a new isolate', async () => {
	const variants = [
		'ZOE@example.org',
		' zoe@example.org ',
		'zoe@EXAMPLE.org\u00a0',
		'\uff5aoe@example.org',
		'zoe\uff20example.org',
		'Zoe@Example.Org'
	];
	for (const email of variants) await tryIn({ ...right(), email, password: 'falsch' });
	expect(cheap.verified).toHaveLength(5);
	expect(await tryIn(right())).toEqual(REFUSED);
	const { rows } = await it.client.execute(
		`select tries from throttles where scope = 'sign-in/unknown'`
	);
	expect(rows.map((row) => row['tries'])).toEqual([5]);
});

test('A14: during a pause a right password opens nothing and answers like a wrong one', async () => {
	for (let count = 0; count < 5; count++) await wrong();
	const before = cheap.verified.length;
	const paused = await tryIn(right());
	expect(paused).toEqual(REFUSED);
	expect(paused).toEqual(await wrong());
	expect(cheap.verified).toHaveLength(before);
	expect(await it.countRows('sessions')).toBe(0);
	const started = await accountRooms(it, { passwords: cheap.passwords }).signIn.start(
		REGISTRATION,
		'customer',
		NEW_BROWSER
	);
	it.clock.advance(MINUTE_MS);
	const token = started.ok ? started.value.challengeToken : '';
	const proof = { kind: 'totp', code: code() } as const;
	expect(await accountRooms(it).signIn.finish(token, proof, NEW_BROWSER)).toEqual(REFUSED);
	expect(await tryIn(right())).toMatchObject({ ok: true });
});

test('A15: each factor counts its own failures, and only its own success clears them', async () => {
	const browser = await deviceOfOwner();
	const matrix = [
		{ password: false, code: true, after: { password: 1, totp: 0 } },
		{ password: false, code: false, after: { password: 2, totp: 0 } },
		{ password: true, code: false, after: { password: 0, totp: 1 } },
		{ password: false, code: true, after: { password: 1, totp: 1 } },
		{ password: true, code: false, after: { password: 0, totp: 2 } },
		{ password: true, code: true, after: { password: 0, totp: 0 } }
	];
	for (const step of matrix) {
		const input = {
			email: REGISTRATION.email,
			password: step.password ? REGISTRATION.password : 'falsch',
			code: step.code ? code() : wrongCode()
		};
		const done = await tryIn(input, { browser });
		expect(done.ok).toBe(step.password && step.code);
		expect(await flags()).toEqual(step.after);
	}
});

test('A16: a network counts as one, by its /64, and whoever has no address shares a strict bucket', async () => {
	const attack = async (count: number, ip: (count: number) => string) => {
		cheap.verified.length = 0;
		for (let at = 0; at < count; at++) {
			const email = `${ip(0)}-${at}@example.org`;
			await wrongPassword(email, ip(at));
		}
		return cheap.verified.length;
	};
	expect(await attack(105, (at) => `2001:db8:7:1::${at.toString(16)}`)).toBe(100);
	expect(await attack(3, (at) => `2001:db8:7:2::${at.toString(16)}`)).toBe(3);
	expect(await attack(12, () => 'unknown')).toBe(10);
	expect(await attack(12, (at) => `not an address ${at}`)).toBe(0);
});

test('A17: one hash on every path that is let through, and the same answer on all of them', async () => {
	const pending = { ...REGISTRATION, email: 'pending@example.org' };
	await accountRooms(it, { passwords: cheap.passwords }).registration.register(pending, 'de');
	const paths = [
		REGISTRATION,
		{ ...REGISTRATION, password: 'falsch' },
		{ ...REGISTRATION, email: 'nobody@example.org' },
		pending
	];
	for (const input of paths) {
		cheap.verified.length = 0;
		it.takeRoundTrips();
		const done = await accountRooms(it, { passwords: cheap.passwords }).signIn.start(
			input,
			'customer',
			NEW_BROWSER
		);
		expect(done).toEqual({ ok: true, value: { challengeToken: expect.any(String) as string } });
		expect(it.takeRoundTrips()).toBe(2);
		expect(cheap.verified).toHaveLength(1);
	}
});

test('A17: a refused second step costs the same whether password and address were right or not', async () => {
	const cheapRooms = () => accountRooms(it, { passwords: cheap.passwords }).signIn;
	const costOf = async (input: { email: string; password: string }) => {
		const started = await cheapRooms().start(input, 'customer', NEW_BROWSER);
		const token = started.ok ? started.value.challengeToken : '';
		const proof = { kind: 'totp', code: wrongCode() } as const;
		it.takeRoundTrips();
		expect(await cheapRooms().finish(token, proof, NEW_BROWSER)).toEqual(REFUSED);
		const cost = it.takeRoundTrips();
		await settle();
		return cost;
	};
	const wrongPasswords = { ...REGISTRATION, password: 'falsch' };
	expect(await costOf(REGISTRATION)).toBe(2);
	expect(await costOf(wrongPasswords)).toBe(2);
	expect(await costOf({ ...REGISTRATION, email: 'nobody@example.org' })).toBe(2);
	expect(await costOf({ ...wrongPasswords, email: 'nobody@example.org' })).toBe(2);
	// The codes of the day are used up: not even a right password's code is looked at.
	await it.client.execute(
		`update throttles set next_try_at_ms = 9e15, tries = 20 where scope = 'code/account'`
	);
	expect(await costOf(REGISTRATION)).toBe(2);
	for (let count = 0; count < 5; count++) await wrong();
	cheap.verified.length = 0;
	expect(await costOf(REGISTRATION)).toBe(2);
	expect(await costOf(wrongPasswords)).toBe(2);
	expect(cheap.verified).toEqual([]);
});

test('A17: an address nobody has is paused and locked exactly like one that somebody has', async () => {
	const traceOf = async (email: string) => {
		const trace: string[] = [];
		for (let count = 0; count < 30; count++) {
			cheap.verified.length = 0;
			it.takeRoundTrips();
			const done = await accountRooms(it, { passwords: cheap.passwords }).signIn.start(
				{ email, password: 'falsch' },
				'customer',
				NEW_BROWSER
			);
			trace.push(`${done.ok} ${cheap.verified.length} ${it.takeRoundTrips()}`);
			await settle();
			it.clock.advance(5 * MINUTE_MS);
		}
		return trace;
	};
	expect(await traceOf('nobody@example.org')).toEqual(await traceOf(REGISTRATION.email));
});

test('A25: a right password with a wrong code is told to the owner, once an hour at most', async () => {
	const mails = () =>
		waitingMails(it).then((all) => all.filter((one) => one.template === 'wrong-code'));
	await wrong();
	expect(await mails()).toEqual([]);
	for (let count = 0; count < 3; count++) await tryIn({ ...right(), code: wrongCode() });
	expect(await mails()).toEqual([
		expect.objectContaining({ to: REGISTRATION.email, atMs: it.clock.nowMs() })
	]);
	it.clock.advance(HOUR_MS);
	await tryIn({ ...right(), code: wrongCode() });
	expect(await mails()).toHaveLength(2);
});
