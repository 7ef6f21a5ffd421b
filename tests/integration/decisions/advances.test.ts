/** Advances on claims that take longer than a month (§ 14 (2) VVG; decision 0077). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { AUTOMATIC_WAIT_MS } from '#lib/domain/claims/automatic.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { createDecisionsService } from '#lib/server/claims/decisions.service.ts';
import { waitingMails } from '../../support/accounts.ts';
import { claimRooms } from '../../support/claims.ts';
import type { TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addClaim,
	addContract,
	deskRooms,
	formOf,
	must,
	openPaymentWorld,
	putInCharge,
	typed
} from './desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let lead: Actor;
let finance: Actor;
let contractId: string;

beforeEach(async () => {
	({ world, customer, clerk, lead, finance, contractId } = await openPaymentWorld(2_000));
});
afterEach(() => world.close());

const MONTH = 30 * DAY_MS;
const refusal = (kind: string, code: string) => ({ ok: false, error: { kind, code } });
const NOT_NOW = refusal('conflict', 'claims/advance-not-now');
const CLOSED = refusal('conflict', 'claims/advance-closed');
const MEANWHILE = refusal('conflict', 'claims/changed-meanwhile');
const PAYOUT_CHANGED = refusal('conflict', 'payouts/changed-meanwhile');
const OTHER_ACCOUNT = { holder: 'Ada Muster', iban: 'FR1420041010050500013M02606' };
/** Without its PDF, which takes longer than all the rest. */
const printStatement = () => Promise.resolve({ name: 'a.pdf', bytes: Uint8Array.of(1) });

const desk = () => deskRooms(world).advanceDeskService;
const payouts = () => deskRooms(world).payoutsService;
const runs = () => deskRooms(world).payoutRunsService;
const ask = (actor: Actor, claimId: string) => deskRooms(world).advancesService.ask(actor, claimId);
const seen = async (claimId: string) =>
	must(await deskRooms(world).claimsService.getOwn(customer, claimId));
const atDesk = async (claimId: string) =>
	must(await deskRooms(world).deskService.open(clerk, claimId));

type Claim = { readonly id: string; readonly invoiceIds: readonly string[] };

/** A claim of 100 euros that its clerk has opened, a month old. */
async function oldClaim() {
	const claim = await addAssignedClaim(world, customer, contractId, clerk);
	await atDesk(claim.id);
	world.clock.advance(MONTH);
	return claim;
}
async function askedClaim() {
	const claim = await oldClaim();
	must(await ask(customer, claim.id));
	return claim;
}
async function rowOf(claimId: string, decisionNo = 0) {
	const { rows } = await world.client.execute({
		sql: 'select * from payouts where claim_id = ? and decision_no = ?',
		args: [claimId, decisionNo]
	});
	return rows[0] ? { ...rows[0] } : null;
}
const idOf = async (claimId: string) => String((await rowOf(claimId))?.['id']);
const stateOf = async (claimId: string) => (await rowOf(claimId))?.['state'];
async function approve(actor: Actor, claimId: string) {
	const id = await idOf(claimId);
	return payouts().approve(actor, id, must(await payouts().open(actor, id)).content);
}
async function refusePayout(claimId: string) {
	const id = await idOf(claimId);
	const { content } = must(await payouts().open(lead, id));
	must(await payouts().refuse(lead, id, content, 'amount-wrong'));
}
/** An advance that a second person has approved. */
async function approvedClaim(amount = '50,00') {
	const claim = await askedClaim();
	must(await desk().grant(clerk, claim.id, amount));
	must(await approve(lead, claim.id));
	return claim;
}
async function pay() {
	const { id } = must(await runs().create(finance, 'sepa'));
	const file = new TextDecoder().decode(must(await runs().openFile(finance, id)).bytes);
	must(await runs().confirm(finance, id));
	return file;
}
async function formFor(claim: Claim, recognised: string) {
	const { rows } = await world.client.execute({
		sql: 'select version from claims where id = ?',
		args: [claim.id]
	});
	const reason = recognised === '100,00' ? 'none' : 'not-covered';
	const lines = claim.invoiceIds.map((id) => typed(id, { recognised, reason }));
	return formOf(Number(rows[0]?.['version']), ...lines);
}
async function decide(claim: Claim, recognised = '100,00') {
	const decisions = createDecisionsService({ ...deskRooms(world), printStatement });
	return decisions.decide(clerk, claim.id, await formFor(claim, recognised));
}

describe('a customer', () => {
	it('may demand an advance from the day after the month, once, by a receipt and an entry in the log', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		await atDesk(claim.id);
		world.clock.advance(29 * DAY_MS);
		expect(await ask(customer, claim.id)).toEqual(NOT_NOW);
		expect((await seen(claim.id)).advance.stand).toBe('too-early');
		world.clock.advance(DAY_MS);
		expect((await seen(claim.id)).advance.stand).toBe('possible');
		expect(must(await deskRooms(world).advancesService.view(customer, claim.id))).toMatchObject({
			stand: 'possible',
			payee: { holder: 'Ada Muster', numberMasked: 'DE•• •••• •••• •••• ••30 00' }
		});
		world.takeRoundTrips();
		must(await ask(customer, claim.id));
		expect(world.takeRoundTrips()).toBe(2);
		expect(await ask(customer, claim.id)).toEqual(NOT_NOW);
		expect(await seen(claim.id)).toMatchObject({
			advance: { stand: 'asked', requests: [{ outcome: null }], payout: null }
		});
		expect((await waitingMails(world)).map(({ template }) => template)).toContain(
			'advance-received'
		);
		expect(await world.countRows("audit_events where event = 'claim/advance-asked'")).toBe(1);
	});

	it('may not while the claim waits for them, and their own delay moves the day', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		await atDesk(claim.id);
		const wanted = { kind: 'prescription', line: 0 } as const;
		must(await deskRooms(world).requestsService.ask(clerk, claim.id, wanted));
		world.clock.advance(MONTH);
		expect(await ask(customer, claim.id)).toEqual(NOT_NOW);
		expect((await seen(claim.id)).advance.stand).toBe('waits-for-customer');
		// Due after 21 days, nine days late.
		const { rows } = await world.client.execute('select id from document_requests');
		const id = String(rows[0]?.['id']);
		must(await deskRooms(world).requestsService.withdraw(clerk, claim.id, id));
		expect((await seen(claim.id)).advance.stand).toBe('too-early');
		world.clock.advance(8 * DAY_MS);
		expect(await ask(customer, claim.id)).toEqual(NOT_NOW);
		world.clock.advance(DAY_MS);
		must(await ask(customer, claim.id));
	});

	it('Z2: learns nothing of anybody else’s claim, and of one that waits the database refuses', async () => {
		const claim = await oldClaim();
		const eve = await addAccount(world, 'customer', 'Eve');
		const gone = refusal('not-found', 'portal/not-found');
		expect(await ask(eve, claim.id)).toEqual(gone);
		expect(await deskRooms(world).advancesService.view(eve, claim.id)).toEqual(gone);
		const { advances } = deskRooms(world);
		const request = { id: world.ids.newId(), claimId: claim.id, askedAtMs: 1 };
		const today = '2026-12-22' as never;
		expect(
			await world.db.commit(advances.ask({ ...request, askedBy: eve.accountId }, today))
		).toEqual(NOT_NOW);
		await world.client.execute("update claims set state = 'documents_requested'");
		const own = advances.ask({ ...request, askedBy: customer.accountId }, today);
		expect(await world.db.commit(own)).toEqual(NOT_NOW);
	});

	it('asks once when two windows ask at once', async () => {
		const claim = await oldClaim();
		const tries = await Promise.all([1, 2, 3].map(() => ask(customer, claim.id)));
		expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await world.countRows('advance_requests')).toBe(1);
	});

	it('reads why nothing is paid, by letter too, and may ask again', async () => {
		const claim = await askedClaim();
		must(await desk().refuse(clerk, claim.id, 'nothing-certain'));
		expect((await seen(claim.id)).advance).toMatchObject({
			stand: 'possible',
			requests: [{ outcome: 'refused', refusal: 'nothing-certain' }]
		});
		const [[letter]] = await world.db.read(
			deskRooms(world).documents.listContentsOf(customer.accountId, 5, '2027-12-31' as never)
		);
		expect(letter).toMatchObject({
			content: { notice: { topic: 'claim-advance', amount: null, refusal: 'nothing-certain' } }
		});
		expect(await desk().refuse(clerk, claim.id, 'nothing-certain')).toEqual(CLOSED);
		must(await ask(customer, claim.id));
		expect(await world.countRows('advance_requests')).toBe(2);
	});
});

describe('a demand', () => {
	it('is a task in the queue until it is answered, and at the desk', async () => {
		const claim = await askedClaim();
		const filter = { owner: 'all', age: 'any', state: 'advance', order: 'oldest' } as const;
		const list = async () =>
			must(await deskRooms(world).deskService.listQueue(clerk, null, filter)).rows;
		expect(await list()).toMatchObject([
			{ number: claim.number, isAdvanceAsked: true, clock: { state: 'overdue' } }
		]);
		expect((await atDesk(claim.id)).advance).toMatchObject({
			stand: 'asked',
			limit: { amountMinor: 8_000, currency: 'EUR' }
		});
		must(await desk().refuse(clerk, claim.id, 'decided-soon'));
		expect(await list()).toEqual([]);
	});

	it('that came by letter is put down by whoever has the claim', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		expect(await desk().putDown(clerk, claim.id)).toEqual(NOT_NOW);
		world.clock.advance(MONTH);
		expect(await desk().putDown(lead, claim.id)).toMatchObject({
			error: { code: 'claims/not-assigned' }
		});
		must(await desk().putDown(clerk, claim.id));
		expect((await seen(claim.id)).advance.stand).toBe('asked');
		expect((await waitingMails(world)).map(({ to }) => to)).toContain('ada@example.org');
	});

	it('leaves the claim to people, whatever rules would approve', async () => {
		const free = await addContract(world, customer, 0);
		const unsampled = { ...world.ids, newId: () => world.ids.newId().replace(/.$/, '1') };
		const claim = await addClaim({ ...world, ids: unsampled }, customer, free);
		world.clock.advance(MONTH + AUTOMATIC_WAIT_MS);
		must(await ask(customer, claim.id));
		await deskRooms(world).automaticService().decideDue();
		expect(await seen(claim.id)).toMatchObject({ state: 'submitted', decidedAtMs: null });
		const { rows } = await world.client.execute('select left_to_people from claims');
		expect(rows[0]?.['left_to_people']).toBe('["in-hand"]');
	});
});

describe('whoever answers', () => {
	it('Z6, Z7: has the claim, and it is not their own', async () => {
		const claim = await askedClaim();
		expect(await desk().grant(lead, claim.id, '10')).toMatchObject({
			error: { code: 'claims/not-assigned' }
		});
		expect(await desk().refuse(lead, claim.id, 'decided-soon')).toMatchObject({
			error: { code: 'claims/not-assigned' }
		});
		await putInCharge(world, { ...clerk, accountId: customer.accountId }, claim.id);
		expect(await desk().grant({ ...customer, role: 'clerk' }, claim.id, '10')).toMatchObject({
			error: { code: 'claims/own-claim' }
		});
		expect(await world.countRows('payouts')).toBe(0);
	});

	it.each([
		['0', 'advance-nothing'],
		['abc', 'amount-invalid'],
		['-5', 'amount-invalid'],
		// 100 euros billed, 20 of them the deductible.
		['80,01', 'advance-above-limit']
	])('cannot pay %s: %s beside the field', async (amount, issue) => {
		const claim = await askedClaim();
		expect(await desk().grant(clerk, claim.id, amount)).toMatchObject({
			error: { code: 'portal/invalid-input', issues: { advanceAmount: issue } }
		});
		expect(await world.countRows('payouts')).toBe(0);
	});

	it('needs a demand', async () => {
		const claim = await oldClaim();
		expect(await desk().grant(clerk, claim.id, '10')).toEqual(CLOSED);
		expect(await world.countRows('payouts')).toBe(0);
	});
});

describe('the payment', () => {
	it('Z7: waits for a second person whatever its amount, and goes the way of the others', async () => {
		const claim = await askedClaim();
		world.takeRoundTrips();
		must(await desk().grant(clerk, claim.id, '0,01'));
		expect(world.takeRoundTrips()).toBe(2);
		expect(await rowOf(claim.id)).toMatchObject({
			...{ state: 'waiting', second_look: 'advance', amount_minor: 1, made_by: clerk.accountId }
		});
		expect(must(await payouts().list(lead)).waiting).toMatchObject([{ kind: 'advance' }]);
		// Whoever made it does not check it, whatever their role has become.
		expect(await approve({ ...clerk, role: 'seniorClerk' }, claim.id)).toEqual(
			refusal('forbidden', 'payouts/second-person')
		);
		expect(await world.countRows('documents')).toBe(0);
		must(await approve(lead, claim.id));
		expect(await world.countRows('documents')).toBe(1);
		const file = await pay();
		expect(file).toContain(`<Ustrd>Abschlag ${claim.number}</Ustrd>`);
		expect(file).toContain('<InstdAmt Ccy="EUR">0.01</InstdAmt>');
		expect((await seen(claim.id)).advance).toMatchObject({
			stand: 'granted',
			payout: { kind: 'advance', state: 'paid', amount: { amountMinor: 1 } }
		});
		expect(await ask(customer, claim.id)).toEqual(NOT_NOW);
	});

	it('is confirmed when the bank has carried it out, without a decision or a statement', async () => {
		const claim = await approvedClaim('50,00');
		const mailsBefore = (await waitingMails(world)).length;
		await pay();
		expect((await waitingMails(world)).length).toBe(mailsBefore + 1);
		const { documents } = await seen(claim.id);
		const { id } = documents.find(({ name }) => name.kind === 'processing-confirmation') ?? {};
		const { documents: mailbox } = await claimRooms(world, customer);
		const { content } = must(await mailbox.open(customer, id ?? ''));
		expect(content).toMatchObject({
			...{ kind: 'processing-confirmation', amount: { amountMinor: 5_000, currency: 'EUR' } },
			paymentReference: `${claim.number}-0-1`
		});
		expect(content).not.toHaveProperty('decision');
	});

	it('Z7: is not one of a decision by a bent row, and never without its second look', async () => {
		const claim = await approvedClaim();
		const bend = (change: string) => world.client.execute(`update payouts set ${change}`);
		await expect(bend('decision_no = 1')).rejects.toThrow('stays what it pays');
		await expect(bend('second_look = null')).rejects.toThrow('stays what it pays');
		await world.client.execute('drop trigger payouts_advance_stays');
		await bend('decision_no = 1');
		expect(await runs().create(finance, 'sepa')).toEqual(
			refusal('conflict', 'payouts/not-genuine')
		);
		await bend('decision_no = 0, amount_minor = 1');
		expect(await decide(claim)).toEqual(refusal('conflict', 'payouts/not-genuine'));
	});

	it('that the second person refuses opens the demand again: another amount is another version', async () => {
		const claim = await askedClaim();
		must(await desk().grant(clerk, claim.id, '50'));
		await refusePayout(claim.id);
		// Nothing was promised: the customer reads of no payment.
		expect((await seen(claim.id)).advance).toMatchObject({ stand: 'asked', payout: null });
		must(await desk().grant(clerk, claim.id, '30'));
		expect(await rowOf(claim.id)).toMatchObject({
			...{ state: 'waiting', amount_minor: 3_000, version: 2, second_look: 'advance' }
		});
		must(await approve(lead, claim.id));
		expect(await world.countRows('payouts')).toBe(1);
	});

	it('that was refused gets another account only while its demand stands', async () => {
		const claim = await askedClaim();
		must(await desk().grant(clerk, claim.id, '50'));
		await refusePayout(claim.id);
		const id = await idOf(claim.id);
		must(await payouts().renew(finance, id, OTHER_ACCOUNT));
		expect((await seen(claim.id)).advance.stand).toBe('granted');
		const { content } = must(await payouts().open(lead, id));
		must(await payouts().refuse(lead, id, content, 'account-doubtful'));
		must(await desk().refuse(clerk, claim.id, 'nothing-certain'));
		expect(await payouts().renew(finance, id, OTHER_ACCOUNT)).toEqual(CLOSED);
	});
});

describe('the decision', () => {
	const statementOf = async (claimId: string) => (await atDesk(claimId)).statement;

	it('pays the rest, and its statement reckons with the advance', async () => {
		const claim = await approvedClaim('50,00');
		await pay();
		must(await decide(claim));
		expect(await rowOf(claim.id, 1)).toMatchObject({ amount_minor: 3_000, state: 'ready' });
		expect(await statementOf(claim.id)).toMatchObject({
			totals: { paid: { amountMinor: 8_000 } },
			advance: { amount: { amountMinor: 5_000 }, paidOn: '2026-12-22' }
		});
		expect((await seen(claim.id)).advance).toMatchObject({ stand: 'decided' });
	});

	it.each(['ready', 'ordered'])('counts one that is %s, as on its way', async (state) => {
		const claim = await approvedClaim();
		if (state === 'ordered') must(await runs().create(finance, 'sepa'));
		must(await decide(claim));
		expect(await rowOf(claim.id)).toMatchObject({ state });
		expect(await rowOf(claim.id, 1)).toMatchObject({ amount_minor: 3_000 });
		expect(await statementOf(claim.id)).toMatchObject({ advance: { paidOn: null } });
	});

	it('pays nothing where the advance was more, and says how much', async () => {
		const claim = await approvedClaim('80,00');
		await pay();
		must(await decide(claim, '60,00'));
		expect(await rowOf(claim.id, 1)).toBeNull();
		expect(await statementOf(claim.id)).toMatchObject({
			totals: { paid: { amountMinor: 4_000 } },
			advance: { amount: { amountMinor: 8_000 } }
		});
	});

	it('settles a demand that nobody has answered', async () => {
		const claim = await askedClaim();
		must(await decide(claim));
		expect((await seen(claim.id)).advance.requests).toMatchObject([{ outcome: 'settled' }]);
		expect(await desk().grant(clerk, claim.id, '10')).toMatchObject({ ok: false });
		expect(await ask(customer, claim.id)).toEqual(NOT_NOW);
	});

	it('withdraws one that nobody has approved, for good, and pays everything', async () => {
		const claim = await askedClaim();
		must(await desk().grant(clerk, claim.id, '50'));
		const id = await idOf(claim.id);
		const { content } = must(await payouts().open(lead, id));
		must(await decide(claim));
		expect(await stateOf(claim.id)).toBe('withdrawn');
		expect(await rowOf(claim.id, 1)).toMatchObject({ amount_minor: 8_000, state: 'ready' });
		expect(await statementOf(claim.id)).not.toHaveProperty('advance');
		expect(await payouts().approve(lead, id, content)).toEqual(PAYOUT_CHANGED);
		expect((await seen(claim.id)).advance.requests).toMatchObject([{ outcome: 'settled' }]);
		await expect(world.client.execute("update payouts set state = 'waiting'")).rejects.toThrow(
			'does not come back'
		);
	});

	it('withdraws one that the bank has sent back, and pays everything in four eyes', async () => {
		const claim = await approvedClaim();
		await pay();
		const id = await idOf(claim.id);
		must(await payouts().bookReturn(finance, id, 'account-closed'));
		must(await decide(claim));
		expect(await stateOf(claim.id)).toBe('withdrawn');
		expect(await rowOf(claim.id, 1)).toMatchObject({
			...{ amount_minor: 8_000, state: 'waiting', second_look: 'advance' }
		});
		expect(await payouts().renew(lead, id, OTHER_ACCOUNT)).toMatchObject({ ok: false });
	});

	it('has taken off one that comes back later: it is sent again, and nothing else', async () => {
		const claim = await approvedClaim();
		await pay();
		must(await decide(claim));
		const id = await idOf(claim.id);
		must(await payouts().bookReturn(finance, id, 'account-closed'));
		must(await payouts().renew(lead, id, OTHER_ACCOUNT));
		must(await approve(finance, claim.id));
		expect(await rowOf(claim.id)).toMatchObject({ state: 'ready', amount_minor: 5_000 });
		expect(await rowOf(claim.id, 1)).toMatchObject({ amount_minor: 3_000 });
	});

	it('is looked at once more where an advance was approved since it was shown', async () => {
		const claim = await askedClaim();
		must(await desk().grant(clerk, claim.id, '50'));
		const form = await formFor(claim, '100,00');
		const rooms = deskRooms(world);
		// Read while the advance waited, stored after it was approved.
		const late = createDecisionsService({
			...{ ...rooms, printStatement },
			audit: {
				record: async (note) => {
					must(await approve(lead, claim.id));
					return world.audit.record(note);
				}
			}
		});
		expect(await late.decide(clerk, claim.id, form)).toEqual(MEANWHILE);
		expect(await seen(claim.id)).toMatchObject({ decidedAtMs: null });
		expect(await stateOf(claim.id)).toBe('ready');
		must(await decide(claim));
		expect(await rowOf(claim.id, 1)).toMatchObject({ amount_minor: 3_000 });
	});
});

describe('money', () => {
	const sumOf = async (claimId: string) => {
		const { rows } = await world.client.execute({
			sql: `select coalesce(sum(amount_minor), 0) as sum from payouts
				where claim_id = ? and state in ('waiting', 'ready', 'ordered', 'paid')`,
			args: [claimId]
		});
		return Number(rows[0]?.['sum']);
	};

	it('Z7: is never paid twice when a decision and an advance are made or approved at once', async () => {
		for (let round = 0; round < 6; round += 1) {
			const contract = await addContract(world, customer, 2_000);
			const claim = await addAssignedClaim(world, customer, contract, clerk);
			await atDesk(claim.id);
			world.clock.advance(MONTH);
			must(await ask(customer, claim.id));
			const isMade = round % 2 === 0;
			if (isMade) must(await desk().grant(clerk, claim.id, '50'));
			const other = isMade ? approve(lead, claim.id) : desk().grant(clerk, claim.id, '50');
			const [decided, made] = await Promise.all([decide(claim), other]);
			expect(decided.ok || made.ok).toBe(true);
			if (!decided.ok) must(await decide(claim));
			expect(await sumOf(claim.id)).toBe(8_000);
			expect((await seen(claim.id)).advance.requests.at(-1)?.outcome).not.toBeNull();
		}
	});
});
