import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { sha256Hex } from '#lib/server/platform/sha256.ts';
import { waitingMails } from '../../support/accounts.ts';
import type { TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	decideAlike,
	deskRooms,
	must,
	openPaymentWorld,
	payoutIdOf
} from './desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let lead: Actor;
let finance: Actor;
let contractId: string;

beforeEach(async () => {
	({ world, customer, clerk, lead, finance, contractId } = await openPaymentWorld(0));
});
afterEach(() => world.close());

const payouts = () => deskRooms(world).payoutsService;
const runs = () => deskRooms(world).payoutRunsService;
const LIMIT = OPERATOR.payments.onePersonUpTo.amountMinor;
const SMALL = 10_000;
const LARGE = LIMIT + 1;
const CHANGED = { ok: false, error: { kind: 'conflict', code: 'payouts/changed-meanwhile' } };
const NOT_GENUINE = { ok: false, error: { kind: 'conflict', code: 'payouts/not-genuine' } };
const OTHER_ACCOUNT = { holder: 'Ada Muster', iban: 'FR1420041010050500013M02606' };

/** A claim decided in full; answers the id of its payment. */
async function decided(amountMinor: number, decider = clerk): Promise<string> {
	const claim = await addAssignedClaim(world, customer, contractId, decider, [
		[amountMinor, 'EUR']
	]);
	await decideAlike(world, decider, claim, { recognised: (amountMinor / 100).toFixed(2) });
	return payoutIdOf(world, claim.id);
}

async function rowOf(id: string): Promise<Readonly<Record<string, unknown>>> {
	const { rows } = await world.client.execute({
		sql: 'select * from payouts where id = ?',
		args: [id]
	});
	return { ...rows[0] };
}
const stateOf = async (id: string) => (await rowOf(id))['state'];
const contentOf = async (actor: Actor, id: string) => must(await payouts().open(actor, id)).content;
const approve = async (actor: Actor, id: string) =>
	payouts().approve(actor, id, await contentOf(actor, id));
const fileOf = async (runId: string) =>
	new TextDecoder().decode(must(await runs().openFile(finance, runId)).bytes);

/** Writes past the portal, as somebody with the database in their hands would. */
async function bend(id: string, change: string): Promise<void> {
	await world.client.execute({ sql: `update payouts set ${change} where id = ?`, args: [id] });
}

/** As the contracts room leaves it once it is proven, counting from a day on. */
async function changeAccount(holdsFrom: string, iban = OTHER_ACCOUNT.iban): Promise<void> {
	const id = world.ids.newId();
	const cell = { table: 'bank_account_changes', column: 'account', rowId: id };
	const account = { holder: 'Ada Muster', iban, bic: null, bankName: null };
	const sealed = await world.cipher.sealJson({ ...cell, personId: customer.personId }, account);
	await world.client.execute({
		sql: `insert into bank_account_changes (id, contract_id, account, asked_at_ms, holds_from, stop_hash)
			values (?, ?, ?, 0, ?, randomblob(32))`,
		args: [id, contractId, sealed, holdsFrom]
	});
}
const payeeOf = async (id: string) =>
	must(await payouts().revealAccount(lead, id, 'account-checked')).number;

describe('a contract whose account changes', () => {
	it('Z7: is paid to the old one until the day, then to the new one by two people, later by one', async () => {
		await changeAccount('2026-11-23');
		const before = await decided(SMALL);
		expect(await payeeOf(before)).toBe('DE89370400440532013000');
		expect(await rowOf(before)).toMatchObject({ state: 'ready', second_look: null });
		world.clock.advance(DAY_MS);
		const first = await decided(SMALL);
		expect(await payeeOf(first)).toBe(OTHER_ACCOUNT.iban);
		expect(await rowOf(first)).toMatchObject({ state: 'waiting', second_look: 'new-account' });
		expect((await approve(lead, first)).ok).toBe(true);
		world.clock.advance(OPERATOR.payments.newAccount.watchDays * DAY_MS);
		expect(await rowOf(await decided(SMALL))).toMatchObject({ state: 'ready', second_look: null });
	});

	it('S8: after a recovery by letter each payment waits for a second person, who reads of it', async () => {
		const recoveredAtMs = world.clock.nowMs() - DAY_MS;
		await world.client.execute({
			sql: 'update accounts set recovered_at_ms = ? where id = ?',
			args: [recoveredAtMs, customer.accountId]
		});
		const id = await decided(SMALL);
		expect(await rowOf(id)).toMatchObject({ state: 'waiting', second_look: 'recovery' });
		expect(must(await payouts().open(lead, id))).toMatchObject({ recoveredOn: '2026-11-21' });
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		const view = must(await deskRooms(world).deskService.open(clerk, claim.id));
		expect(view.payee.recoveredOn).toBe('2026-11-21');
		world.clock.advance(6 * DAY_MS);
		expect(await rowOf(await decided(SMALL))).toMatchObject({ state: 'ready', second_look: null });
		world.clock.advance(90 * DAY_MS);
		expect(must(await payouts().open(lead, id)).recoveredOn).toBeNull();
	});

	it('S8: an account asked for in the days after a recovery is looked at twice for good', async () => {
		await changeAccount('2026-01-01');
		await world.client.execute('update bank_account_changes set is_after_recovery = 1');
		const id = await decided(SMALL);
		expect(await rowOf(id)).toMatchObject({ state: 'waiting', second_look: 'recovery' });
	});

	it('is never paid to an account whose change was stopped', async () => {
		await changeAccount('2026-11-20');
		await world.client.execute('update bank_account_changes set stopped_at_ms = 1');
		expect(await payeeOf(await decided(SMALL))).toBe('DE89370400440532013000');
	});
});

describe('a decision', () => {
	it('Z7: leaves a payment that one person may make, up to the limit', async () => {
		expect(await rowOf(await decided(LIMIT))).toMatchObject({
			state: 'ready',
			second_look: null,
			amount_minor: LIMIT,
			route: 'sepa',
			made_by: clerk.accountId
		});
	});

	it('Z7: leaves a payment that waits for a second person above it', async () => {
		expect(await rowOf(await decided(LARGE))).toMatchObject({
			state: 'waiting',
			second_look: 'limit'
		});
	});

	it('leaves none where nothing is paid', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		await decideAlike(world, clerk, claim, { recognised: '0', reason: 'duplicate' });
		expect(await world.countRows('payouts')).toBe(0);
	});

	it('keeps account and holder sealed', async () => {
		const row = await rowOf(await decided(SMALL));
		const text = Buffer.from(row['payee'] as ArrayBuffer).toString('latin1');
		expect(text).not.toContain('DE89');
		expect(text).not.toContain('Muster');
	});
});

/** No run takes what is ready: something in it is not genuine, or nothing is ready at all. */
async function expectNothingPaid(): Promise<void> {
	const run = await runs().create(finance, 'sepa');
	expect(['payouts/not-genuine', 'payouts/nothing-ready']).toContain(!run.ok && run.error.code);
	expect(await world.countRows('payout_items')).toBe(0);
}

describe('four eyes', () => {
	it('Z7: whoever made the payment does not approve it, whatever their role', async () => {
		const id = await decided(LARGE, lead);
		expect(await approve(lead, id)).toEqual({
			ok: false,
			error: { kind: 'forbidden', code: 'payouts/second-person' }
		});
		expect(await stateOf(id)).toBe('waiting');
		must(await approve(finance, id));
		expect(await stateOf(id)).toBe('ready');
	});

	it.each([
		['the claim', 'update claims set captured_by = ?, captured_at_ms = 1'],
		['a document for it', 'update claim_files set captured_by = ?']
	])('Z7: nor does whoever typed %s in from a letter', async (_, typedIn) => {
		const id = await decided(LARGE);
		await world.client.execute({ sql: typedIn, args: [lead.accountId] });
		expect((await approve(lead, id)).ok).toBe(false);
		expect(await stateOf(id)).toBe('waiting');
		must(await approve(finance, id));
	});

	it('Z7: nor does the claimant, by account or as a person', async () => {
		const id = await decided(LARGE);
		const own = { ok: false, error: { kind: 'forbidden', code: 'claims/own-claim' } };
		const content = await contentOf(lead, id);
		expect(await payouts().approve({ ...customer, role: 'finance' }, id, content)).toEqual(own);
		expect(await payouts().approve({ ...lead, personId: customer.personId }, id, content)).toEqual(
			own
		);
		expect(await stateOf(id)).toBe('waiting');
	});

	it('Z7: and the database refuses both of them as checker', async () => {
		const id = await decided(LARGE);
		for (const checker of ['made_by', 'account_id']) {
			await expect(
				bend(id, `state = 'ready', checked_by = ${checker}, approved_hash = content_hash`)
			).rejects.toThrow('payouts_two_people');
		}
	});

	it('Z7: an approval is bound to what was on the screen', async () => {
		const id = await decided(LARGE);
		const content = await contentOf(lead, id);
		must(await payouts().refuse(lead, id, content, 'account-doubtful'));
		must(await payouts().renew(finance, id, OTHER_ACCOUNT));
		expect(await payouts().approve(lead, id, content)).toEqual(CHANGED);
		expect(await stateOf(id)).toBe('waiting');
		must(await approve(lead, id));
	});

	it.each([
		['amount', 'amount_minor = amount_minor + 1'],
		['currency', "currency = 'USD'"],
		['version', 'version = version + 1']
	])('Z7: another %s behind our back voids it: nobody approves or pays that', async (_, change) => {
		const waiting = await decided(LARGE);
		const ready = await decided(LARGE);
		must(await approve(lead, ready));
		const content = await contentOf(lead, waiting);
		await bend(waiting, change);
		expect(await payouts().approve(lead, waiting, content)).toEqual(NOT_GENUINE);
		await bend(ready, change);
		expect(await runs().create(finance, 'sepa')).toEqual(NOT_GENUINE);
		expect(await world.countRows('payout_items')).toBe(0);
	});

	it.each([
		['an approval that nobody gave', 'state = $ready, checked_by = $finance, checked_at_ms = 1'],
		['a second look that was struck out', "state = 'ready', second_look = null"],
		['another second look', "second_look = 'currency'"],
		['another maker', 'made_by = $finance'],
		['a seal that is gone', 'seal = null']
	])('Z7: %s in the database is not genuine: nobody approves or pays that', async (_, change) => {
		const id = await decided(LARGE);
		const content = await contentOf(lead, id);
		const made = change
			.replace('$finance', `'${finance.accountId}'`)
			.replace('$ready', "'ready', approved_hash = content_hash");
		await bend(id, made);
		expect(await payouts().approve(lead, id, content)).toEqual(NOT_GENUINE);
		await expectNothingPaid();
	});

	it.each([
		['another checker', 'checked_by = $finance'],
		['no second look', 'second_look = null'],
		['another answer', "state = 'ready', refusal = null, approved_hash = content_hash"]
	])('Z7: %s behind our back voids what was answered', async (name, change) => {
		const id = await decided(LARGE);
		const content = await contentOf(lead, id);
		if (name === 'another answer') {
			must(await payouts().refuse(lead, id, content, 'account-doubtful'));
		} else must(await payouts().approve(lead, id, content));
		await bend(id, change.replace('$finance', `'${finance.accountId}'`));
		await expectNothingPaid();
	});

	it('Z7: without the second look the database lets no money leave', async () => {
		const id = await decided(LARGE);
		for (const state of ['ready', 'ordered', 'paid']) {
			await expect(bend(id, `state = '${state}'`)).rejects.toThrow('payouts_approved');
		}
		must(await approve(lead, id));
		await expect(bend(id, "content_hash = x'00'")).rejects.toThrow('payouts_approved');
	});

	it('Z7: of ten approvals at once one counts', async () => {
		const id = await decided(LARGE);
		const content = await contentOf(lead, id);
		const answers = await Promise.all(
			Array.from({ length: 10 }, (_, index) =>
				payouts().approve(index % 2 ? lead : finance, id, content)
			)
		);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
		expect(answers.filter(({ ok }) => !ok)).toEqual(Array(9).fill(CHANGED));
		expect(await world.countRows("audit_events where event = 'payout/approved'")).toBe(1);
	});

	it('Z7: whoever decided the amount does not approve it after a colleague has renewed the account', async () => {
		const id = await decided(LARGE, lead);
		const other = await addAccount(world, 'seniorClerk', 'Max');
		must(await payouts().refuse(finance, id, await contentOf(finance, id), 'account-doubtful'));
		must(await payouts().renew(finance, id, OTHER_ACCOUNT));
		expect(await approve(lead, id)).toMatchObject({ error: { code: 'payouts/second-person' } });
		expect(await approve(finance, id)).toMatchObject({ error: { code: 'payouts/second-person' } });
		must(await approve(other, id));
	});

	it('Z7: a payment that was bent gets no right hash by another account', async () => {
		const id = await decided(LARGE);
		must(await payouts().refuse(lead, id, await contentOf(lead, id), 'account-doubtful'));
		await bend(id, 'amount_minor = amount_minor + 1');
		expect(await payouts().renew(finance, id, OTHER_ACCOUNT)).toEqual(NOT_GENUINE);
		expect(await stateOf(id)).toBe('refused');
	});

	it('Z7: nobody books back a payment of their own', async () => {
		const id = await decided(SMALL);
		must(await runs().confirm(finance, must(await runs().create(finance, 'sepa')).id));
		const inPrivate: Actor = { ...finance, personId: customer.personId };
		expect(await payouts().bookReturn(inPrivate, id, 'account-closed')).toMatchObject({
			error: { code: 'claims/own-claim' }
		});
		expect(await stateOf(id)).toBe('paid');
	});

	it('Z7: says beforehand to whom another account will be refused', async () => {
		const id = await decided(SMALL);
		must(await runs().create(finance, 'sepa'));
		must(await payouts().bookReturn(finance, id, 'account-closed'));
		const barOf = async (actor: Actor) => must(await payouts().open(actor, id)).renewalBar;
		const inPrivate: Actor = { ...lead, personId: customer.personId };
		expect([await barOf(finance), await barOf(lead), await barOf(inPrivate)]).toEqual([
			'booked-back',
			null,
			'own-claim'
		]);
		for (const actor of [finance, inPrivate]) {
			expect(await payouts().renew(actor, id, OTHER_ACCOUNT)).toMatchObject({ ok: false });
		}
		must(await payouts().renew(lead, id, OTHER_ACCOUNT));
		expect(await barOf(finance)).toBe(null);
	});

	it('is asked for again when the account is another', async () => {
		const id = await decided(SMALL);
		const { id: runId } = must(await runs().create(finance, 'sepa'));
		must(await runs().confirm(finance, runId));
		must(await payouts().bookReturn(finance, id, 'account-closed'));
		const other = await addAccount(world, 'finance', 'Max');
		must(await payouts().renew(other, id, OTHER_ACCOUNT));
		expect(await rowOf(id)).toMatchObject({ state: 'waiting', second_look: 'new-account' });
		expect(await approve(other, id)).toMatchObject({ error: { code: 'payouts/second-person' } });
		must(await approve(lead, id));
	});
});

describe('a payment run', () => {
	it('Z7: holds what is ready and nothing that waits', async () => {
		const ready = await decided(SMALL);
		const waiting = await decided(LARGE);
		const { id } = must(await runs().create(finance, 'sepa'));
		expect([await stateOf(ready), await stateOf(waiting)]).toEqual(['ordered', 'waiting']);
		const file = await fileOf(id);
		expect(file).toContain('<NbOfTxs>1</NbOfTxs>');
		expect(file).toContain('<IBAN>DE89370400440532013000</IBAN>');
		expect(file).not.toContain('Secret diagnosis');
		expect(await runs().create(finance, 'sepa')).toMatchObject({
			error: { code: 'payouts/nothing-ready' }
		});
	});

	it('is listed with its payments, what became of each, and what it comes to', async () => {
		const [kept, back] = [await decided(SMALL), await decided(SMALL + 1)];
		must(await runs().create(finance, 'sepa'));
		must(await payouts().bookReturn(finance, back, 'account-closed'));
		must(await payouts().renew(lead, back, OTHER_ACCOUNT));
		// As an advance of another amount would leave it: the run's file still says the old one.
		const other = await addAccount(world, 'finance', 'Max');
		must(await approve(other, back));
		must(await runs().create(finance, 'sepa'));
		await bend(back, 'amount_minor = 5');
		world.takeRoundTrips();
		const [second, first] = must(await payouts().list(finance)).runs;
		expect(world.takeRoundTrips()).toBe(1);
		const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
		expect(first).toMatchObject({
			...{ reference: 'KP-000001', items: 2, totals: [euros(2 * SMALL + 1)] },
			payments: [
				{ payoutId: kept, amount: euros(SMALL), state: 'ordered' },
				{ payoutId: back, amount: euros(SMALL + 1), state: 'returned' }
			]
		});
		expect(second).toMatchObject({
			...{ reference: 'KP-000002', items: 1 },
			payments: [{ payoutId: back, state: 'ordered' }]
		});
		expect(first?.payments[0]?.claimNumber).toMatch(/^S-2026-/);
	});

	it('Z7: of ten runs at once each payment is in one', async () => {
		await decided(SMALL);
		await decided(SMALL + 1);
		const answers = await Promise.all(
			Array.from({ length: 10 }, () => runs().create(finance, 'sepa'))
		);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await world.countRows('payout_items')).toBe(2);
		expect(await world.countRows('payout_runs')).toBe(1);
	});

	it('Z7: pays nobody of the staff who makes it', async () => {
		await decided(SMALL);
		const inPrivate: Actor = { ...finance, personId: customer.personId };
		expect(await runs().create(inPrivate, 'sepa')).toMatchObject({
			error: { code: 'payouts/nothing-ready' }
		});
	});

	it('Z7: pays no claim of a contract that whoever makes it has named as their own', async () => {
		await decided(SMALL);
		await world.client.execute({
			sql: 'insert into staff_own_contracts values (?, ?, 0)',
			args: [finance.accountId, contractId]
		});
		expect(await runs().create(finance, 'sepa')).toMatchObject({
			error: { code: 'payouts/nothing-ready' }
		});
		must(await runs().create(await addAccount(world, 'finance', 'Max'), 'sepa'));
	});

	it('is numbered, and its file is the same each time, by its checksum', async () => {
		await decided(SMALL);
		const first = must(await runs().create(finance, 'sepa'));
		await decided(SMALL);
		const second = must(await runs().create(finance, 'sepa'));
		const list = must(await payouts().list(finance)).runs;
		expect(list.map(({ reference }) => reference)).toEqual(['KP-000002', 'KP-000001']);
		world.clock.advance(86_400_000);
		const file = must(await runs().openFile(finance, first.id));
		expect(file.name).toBe('KP-000001.xml');
		expect(await sha256Hex(file.bytes)).toBe(list[1]?.sha256);
		expect(await fileOf(second.id)).not.toBe(await fileOf(first.id));
	});

	it('cannot be changed, and a file that was bent another way is not handed out', async () => {
		await decided(SMALL);
		const { id } = must(await runs().create(finance, 'sepa'));
		for (const sql of [
			"update payout_runs set executes_on = '2027-01-01'",
			'update payout_items set position = 7'
		]) {
			await expect(world.client.execute(sql)).rejects.toThrow('cannot be changed');
		}
		await world.client.execute('drop trigger payout_runs_write_once');
		await world.client.execute("update payout_runs set executes_on = '2027-01-01'");
		expect(await runs().openFile(finance, id)).toEqual(NOT_GENUINE);
	});

	it('leaves nothing when it breaks in the middle', async () => {
		const id = await decided(SMALL);
		await world.client.execute(
			"create trigger crash before insert on payout_items begin select raise(abort, 'disk on fire'); end"
		);
		await runs()
			.create(finance, 'sepa')
			.catch(() => null);
		expect(await stateOf(id)).toBe('ready');
		expect(await world.countRows('payout_runs')).toBe(0);
	});

	it('is carried out once, and the customer reads when and to which account', async () => {
		const id = await decided(SMALL);
		const { id: runId } = must(await runs().create(finance, 'sepa'));
		must(await runs().confirm(finance, runId));
		expect(await runs().confirm(finance, runId)).toEqual(CHANGED);
		const claimId = String((await rowOf(id))['claim_id']);
		const view = must(await deskRooms(world).claimsService.getOwn(customer, claimId));
		expect(view.payouts).toEqual([
			{
				kind: 'decision',
				amount: { amountMinor: SMALL, currency: 'EUR' },
				state: 'paid',
				accountMasked: 'DE•• •••• •••• •••• ••30 00',
				paidOn: '2026-11-22',
				returnReason: null
			}
		]);
	});
});

describe('a returned payment', () => {
	it('asks the customer to check the IBAN, by a mail that says nothing', async () => {
		const id = await decided(SMALL);
		expect(await payouts().bookReturn(finance, id, 'account-closed')).toEqual(CHANGED);
		const { id: runId } = must(await runs().create(finance, 'sepa'));
		must(await payouts().bookReturn(finance, id, 'account-closed'));
		expect(await payouts().bookReturn(finance, id, 'account-closed')).toEqual(CHANGED);
		const mails = (await waitingMails(world)).filter(
			({ template }) => template === 'payout-returned'
		);
		expect(mails).toEqual([
			{ template: 'payout-returned', to: 'ada@example.org', language: 'en', name: 'Ada Muster' }
		]);
		const claimId = String((await rowOf(id))['claim_id']);
		const view = must(await deskRooms(world).claimsService.getOwn(customer, claimId));
		expect(view).toMatchObject({
			payouts: [{ state: 'returned', returnReason: 'account-closed' }],
			...{ nextActor: 'customer', hasReturnedPayout: true, accountContractId: null }
		});
		// Whoever answers for the contract may change where it is paid to; nobody else is offered it.
		await world.client.execute({
			sql: 'insert into contract_links (account_id, contract_id, linked_at_ms) values (?, ?, 0)',
			args: [customer.accountId, contractId]
		});
		expect(must(await deskRooms(world).claimsService.getOwn(customer, claimId))).toMatchObject({
			accountContractId: contractId
		});
		const list = must(await deskRooms(world).claimsService.listOwn(customer, 1));
		expect(list.claims).toMatchObject([{ nextActor: 'customer', hasReturnedPayout: true }]);
		// The rest of its run is paid, this one is not.
		must(await runs().confirm(finance, runId));
		expect(await stateOf(id)).toBe('returned');
	});

	it('never sets the last change of its claim back, and is nobody’s turn once it is paid again', async () => {
		const id = await decided(SMALL);
		const { id: runId } = must(await runs().create(finance, 'sepa'));
		const claimId = String((await rowOf(id))['claim_id']);
		const seen = async () => must(await deskRooms(world).claimsService.getOwn(customer, claimId));
		world.clock.advance(DAY_MS);
		must(await runs().confirm(finance, runId));
		const paidAtMs = world.clock.nowMs();
		expect((await seen()).changedAtMs).toBe(paidAtMs);
		world.clock.advance(DAY_MS);
		must(await payouts().bookReturn(finance, id, 'account-closed'));
		expect((await seen()).changedAtMs).toBe(paidAtMs + DAY_MS);
		must(await payouts().renew(lead, id, OTHER_ACCOUNT));
		expect(await seen()).toMatchObject({
			...{ changedAtMs: paidAtMs + DAY_MS, nextActor: 'nobody', hasReturnedPayout: false }
		});
	});

	it('Z7: is paid once more, to the new account, in a run of its own', async () => {
		const id = await decided(SMALL);
		const first = must(await runs().create(finance, 'sepa'));
		must(await payouts().bookReturn(finance, id, 'account-unknown'));
		must(await payouts().renew(lead, id, OTHER_ACCOUNT));
		must(await approve(finance, id));
		const second = must(await runs().create(finance, 'sepa'));
		expect(await fileOf(second.id)).toContain(OTHER_ACCOUNT.iban);
		expect(await fileOf(first.id)).not.toContain(OTHER_ACCOUNT.iban);
		must(await runs().confirm(finance, first.id));
		expect(await stateOf(id)).toBe('ordered');
		must(await runs().confirm(finance, second.id));
		expect(await stateOf(id)).toBe('paid');
	});

	it('Z7: whoever has booked it back does not give it the next account', async () => {
		const id = await decided(SMALL);
		must(await runs().create(finance, 'sepa'));
		must(await payouts().bookReturn(finance, id, 'account-unknown'));
		expect(await payouts().renew(finance, id, OTHER_ACCOUNT)).toMatchObject({
			error: { code: 'payouts/second-person' }
		});
		expect(await stateOf(id)).toBe('returned');
		must(await payouts().renew(lead, id, OTHER_ACCOUNT));
		// The booking was of the first account: the second has a history of its own.
		must(await approve(finance, id));
	});

	it('cannot get another account before it has come back', async () => {
		const id = await decided(SMALL);
		expect(await payouts().renew(lead, id, OTHER_ACCOUNT)).toEqual(CHANGED);
		must(await runs().create(finance, 'sepa'));
		expect(await payouts().renew(lead, id, OTHER_ACCOUNT)).toEqual(CHANGED);
	});
});

it('Z2: nobody reads of somebody else’s payment', async () => {
	const id = await decided(SMALL);
	const stranger = await addAccount(world, 'customer', 'Ben');
	const rooms = deskRooms(world);
	const [own] = await rooms.db.read(
		rooms.payouts.listOwn(String((await rowOf(id))['claim_id']), stranger.accountId)
	);
	expect(own).toEqual([]);
});

it('L1: every act with a payment is in the log, with the customer as its subject', async () => {
	const id = await decided(LARGE);
	must(await approve(lead, id));
	must(await runs().create(finance, 'sepa'));
	must(await payouts().bookReturn(finance, id, 'account-closed'));
	must(await payouts().renew(lead, id, OTHER_ACCOUNT));
	const { rows } = await world.client.execute({
		sql: `select event from audit_events join audit_personal on event_id = id
			where subject_account_id = ? and event like 'payout/%' order by seq`,
		args: [customer.accountId]
	});
	expect(rows.map((row) => row['event'])).toEqual([
		'payout/approved',
		'payout/returned',
		'payout/account-changed'
	]);
});
