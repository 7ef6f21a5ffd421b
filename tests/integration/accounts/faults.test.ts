import { afterEach, beforeEach, expect, test } from 'vitest';
import * as v from 'valibot';
import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { HOUR_MS } from '#lib/domain/calendar.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { isUnavailable, runForm } from '#lib/server/http.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import { createOutboxService } from '#lib/server/messages/outbox.service.ts';
import {
	accountRooms,
	codeAt,
	NEW_BROWSER,
	REGISTRATION,
	registerActive,
	signIn
} from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { breakingAt, type Break } from '../../support/faults.ts';

const TABLES = ['people', 'accounts', 'security_answers', 'mail_tokens', 'mail_outbox'];
const BREAKS: readonly Break[] = ['before', 'after'];

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
});
afterEach(() => it.close());

const countAll = (tables: readonly string[]) =>
	Promise.all(tables.map((table) => it.countRows(table)));

/** Does an act over a connection that breaks at its first, second, ... batch, until it gets through. */
async function breakEverywhere(
	when: Break,
	act: (broken: TestDatabase) => Promise<unknown>,
	afterBreak: (nth: number) => Promise<void>
): Promise<number> {
	for (let nth = 1; nth < 10; nth += 1) {
		const { broken, hasBroken } = breakingAt(it, nth, when);
		const error: unknown = await act(broken).then(
			() => null,
			(thrown: unknown) => thrown
		);
		if (!hasBroken()) return nth - 1;
		expect(isUnavailable(error)).toBe(true);
		await afterBreak(nth);
	}
	throw new Error('the act never got through');
}

test('O1: a database that dies at any point of a registration leaves the whole account or none of it', async () => {
	for (const when of BREAKS) {
		const registration = { ...REGISTRATION, email: `${when}@example.org` };
		const before = await countAll(TABLES);
		const one = before.map(
			(count, index) => count + (TABLES[index] === 'security_answers' ? 2 : 1)
		);
		const breaks = await breakEverywhere(
			when,
			(broken) => accountRooms(broken).registration.register(registration, 'de'),
			async () => expect([before, one]).toContainEqual(await countAll(TABLES))
		);
		expect(breaks).toBeGreaterThanOrEqual(2);
		// Who tries again gets in, with one account.
		const { rows } = await it.client.execute('select count(*) as n from accounts');
		expect(rows[0]?.['n']).toBe((before[1] ?? 0) + 1);
	}
});

test('O1: a database that dies at any point of a sign-in opens no session, and the next try is free', async () => {
	const { secretText } = await registerActive(it);
	const input = () => ({ ...REGISTRATION, code: codeAt(secretText, it.clock.nowMs()) });
	const breaks = await breakEverywhere(
		'before',
		(broken) => {
			it.clock.advance(TOTP_STEP_MS);
			return signIn(broken, input());
		},
		async () => expect(await it.countRows('sessions')).toBe(0)
	);
	expect(breaks).toBeGreaterThanOrEqual(4);
	expect(await it.countRows('sessions')).toBe(1);
});

test('O1: when only the answer of the database is lost, the visitor gets no session and the code is spent', async () => {
	const { secretText } = await registerActive(it);
	it.clock.advance(TOTP_STEP_MS);
	const input = { ...REGISTRATION, code: codeAt(secretText, it.clock.nowMs()) };
	const started = await accountRooms(it).signIn.start(input, 'customer', NEW_BROWSER);
	const token = started.ok ? started.value.challengeToken : '';
	const proof = { kind: 'totp', code: input.code } as const;
	const { broken } = breakingAt(it, 2, 'after');
	await expect(accountRooms(broken).signIn.finish(token, proof, NEW_BROWSER)).rejects.toThrow();
	expect(await accountRooms(it).signIn.finish(token, proof, NEW_BROWSER)).toMatchObject({
		ok: false
	});
});

test('O1: a database that dies while the authenticator is set up leaves the account waiting, whole', async () => {
	await accountRooms(it).registration.register(REGISTRATION, 'de');
	const { rows } = await it.client.execute(`select id from accounts`);
	expect(rows).toHaveLength(1);
	const mails = createMailsRepository(it.newCipher());
	const [due] = await it.db.read(mails.listDue(Number.MAX_SAFE_INTEGER, 1));
	const code = v.parse(v.object({ code: v.string() }), due[0]?.mail).code;
	const verified = await accountRooms(it).enrolment.verifyMail(code, REGISTRATION.password);
	const enrolmentToken = verified.ok ? verified.value.enrolmentToken : '';
	const shown = await accountRooms(it).enrolment.showEnrolment(enrolmentToken);
	const typed = codeAt(shown.ok ? shown.value.secretText : '', it.clock.nowMs());
	const breaks = await breakEverywhere(
		'before',
		(broken) => accountRooms(broken).enrolment.activate(enrolmentToken, typed),
		async () => {
			const { rows: states } = await it.client.execute('select status from accounts');
			expect(states[0]?.['status']).toBe('pending');
			expect(await it.countRows('recovery_codes')).toBe(0);
		}
	);
	expect(breaks).toBe(2);
	expect(await it.countRows('recovery_codes')).toBe(10);
});

test('O1: a dead database is a 503 on the same form, with what was typed and without the secrets', async () => {
	const { broken } = breakingAt(it, 1, 'before');
	const schema = v.object({ email: v.string(), password: v.string() });
	const done = await runForm(
		{ email: REGISTRATION.email, password: REGISTRATION.password },
		{ schema, secrets: ['password'] },
		(input) => accountRooms(broken).signIn.start(input, 'customer', NEW_BROWSER)
	);
	expect(done).toMatchObject({
		ok: false,
		failure: {
			status: 503,
			data: { code: 'portal/unavailable', values: { email: REGISTRATION.email } }
		}
	});
	expect(JSON.stringify(done)).not.toContain(REGISTRATION.password);
});

test('O1: with a dead mail server registration succeeds, and its mail goes out later, after growing pauses', async () => {
	let isDead = true;
	const sent: Mail[] = [];
	const outbox = createOutboxService({
		db: it.db,
		clock: it.clock,
		mails: createMailsRepository(it.newCipher()),
		send: async (mail) => {
			if (isDead) throw new Error('connection refused');
			sent.push(mail);
		}
	});
	expect(await accountRooms(it).registration.register(REGISTRATION, 'de')).toMatchObject({
		ok: true
	});
	const pauses: number[] = [];
	for (let tries = 0; tries < 4; tries += 1) {
		await outbox.sendDue();
		const { rows } = await it.client.execute('select next_try_at_ms as at from mail_outbox');
		pauses.push(Number(rows[0]?.['at']) - it.clock.nowMs());
		it.clock.set(Number(rows[0]?.['at']));
	}
	expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
	expect(new Set(pauses).size).toBe(4);
	isDead = false;
	expect(await outbox.sendDue()).toBe(1);
	expect(sent).toMatchObject([{ template: 'verify-mail', to: REGISTRATION.email }]);
});

test('A7: a clock that is set back makes no code good a second time', async () => {
	const { secretText } = await registerActive(it);
	it.clock.advance(HOUR_MS);
	const startMs = it.clock.nowMs();
	const inputAt = (atMs: number) => ({ ...REGISTRATION, code: codeAt(secretText, atMs) });
	expect(await signIn(it, inputAt(startMs))).toMatchObject({ ok: true });
	for (const backMs of [0, TOTP_STEP_MS, HOUR_MS / 2]) {
		it.clock.set(startMs - backMs);
		expect(await signIn(it, inputAt(startMs - backMs))).toMatchObject({ ok: false });
		expect(await signIn(it, inputAt(startMs))).toMatchObject({ ok: false });
	}
	it.clock.set(startMs + TOTP_STEP_MS);
	expect(await signIn(it, inputAt(startMs + TOTP_STEP_MS))).toMatchObject({ ok: true });
});
