import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { REGISTRATION, waitingMails } from '../../support/accounts.ts';
import { ownerOf, pageRooms, type Owner } from '../../support/account-page.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { linkContract, runRetention } from '../../support/privacy.ts';
import { mailedCode } from '../../support/recovery.ts';

const OLD = 'DE89370400440532013000';
const NEW = 'DE02120300000000202051';
const OTHER = 'FR1420041010050500013M02606';
const { waitDays } = OPERATOR.payments.newAccount;
const ENDED = { ok: false, error: { kind: 'conflict', code: 'contracts/account-change-ended' } };
const WAITING = { error: { kind: 'conflict', code: 'contracts/account-change-waiting' } };
const NOT_FOUND = { ok: false, error: { kind: 'not-found', code: 'portal/not-found' } };

let it: TestDatabase;
let owner: Owner;
let contractId: string;
beforeEach(async () => {
	it = await openTestDatabase();
	owner = await ownerOf(it);
	({ contractId } = await linkContract(it, (await owner.enter()).actor.accountId, '2027-12-31'));
});
afterEach(() => it.close());

async function ask(iban = NEW, who = owner) {
	const { accountChanges, actor, sessionId } = await who.enter();
	return accountChanges.ask(actor, sessionId, contractId, { holder: 'Zoë Ødegård', iban });
}

async function confirm(id: string, who = owner) {
	const { stepUp, actor, sessionId } = await who.enter();
	const done = await stepUp.confirm(actor, sessionId, id, who.proof({ password: null }));
	if (done.ok) who.take(done.value.sessionToken);
	return done;
}

async function change(iban = NEW) {
	const asked = await ask(iban);
	if (!asked.ok) throw new Error(asked.error.code);
	const done = await confirm(asked.value.id);
	if (!done.ok) throw new Error(done.error.code);
}

async function contract(who = owner) {
	const { contracts, actor } = await who.enter();
	const view = await contracts.get(actor, contractId);
	if (!view.ok) throw new Error(view.error.code);
	return view.value;
}

/** The session ends in a quarter of an hour: whoever comes back later signs in again. */
async function goOn(days: number) {
	it.clock.advance(days * DAY_MS);
	owner.take(await owner.signIn());
}

/** A second account with the same contract, as a policyholder beside the insured person. */
async function secondReader(): Promise<Owner> {
	const other = await ownerOf(it, { ...REGISTRATION, email: 'holder@example.org' });
	const { actor } = await other.enter();
	await it.client.execute({
		sql: 'insert into contract_links (account_id, contract_id, linked_at_ms) values (?, ?, 0)',
		args: [actor.accountId, contractId]
	});
	return other;
}

const noticesOf = async (who: Owner) => {
	const { actor } = await who.enter();
	const { rows } = await it.client.execute({
		sql: `select id from documents where account_id = ? and kind = 'contract-notice'`,
		args: [actor.accountId]
	});
	return rows.length;
};

test('S8: a new account needs a fresh code, and is paid to from the day after the wait, not before', async () => {
	const asked = await ask();
	const id = asked.ok ? asked.value.id : '';
	const { stepUp, actor, sessionId } = await owner.enter();
	const shown = await stepUp.show(actor, sessionId, id);
	expect(shown).toMatchObject({ ok: true, value: { needsPassword: false } });
	expect(shown.ok && shown.value.facts.map((fact) => fact.value)).toEqual([
		expect.stringMatching(/^Care Student •+/),
		'Zoë Ødegård',
		NEW,
		'2026-11-29'
	]);
	expect((await contract()).accountChange).toBeNull();
	expect((await confirm(id)).ok).toBe(true);
	expect(await contract()).toMatchObject({
		bankAccount: { ibanMasked: expect.stringMatching(/30 ?00$/), since: null },
		accountChange: { holder: 'Zoë Ødegård', holdsFrom: '2026-11-29' }
	});
	await goOn(waitDays - 1);
	expect((await contract()).bankAccount?.since).toBeNull();
	await goOn(1);
	expect(await contract()).toMatchObject({
		bankAccount: { since: '2026-11-29', ibanMasked: expect.stringMatching(/20 ?51$/) },
		accountChange: null
	});
	const { contracts, actor: again } = await owner.enter();
	expect(await contracts.revealAccount(again, contractId)).toEqual({
		ok: true,
		value: { iban: NEW }
	});
});

test('S8: everybody with the contract is told by mail and in the mailbox, a former address too', async () => {
	const other = await secondReader();
	const { account, actor, sessionId } = await owner.enter();
	const asked = await account.askEmail(actor, sessionId, { email: 'neu@example.org' });
	const emailAct = await owner.enter();
	const proven = await emailAct.stepUp.confirm(
		emailAct.actor,
		emailAct.sessionId,
		asked.ok ? asked.value.id : '',
		owner.proof()
	);
	owner.take(proven.ok ? proven.value.sessionToken : '');
	const link = await mailedCode(it, 'confirm-email');
	expect((await (await owner.enter()).emailChange.confirm(link)).ok).toBe(true);
	await change();
	const told = (await waitingMails(it)).filter((mail) => mail.template === 'bank-account-changing');
	expect(told.map((mail) => mail.to).toSorted()).toEqual(
		['holder@example.org', 'neu@example.org', REGISTRATION.email].toSorted()
	);
	expect(await noticesOf(owner)).toBe(1);
	expect(await noticesOf(other)).toBe(1);
	// The mails of the other account are the other's: no copy of one's data shows them.
	const { rows } = await it.client.execute(
		`select person_id, count(*) as n from mail_outbox group by person_id`
	);
	expect(rows).toHaveLength(2);
});

test('L3: the change and its end are in the log of acts, with the contract as their object', async () => {
	await change();
	const { accountChanges, actor } = await owner.enter();
	expect(await accountChanges.cancel(actor, contractId)).toEqual({ ok: true, value: undefined });
	const { rows } = await it.client.execute(
		`select event, object_ref from audit_events where event like 'contract/account-change%' order by rowid`
	);
	expect(rows.map((row) => [row['event'], row['object_ref']])).toEqual([
		['contract/account-change-asked', `contract:${contractId}`],
		['contract/account-change-stopped', `contract:${contractId}`]
	]);
});

test('S8: the link of the mail stops it until its day, once; afterwards a call is needed', async () => {
	const other = await secondReader();
	await change();
	const code = await mailedCode(it, 'bank-account-changing');
	const { accountChanges } = await owner.enter();
	expect(await accountChanges.stopByMail('WRONG')).toEqual(ENDED);
	it.clock.advance((waitDays - 1) * DAY_MS);
	it.takeRoundTrips();
	expect(await accountChanges.stopByMail(code)).toEqual({ ok: true, value: undefined });
	expect(it.takeRoundTrips()).toBe(3);
	expect(await accountChanges.stopByMail(code)).toEqual(ENDED);
	await goOn(3);
	expect(await contract()).toMatchObject({ bankAccount: { since: null }, accountChange: null });
	const kept = (await waitingMails(it)).filter((mail) => mail.template === 'bank-account-kept');
	expect(kept).toHaveLength(2);
	other.take(await other.signIn());
	expect(await noticesOf(other)).toBe(2);
});

test('S8: a link is too late on the day itself, when money may be on its way', async () => {
	await change();
	const code = await mailedCode(it, 'bank-account-changing');
	it.clock.advance(waitDays * DAY_MS);
	const { stopByMail } = pageRooms(it).accountChanges;
	expect(await stopByMail(code)).toEqual(ENDED);
	await goOn(0);
	expect((await contract()).bankAccount?.since).toBe('2026-11-29');
});

test('A25: "this was not me" on the page stops a change that waits, whoever asked, and tells everybody', async () => {
	const other = await secondReader();
	await change();
	const { account, actor } = await other.enter();
	it.takeRoundTrips();
	expect(await account.disown(actor)).toMatchObject({ ok: true });
	// With the session three.
	expect(it.takeRoundTrips()).toBe(2);
	await goOn(waitDays);
	expect(await contract()).toMatchObject({ bankAccount: { since: null }, accountChange: null });
	const kept = (await waitingMails(it)).filter((mail) => mail.template === 'bank-account-kept');
	expect(kept.map((mail) => mail.to).toSorted()).toEqual([
		'holder@example.org',
		REGISTRATION.email
	]);
	const { rows } = await it.client.execute(
		`select count(*) as n from audit_events where event = 'contract/account-change-stopped'`
	);
	expect(rows[0]?.['n']).toBe(1);
});

test('A25: the link of a mail that says "this was not me" stops it too, in three round trips', async () => {
	const code = await mailedCode(it, 'new-device');
	await change();
	it.takeRoundTrips();
	expect(await pageRooms(it).mailLinks.disown(code)).toMatchObject({ ok: true });
	expect(it.takeRoundTrips()).toBe(3);
	expect(await it.countRows('bank_account_changes where stopped_at_ms is null')).toBe(0);
});

test('A25: an address that is taken back stops it, and a change that counts already is left alone', async () => {
	await change();
	const first = await owner.enter();
	const asked = await first.account.askEmail(first.actor, first.sessionId, {
		email: 'neu@example.org'
	});
	const { stepUp, actor, sessionId } = await owner.enter();
	const id = asked.ok ? asked.value.id : '';
	expect((await stepUp.confirm(actor, sessionId, id, owner.proof())).ok).toBe(true);
	const block = await mailedCode(it, 'email-change-asked');
	await it.client.execute(
		`insert into bank_account_changes (id, contract_id, account, asked_at_ms, holds_from, stop_hash)
			select 'old', contract_id, account, 0, '2026-01-01', x'01' from bank_account_changes`
	);
	it.takeRoundTrips();
	expect((await pageRooms(it).emailChange.block(block)).ok).toBe(true);
	expect(it.takeRoundTrips()).toBe(3);
	const { rows } = await it.client.execute(
		'select id from bank_account_changes where stopped_at_ms is null'
	);
	expect(rows.map((row) => row['id'])).toEqual(['old']);
});

test('S8: a change within seven days of a recovery by letter carries a mark, whoever of the contract came back', async () => {
	const other = await secondReader();
	const { actor } = await other.enter();
	const recovered = (agoMs: number) =>
		it.client.execute({
			sql: 'update accounts set recovered_at_ms = ? where id = ?',
			args: [it.clock.nowMs() - agoMs, actor.accountId]
		});
	const marks = async () => {
		const { rows } = await it.client.execute(
			'select is_after_recovery as mark from bank_account_changes order by asked_at_ms'
		);
		return rows.map((row) => row['mark']);
	};
	await recovered(7 * DAY_MS);
	await change();
	expect(await marks()).toEqual([0]);
	const { accountChanges, actor: own } = await owner.enter();
	expect((await accountChanges.cancel(own, contractId)).ok).toBe(true);
	await recovered(6 * DAY_MS);
	await change(OTHER);
	expect(await marks()).toEqual([0, 1]);
});

test('one change waits at a time, also when two are proven at once', async () => {
	const [first, second] = [await ask(), await ask(OTHER)];
	const ids = [first, second].map((one) => (one.ok ? one.value.id : ''));
	expect((await confirm(ids[0] ?? '')).ok).toBe(true);
	expect(await ask(OTHER)).toMatchObject(WAITING);
	// Asked for before the first was proven: the session has another name now.
	expect((await confirm(ids[1] ?? '')).ok).toBe(false);
	const other = await secondReader();
	expect(await ask(OTHER, other)).toMatchObject(WAITING);
	expect(await it.countRows('bank_account_changes')).toBe(1);
});

test('two accounts of one contract that prove at once leave one change', async () => {
	const other = await secondReader();
	const [mine, theirs] = [await ask(), await ask(OTHER, other)];
	const done = await Promise.all([
		confirm(mine.ok ? mine.value.id : ''),
		confirm(theirs.ok ? theirs.value.id : '', other)
	]);
	expect(done.filter((one) => one.ok)).toHaveLength(1);
	expect(done.find((one) => !one.ok)).toMatchObject(WAITING);
});

test('an IBAN that is none, or is the one in use, is refused at its field', async () => {
	const issue = (iban: string) => ({
		error: { code: 'portal/invalid-input', issues: { iban } }
	});
	// Right digits, wrong length for its country: the device lets it through, the server does not.
	expect(await ask('NO9386011117948')).toMatchObject(issue('iban-invalid'));
	expect(await ask(OLD)).toMatchObject(issue('iban-same'));
	expect(await it.countRows('pending_acts')).toBe(0);
});

test("Z2: somebody else's contract has no account to change and none to stop", async () => {
	const stranger = await ownerOf(it, { ...REGISTRATION, email: 'stranger@example.org' });
	expect(await ask(NEW, stranger)).toEqual(NOT_FOUND);
	await change();
	const { accountChanges, actor } = await stranger.enter();
	expect(await accountChanges.cancel(actor, contractId)).toEqual(ENDED);
	const clerk = { ...actor, role: 'clerk' } as const;
	expect(await accountChanges.cancel(clerk, contractId)).toMatchObject({
		error: { kind: 'forbidden' }
	});
	expect((await contract()).accountChange).not.toBeNull();
});

test('D1: neither the waiting act nor the change has the IBAN or the holder in clear', async () => {
	await change();
	await it.client.execute('pragma wal_checkpoint(truncate)');
	const raw = readFileSync(it.file).toString('latin1');
	for (const text of [NEW, '0000202051']) expect(raw.includes(text), text).toBe(false);
});

test('D9: the accounts of a contract go with it, its letters six years after their year', async () => {
	await change();
	it.clock.set(Date.UTC(2032, 11, 31, 12));
	await runRetention(it);
	expect(await it.countRows('documents')).toBe(1);
	it.clock.set(Date.UTC(2033, 0, 1, 12));
	await runRetention(it);
	expect(await it.countRows('documents')).toBe(0);
	expect(await it.countRows('bank_account_changes')).toBe(1);
	it.clock.set(Date.UTC(2034, 0, 1, 12));
	await runRetention(it);
	expect(await it.countRows('bank_account_changes')).toBe(0);
	expect(await it.countRows('contracts')).toBe(0);
});
