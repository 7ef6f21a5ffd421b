import { afterEach, beforeEach, expect, test } from 'vitest';
import { ENROLMENT_LIFETIME_MS, VERIFY_MAIL_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import {
	accountRooms,
	cheapPasswords,
	codeAt,
	REGISTRATION,
	registerActive,
	settle,
	waitingMails
} from '../../support/accounts.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
});
afterEach(() => it.close());

async function register(email = REGISTRATION.email) {
	const done = await accountRooms(it).registration.register({ ...REGISTRATION, email }, 'en');
	expect(done.ok).toBe(true);
}
async function mailedCode(): Promise<string> {
	const mail = (await waitingMails(it)).findLast((one) => one.template === 'verify-mail');
	return mail?.template === 'verify-mail' ? mail.code : '';
}
async function status(): Promise<unknown> {
	const { rows } = await it.client.execute('select status from accounts');
	return rows.map((row) => row['status']);
}

test('an account is active only after mail, authenticator and first code', async () => {
	await register();
	expect(await status()).toEqual(['pending']);
	const verified = await accountRooms(it).enrolment.verifyMail(
		await mailedCode(),
		REGISTRATION.password
	);
	expect(verified.ok).toBe(true);
	expect(await status()).toEqual(['pending']);
	if (!verified.ok) return;
	const token = verified.value.enrolmentToken;
	const shown = await accountRooms(it).enrolment.showEnrolment(token);
	const secretText = shown.ok ? shown.value.secretText : '';
	expect(shown.ok && shown.value.otpauthUri).toContain(secretText);
	const active = await accountRooms(it).enrolment.activate(
		token,
		codeAt(secretText, it.clock.nowMs())
	);
	expect(active.ok && active.value.recoveryCodes).toHaveLength(10);
	expect(await status()).toEqual(['active']);
});

test('registration costs two round trips and stores no word of the person in clear', async () => {
	it.takeRoundTrips();
	await register();
	expect(it.takeRoundTrips()).toBe(2);
	const { readFileSync } = await import('node:fs');
	await it.client.execute('pragma wal_checkpoint(truncate)');
	const raw = readFileSync(it.file).toString('latin1') + readFileSync(it.file).toString('utf8');
	for (const word of ['zoe@', 'Ødegård', '40612345', 'Birkenweg', 'zwölf Monate', 'first-street']) {
		expect(raw).not.toContain(word);
	}
});

test('which version of the privacy notice was shown, and in which language, is kept', async () => {
	await register();
	const { rows } = await it.client.execute(
		`select notice, version, language from shown_notices order by notice`
	);
	expect(rows.map((row) => ({ ...row }))).toEqual([
		{ notice: 'mailbox-warning', version: '2026-11', language: 'en' },
		{ notice: 'privacy-notice', version: '2026-11', language: 'en' }
	]);
});

test('a known address answers like an unknown one, and its owner is told by mail', async () => {
	await registerActive(it);
	const before = await it.countRows('accounts');
	it.takeRoundTrips();
	await register(' ZOE@Example.org ');
	expect(it.takeRoundTrips()).toBe(2);
	expect(await it.countRows('accounts')).toBe(before);
	expect((await waitingMails(it)).at(-1)).toMatchObject({
		template: 'already-registered',
		to: REGISTRATION.email
	});
});

test('a second registration replaces one that was never confirmed, and its code is dead', async () => {
	await register();
	const oldCode = await mailedCode();
	it.clock.advance(1000);
	await register();
	expect(await it.countRows('accounts')).toBe(1);
	expect(await accountRooms(it).enrolment.verifyMail(oldCode, REGISTRATION.password)).toMatchObject(
		{
			ok: false,
			error: { code: 'accounts/link-invalid' }
		}
	);
	expect(
		(await accountRooms(it).enrolment.verifyMail(await mailedCode(), REGISTRATION.password)).ok
	).toBe(true);
});

test('the code of the mail works once, for a day, and however it is typed', async () => {
	await register();
	const code = await mailedCode();
	const typed = ` ${code.toLowerCase().replace(/(.{5})/g, '$1 ')}`;
	it.clock.advance(VERIFY_MAIL_LIFETIME_MS);
	expect((await accountRooms(it).enrolment.verifyMail(code, REGISTRATION.password)).ok).toBe(false);
	it.clock.advance(-1);
	expect((await accountRooms(it).enrolment.verifyMail(typed, REGISTRATION.password)).ok).toBe(true);
	expect((await accountRooms(it).enrolment.verifyMail(code, REGISTRATION.password)).ok).toBe(false);
});

test('the set-up of the authenticator ends after ten minutes and after ten wrong codes', async () => {
	await register();
	const verified = await accountRooms(it).enrolment.verifyMail(
		await mailedCode(),
		REGISTRATION.password
	);
	const token = verified.ok ? verified.value.enrolmentToken : '';
	const rooms = () => accountRooms(it).enrolment;
	it.clock.advance(ENROLMENT_LIFETIME_MS);
	expect((await rooms().showEnrolment(token)).ok).toBe(false);
	it.clock.advance(-1);
	const shown = await rooms().showEnrolment(token);
	const right = codeAt(shown.ok ? shown.value.secretText : '', it.clock.nowMs());
	const wrong = right === '000000' ? '000001' : '000000';
	for (let tries = 0; tries < 10; tries += 1) {
		expect(await rooms().activate(token, wrong)).toMatchObject({
			error: { code: 'accounts/code-invalid' }
		});
	}
	expect(await rooms().activate(token, right)).toMatchObject({
		error: { code: 'accounts/enrolment-ended' }
	});
});

test('A20: recovery codes have 130 bits and lie in the database only as hashes', async () => {
	const { recoveryCodes } = await registerActive(it);
	expect(new Set(recoveryCodes).size).toBe(10);
	for (const code of recoveryCodes) expect(code.replace(/-/g, '')).toMatch(/^[A-Z2-7]{26}$/);
	const { rows } = await it.client.execute('select hex(code_hash) as hash from recovery_codes');
	expect(rows).toHaveLength(10);
	expect(rows.every((row) => String(row['hash']).length === 64)).toBe(true);
});

test('a mobile number that cannot be one is refused beside its field, before anything is stored', async () => {
	const done = await accountRooms(it).registration.register(
		{ ...REGISTRATION, mobile: '12' },
		'de'
	);
	expect(done).toMatchObject({ ok: false, error: { issues: { mobile: 'phone-invalid' } } });
	expect(await it.countRows('accounts')).toBe(0);
});

test('two registrations at once answer alike, so that nobody learns who is known', async () => {
	for (let round = 0; round < 2; round++) {
		const both = await Promise.all(
			['en', 'de'].map((language) =>
				accountRooms(it).registration.register(REGISTRATION, language === 'en' ? 'en' : 'de')
			)
		);
		expect(both).toEqual([
			{ ok: true, value: undefined },
			{ ok: true, value: undefined }
		]);
	}
	expect(await status()).toEqual(['pending']);
});

test('A18: the mailed code opens nothing without the password chosen before, and dies after five wrong ones', async () => {
	await register();
	const code = await mailedCode();
	const rooms = () => accountRooms(it).enrolment;
	for (let count = 0; count < 5; count++) {
		expect(await rooms().verifyMail(code, 'geraten')).toMatchObject({
			error: { issues: { password: 'password-wrong' } }
		});
	}
	expect(await rooms().verifyMail(code, REGISTRATION.password)).toMatchObject({
		error: { code: 'accounts/link-invalid' }
	});
	expect(await it.countRows('enrolments')).toBe(0);
});

test('A17, B2: the mail is sent again on demand, to whoever it may concern, five times an hour', async () => {
	const cheap = cheapPasswords();
	const resend = (email: string) =>
		accountRooms(it, { passwords: cheap.passwords }).registrationMails.resend(email);
	await register();
	const old = await mailedCode();
	const seen: string[] = [];
	for (const email of [REGISTRATION.email, 'nobody@example.org']) {
		it.takeRoundTrips();
		const done = await resend(email);
		seen.push(`${JSON.stringify(done)} ${it.takeRoundTrips()}`);
		await settle();
	}
	expect(new Set(seen).size).toBe(1);
	expect(cheap.verified).toEqual([]);
	expect(await it.countRows('mail_outbox')).toBe(2);
	expect(await accountRooms(it).enrolment.verifyMail(old, REGISTRATION.password)).toMatchObject({
		error: { code: 'accounts/link-invalid' }
	});
	for (let count = 0; count < 3; count++) expect((await resend(REGISTRATION.email)).ok).toBe(true);
	const refused = { ok: false, error: { kind: 'rate-limited', code: 'portal/limit-reached' } };
	for (let count = 0; count < 3; count++) expect(await resend(REGISTRATION.email)).toEqual(refused);
	expect(await accountRooms(it).registration.register(REGISTRATION, 'de')).toEqual(refused);
	await settle();
	const { rows } = await it.client.execute(
		`select object_ref from audit_events where event = 'account/limit-reached'`
	);
	expect(rows.map((row) => row['object_ref'])).toEqual(['limit:mails/to-address']);
});

test('A17: a registration hashes three times whether or not the address is known', async () => {
	let hashes = 0;
	const passwords: Passwords = {
		needsRehash: () => false,
		hash: (text) => {
			hashes++;
			return Promise.resolve(`cheap:${text}`);
		},
		verify: (text, stored) => Promise.resolve(stored === `cheap:${text}`)
	};
	await registerActive(it, REGISTRATION, { passwords });
	const costs: number[] = [];
	for (const email of [REGISTRATION.email, 'new@example.org', 'new@example.org']) {
		hashes = 0;
		const rooms = accountRooms(it, { passwords });
		const done = await rooms.registration.register({ ...REGISTRATION, email }, 'de');
		expect(done).toEqual({ ok: true, value: undefined });
		costs.push(hashes);
	}
	expect(costs).toEqual([3, 3, 3]);
});
