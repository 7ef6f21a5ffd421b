import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { IDLE_NOTICE_MS } from '#lib/domain/privacy/idle-account.ts';
import { waitingMails } from '../../support/accounts.ts';
import { pageRooms } from '../../support/account-page.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { insertClaim, worldOf, type World } from './privacy-world.ts';

let it: TestDatabase;
let world: World;
beforeEach(async () => {
	it = await openTestDatabase();
	world = await worldOf(it);
	await it.client.execute(`update contracts set ends_on = '2026-11-30'`);
});
afterEach(() => it.close());

/** Two years after the contract's last day, and the day before. */
const IDLE_MS = Date.UTC(2028, 11, 1, 12);
const warnIdle = () => pageRooms(it).erasure.warnIdle();
const eraseDue = () => pageRooms(it).erasure.eraseDue();
const INVALID = { ok: false, error: { code: 'accounts/mail-link-invalid' } };

async function rowOf() {
	const { rows } = await it.client.execute({
		sql: 'select deletion_due_at_ms as due, idle_notice_at_ms as notice, erased_at_ms as erased from accounts where id = ?',
		args: [world.actor.accountId]
	});
	return { ...rows[0] };
}

async function idleCode(): Promise<string> {
	const mail = (await waitingMails(it)).findLast((one) => one.template === 'account-idle');
	return mail?.template === 'account-idle' ? mail.code : '';
}

test('D9: an account without sign-in and cover for 24 months is warned once, by mail, and erased when the notice is over', async () => {
	it.clock.set(IDLE_MS - DAY_MS);
	expect(await warnIdle()).toBe(0);
	it.clock.set(IDLE_MS);
	expect(await warnIdle()).toBe(1);
	expect(await warnIdle()).toBe(0);
	const mails = (await waitingMails(it)).filter((mail) => mail.template === 'account-idle');
	expect(mails).toMatchObject([
		{ to: world.owner.registration.email, dueAtMs: IDLE_MS + IDLE_NOTICE_MS }
	]);
	expect(await rowOf()).toMatchObject({ due: IDLE_MS + IDLE_NOTICE_MS, notice: IDLE_MS });
	it.clock.set(IDLE_MS + IDLE_NOTICE_MS - 1);
	expect(await eraseDue()).toBe(0);
	it.clock.advance(1);
	expect(await eraseDue()).toBe(1);
	const { rows } = await it.client.execute(
		`select event from audit_events where event in ('account/end-announced', 'account/erased') order by seq`
	);
	expect(rows.map((row) => row['event'])).toEqual(['account/end-announced', 'account/erased']);
});

test('D9: a sign-in keeps the account for two more years, and the link of the mail is dead', async () => {
	it.clock.set(IDLE_MS);
	await warnIdle();
	const code = await idleCode();
	await world.owner.signIn();
	expect(await rowOf()).toMatchObject({ due: null, notice: null });
	expect(await pageRooms(it).erasure.keepByMail(code)).toMatchObject(INVALID);
	expect(await warnIdle()).toBe(0);
	it.clock.set(Date.UTC(2030, 11, 3));
	expect(await warnIdle()).toBe(1);
});

test('D9: the link of the mail keeps the account as well, and no mail speaks of a wish nobody had', async () => {
	it.clock.set(IDLE_MS);
	await warnIdle();
	expect(await pageRooms(it).erasure.keepByMail(await idleCode())).toMatchObject({ ok: true });
	expect(await rowOf()).toMatchObject({ due: null, notice: null });
	expect(await warnIdle()).toBe(0);
	expect((await waitingMails(it)).map((mail) => mail.template)).not.toContain('account-kept');
	it.clock.set(Date.UTC(2030, 11, 3));
	expect(await warnIdle()).toBe(1);
});

test('D9: a contract renewed after the warning stops the erasure', async () => {
	it.clock.set(IDLE_MS);
	await warnIdle();
	await it.client.execute('update contracts set ends_on = null');
	it.clock.set(IDLE_MS + IDLE_NOTICE_MS);
	expect(await eraseDue()).toBe(0);
	await it.client.execute('update accounts set idle_notice_at_ms = null');
	expect(await eraseDue()).toBe(1);
});

test('D9: a sign-in takes back no end that the owner has asked for', async () => {
	await it.client.execute('update accounts set deletion_due_at_ms = 9e15');
	await world.owner.signIn();
	expect(await rowOf()).toMatchObject({ due: 9e15, notice: null });
});

test.each([
	['lasts until today', '2028-12-01', 0],
	['ended yesterday', '2028-11-30', 1]
])('D9: a mandate on a living contract that %s', async (_, endsOn, warned) => {
	await it.client.execute(`update contracts set ends_on = null`);
	await it.client.execute({
		sql: `update contract_links set role = 'representative', scope = 'claims', ends_on = ?
			where account_id = ?`,
		args: [endsOn, world.actor.accountId]
	});
	it.clock.set(IDLE_MS);
	expect(await warnIdle()).toBe(warned);
	it.clock.set(IDLE_MS + IDLE_NOTICE_MS);
	expect(await eraseDue()).toBe(warned);
});

test.each([
	['a contract that goes on', `update contracts set ends_on = null`],
	['a contract that ended later', `update contracts set ends_on = '2027-01-01'`],
	['staff', `update accounts set role = 'clerk'`],
	['an account that was never opened', `update accounts set status = 'pending'`]
])('D9: %s is no idle account', async (_, change) => {
	it.clock.set(IDLE_MS);
	await it.client.execute(change);
	expect(await warnIdle()).toBe(0);
	expect(await waitingMails(it)).not.toContainEqual(
		expect.objectContaining({ template: 'account-idle' })
	);
});

test('D9: an undecided claim and a hold on account, contract or claim stop the warning, and the erasure after it', async () => {
	const { actor, contract } = world;
	const { claimId } = await insertClaim(it, actor, contract);
	it.clock.set(IDLE_MS);
	expect(await warnIdle()).toBe(0);
	await it.client.execute(
		`update claims set state = 'approved', decided_at_ms = 1, checked_by_rules_at_ms = 1`
	);
	for (const [subject, id] of [
		['account', actor.accountId],
		['contract', contract.contractId],
		['claim', claimId]
	] as const) {
		await it.client.execute({
			sql: `insert into legal_holds (id, subject, subject_id, reason, review_on, placed_by, placed_at_ms)
				values (?, ?, ?, 'dispute', '2030-01-01', 'dpo', 1)`,
			args: [subject, subject, id]
		});
		expect(await warnIdle(), subject).toBe(0);
		await it.client.execute('update legal_holds set lifted_at_ms = 2');
	}
	expect(await warnIdle()).toBe(1);
	await it.client.execute(`update legal_holds set lifted_at_ms = null where subject = 'account'`);
	it.clock.set(IDLE_MS + IDLE_NOTICE_MS + DAY_MS);
	expect(await eraseDue()).toBe(0);
	await it.client.execute('update legal_holds set lifted_at_ms = 3');
	expect(await eraseDue()).toBe(1);
});
