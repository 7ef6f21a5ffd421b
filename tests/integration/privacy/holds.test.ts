import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import type { Actor, Role } from '#lib/domain/actor.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import type { HoldForm } from '#lib/domain/privacy/legal-hold.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read } from '#lib/server/db/client.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { contracts } from '#lib/server/db/tables/contracts.ts';
import { isFreeOfItsOwn, isFreeOfItsReaders } from '#lib/server/privacy/holds.ts';
import { createHoldsRepository } from '#lib/server/privacy/holds.repository.ts';
import { createHoldsService } from '#lib/server/privacy/holds.service.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { runRetention } from '../../support/privacy.ts';
import { addAccount, addClaim, addContract, must } from '../decisions/desk-world.ts';

const FORBIDDEN = { ok: false, error: { kind: 'forbidden', code: 'portal/forbidden' } };

let it: TestDatabase;
let customer: Actor;
let officer: Actor;
let contractId: string;
let claim: Awaited<ReturnType<typeof addClaim>>;
beforeEach(async () => {
	it = await openTestDatabase();
	customer = await addAccount(it, 'customer', 'Ada');
	officer = await addAccount(it, 'dpo', 'Dominique');
	contractId = await addContract(it, customer);
	claim = await addClaim(it, customer, contractId);
});
afterEach(() => it.close());

const holds = () => createHoldsService({ ...it, holds: createHoldsRepository(it.newCipher()) });
const formOf = (more: Partial<HoldForm> = {}): HoldForm => ({
	...{ subject: 'claim', found: claim.number, reason: 'dispute', reviewOn: '2027-05-01' },
	...more
});
const list = async () => must(await holds().list(officer)).holds;
const policyNumber = () => `MA-2041-${contractId.slice(-6).toUpperCase()}`;

test('D9: a hold on a claim, a contract or an account is found by its number or address, in two round trips', async () => {
	await addClaim(it, customer, contractId);
	it.takeRoundTrips();
	must(await holds().place(officer, formOf({ found: ` ${claim.number.toLowerCase()} ` })));
	expect(it.takeRoundTrips()).toBe(2);
	must(await holds().place(officer, formOf({ subject: 'contract', found: policyNumber() })));
	must(
		await holds().place(
			officer,
			formOf({ subject: 'account', found: 'ADA@example.org', reason: 'tax' })
		)
	);
	it.takeRoundTrips();
	const shown = await list();
	expect(it.takeRoundTrips()).toBe(1);
	expect(shown.map(({ subject, on, claimCount }) => [subject, on, claimCount]).toSorted()).toEqual([
		['account', 'Ada Muster', 2],
		['claim', claim.number, 1],
		['contract', `${'•'.repeat(policyNumber().length - 4)}${policyNumber().slice(-4)}`, 2]
	]);
	expect(shown[0]).toMatchObject({
		placedByName: 'Dominique Muster',
		placedAtMs: it.clock.nowMs(),
		reviewOn: '2027-05-01',
		isReviewDue: false
	});
	it.clock.set(Date.UTC(2027, 4, 1, 10));
	expect((await list()).every(({ isReviewDue }) => isReviewDue)).toBe(true);
});

test('D9: a claim whose time is over stays under a hold that was set here, and goes when it has ended', async () => {
	await it.client.execute({
		sql: `update claims set state = 'rejected', decided_at_ms = ?, decided_by = ?`,
		args: [it.clock.nowMs(), officer.accountId]
	});
	it.clock.set(Date.UTC(2033, 0, 2, 12));
	must(await holds().place(officer, formOf({ reviewOn: '2033-05-01' })));
	await runRetention(it);
	expect(await it.countRows('claims')).toBe(1);
	const [hold] = await list();
	must(await holds().end(officer, { hold: hold?.id ?? '', endReason: 'settled' }));
	expect(await list()).toEqual([]);
	it.clock.set(Date.UTC(2033, 0, 3, 12));
	await runRetention(it);
	expect(await it.countRows('claims')).toBe(0);
});

test('Z7: nobody sets or ends a hold on a claim or contract of their own', async () => {
	const lead = await addAccount(it, 'seniorClerk', 'Lea');
	await it.client.execute({
		sql: 'insert into staff_own_contracts (account_id, contract_id, named_at_ms) values (?, ?, 0)',
		args: [lead.accountId, contractId]
	});
	const own = { error: { code: 'claims/own-claim' } };
	expect(await holds().place(lead, formOf())).toMatchObject(own);
	expect(
		await holds().place(lead, formOf({ subject: 'contract', found: policyNumber() }))
	).toMatchObject(own);
	must(await holds().place(officer, formOf()));
	const [hold] = await list();
	const ending = { hold: hold?.id ?? '', endReason: 'mistake' } as const;
	expect(await holds().end(lead, ending)).toMatchObject(own);
	must(await holds().end(officer, ending));
});

test('B2: what is tried in vain for a hold is logged and counted, and after a day’s share nothing is told', async () => {
	const miss = () =>
		holds().place(officer, formOf({ subject: 'account', found: 'no@example.org' }));
	it.takeRoundTrips();
	expect(await miss()).toMatchObject({ error: { issues: { found: 'hold-unknown' } } });
	expect(it.takeRoundTrips()).toBe(2);
	await it.client.execute(
		`update throttles set tries = ${LIMITS.holdLookups.max}, next_try_at_ms = expires_at_ms`
	);
	const over = { ok: false, error: { kind: 'rate-limited', code: 'portal/limit-reached' } };
	expect(await miss()).toEqual(over);
	// An address that is here is answered like one that is not.
	expect(
		await holds().place(officer, formOf({ subject: 'account', found: 'ada@example.org' }))
	).toEqual(over);
	expect(await it.countRows('legal_holds')).toBe(0);
	const { rows } = await it.client.execute(
		'select event, object_ref, outcome from audit_events order by seq'
	);
	expect(rows).toMatchObject([
		{ event: 'hold/placed', object_ref: 'account:unknown', outcome: 'failure' },
		{ event: 'account/limit-reached', object_ref: 'limit:staff/hold-lookups' }
	]);
	must(await holds().place(await addAccount(it, 'seniorClerk', 'Lea'), formOf()));
	it.clock.advance(DAY_MS);
	must(await holds().place(officer, formOf({ subject: 'account', found: 'ada@example.org' })));
});

test('D9: a hold on a contract keeps its letters, one on an account keeps the contract', async () => {
	const freeOf = async (subject: string, id: string) => {
		await it.client.execute('delete from legal_holds');
		await it.client.execute({
			sql: `insert into legal_holds (id, subject, subject_id, reason, review_on, placed_by, placed_at_ms)
				values ('h', ?, ?, 'dispute', '2030-01-01', 'dpo', 1)`,
			args: [subject, id]
		});
		const [own] = await it.db.read(
			read(
				sqlBuilder.select({ id: accounts.id }).from(accounts).where(isFreeOfItsOwn(accounts.id)),
				(rows) => rows.map(({ id: found }) => found)
			)
		);
		const [seen] = await it.db.read(
			read(
				sqlBuilder
					.select({ id: contracts.id })
					.from(contracts)
					.where(isFreeOfItsReaders(contracts.id)),
				(rows) => rows.map(({ id: found }) => found)
			)
		);
		return { isOwnFree: own.includes(customer.accountId), isSeenFree: seen.includes(contractId) };
	};
	await it.client.execute({
		sql: 'insert into contract_links (account_id, contract_id, linked_at_ms) values (?, ?, 0)',
		args: [customer.accountId, contractId]
	});
	expect(await freeOf('contract', contractId)).toEqual({ isOwnFree: false, isSeenFree: true });
	expect(await freeOf('claim', claim.id)).toEqual({ isOwnFree: false, isSeenFree: true });
	expect(await freeOf('account', customer.accountId)).toEqual({
		isOwnFree: true,
		isSeenFree: false
	});
	expect(await freeOf('account', officer.accountId)).toEqual({ isOwnFree: true, isSeenFree: true });
});

test('L1: who sets and who ends a hold is in the log and in its row', async () => {
	must(await holds().place(officer, formOf()));
	const [hold] = await list();
	const lead = await addAccount(it, 'seniorClerk', 'Lou');
	must(await holds().end(lead, { hold: hold?.id ?? '', endReason: 'mistake' }));
	const { rows } = await it.client.execute(
		`select event, object_ref, account_id from audit_events join audit_personal on event_id = id order by seq`
	);
	expect(rows.map((row) => Object.values(row))).toEqual([
		['hold/placed', `claim:${claim.id}`, officer.accountId],
		['hold/ended', `hold:${hold?.id ?? ''}`, lead.accountId]
	]);
	const stored = await it.client.execute(
		'select placed_by, lifted_by, lift_reason from legal_holds'
	);
	expect(stored.rows.map((row) => Object.values(row))).toEqual([
		[officer.accountId, lead.accountId, 'mistake']
	]);
});

test('Z5: holds are read by officer, leads and auditors, and changed by no auditor', async () => {
	const readers: readonly Role[] = ['seniorClerk', 'dpo', 'auditor'];
	for (const role of ['customer', 'clerk', 'finance', 'support', 'editor', ...readers] as const) {
		const actor = await addAccount(it, role, `X${role}`);
		const answer = await holds().list(actor);
		expect(answer.ok, role).toBe(readers.includes(role));
		if (role === 'seniorClerk' || role === 'dpo') continue;
		expect(await holds().place(actor, formOf()), role).toEqual(FORBIDDEN);
		const end = { hold: it.ids.newId(), endReason: 'settled' } as const;
		expect(await holds().end(actor, end), role).toEqual(FORBIDDEN);
	}
	expect(await it.countRows('legal_holds')).toBe(0);
});

test.each([
	[{ found: 'S-2026-NOTHIN' }, { found: 'hold-unknown' }],
	[{ subject: 'contract', found: 'MA-0000-000000' }, { found: 'hold-unknown' }],
	[{ subject: 'contract', found: '?' }, { found: 'hold-unknown' }],
	[{ subject: 'account', found: 'nobody@example.org' }, { found: 'hold-unknown' }],
	// Staff are no customers: their accounts are kept by other rules.
	[{ subject: 'account', found: 'dominique@example.org' }, { found: 'hold-unknown' }],
	[{ reviewOn: '2026-11-22' }, { reviewOn: 'review-day' }],
	[{ reviewOn: '2027-11-24' }, { reviewOn: 'review-day' }]
] as const)('a hold of %j is refused at its field', async (more, issues) => {
	expect(await holds().place(officer, formOf(more))).toMatchObject({ error: { issues } });
	expect(await it.countRows('legal_holds')).toBe(0);
	expect(await it.countRows("audit_events where outcome = 'success'")).toBe(0);
});

test('one thing has one hold, also when two set it at once, and it ends once', async () => {
	const both = await Promise.all([
		holds().place(officer, formOf()),
		holds().place(officer, formOf({ reason: 'audit' }))
	]);
	expect(both.filter(({ ok }) => ok)).toHaveLength(1);
	expect(both).toContainEqual(
		expect.objectContaining({ error: { kind: 'conflict', code: 'privacy/hold-exists' } })
	);
	const [hold] = await list();
	const end = { hold: hold?.id ?? '', endReason: 'no-longer-needed' } as const;
	must(await holds().end(officer, end));
	expect(await holds().end(officer, end)).toEqual({
		ok: false,
		error: { kind: 'conflict', code: 'privacy/hold-ended' }
	});
	must(await holds().place(officer, formOf()));
});
