import { copyFileSync } from 'node:fs';
import { createClient } from '@libsql/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { ERASURE_WAIT_MS } from '#lib/domain/privacy/erasure.ts';
import { deleteAfterMs } from '#lib/domain/privacy/retention.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { accountRefOf } from '#lib/server/accounts/account-ref.ts';
import { openPerson } from '#lib/server/db/people.ts';
import { createRewrapKeys } from '#lib/server/jobs/rewrap-keys.ts';
import { TABLES_OF_PEOPLE } from '#lib/server/privacy/data-map.ts';
import { removeKeyVersion, rotateKeys } from '#lib/server/platform/keys.ts';
import { REGISTRATION, registerActive, waitingMails } from '../../support/accounts.ts';
import { ownerOf, pageRooms } from '../../support/account-page.ts';
import { auditRoom, verifyFile } from '../../support/audit.ts';
import { openTestDatabase, withKeys, type TestDatabase } from '../../support/database.ts';
import { claimRooms } from '../../support/claims.ts';
import { runRetention } from '../../support/privacy.ts';
import { addAccount } from '../decisions/desk-world.ts';
import {
	fillTables,
	insertClaim,
	keepForm,
	leaveInquiries,
	leaveUnsent,
	linkContract,
	proveAct,
	worldOf,
	type World
} from './privacy-world.ts';

let it: TestDatabase;
let world: World;
beforeEach(async () => {
	it = await openTestDatabase();
	world = await worldOf(it);
});
afterEach(() => it.close());

const eraseDue = () => pageRooms(it).erasure.eraseDue();
const sendAll = () =>
	it.client.execute(`update mail_outbox set state = 'sent', sent_at_ms = ${it.clock.nowMs()}`);
async function eraseWorld(): Promise<void> {
	await proveAct(world.owner, 'account/delete');
	it.clock.advance(ERASURE_WAIT_MS);
	expect(await eraseDue()).toBe(1);
}
async function countOf(sql: string, ...args: string[]): Promise<number> {
	const { rows } = await it.client.execute({ sql: `select count(*) as n from ${sql}`, args });
	return Number(rows[0]?.['n']);
}
const ofAccount = (table: string) =>
	countOf(`${table} where account_id = ?`, world.actor.accountId);
async function keepCode(): Promise<string> {
	const mail = (await waitingMails(it)).findLast((one) => one.template === 'account-closing');
	return mail?.template === 'account-closing' ? mail.code : '';
}

test('D10: after the waiting time nothing of the account is left in any table of the list', async () => {
	const { owner, actor, contract } = world;
	await keepForm(it, owner);
	await leaveUnsent(it, actor, contract);
	await proveAct(owner, 'data/export');
	// That proof has shut what was half open.
	await fillTables(it, actor);
	const emptied = Object.entries(TABLES_OF_PEOPLE).filter(([, { goes }]) => goes === 'at-once');
	for (const [table] of emptied) {
		const by = table === 'mail_outbox' ? 'person_id' : 'account_id';
		const id = table === 'mail_outbox' ? actor.personId : actor.accountId;
		// What is empty before proves nothing.
		expect(await countOf(`${table} where ${by} = ?`, id), table).toBeGreaterThan(0);
	}
	await eraseWorld();
	for (const [table] of emptied) {
		if (table === 'mail_outbox') continue;
		expect(await ofAccount(table), table).toBe(0);
	}
	for (const table of ['submissions', 'files', 'claims', 'documents'])
		expect(await ofAccount(table), table).toBe(0);
	expect(await it.countRows('file_chunks')).toBe(0);
	// One mail is left: the one that says so. Then the row, the person and their key go too.
	expect((await waitingMails(it)).map((mail) => mail.template)).toEqual(['account-deleted']);
	await eraseDue();
	expect(await countOf('people where id = ?', actor.personId)).toBe(1);
	await sendAll();
	expect(await eraseDue()).toBe(1);
	expect(await countOf('accounts where id = ?', actor.accountId)).toBe(0);
	expect(await countOf('people where id = ?', actor.personId)).toBe(0);
	expect(await countOf('mail_outbox where person_id = ?', actor.personId)).toBe(0);
	// The contract is another matter, and so is its holder.
	expect(await countOf('contracts where id = ?', contract.contractId)).toBe(1);
});

test('D10: with the account an open inquiry goes; an answered one stays as the letters do', async () => {
	await leaveInquiries(it, world.actor, world.contract);
	await eraseWorld();
	const { rows } = await it.client.execute('select state from coverage_inquiries');
	expect(rows.map(({ state }) => state)).toEqual(['covered']);
	expect(await it.countRows('coverage_inquiry_files')).toBe(1);
	expect(await it.countRows('documents')).toBe(3);
	await sendAll();
	// Its row alone keeps the account and the person whose key seals it: letters may go a year before.
	await it.client.execute('delete from documents');
	expect(await eraseDue()).toBe(0);
	expect(await countOf('people where id = ?', world.actor.personId)).toBe(1);
	it.clock.set(deleteAfterMs('letter', it.clock.nowMs()));
	await runRetention(it);
	await eraseDue();
	expect(await it.countRows('coverage_inquiries')).toBe(0);
	expect(await countOf('files where account_id = ?', world.actor.accountId)).toBe(0);
	expect(await countOf('accounts where id = ?', world.actor.accountId)).toBe(0);
});

test('S8: proving the wish deletes nothing yet; every other session ends and the mail has a way back', async () => {
	const second = await world.owner.signIn();
	await proveAct(world.owner, 'account/delete');
	await expect(world.owner.enter(second)).rejects.toThrow('signed out');
	const { erasure, actor, sessionId } = await world.owner.enter();
	expect(await erasure.show(actor, sessionId)).toMatchObject({
		ok: true,
		value: { deletionDueAtMs: it.clock.nowMs() + ERASURE_WAIT_MS }
	});
	const dueAtMs = it.clock.nowMs() + ERASURE_WAIT_MS;
	it.clock.advance(ERASURE_WAIT_MS - DAY_MS);
	// Whoever asked for the end had everything that opens the account.
	await world.owner.signIn();
	it.clock.advance(dueAtMs - it.clock.nowMs() - 1);
	expect(await eraseDue()).toBe(0);
	expect(await it.countRows('sessions')).toBeGreaterThan(0);
	expect(await pageRooms(it).erasure.keepByMail(await keepCode())).toMatchObject({ ok: true });
	expect(await it.countRows('sessions')).toBe(0);
	it.clock.advance(DAY_MS);
	expect(await eraseDue()).toBe(0);
	await world.owner.signIn();
	expect((await waitingMails(it)).map((mail) => mail.template)).toContain('account-kept');
});

test('A25: the end is told to the address that was replaced a short time ago, and it can stop it', async () => {
	const { account, actor, sessionId, emailChange } = await world.owner.enter();
	const asked = await account.askEmail(actor, sessionId, { email: 'neu@example.org' });
	const { stepUp } = await world.owner.enter();
	const id = asked.ok ? asked.value.id : '';
	const proven = await stepUp.confirm(actor, sessionId, id, world.owner.proof());
	if (!proven.ok) throw new Error(proven.error.code);
	world.owner.take(proven.value.sessionToken);
	const toNew = (await waitingMails(it)).find((mail) => mail.template === 'confirm-email');
	const code = toNew && 'code' in toNew ? toNew.code : '';
	expect((await emailChange.confirm(code)).ok).toBe(true);
	await proveAct(world.owner, 'account/delete');
	const closing = (await waitingMails(it)).filter((mail) => mail.template === 'account-closing');
	expect(closing.map(({ to }) => to).toSorted()).toEqual(
		['neu@example.org', world.owner.registration.email].toSorted()
	);
});

test('A18: the link of the mail works once, in no other account and not after the end', async () => {
	await proveAct(world.owner, 'account/delete');
	const code = await keepCode();
	const keep = (typed: string) => pageRooms(it).erasure.keepByMail(typed);
	const INVALID = { ok: false, error: { code: 'accounts/mail-link-invalid' } };
	expect(await keep(`${code.slice(0, -4)}AAAA`)).toMatchObject(INVALID);
	expect((await keep(code)).ok).toBe(true);
	expect(await keep(code)).toMatchObject(INVALID);
	world.owner.take(await world.owner.signIn());
	await proveAct(world.owner, 'account/delete');
	const next = await keepCode();
	it.clock.advance(ERASURE_WAIT_MS);
	expect(await keep(next)).toMatchObject(INVALID);
});

test('the owner takes the wish back on the page, and a second wish while one waits is refused', async () => {
	await proveAct(world.owner, 'account/delete');
	await expect(proveAct(world.owner, 'account/delete')).rejects.toThrow('privacy/deletion-waiting');
	const { erasure, actor } = await world.owner.enter();
	expect((await erasure.keep(actor)).ok).toBe(true);
	expect(await erasure.keep(actor)).toMatchObject({
		error: { code: 'privacy/deletion-not-waiting' }
	});
	it.clock.advance(ERASURE_WAIT_MS);
	expect(await eraseDue()).toBe(0);
});

test('D9: an open claim and a hold keep the account until they are over', async () => {
	const { actor, contract } = world;
	const { claimId } = await insertClaim(it, actor, contract);
	await proveAct(world.owner, 'account/delete');
	it.clock.advance(ERASURE_WAIT_MS + DAY_MS);
	expect(await eraseDue()).toBe(0);
	await it.client.execute(
		`update claims set state = 'approved', decided_at_ms = 1, checked_by_rules_at_ms = 1 where id = '${claimId}'`
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
		expect(await eraseDue(), subject).toBe(0);
		await it.client.execute('update legal_holds set lifted_at_ms = 2');
	}
	expect(await eraseDue()).toBe(1);
});

test('D9: decided claims stay for their years under an empty account, and the desk still reads them', async () => {
	const { actor, contract } = world;
	await insertClaim(it, actor, contract, { state: 'approved', atMs: it.clock.nowMs() });
	await leaveUnsent(it, actor, contract);
	await eraseWorld();
	await sendAll();
	await eraseDue();
	const { rows } = await it.client.execute({
		sql: 'select * from accounts where id = ?',
		args: [actor.accountId]
	});
	expect(rows[0]).toMatchObject({ status: 'disabled', password_hash: '', totp_secret: null });
	expect(await ofAccount('claims')).toBe(1);
	expect(await ofAccount('documents')).toBe(2);
	// Two receipts and the PDF; what was never handed in is gone.
	expect(await ofAccount('files')).toBe(3);
	expect(await ofAccount('submissions')).toBe(1);
	// Whoever opens a kept claim finds its owner's name and an empty address.
	const [owner] = await it.db.read(
		createRecipientsRepository(it.newCipher()).find(actor.accountId)
	);
	expect(owner).toMatchObject({ to: '', name: 'Zoë Ødegård' });
});

test('an erased address can register anew, and its old account opens nothing', async () => {
	await insertClaim(it, world.actor, world.contract, { state: 'approved', atMs: 1 });
	const session = world.owner.token();
	await eraseWorld();
	await expect(world.owner.enter(session)).rejects.toThrow('signed out');
	await expect(world.owner.signIn()).rejects.toThrow('accounts/sign-in-failed');
	await sendAll();
	const fresh = await registerActive(it, REGISTRATION);
	expect(fresh.recoveryCodes).toHaveLength(10);
});

test('two runs at once erase once and tell once', async () => {
	await proveAct(world.owner, 'account/delete');
	it.clock.advance(ERASURE_WAIT_MS);
	const counts = await Promise.all([eraseDue(), eraseDue(), eraseDue()]);
	expect(counts.reduce((sum, one) => sum + one, 0)).toBe(1);
	expect((await waitingMails(it)).map((mail) => mail.template)).toEqual(['account-deleted']);
	expect(await countOf(`audit_events where event = 'account/erased'`)).toBe(1);
});

test('D7: devices of an erased account get the word that makes them wipe, and not before', async () => {
	const accountRef = await accountRefOf(world.actor.accountId);
	const removal = async () =>
		(await (await claimRooms(it, world.actor)).vault.findWords(accountRef)).removalProof;
	expect(await removal()).toBe(null);
	await proveAct(world.owner, 'account/delete');
	expect(await removal()).toBe(null);
	it.clock.advance(ERASURE_WAIT_MS);
	await eraseDue();
	expect(await removal()).toMatch(/^[\w-]{43}$/);
	const { rows } = await it.client.execute('select * from vault_removals');
	expect(JSON.stringify(rows)).not.toContain(world.actor.accountId);
});

test('D5: erased, an older copy restored, its root key destroyed: not readable, and the log verifies', async () => {
	const { sealing, folder } = auditRoom(it);
	const other = await ownerOf(it, { ...REGISTRATION, email: 'ada@example.org' });
	const { actor: ada } = await other.enter();
	const snapshot = `${it.file}.older`;
	await it.client.execute('pragma wal_checkpoint(truncate)');
	copyFileSync(it.file, snapshot);
	await eraseWorld();
	await sendAll();
	await eraseDue();
	await sealing.seal();
	await sealing.deliver();
	// The procedure of docs/security/erasure.md: rotate, re-wrap, remove.
	const rotated = withKeys(it, rotateKeys(it.keys, ['data'], it.ids.randomBytes));
	await createRewrapKeys(rotated).moveAll(() => undefined);
	const keys = removeKeyVersion(rotated.keys, 'data', 1);
	const nowIt = withKeys(it, keys);

	const profileOf = async (file: string, personId: string, cipher = nowIt.newCipher()) => {
		const client = createClient({ url: `file:${file}` });
		const { rows } = await client.execute({
			sql: 'select * from people where id = ?',
			args: [personId]
		});
		client.close();
		const row = rows[0];
		if (!row) return null;
		return openPerson(cipher, {
			id: personId,
			wrappedKey: new Uint8Array(row['wrapped_key'] as ArrayBuffer),
			rootVersion: Number(row['root_version']),
			profile: new Uint8Array(row['profile'] as ArrayBuffer),
			createdAtMs: 0
		});
	};
	// The copy still has the row, and with the old root it would open: the test would notice.
	const { personId } = world.actor;
	expect(await profileOf(snapshot, personId, it.newCipher())).toMatchObject({ firstName: 'Zoë' });
	await expect(profileOf(snapshot, personId)).rejects.toThrow('needs the root key data 1');
	// Whoever was not erased is read as before, and of the erased there is nothing.
	expect(await profileOf(it.file, ada.personId)).toMatchObject({ firstName: 'Zoë' });
	expect(await profileOf(it.file, personId)).toBe(null);
	expect(await verifyFile(it, folder)).toMatchObject({ finding: null });
});

test('D5: a rotation of the look-up key passes over erased accounts and leaves nothing behind', async () => {
	await insertClaim(it, world.actor, world.contract, { state: 'approved', atMs: 1 });
	await eraseWorld();
	const rotated = withKeys(it, rotateKeys(it.keys, ['blindIndex', 'totp'], it.ids.randomBytes));
	expect(await createRewrapKeys(rotated).moveAll(() => undefined)).toMatchObject({ leftRows: 0 });
});

test('D9: after its years the last claim takes the empty account and its person with it', async () => {
	const { actor } = world;
	await insertClaim(it, actor, world.contract, { state: 'rejected', atMs: it.clock.nowMs() });
	await eraseWorld();
	await sendAll();
	it.clock.set(Date.parse('2033-01-01T00:00:00+01:00'));
	await runRetention(it);
	await eraseDue();
	for (const table of ['claims', 'documents', 'files', 'submissions'])
		expect(await ofAccount(table), table).toBe(0);
	expect(await countOf('accounts where id = ?', actor.accountId)).toBe(0);
	expect(await countOf('people where id = ?', actor.personId)).toBe(0);
});

test('D10: of a policyholder who has read a released claim the look stays for its owner, and no more', async () => {
	const { actor } = world;
	const owner = await addAccount(it, 'customer', 'Mai');
	const contract = await linkContract(it, owner.accountId, null);
	const decided = { state: 'rejected', atMs: it.clock.nowMs() } as const;
	const { claimId } = await insertClaim(it, owner, contract, decided);
	await it.client.execute({
		sql: `insert into released_claim_looks (id, claim_id, account_id, at_ms) values ('look', ?, ?, 1)`,
		args: [claimId, actor.accountId]
	});
	await eraseWorld();
	await sendAll();
	await eraseDue();
	expect(await countOf(`accounts where id = ? and status = 'disabled'`, actor.accountId)).toBe(1);
	expect(await ofAccount('released_claim_looks')).toBe(1);
	it.clock.set(Date.parse('2033-01-01T00:00:00+01:00'));
	await runRetention(it);
	await eraseDue();
	expect(await it.countRows('released_claim_looks')).toBe(0);
	expect(await countOf('accounts where id = ?', actor.accountId)).toBe(0);
});

test('S8, A25: whoever takes the account back has ended a deletion that an intruder asked for', async () => {
	const { owner, actor } = world;
	await proveAct(owner, 'account/delete');
	const rooms = await owner.enter();
	expect(await rooms.account.disown(rooms.actor)).toMatchObject({ ok: true });
	it.clock.advance(ERASURE_WAIT_MS);
	expect(await eraseDue()).toBe(0);
	expect(await countOf('accounts where id = ? and erased_at_ms is null', actor.accountId)).toBe(1);
	expect(await countOf(`mail_tokens where purpose = 'keep-account'`)).toBe(0);
});
