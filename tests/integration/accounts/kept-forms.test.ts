import { afterEach, beforeEach, expect, test } from 'vitest';
import { KEPT_FORM_LIFETIME_MS, MAX_KEPT_FORMS } from '#lib/domain/accounts/kept-form.ts';
import { CUSTOMER_IDLE_MS, TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { createKeptFormsService } from '#lib/server/accounts/kept-forms.service.ts';
import {
	accountRooms,
	codeAt,
	REGISTRATION,
	registerActive,
	signIn
} from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const PAGE = '/contracts/link';
const TYPED = { policyNumber: 'MA-1234-5678', activationCode: 'ABCDE' };

let it: TestDatabase;
let secretText: string;
beforeEach(async () => {
	it = await openTestDatabase();
	({ secretText } = await registerActive(it));
});
afterEach(() => it.close());

const keptForms = () => createKeptFormsService({ ...it, cipher: it.newCipher() });

async function openSession(email = REGISTRATION.email, secret = secretText): Promise<string> {
	it.clock.advance(TOTP_STEP_MS);
	const code = codeAt(secret, it.clock.nowMs());
	const done = await signIn(it, { ...REGISTRATION, email, code });
	if (!done.ok) throw new Error(done.error.code);
	return done.value.sessionToken;
}

test('W6: what was typed when a session ended is there after the next sign-in, on that page only', async () => {
	const ended = await openSession();
	it.clock.advance(CUSTOMER_IDLE_MS);
	expect(await accountRooms(it).sessions.find(ended, PAGE)).toBeNull();
	it.takeRoundTrips();
	expect(await keptForms().keep(ended, { path: PAGE, values: TYPED })).toBe(true);
	expect(it.takeRoundTrips()).toBe(2);
	const token = await openSession();
	it.takeRoundTrips();
	const found = await accountRooms(it).sessions.find(token, PAGE);
	expect(it.takeRoundTrips()).toBe(1);
	expect(found?.kept).toEqual({ values: { policyNumber: 'MA-1234-5678' } });
	expect((await accountRooms(it).sessions.find(token, '/contracts'))?.kept).toBeNull();
	if (found) await keptForms().forget(found.actor, PAGE);
	expect((await accountRooms(it).sessions.find(token, PAGE))?.kept).toBeNull();
});

test('D1: what was typed lies sealed in the database', async () => {
	const ended = await openSession();
	await keptForms().keep(ended, { path: PAGE, values: TYPED });
	const { rows } = await it.client.execute('select "values" as sealed from kept_forms');
	const sealed = Buffer.from(rows[0]?.['sealed'] as ArrayBuffer).toString('latin1');
	expect(sealed.length).toBeGreaterThan(20);
	expect(sealed).not.toContain('MA-1234');
});

test('W6: nobody else gets it, an unknown or signed-out session keeps nothing, and a day later it is gone', async () => {
	const stranger = { ...REGISTRATION, email: 'eve@example.org' };
	const eve = await registerActive(it, stranger);
	const token = await openSession();
	expect(await keptForms().keep(token, { path: PAGE, values: TYPED })).toBe(true);
	const evesToken = await openSession(stranger.email, eve.secretText);
	expect((await accountRooms(it).sessions.find(evesToken, PAGE))?.kept).toBeNull();
	expect(await keptForms().keep('A'.repeat(40), { path: PAGE, values: TYPED })).toBe(false);
	const found = await accountRooms(it).sessions.find(token, PAGE);
	if (!found?.kept) throw new Error('nothing was kept');
	await accountRooms(it).signIn.signOut(found.actor, found.sessionId);
	expect(await keptForms().keep(token, { path: '/account', values: TYPED })).toBe(false);
	it.clock.advance(KEPT_FORM_LIFETIME_MS);
	expect((await accountRooms(it).sessions.find(await openSession(), PAGE))?.kept).toBeNull();
});

test('B2: an ended session cannot fill the database with forms', async () => {
	const token = await openSession();
	for (let page = 0; page < MAX_KEPT_FORMS; page += 1) {
		expect(await keptForms().keep(token, { path: `/page/${page}`, values: TYPED })).toBe(true);
	}
	expect(await keptForms().keep(token, { path: '/page/more', values: TYPED })).toBe(false);
	expect(await keptForms().keep(token, { path: '/page/1', values: { note: 'neu' } })).toBe(true);
	expect(await it.countRows('kept_forms')).toBe(MAX_KEPT_FORMS);
});

test('S4: a use is noted when it is a second old, so that no session ends before its time', async () => {
	const token = await openSession();
	const find = () => accountRooms(it).sessions.find(token);
	it.clock.advance(4000);
	await accountRooms(it).sessions.markSeen((await find())?.sessionId ?? '');
	it.clock.advance(CUSTOMER_IDLE_MS - 1000);
	expect((await find())?.timeLeft.idleMs).toBe(1000);
	it.clock.advance(1000);
	expect(await find()).toBeNull();
});
