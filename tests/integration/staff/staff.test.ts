import { afterEach, beforeEach, expect, test } from 'vitest';
import { STAFF_INVITATION_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { mailText } from '#lib/server/messages/mail-texts.ts';
import { accountRooms, REGISTRATION, waitingMails } from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mustHold, openSession, staffRooms } from '../../support/staff.ts';
import { addAccount } from '../decisions/desk-world.ts';

const INVITATION = {
	firstName: 'Jonas',
	lastName: 'Petersen',
	email: 'jonas.petersen@musterland.example',
	role: 'clerk',
	language: 'de'
} as const;

let it: TestDatabase;
let ada: Actor;
let bert: Actor;
let carl: Actor;
beforeEach(async () => {
	it = await openTestDatabase();
	ada = await addAccount(it, 'seniorClerk', 'Ada');
	bert = await addAccount(it, 'seniorClerk', 'Bert');
	carl = await addAccount(it, 'clerk', 'Carl');
});
afterEach(() => it.close());

const staff = () => staffRooms(it).staff;
const listed = async () => mustHold(await staff().list(ada));
async function waitingId(): Promise<string> {
	const [change] = (await listed()).waiting;
	if (!change) throw new Error('nothing waits');
	return change.id;
}
const rowOf = async ({ accountId }: Actor) =>
	(await listed()).people.find(({ id }) => id === accountId);
async function eventsOf(prefix: string): Promise<readonly unknown[]> {
	const { rows } = await it.client.execute({
		sql: `select event from audit_events where event like ? order by seq`,
		args: [`${prefix}%`]
	});
	return rows.map((row) => row['event']);
}

test('Z4, S3, S5: another role ends the old cookie at the next request, and the new one has it', async () => {
	const token = await openSession(it, carl);
	const otherToken = await openSession(it, bert);
	expect((await accountRooms(it).sessions.find(token))?.actor.role).toBe('clerk');
	mustHold(await staff().changeRole(ada, carl.accountId, 'auditor'));
	expect((await accountRooms(it).sessions.find(token))?.actor.role).toBe('clerk');
	mustHold(await staff().approve(bert, await waitingId()));

	expect(await accountRooms(it).sessions.find(token)).toBeNull();
	expect(await accountRooms(it).sessions.find(otherToken)).not.toBeNull();
	const fresh = await openSession(it, carl);
	expect((await accountRooms(it).sessions.find(fresh))?.actor.role).toBe('auditor');
	expect(await eventsOf('staff/')).toEqual(['staff/role-change-asked', 'staff/change-approved']);
});

test('Z4, S5: an account that was blocked is out at its next request, with what opened it', async () => {
	const token = await openSession(it, carl);
	await it.client.batch(
		[
			{
				sql: `insert into passkeys values ('k', ?, x'00', 0, '', 0, 'key', 0, null)`,
				args: [carl.accountId]
			},
			{
				sql: `insert into mail_tokens (token_hash, account_id, purpose, expires_at_ms)
					values (x'01', ?, 'staff-invitation', 9e15)`,
				args: [carl.accountId]
			}
		],
		'write'
	);
	mustHold(await staff().changeRole(bert, carl.accountId, 'seniorClerk'));
	mustHold(await staff().disable(ada, carl.accountId));

	expect(await accountRooms(it).sessions.find(token)).toBeNull();
	expect(await it.countRows('passkeys')).toBe(0);
	expect(await it.countRows('mail_tokens')).toBe(0);
	expect((await listed()).waiting).toEqual([]);
	expect((await rowOf(carl))?.status).toBe('disabled');
	expect(await eventsOf('staff/disabled')).toHaveLength(1);
	// A session that came to be in another way is refused as well.
	expect(await accountRooms(it).sessions.find(await openSession(it, carl))).toBeNull();
});

test('S6: staff end every session of a colleague, and no one else is out', async () => {
	const tokens = [await openSession(it, carl), await openSession(it, carl)];
	const own = await openSession(it, ada);
	mustHold(await staff().endSessions(ada, carl.accountId));
	for (const token of tokens) expect(await accountRooms(it).sessions.find(token)).toBeNull();
	expect(await accountRooms(it).sessions.find(own)).not.toBeNull();
	expect(await eventsOf('staff/')).toEqual(['staff/sessions-ended']);
});

test('Z5: what gives rights needs a second person, who neither asked nor is meant', async () => {
	mustHold(await staff().changeRole(ada, bert.accountId, 'dpo'));
	const change = await waitingId();
	for (const [who, code] of [
		[ada, 'staff/second-person'],
		[bert, 'staff/second-person'],
		[carl, 'portal/forbidden']
	] as const) {
		expect(await staff().approve(who, change)).toMatchObject({ ok: false, error: { code } });
	}
	expect((await rowOf(bert))?.role).toBe('seniorClerk');
	const [view] = mustHold(await staff().list(bert)).waiting;
	expect(view).toMatchObject({ needsOther: true, askedByName: 'Ada Muster', role: 'dpo' });

	// And the database itself refuses, whatever the code above it says.
	for (const approver of [ada, bert]) {
		await expect(
			it.client.execute({
				sql: `update staff_changes set state = 'approved', approved_by = ? where id = ?`,
				args: [approver.accountId, change]
			})
		).rejects.toThrow(/two_people/);
	}
	await expect(
		it.client.execute({
			sql: `update staff_changes set state = 'approved' where id = ?`,
			args: [change]
		})
	).rejects.toThrow(/two_people/);
});

test('Z5: nobody changes, blocks or lets in themselves', async () => {
	const own = ada.accountId;
	for (const answer of [
		await staff().changeRole(ada, own, 'dpo'),
		await staff().disable(ada, own),
		await staff().readmit(ada, own)
	]) {
		expect(answer).toMatchObject({ error: { kind: 'forbidden', code: 'staff/not-yourself' } });
	}
});

test('Z5: of two approvals at once one counts', async () => {
	const dora = await addAccount(it, 'seniorClerk', 'Dora');
	mustHold(await staff().changeRole(ada, carl.accountId, 'auditor'));
	const change = await waitingId();
	const answers = await Promise.all([staff().approve(bert, change), staff().approve(dora, change)]);
	expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
	expect(await eventsOf('staff/change-approved')).toHaveLength(1);
});

test('Z5: one proposal at a time, none for nothing, none for a customer', async () => {
	const customer = await addAccount(it, 'customer', 'Kim');
	mustHold(await staff().changeRole(ada, carl.accountId, 'auditor'));
	const code = async (answer: Promise<{ ok: boolean; error?: { code: string } }>) =>
		(await answer).error?.code;
	expect(await code(staff().changeRole(bert, carl.accountId, 'dpo'))).toBe('staff/change-waiting');
	expect(await code(staff().changeRole(ada, bert.accountId, 'seniorClerk'))).toBe(
		'staff/role-same'
	);
	expect(await code(staff().readmit(ada, bert.accountId))).toBe('staff/changed-meanwhile');
	for (const act of [
		staff().changeRole(ada, customer.accountId, 'clerk'),
		staff().disable(ada, customer.accountId),
		staff().endSessions(ada, customer.accountId),
		staff().readmit(ada, it.ids.newId()),
		staff().approve(ada, it.ids.newId()),
		staff().refuse(ada, it.ids.newId())
	]) {
		expect(await code(act)).toBe('portal/not-found');
	}
});

test('Z5: an invitation waits for the second person before its mail goes out', async () => {
	mustHold(await staff().invite(ada, INVITATION));
	expect(await waitingMails(it)).toEqual([]);
	expect(await it.countRows('mail_tokens')).toBe(0);
	mustHold(await staff().approve(bert, await waitingId()));

	const [mail] = await waitingMails(it);
	expect(mail).toMatchObject({ template: 'staff-invitation', to: INVITATION.email });
	if (mail?.template !== 'staff-invitation') throw new Error('no invitation');
	const { text } = mailText(mail, 'https://portal.example', 'https://desk.example');
	expect(text).toContain(`https://desk.example/staff/invitation#${mail.code}`);
	expect(text).not.toMatch(/clerk|Sachbearbeitung/);
	const { rows } = await it.client.execute('select expires_at_ms from mail_tokens');
	expect(rows[0]?.['expires_at_ms']).toBe(it.clock.nowMs() + STAFF_INVITATION_LIFETIME_MS);
	expect(await eventsOf('staff/')).toEqual(['staff/invitation-asked', 'staff/change-approved']);
});

test('Z5: a refused invitation leaves no account, and the address is free again', async () => {
	mustHold(await staff().invite(ada, INVITATION));
	expect(await staff().invite(bert, INVITATION)).toMatchObject({
		error: { kind: 'conflict', code: 'staff/address-taken' }
	});
	mustHold(await staff().refuse(bert, await waitingId()));
	expect((await listed()).people).toHaveLength(3);
	expect(await eventsOf('staff/change-refused')).toHaveLength(1);
	mustHold(await staff().invite(bert, INVITATION));
});

test('Z5: somebody who was blocked comes back by a new invitation, with nothing of before', async () => {
	await it.client.execute({
		sql: `insert into passkeys values ('k', ?, x'00', 0, '', 0, 'key', 0, null)`,
		args: [carl.accountId]
	});
	mustHold(await staff().disable(ada, carl.accountId));
	mustHold(await staff().readmit(ada, carl.accountId));
	mustHold(await staff().approve(bert, await waitingId()));
	expect((await rowOf(carl))?.status).toBe('pending');
	expect(await it.countRows('passkeys')).toBe(0);
	expect((await waitingMails(it)).map((mail) => mail.template)).toEqual(['staff-invitation']);
	expect(await accountRooms(it).sessions.find(await openSession(it, carl))).toBeNull();
});

test('Z5: a stranger who registers with an invited address does not replace the invitation', async () => {
	mustHold(await staff().invite(ada, INVITATION));
	const registered = await accountRooms(it).registration.register(
		{ ...REGISTRATION, email: INVITATION.email },
		'de'
	);
	expect(registered.ok).toBe(true);
	expect((await listed()).people.map(({ email }) => email)).toContain(INVITATION.email);
	expect((await listed()).waiting).toHaveLength(1);
});

test('Z8: where passkeys are required, a session of the staff without one counts for nothing', async () => {
	const required = { staffNeedPasskey: true };
	const find = async (token: string, replaced = required) =>
		(await accountRooms(it, replaced).sessions.find(token))?.actor.accountId ?? null;
	const byCode = await openSession(it, carl, 'password+totp');
	expect(await find(byCode)).toBeNull();
	expect(await find(byCode, { staffNeedPasskey: false })).toBe(carl.accountId);
	for (const opening of ['passkey', 'password+passkey'] as const) {
		expect(await find(await openSession(it, carl, opening))).toBe(carl.accountId);
	}
	const customer = await addAccount(it, 'customer', 'Kim');
	expect(await find(await openSession(it, customer, 'password+totp'))).toBe(customer.accountId);
});

test('Z5: the list costs one round trip, an act two', async () => {
	it.takeRoundTrips();
	await staff().list(ada);
	expect(it.takeRoundTrips()).toBe(1);
	await staff().changeRole(ada, carl.accountId, 'auditor');
	expect(it.takeRoundTrips()).toBe(2);
});
