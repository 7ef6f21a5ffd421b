import { afterEach, beforeEach, expect, test } from 'vitest';
import {
	CHALLENGE_LIFETIME_MS,
	CUSTOMER_IDLE_MS,
	SESSION_LIFETIME_MS,
	TOTP_STEP_MS
} from '#lib/domain/accounts/lifetimes.ts';
import {
	accountRooms,
	codeAt,
	NEW_BROWSER,
	REGISTRATION,
	registerActive,
	signIn
} from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let secretText: string;
let firstCode: string;
beforeEach(async () => {
	it = await openTestDatabase();
	({ secretText, code: firstCode } = await registerActive(it));
});
afterEach(() => it.close());

const REFUSED = { ok: false, error: { kind: 'unauthenticated', code: 'accounts/sign-in-failed' } };
const totp = (code: string) => ({ kind: 'totp', code }) as const;
const right = () => ({ ...REGISTRATION, code: codeAt(secretText, it.clock.nowMs()) });

async function sessionToken(): Promise<string> {
	it.clock.advance(TOTP_STEP_MS);
	const done = await signIn(it, right());
	return done.ok ? done.value.sessionToken : '';
}

test('password and a fresh code open a session, in two round trips each step', async () => {
	it.clock.advance(TOTP_STEP_MS);
	it.takeRoundTrips();
	const started = await accountRooms(it).signIn.start(REGISTRATION, 'customer', NEW_BROWSER);
	expect(it.takeRoundTrips()).toBe(2);
	const token = started.ok ? started.value.challengeToken : '';
	const done = await accountRooms(it).signIn.finish(token, totp(right().code), NEW_BROWSER);
	expect(it.takeRoundTrips()).toBe(2);
	expect(done).toMatchObject({ ok: true, value: { role: 'customer' } });
	const found = await accountRooms(it).sessions.find(done.ok ? done.value.sessionToken : '');
	expect(it.takeRoundTrips()).toBe(1);
	expect(found).toMatchObject({
		displayName: 'Zoë Ødegård',
		unreadCount: 0,
		actor: { role: 'customer' }
	});
});

test('a wrong password, a wrong code, an unknown address and a pending account are refused alike', async () => {
	it.clock.advance(TOTP_STEP_MS);
	const { code } = right();
	const wrongCode = code === '111111' ? '222222' : '111111';
	const other = { ...REGISTRATION, email: 'pending@example.org' };
	await accountRooms(it).registration.register(other, 'de');
	expect(await signIn(it, { ...right(), password: 'falsch' })).toEqual(REFUSED);
	expect(await signIn(it, { ...right(), code: wrongCode })).toEqual(REFUSED);
	expect(await signIn(it, { ...right(), email: 'nobody@example.org' })).toEqual(REFUSED);
	expect(await signIn(it, { ...other, code })).toEqual(REFUSED);
	expect(await it.countRows('sessions')).toBe(0);
});

test('A7: the code of the set-up cannot be used again to sign in', async () => {
	expect(await signIn(it, { ...REGISTRATION, code: firstCode })).toEqual(REFUSED);
});

test('A7: a TOTP code works once, also under ten parallel tries', async () => {
	it.clock.advance(TOTP_STEP_MS);
	const input = right();
	const done = await Promise.all(Array.from({ length: 10 }, () => signIn(it, input)));
	expect(done.filter((one) => one.ok)).toHaveLength(1);
	expect(await it.countRows('sessions')).toBe(1);
});

test('A8: only the present step counts, not the one before or after', async () => {
	it.clock.advance(3 * TOTP_STEP_MS);
	for (const step of [-1, 1]) {
		const code = codeAt(secretText, it.clock.nowMs() + step * TOTP_STEP_MS);
		expect(await signIn(it, { ...REGISTRATION, code })).toEqual(REFUSED);
	}
	expect((await signIn(it, right())).ok).toBe(true);
});

test('A10: a challenge takes five tries, also when twenty come at once, and lives ten minutes', async () => {
	it.clock.advance(TOTP_STEP_MS);
	const started = await accountRooms(it).signIn.start(REGISTRATION, 'customer', NEW_BROWSER);
	const token = started.ok ? started.value.challengeToken : '';
	const wrong = right().code === '333333' ? '444444' : '333333';
	const tries = await Promise.all(
		Array.from({ length: 20 }, () =>
			accountRooms(it).signIn.finish(token, totp(wrong), NEW_BROWSER)
		)
	);
	const codes = tries.map((one) => (one.ok ? 'ok' : one.error.code));
	expect(codes.filter((code) => code === 'accounts/sign-in-failed')).toHaveLength(5);
	expect(codes.filter((code) => code === 'accounts/challenge-ended')).toHaveLength(15);
	expect(
		await accountRooms(it).signIn.finish(token, totp(right().code), NEW_BROWSER)
	).toMatchObject({ ok: false });
	const second = await accountRooms(it).signIn.start(REGISTRATION, 'customer', NEW_BROWSER);
	it.clock.advance(CHALLENGE_LIFETIME_MS);
	expect(
		await accountRooms(it).signIn.finish(
			second.ok ? second.value.challengeToken : '',
			totp(right().code),
			NEW_BROWSER
		)
	).toMatchObject({ error: { code: 'accounts/challenge-ended' } });
});

test('a customer does not come in by the door of the staff', async () => {
	it.clock.advance(TOTP_STEP_MS);
	expect(await signIn(it, right(), 'staff')).toEqual(REFUSED);
});

test('every sign-in, failed or not, and every sign-out is in the log with its outcome', async () => {
	it.clock.advance(TOTP_STEP_MS);
	await signIn(it, { ...right(), password: 'falsch' });
	await signIn(it, { ...right(), email: 'nobody@example.org' });
	const found = await accountRooms(it).sessions.find(await sessionToken());
	if (!found) throw new Error('no session');
	await accountRooms(it).signIn.signOut(found.actor, found.sessionId);
	const { rows } = await it.client.execute(
		`select event, outcome, account_id is null as is_unknown from audit_events
		 join audit_personal on event_id = id where event like 'account/sign%' order by seq`
	);
	expect(rows.map((row) => [row['event'], row['outcome'], row['is_unknown']])).toEqual([
		['account/sign-in-failed', 'failure', 0],
		['account/sign-in-failed', 'failure', 1],
		['account/signed-in', 'success', 0],
		['account/signed-out', 'success', 0]
	]);
});

test('S1: the database holds the hash of the session token, and that hash opens nothing', async () => {
	const token = await sessionToken();
	const { rows } = await it.client.execute('select id from sessions');
	const stored = String(rows[0]?.['id']);
	expect(stored).not.toContain(token);
	expect(await accountRooms(it).sessions.find(stored)).toBeNull();
	expect(await accountRooms(it).sessions.find(token)).not.toBeNull();
});

test('S4: a session ends after 15 idle minutes and after eight hours of constant use', async () => {
	const token = await sessionToken();
	const find = () => accountRooms(it).sessions.find(token);
	it.clock.advance(CUSTOMER_IDLE_MS - 1);
	expect(await find()).not.toBeNull();
	it.clock.advance(1);
	expect(await find()).toBeNull();
	it.clock.advance(-CUSTOMER_IDLE_MS);
	const startMs = it.clock.nowMs();
	while (it.clock.nowMs() + CUSTOMER_IDLE_MS / 2 < startMs + SESSION_LIFETIME_MS) {
		it.clock.advance(CUSTOMER_IDLE_MS / 2);
		const found = await find();
		await accountRooms(it).sessions.markSeen(found?.sessionId ?? '');
	}
	it.clock.set(startMs + SESSION_LIFETIME_MS - 1);
	expect(await find()).not.toBeNull();
	it.clock.set(startMs + SESSION_LIFETIME_MS);
	expect(await find()).toBeNull();
});

test('S5: after signing out or disabling the account the same cookie opens nothing', async () => {
	const token = await sessionToken();
	const found = await accountRooms(it).sessions.find(token);
	await it.client.execute(`update accounts set status = 'disabled'`);
	expect(await accountRooms(it).sessions.find(token)).toBeNull();
	await it.client.execute(`update accounts set status = 'active'`);
	if (found) await accountRooms(it).signIn.signOut(found.actor, found.sessionId);
	expect(await accountRooms(it).sessions.find(token)).toBeNull();
});

test('A5: hashes name their parameters, differ for equal passwords and need the pepper', async () => {
	const { passwords } = accountRooms(it);
	const [first, second] = [await passwords.hash('ein Satz'), await passwords.hash('ein Satz')];
	expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=3,p=1,pepper=1\$/);
	expect(first).not.toBe(second);
	expect(await passwords.verify('ein Satz', first)).toBe(true);
	expect(await passwords.verify('ein Satz ', first)).toBe(false);
	const stranger = await openTestDatabase();
	expect(await accountRooms(stranger).passwords.verify('ein Satz', first)).toBe(false);
	stranger.close();
});
