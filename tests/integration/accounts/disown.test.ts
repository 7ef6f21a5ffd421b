import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { disownAct, disownReads } from '#lib/server/accounts/disown.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { inviteByCommand } from '#lib/server/accounts/staff-command.ts';
import { newPasswordFirst } from '#lib/server/edge/new-password-first.ts';
import { ownerOf, pageRooms } from '../../support/account-page.ts';
import {
	accountRooms,
	codeAt,
	NEW_BROWSER,
	REGISTRATION,
	registerActive,
	signIn,
	TEST_PARTY,
	waitingMails
} from '../../support/accounts.ts';
import { SoftwarePasskey } from '../../support/authenticator.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { addPasskey, mailedCode } from '../../support/recovery.ts';
import { mustHold, staffRooms } from '../../support/staff.ts';

const COLLEAGUE = {
	firstName: 'Jonas',
	lastName: 'Petersen',
	email: 'jonas.petersen@musterland.example',
	role: 'clerk',
	language: 'de'
} as const;

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
});
afterEach(() => it.close());

/** Leaves a trace in each table that the act must clear, for one account. */
async function leaveTraces(accountId: string): Promise<void> {
	await it.client.batch(
		[
			{
				sql: `insert into known_devices values (randomblob(32), ?, 'Firefox', 0, 0, 9e15)`,
				args: [accountId]
			},
			{
				sql: `insert into pending_acts (id, account_id, session_id, act, payload, created_at_ms,
					expires_at_ms) values (hex(randomblob(8)), ?, 's', 'email/change', x'00', 0, 9e15)`,
				args: [accountId]
			},
			{
				sql: `insert into passkeys values (hex(randomblob(8)), ?, x'01', 0, '', 0, 'Phone', 0, null)`,
				args: [accountId]
			},
			{
				sql: `insert into sign_in_challenges (token_hash, account_id, is_password_right, door,
					expires_at_ms) values (randomblob(32), ?, 1, 'customer', 9e15)`,
				args: [accountId]
			},
			{
				sql: `insert into enrolments (token_hash, account_id, totp_secret, expires_at_ms)
					values (randomblob(32), ?, x'00', 9e15)`,
				args: [accountId]
			},
			{
				sql: `insert into recovery_cases (id, account_id, state, opened_at_ms, ready_at_ms)
					values (hex(randomblob(8)), ?, 'waiting', 0, 0)`,
				args: [accountId]
			},
			...['confirm-email', 'reset-password', 'block-email', 'not-me'].map((purpose) => ({
				sql: `insert into mail_tokens (token_hash, account_id, purpose, expires_at_ms)
					values (randomblob(32), ?, ?, 9e15)`,
				args: [accountId, purpose]
			}))
		],
		'write'
	);
}

test('A25: "this was not me" ends all sessions, forgets devices, passkeys, half-open doors and opening links, and asks for a new password', async () => {
	const { secretText } = await registerActive(it);
	const other = { ...REGISTRATION, email: 'other@example.org' };
	await registerActive(it, other);
	it.clock.advance(TOTP_STEP_MS);
	const session = await signIn(it, {
		...REGISTRATION,
		code: codeAt(secretText, it.clock.nowMs())
	});
	const token = session.ok ? session.value.sessionToken : '';
	const signedIn = await accountRooms(it).sessions.find(token);
	const accountId = signedIn?.actor.accountId ?? '';
	const { rows } = await it.client.execute({
		sql: 'select id from accounts where id <> ?',
		args: [accountId]
	});
	const otherId = String(rows[0]?.['id']);
	await leaveTraces(accountId);
	await leaveTraces(otherId);

	const rooms = accountRooms(it);
	const [owner, ...waiting] = await it.db.read(
		createRecipientsRepository(rooms.cipher).find(accountId),
		...disownReads(rooms, accountId)
	);
	if (!owner) throw new Error('no account');
	expect(await it.db.commit(...(await disownAct(rooms, accountId, owner, waiting)))).toMatchObject({
		ok: true
	});

	expect(await accountRooms(it).sessions.find(token)).toBeNull();
	const left = await it.client.execute(
		`select account_id, 'device' as what from known_devices
		 union all select account_id, act from pending_acts
		 union all select account_id, purpose from mail_tokens where used_at_ms is null
		 order by account_id, what`
	);
	const leftOf = (id: string) =>
		left.rows.filter((row) => row['account_id'] === id).map((row) => row['what']);
	expect(leftOf(accountId)).toEqual(['block-email', 'not-me', 'not-me']);
	expect(leftOf(otherId)).toHaveLength(6);
	const doors = await it.client.execute(
		`select account_id, 'passkey' as what from passkeys
		 union all select account_id, 'challenge' from sign_in_challenges where expires_at_ms = 9e15
		 union all select account_id, 'enrolment' from enrolments where expires_at_ms = 9e15`
	);
	expect(doors.rows.map((row) => row['account_id'])).toEqual([otherId, otherId, otherId]);
	const cases = await it.client.execute('select account_id, state from recovery_cases');
	expect(Object.fromEntries(cases.rows.map((row) => [row['account_id'], row['state']]))).toEqual({
		[accountId]: 'cancelled',
		[otherId]: 'waiting'
	});
	const flags = await it.client.execute('select id, must_change_password as must from accounts');
	expect(Object.fromEntries(flags.rows.map((row) => [row['id'], row['must']]))).toEqual({
		[accountId]: 1,
		[otherId]: 0
	});
	expect((await waitingMails(it)).at(-1)).toMatchObject({
		template: 'account-secured',
		to: REGISTRATION.email
	});
});

test('A25: an undone change of address leaves no passkey that was added meanwhile', async () => {
	const owner = await ownerOf(it);
	const { account, stepUp, actor, sessionId } = await owner.enter();
	const asked = mustHold(await account.askEmail(actor, sessionId, { email: 'neu@example.org' }));
	mustHold(await stepUp.confirm(actor, sessionId, asked.id, owner.proof()));
	await addPasskey(it);
	const undo = await mailedCode(it, 'email-change-asked');
	mustHold(await pageRooms(it).emailChange.block(undo));
	expect(await it.countRows('passkeys')).toBe(0);
});

test('A25: "this was not me" of staff takes passkeys and devices and leaves them no forced password', async () => {
	const passkey = new SoftwarePasskey(TEST_PARTY.origin);
	const { code } = mustHold(await inviteByCommand(staffRooms(it), COLLEAGUE));
	const options = mustHold(await staffRooms(it).staffInvitations.offer(code));
	const accepted = {
		firstName: COLLEAGUE.firstName,
		lastName: COLLEAGUE.lastName,
		password: REGISTRATION.password,
		passkey: passkey.create(String(options['challenge']))
	};
	mustHold(await staffRooms(it).staffInvitations.accept(code, accepted));
	const offered = mustHold(await accountRooms(it).passkeySignIn.offer('staff'));
	const answer = passkey.get(String(offered.options['challenge']));
	mustHold(
		await accountRooms(it).passkeySignIn.finish(offered.challengeToken, answer, NEW_BROWSER)
	);
	const link = await mailedCode(it, 'new-device');
	expect(await accountRooms(it).mailLinks.disown(link)).toEqual({
		ok: true,
		value: { isStaff: true }
	});

	for (const table of ['sessions', 'known_devices', 'passkeys']) {
		expect([table, await it.countRows(table)]).toEqual([table, 0]);
	}
	const { rows } = await it.client.execute('select must_change_password as must from accounts');
	expect(rows[0]?.['must']).toBe(0);
	const mail = (await waitingMails(it)).at(-1);
	expect(mail).toMatchObject({ template: 'staff-account-secured', to: COLLEAGUE.email });
});

test('A25: while a new password is due, staff get a page that says what to do, and scripts a code', async () => {
	const page = newPasswordFirst('page', 'clerk', 'de');
	expect(page.status).toBe(403);
	expect(page.headers.get('content-type')).toContain('text/html');
	expect(await page.text()).toContain('neue Einladung');
	const data = newPasswordFirst('data', 'clerk', 'de');
	expect(await data.json()).toEqual({ code: 'portal/must-change-password' });
	expect(newPasswordFirst('page', 'customer', 'de').headers.get('location')).toBe(
		'/account/password'
	);
});
