import { afterEach, beforeEach, expect, test } from 'vitest';
import {
	BLOCK_EMAIL_LIFETIME_MS,
	CONFIRM_EMAIL_LIFETIME_MS,
	TOTP_STEP_MS
} from '#lib/domain/accounts/lifetimes.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { codeAt, REGISTRATION, signIn, waitingMails } from '../../support/accounts.ts';
import { ownerOf, pageRooms, type Owner } from '../../support/account-page.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const OLD = REGISTRATION.email;
const NEW = 'neu@example.org';
const INVALID = { ok: false, error: { code: 'accounts/email-link-invalid' } };

let it: TestDatabase;
let owner: Owner;
beforeEach(async () => {
	it = await openTestDatabase();
	owner = await ownerOf(it);
});
afterEach(() => it.close());

async function wish(email = NEW): Promise<void> {
	const { account, stepUp, actor, sessionId } = await owner.enter();
	const asked = await account.askEmail(actor, sessionId, { email });
	if (!asked.ok) throw new Error(JSON.stringify(asked.error));
	const done = await stepUp.confirm(actor, sessionId, asked.value.id, owner.proof());
	if (!done.ok) throw new Error(done.error.code);
	owner.take(done.value.sessionToken);
}

/** The link of the newest mail of a kind to an address. */
async function linkTo(to: string, template: string): Promise<string> {
	const mail = (await waitingMails(it)).findLast(
		(one) => one.template === template && one.to === to
	);
	return mail && 'code' in mail ? mail.code : '';
}

async function present(): Promise<string> {
	const { account, actor } = await ownersView();
	const shown = await account.show(actor);
	return shown.ok ? shown.value.email : '';
}

/** The account as its owner sees it, signed in or not. */
async function ownersView() {
	const rooms = pageRooms(it);
	const { rows } = await it.client.execute('select id, person_id from accounts order by rowid');
	const accountId = String(rows[0]?.['id']);
	const personId = String(rows[0]?.['person_id']);
	await it.db.read(createRecipientsRepository(rooms.cipher).find(accountId));
	return { ...rooms, actor: { accountId, personId, role: 'customer' as const } };
}

const confirm = (code: string) => pageRooms(it).emailChange.confirm(code);
const block = (code: string) => pageRooms(it).emailChange.block(code);
const canSignIn = async (email: string) => {
	it.clock.advance(TOTP_STEP_MS);
	const code = codeAt(owner.secretText, it.clock.nowMs());
	return (await signIn(it, { ...REGISTRATION, email, code })).ok;
};

test('A18: an address counts when its own mailbox has answered, once, within a day', async () => {
	await wish();
	expect(await present()).toBe('z•••@example.org');
	expect(await canSignIn(NEW)).toBe(false);
	const code = await linkTo(NEW, 'confirm-email');
	// A link of one purpose opens nothing else.
	expect(await confirm(await linkTo(OLD, 'email-change-asked'))).toMatchObject(INVALID);
	expect(await block(code)).toMatchObject(INVALID);
	it.clock.advance(CONFIRM_EMAIL_LIFETIME_MS - 5 * TOTP_STEP_MS);
	expect(await confirm(code)).toMatchObject({ ok: true });
	expect(await present()).toBe('n•••@example.org');
	expect(await confirm(code)).toMatchObject(INVALID);
	expect(await canSignIn(OLD)).toBe(false);
	expect(await canSignIn(NEW)).toBe(true);
	const { rows } = await it.client.execute(
		'select contact_changed_at_ms as at from accounts where contact_changed_at_ms is not null'
	);
	expect(rows).toHaveLength(1);
});

test('A18: an expired link and one replaced by a newer wish are worth nothing', async () => {
	await wish('erste@example.org');
	const first = await linkTo('erste@example.org', 'confirm-email');
	await wish();
	expect(await confirm(first)).toMatchObject(INVALID);
	const code = await linkTo(NEW, 'confirm-email');
	it.clock.advance(CONFIRM_EMAIL_LIFETIME_MS);
	expect(await confirm(code)).toMatchObject(INVALID);
	expect(await present()).toBe('z•••@example.org');
});

test('A25: old and new address are told, without the other address or any name typed in', async () => {
	await wish();
	await confirm(await linkTo(NEW, 'confirm-email'));
	const mails = await waitingMails(it);
	const told = mails.slice(-4).map((mail) => [mail.template, mail.to]);
	expect(told).toEqual(
		expect.arrayContaining([
			['confirm-email', NEW],
			['email-change-asked', OLD],
			['account-changed', NEW],
			['email-replaced', OLD]
		])
	);
});

test('A25: the old mailbox stops a change that waits, and every session ends (O.Auth_16)', async () => {
	await wish();
	const code = await linkTo(NEW, 'confirm-email');
	expect(await block(await linkTo(OLD, 'email-change-asked'))).toMatchObject({ ok: true });
	expect(await confirm(code)).toMatchObject(INVALID);
	await expect(owner.enter()).rejects.toThrow('signed out');
	const { rows } = await it.client.execute('select must_change_password as must from accounts');
	expect(rows[0]?.['must']).toBe(1);
});

test('A25: the old mailbox undoes a change for 72 hours, and both are told', async () => {
	await wish();
	await confirm(await linkTo(NEW, 'confirm-email'));
	const undo = await linkTo(OLD, 'email-replaced');
	it.clock.advance(BLOCK_EMAIL_LIFETIME_MS - 1);
	expect(await block(undo)).toMatchObject({ ok: true });
	expect(await present()).toBe('z•••@example.org');
	expect(await linkTo(NEW, 'confirm-email')).not.toBe('');
	expect((await waitingMails(it)).slice(-2).map((mail) => [mail.template, mail.to])).toEqual(
		expect.arrayContaining([
			['email-blocked', NEW],
			['account-secured', OLD]
		])
	);
	expect(await canSignIn(OLD)).toBe(true);
});

test('A25: after 72 hours the old mailbox undoes nothing', async () => {
	await wish();
	await confirm(await linkTo(NEW, 'confirm-email'));
	const undo = await linkTo(OLD, 'email-replaced');
	it.clock.advance(BLOCK_EMAIL_LIFETIME_MS);
	expect(await block(undo)).toMatchObject(INVALID);
	expect(await present()).toBe('n•••@example.org');
});

test('A25: of two links the older mailbox wins: an intruder cannot take the address back', async () => {
	await wish('eins@example.org');
	await confirm(await linkTo('eins@example.org', 'confirm-email'));
	await wish('zwei@example.org');
	await confirm(await linkTo('zwei@example.org', 'confirm-email'));
	const ofOwner = await linkTo(OLD, 'email-replaced');
	const ofIntruder = await linkTo('eins@example.org', 'email-replaced');
	expect(await block(ofOwner)).toMatchObject({ ok: true });
	expect(await block(ofIntruder)).toMatchObject(INVALID);
	expect(await present()).toBe('z•••@example.org');
});

test('A25: the intruder’s link used first does not take the owner’s link away', async () => {
	await wish('eins@example.org');
	await confirm(await linkTo('eins@example.org', 'confirm-email'));
	it.clock.advance(TOTP_STEP_MS);
	await wish('zwei@example.org');
	await confirm(await linkTo('zwei@example.org', 'confirm-email'));
	const ofOwner = await linkTo(OLD, 'email-replaced');
	expect(await block(await linkTo('eins@example.org', 'email-replaced'))).toMatchObject({
		ok: true
	});
	expect(await present()).toBe('e•••@example.org');
	expect(await block(ofOwner)).toMatchObject({ ok: true });
	expect(await present()).toBe('z•••@example.org');
});

test('A17: an address that somebody else has looks the same, and its owner gets another mail', async () => {
	await ownerOf(it, { ...REGISTRATION, email: NEW });
	await wish();
	const { account, actor } = await ownersView();
	expect(await account.show(actor)).toMatchObject({ value: { waitingEmail: 'n•••@example.org' } });
	const mails = (await waitingMails(it)).filter((mail) => mail.to === NEW);
	expect(mails.at(-1)?.template).toBe('email-taken');
	expect(mails.map((mail) => mail.template)).not.toContain('confirm-email');
});

test('A18: an address that somebody took meanwhile is not taken from them', async () => {
	await wish();
	const code = await linkTo(NEW, 'confirm-email');
	await ownerOf(it, { ...REGISTRATION, email: NEW });
	expect(await confirm(code)).toMatchObject(INVALID);
	expect(await present()).toBe('z•••@example.org');
});

test('S8: the own address is no change, and a wish can be given up', async () => {
	const { account, actor, sessionId } = await owner.enter();
	expect(
		await account.askEmail(actor, sessionId, { email: ` ${OLD.toUpperCase()}` })
	).toMatchObject({ error: { issues: { email: 'email-same' } } });
	await wish();
	const code = await linkTo(NEW, 'confirm-email');
	const later = await owner.enter();
	expect(await later.account.cancelEmail(later.actor)).toMatchObject({ ok: true });
	expect(await confirm(code)).toMatchObject(INVALID);
});
