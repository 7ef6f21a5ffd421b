import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { disownAct } from '#lib/server/accounts/disown.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import {
	accountRooms,
	codeAt,
	REGISTRATION,
	registerActive,
	signIn,
	waitingMails
} from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

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
			...['confirm-email', 'reset-password', 'block-email', 'not-me'].map((purpose) => ({
				sql: `insert into mail_tokens (token_hash, account_id, purpose, expires_at_ms)
					values (randomblob(32), ?, ?, 9e15)`,
				args: [accountId, purpose]
			}))
		],
		'write'
	);
}

test('A25: "this was not me" ends all sessions, forgets devices and opening links, and asks for a new password', async () => {
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
	const [owner] = await it.db.read(createRecipientsRepository(rooms.cipher).find(accountId));
	if (!owner) throw new Error('no account');
	expect(await it.db.commit(...(await disownAct(rooms, accountId, owner)))).toMatchObject({
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
