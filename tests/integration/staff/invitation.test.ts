import { afterEach, beforeEach, expect, test } from 'vitest';
import { STAFF_INVITATION_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { inviteByCommand } from '#lib/server/accounts/staff-command.ts';
import { accountRooms, signIn, TEST_PARTY, waitingMails } from '../../support/accounts.ts';
import { SoftwarePasskey } from '../../support/authenticator.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mustHold, staffRooms } from '../../support/staff.ts';

const INVITATION = {
	firstName: 'Jonas',
	lastName: 'Petersen',
	email: 'jonas.petersen@musterland.example',
	role: 'seniorClerk',
	language: 'de'
} as const;
const PASSWORD = 'zwölf Monate im Norden';
const NO_BROWSER = { deviceToken: null, sessionToken: null };

let it: TestDatabase;
let passkey: SoftwarePasskey;
beforeEach(async () => {
	it = await openTestDatabase();
	passkey = new SoftwarePasskey(TEST_PARTY.origin);
});
afterEach(() => it.close());

const invitations = () => staffRooms(it).staffInvitations;
const invite = async () => mustHold(await inviteByCommand(staffRooms(it), INVITATION)).code;
const challengeOf = async (code: string) =>
	String(mustHold(await invitations().offer(code))['challenge']);
const acceptance = (answer: string) => ({
	firstName: 'Jonas',
	lastName: 'Petersen-Lund',
	password: PASSWORD,
	passkey: answer
});
async function accountRow() {
	const { rows } = await it.client.execute('select id, status, totp_secret from accounts');
	if (!rows[0]) throw new Error('no account');
	return rows[0];
}
async function expectStillPending(): Promise<void> {
	expect((await accountRow())['status']).toBe('pending');
	expect(await it.countRows('passkeys')).toBe(0);
}

test('Z8: an invited colleague comes in with a passkey, without a code of an app', async () => {
	const code = await invite();
	expect((await waitingMails(it)).map(({ template, to }) => [template, to])).toEqual([
		['staff-invitation', INVITATION.email]
	]);
	expect(mustHold(await invitations().view(code))).toMatchObject({ role: 'seniorClerk' });
	const challenge = await challengeOf(code);
	mustHold(await invitations().accept(code, acceptance(passkey.create(challenge))));
	expect(await accountRow()).toMatchObject({ status: 'active', totp_secret: null });

	const { passkeySignIn } = accountRooms(it);
	const offered = mustHold(await passkeySignIn.offer('staff'));
	const answer = passkey.get(String(offered.options['challenge']));
	const done = mustHold(
		await accountRooms(it).passkeySignIn.finish(offered.challengeToken, answer, NO_BROWSER)
	);
	const found = await accountRooms(it, { staffNeedPasskey: true }).sessions.find(done.sessionToken);
	expect(found).toMatchObject({
		displayName: 'Jonas Petersen-Lund',
		actor: { role: 'seniorClerk' }
	});
	const { rows } = await it.client.execute(
		`select event, factors from audit_events where event like 'staff/%' order by seq`
	);
	expect(rows.map((row) => [row['event'], row['factors']])).toEqual([
		['staff/invited-by-command', null],
		['staff/invitation-accepted', 'mail-code+passkey']
	]);
});

test('A18: an invitation is good once and for 72 hours, and for nothing else', async () => {
	const code = await invite();
	const invalid = { ok: false, error: { code: 'accounts/mail-link-invalid' } };
	expect(await accountRooms(it).enrolment.verifyMail(code, PASSWORD)).toMatchObject({
		ok: false
	});
	it.clock.advance(STAFF_INVITATION_LIFETIME_MS - 1);
	const challenge = await challengeOf(code);
	it.clock.advance(1);
	expect(await invitations().open(code)).toMatchObject(invalid);
	expect(await invitations().offer(code)).toMatchObject(invalid);
	expect(await invitations().accept(code, acceptance(passkey.create(challenge)))).toMatchObject(
		invalid
	);
	await expectStillPending();
	it.clock.advance(-1);
	mustHold(await invitations().accept(code, acceptance(passkey.create(challenge))));
	expect(await invitations().view(code)).toMatchObject(invalid);
	expect(await invitations().accept(code, acceptance(passkey.create(challenge)))).toMatchObject(
		invalid
	);
});

test('Z8: ten acceptances at once make one passkey', async () => {
	const code = await invite();
	const challenge = await challengeOf(code);
	const answers = await Promise.all(
		Array.from({ length: 10 }, () =>
			invitations().accept(
				code,
				acceptance(new SoftwarePasskey(TEST_PARTY.origin).create(challenge))
			)
		)
	);
	expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
	expect(await it.countRows('passkeys')).toBe(1);
});

test('Z8: no account without a passkey that holds: other challenge, other site, no PIN, none at all', async () => {
	const code = await invite();
	const refused = { ok: false, error: { kind: 'invalid', code: 'staff/passkey-refused' } };
	const early = passkey.create('Y2hhbGxlbmdl');
	expect(await invitations().accept(code, acceptance(early))).toMatchObject(refused);
	const challenge = await challengeOf(code);
	for (const answer of [
		passkey.create('Y2hhbGxlbmdl'),
		passkey.create(challenge, { origin: 'https://evil.example' }),
		passkey.create(challenge, { rpId: 'evil.example' }),
		passkey.create(challenge, { isVerified: false }),
		'{}',
		'no json'
	]) {
		expect(await invitations().accept(code, acceptance(answer))).toMatchObject(refused);
	}
	await expectStillPending();
});

test('A3: the password of an invited colleague passes the same policy', async () => {
	const code = await invite();
	const answer = passkey.create(await challengeOf(code));
	expect(
		await invitations().accept(code, { ...acceptance(answer), password: 'Petersen-Lund Jonas' })
	).toMatchObject({ error: { kind: 'invalid', issues: { password: 'password-context' } } });
	await expectStillPending();
});

test("Z8: password and code are no way in at the staff's door, and the answer does not say why", async () => {
	const code = await invite();
	mustHold(await invitations().accept(code, acceptance(passkey.create(await challengeOf(code)))));
	const required = { staffNeedPasskey: true, findTotpStep: () => 7 };
	// Even with an app that was set up in an earlier life of the account.
	const cheap = { ...required, passwords: staffRooms(it).passwords };
	const { id } = await accountRow();
	const secret = await it.cipher.sealTotpSecret(
		{ table: 'accounts', column: 'totp_secret', rowId: String(id), personId: String(id) },
		new Uint8Array(20)
	);
	await it.client.execute({ sql: 'update accounts set totp_secret = ?', args: [secret] });
	const input = { email: INVITATION.email, password: PASSWORD, code: '000000' };
	const right = await signIn(it, input, 'staff', NO_BROWSER, cheap);
	const wrong = await signIn(
		it,
		{ ...input, password: 'something else' },
		'staff',
		NO_BROWSER,
		cheap
	);
	expect(right).toEqual(wrong);
	expect(right).toMatchObject({ ok: false, error: { code: 'accounts/sign-in-failed' } });
	expect(await it.countRows('sessions')).toBe(0);
	const optional = { ...cheap, staffNeedPasskey: false };
	expect(await signIn(it, input, 'staff', NO_BROWSER, optional)).toMatchObject({ ok: true });
});

test('Z5: an address that has an account is refused by the command as well', async () => {
	await invite();
	expect(await inviteByCommand(staffRooms(it), INVITATION)).toMatchObject({
		error: { kind: 'conflict', code: 'staff/address-taken' }
	});
	expect(await it.countRows('accounts')).toBe(1);
});
