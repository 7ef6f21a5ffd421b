import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { opens, RECOVERY_PROOFS, type RecoveryProof } from '#lib/domain/accounts/recovery.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import {
	accountRooms,
	codeAt,
	NEW_BROWSER,
	REGISTRATION,
	registerActive,
	settle,
	signIn,
	waitingMails
} from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
});
afterEach(() => it.close());

test('ASVS 6.3.6: no code of any mail stands in for a factor, and no mail opens a session', async () => {
	const { secretText } = await registerActive(it);
	// A new device, a wrong code and strangers at the door: every mail that signing in can cause.
	it.clock.advance(TOTP_STEP_MS);
	const right = () => ({ ...REGISTRATION, code: codeAt(secretText, it.clock.nowMs()) });
	expect((await signIn(it, right())).ok).toBe(true);
	it.clock.advance(TOTP_STEP_MS);
	expect((await signIn(it, { ...right(), code: '000000' })).ok).toBe(false);
	for (let tries = 0; tries < 25; tries += 1) {
		it.clock.advance(DAY_MS / 12);
		const guess = { ...REGISTRATION, password: 'geraten und daneben' };
		await accountRooms(it).signIn.start(guess, 'customer', NEW_BROWSER);
		await settle();
	}
	const codes = (await waitingMails(it)).flatMap((mail) => ('code' in mail ? [mail.code] : []));
	expect(codes.length).toBeGreaterThanOrEqual(3);
	const sessions = await it.countRows('sessions');
	for (const code of codes) {
		it.clock.advance(DAY_MS);
		for (const typed of [code, code.slice(0, 6)]) {
			const started = await accountRooms(it).signIn.start(REGISTRATION, 'customer', NEW_BROWSER);
			if (!started.ok) continue;
			const { challengeToken } = started.value;
			const asTotp = { kind: 'totp', code: typed } as const;
			const done = await accountRooms(it).signIn.finish(challengeToken, asTotp, NEW_BROWSER);
			expect(done.ok).toBe(false);
		}
		const asChallenge = { kind: 'totp', code: right().code } as const;
		expect((await accountRooms(it).signIn.finish(code, asChallenge, NEW_BROWSER)).ok).toBe(false);
		expect(await accountRooms(it).sessions.find(code)).toBeNull();
		await settle();
	}
	expect(await it.countRows('sessions')).toBeLessThanOrEqual(sessions);
});

test('ASVS 6.3.6: of what a recovery asks for, the mail opens nothing that its other proofs do not carry', () => {
	const others = RECOVERY_PROOFS.filter((proof) => proof !== 'mail' && proof !== 'waiting-time');
	expect([...opens(new Set<RecoveryProof>(['mail', 'waiting-time']))]).toEqual([]);
	for (const proof of others) {
		const opened = opens(new Set<RecoveryProof>(['mail', 'waiting-time', proof]));
		// The phone or a printed code stands behind a new password; nothing else goes with one proof.
		expect([...opened], proof).toEqual(
			proof === 'totp' || proof === 'recovery-code' ? ['new-password'] : []
		);
	}
});

test('ASVS 6.2.10: a password stays good for years, and nobody is asked to change it', async () => {
	const { secretText } = await registerActive(it);
	it.clock.advance(5 * 365 * DAY_MS);
	const done = await signIn(it, {
		...REGISTRATION,
		code: codeAt(secretText, it.clock.nowMs())
	});
	if (!done.ok) throw new Error(done.error.code);
	const signedIn = await accountRooms(it).sessions.find(done.value.sessionToken);
	expect(signedIn).toMatchObject({ mustChangePassword: false });
});
