import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { mailText } from '#lib/server/messages/mail-texts.ts';
import { accountRooms, waitingMails } from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mustHold, openSession, staffRooms } from '../../support/staff.ts';
import { addAccount } from '../decisions/desk-world.ts';

let it: TestDatabase;
let support: Actor;
let zoe: Actor;
beforeEach(async () => {
	it = await openTestDatabase();
	support = await addAccount(it, 'support', 'Sara');
	zoe = await addAccount(it, 'customer', 'Zoe');
});
afterEach(() => it.close());

const room = () => staffRooms(it).customerSessions;
const CALL = { email: ' Zoe@Example.org ', reason: 'phone-gone' } as const;
const isAlive = async (token: string) => (await accountRooms(it).sessions.find(token)) !== null;
const UNKNOWN = { error: { kind: 'invalid', issues: { email: 'customer-unknown' } } };

test('S6: staff end every session of a customer who calls, and nobody else is out', async () => {
	const phone = await openSession(it, zoe);
	const laptop = await openSession(it, zoe, 'password+totp');
	const own = await openSession(it, support);
	it.takeRoundTrips();
	mustHold(await room().end(support, CALL));
	expect(it.takeRoundTrips()).toBe(2);
	expect([await isAlive(phone), await isAlive(laptop)]).toEqual([false, false]);
	expect(await isAlive(own)).toBe(true);
	const { rows } = await it.client.execute({
		sql: 'select status, must_change_password from accounts where id = ?',
		args: [zoe.accountId]
	});
	expect({ ...rows[0] }).toEqual({ status: 'active', must_change_password: 0 });
});

test('S6, L6: the customer reads it in their own log and in a mail, with the reason and no content', async () => {
	mustHold(await room().end(support, CALL));
	const [entry] = mustHold(await it.audit.listOwn(zoe));
	expect(entry).toMatchObject({
		event: 'account/sessions-ended-by-staff',
		outcome: 'success',
		isOwnAct: false,
		ip: ''
	});
	const { rows } = await it.client.execute('select object_ref from audit_events');
	expect(rows.map((row) => row['object_ref'])).toEqual(['sessions:phone-gone']);
	const [mail, ...rest] = await waitingMails(it);
	expect(rest).toEqual([]);
	if (!mail) throw new Error('no mail');
	expect(mail).toMatchObject({ to: 'zoe@example.org', reason: 'phone-gone' });
	const { text } = mailText(mail, 'https://portal.example');
	expect(text).toContain('your phone or another device is gone');
	expect(text).not.toMatch(/Sara|Muster, |diagnos|MA-/);
});

test('S6: unknown, pending and staff addresses are refused alike, and each try is logged', async () => {
	const colleague = await addAccount(it, 'clerk', 'Carl');
	const session = await openSession(it, colleague);
	const ivo = await addAccount(it, 'customer', 'Ivo');
	await it.client.execute({
		sql: `update accounts set status = 'disabled' where id = ?`,
		args: [ivo.accountId]
	});
	for (const email of ['nobody@example.org', 'carl@example.org', 'ivo@example.org']) {
		expect(await room().end(support, { ...CALL, email })).toMatchObject(UNKNOWN);
	}
	expect(await isAlive(session)).toBe(true);
	expect(await waitingMails(it)).toEqual([]);
	const { rows } = await it.client.execute(
		`select count(*) as tries from audit_events where outcome = 'failure'`
	);
	expect(rows[0]?.['tries']).toBe(3);
});

test('B2: a member of staff looks up so many customers a day, and then neither finds nor misses', async () => {
	for (let count = 0; count < LIMITS.customerLookups.max; count += 1) {
		await room().end(support, { ...CALL, email: `nobody-${count}@example.org` });
	}
	const token = await openSession(it, zoe);
	for (const email of [CALL.email, 'nobody@example.org']) {
		expect(await room().end(support, { ...CALL, email })).toMatchObject({
			error: { code: 'portal/limit-reached' }
		});
	}
	expect(await isAlive(token)).toBe(true);
	it.clock.advance(LIMITS.customerLookups.windowMs);
	mustHold(await room().end(support, CALL));
});
