import { afterEach, beforeEach, expect, test } from 'vitest';
import {
	openTestDatabase,
	TEST_NOW_MS,
	TEST_ORIGIN,
	type TestDatabase
} from '../../support/database.ts';

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
});
afterEach(() => it.close());

const CUSTOMER = { accountId: 'me', personId: 'p', role: 'customer' } as const;
const CLERK = { accountId: 'clerk', personId: 'q', role: 'clerk' } as const;

test('an entry holds event, user, time and IP, and only its owner sees it', async () => {
	await it.db.commit(
		await it.audit.record({ event: 'account/signed-in', objectRef: 'account', accountId: 'me' }),
		await it.audit.record({ event: 'account/signed-in', objectRef: 'account', accountId: 'other' })
	);
	const own = await it.audit.listOwn(CUSTOMER);
	expect(own.ok && own.value).toEqual([
		expect.objectContaining({
			event: 'account/signed-in',
			atMs: TEST_NOW_MS,
			ip: TEST_ORIGIN.ip,
			isOwnAct: true
		})
	]);
});

test("a clerk's look at somebody's claim stands in that person's log, without the insurer's address", async () => {
	await it.db.commit(
		await it.audit.record({
			event: 'claim/viewed',
			objectRef: 'claim:1',
			accountId: CLERK.accountId,
			subjectAccountId: 'me'
		})
	);
	const own = await it.audit.listOwn(CUSTOMER);
	expect(own.ok && own.value[0]).toMatchObject({ event: 'claim/viewed', ip: '', isOwnAct: false });
});

test('staff have no log of their own to read here', async () => {
	expect(await it.audit.listOwn(CLERK)).toMatchObject({ ok: false, error: { kind: 'forbidden' } });
});

test('L2: an entry cannot be changed or deleted, and its personal part not before 90 days', async () => {
	await it.db.commit(
		await it.audit.record({ event: 'account/signed-in', objectRef: 'account', accountId: 'me' })
	);
	await it.client.execute(`update audit_personal set ip = ip where 0`);
	for (const sql of [
		`update audit_events set outcome = 'failure'`,
		'delete from audit_events',
		`update audit_personal set ip = '0.0.0.0'`,
		'insert or replace into audit_events select * from audit_events',
		'insert or replace into audit_personal select * from audit_personal'
	]) {
		await expect(it.client.execute(sql)).rejects.toThrow(/cannot be changed/);
	}
	await it.client.execute(
		`insert into audit_personal values ('old', 'x', null, '', '', x'00', 0, null)`
	);
	await it.client.execute(
		`insert into audit_personal values ('new', 'x', null, '', '', x'00', ${Date.now()}, null)`
	);
	await it.client.execute(`delete from audit_personal where event_id = 'old'`);
	await expect(
		it.client.execute(`delete from audit_personal where event_id = 'new'`)
	).rejects.toThrow(/90 days/);
});

test('L3: an act whose log entry cannot be stored does not happen', async () => {
	const entry = await it.audit.record({
		event: 'account/signed-in',
		objectRef: 'account',
		accountId: 'me'
	});
	await it.db.commit(entry);
	const person = {
		statements: [
			{ statement: `insert into people values ('p', x'00', 1, x'00', 0, null)`, unmet: null }
		]
	};
	await expect(it.db.commit(person, entry)).rejects.toThrow(/cannot be changed/);
	expect(await it.countRows('people')).toBe(0);
});

test('L5: line breaks and escape sequences in a user agent are stored as blanks', async () => {
	const { createAuditService } = await import('#lib/server/audit/audit.service.ts');
	const audit = createAuditService({
		...it,
		origin: { ...TEST_ORIGIN, userAgent: 'a\r\nb\u001b[31m' }
	});
	await it.db.commit(
		await audit.record({ event: 'account/signed-in', objectRef: 'account', accountId: 'me' })
	);
	const { rows } = await it.client.execute('select user_agent from audit_personal');
	expect(rows[0]?.['user_agent']).toBe('a  b [31m');
});
