/** Objections, reopenings and what they lead to: a new statement, and only the difference in money (decision 0053). */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, DAY_MS } from '#lib/domain/calendar.ts';
import { AUTOMATIC_WAIT_MS } from '#lib/domain/claims/automatic.ts';
import type { DecisionForm, TypedLine } from '#lib/domain/claims/decision-form.schema.ts';
import { paidInAllOf } from '#lib/domain/documents/statement.ts';
import { formatAmountPlain } from '#lib/domain/money.ts';
import { documentTitle } from '#lib/i18n/document-titles.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { subjectText } from '#lib/i18n/message-texts.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { createCorrectionsService } from '#lib/server/claims/corrections.service.ts';
import { createDecisionWrites } from '#lib/server/claims/decision-writes.ts';
import { createDecisionsService } from '#lib/server/claims/decisions.service.ts';
import { createObjectionsService } from '#lib/server/claims/objections.service.ts';
import { createReviewsRepository } from '#lib/server/claims/reviews.repository.ts';
import { createClaimsRepository } from '#lib/server/claims/claims.repository.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createReceivedFiles } from '#lib/server/documents/received-files.ts';
import { waitingMails } from '../../support/accounts.ts';
import { claimRooms, jpegBytes } from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addClaim,
	addContract,
	deskRooms,
	formOf,
	must,
	payoutIdOf,
	putInCharge,
	typed,
	type Amount
} from './desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let other: Actor;
let lead: Actor;
let finance: Actor;
let contractId: string;

beforeEach(async () => {
	world = await openTestDatabase();
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	other = await addAccount(world, 'clerk', 'Robin');
	lead = await addAccount(world, 'seniorClerk', 'Lou');
	finance = await addAccount(world, 'finance', 'Fran');
	contractId = await addContract(world, customer);
});

afterEach(() => world.close());

const ANSWER = 'We have looked at the plan again.';
const REASON = 'The plan covers this treatment.';
const refusal = (kind: string, code: string) => ({ ok: false, error: { kind, code } });
/** Without its PDF, which takes longer than all the rest. */
const printStatement = () => Promise.resolve({ name: 'a.pdf', bytes: Uint8Array.of(1) });

const objections = () => {
	return createObjectionsService({
		...{ ...world, mails: createMailsRepository(world.cipher) },
		claims: createClaimsRepository(world.cipher),
		reviews: createReviewsRepository(world.cipher),
		recipients: createRecipientsRepository(world.cipher),
		documents: createDocumentsRepository(world.cipher),
		receivedFiles: createReceivedFiles(world.cipher, world.ids.randomBytes),
		onComplete: () => undefined
	});
};
const corrections = () => {
	const rooms = deskRooms(world);
	const decisionWrites = createDecisionWrites({ ...rooms, printStatement });
	return createCorrectionsService({ ...rooms, decisionWrites });
};

const reduced = (id: string, recognised: string, change: Partial<TypedLine> = {}) =>
	typed(id, { recognised, reason: recognised === '100,00' ? 'none' : 'not-covered', ...change });

const ADVANCE_FATES = fc.constantFrom('waiting', 'refused', 'ready', 'paid', 'returned');
type Fate = 'waiting' | 'refused' | 'ready' | 'paid' | 'returned';

/** An advance as the decision finds it. */
async function payInAdvance(claimId: string, amount: string, fate: Fate): Promise<void> {
	const { advances, advanceDeskService, payoutsService, payoutRunsService } = deskRooms(world);
	const { accountId: askedBy } = customer;
	const request = { id: world.ids.newId(), claimId, askedAtMs: world.clock.nowMs(), askedBy };
	must(await world.db.commit(advances.ask(request, calendarDateOf(world.clock.nowMs()))));
	must(await advanceDeskService.grant(clerk, claimId, amount));
	if (fate === 'waiting') return;
	const { rows } = await world.client.execute({
		sql: 'select id from payouts where claim_id = ? and decision_no = 0',
		args: [claimId]
	});
	const id = String(rows[0]?.['id']);
	const { content } = must(await payoutsService.open(lead, id));
	if (fate === 'refused') {
		must(await payoutsService.refuse(lead, id, content, 'other'));
		return;
	}
	must(await payoutsService.approve(lead, id, content));
	if (fate === 'ready') return;
	must(
		await payoutRunsService.confirm(
			finance,
			must(await payoutRunsService.create(finance, 'sepa')).id
		)
	);
	if (fate === 'returned') must(await payoutsService.bookReturn(finance, id, 'account-closed'));
}

/** A decided claim; each line of 100 euros recognised as typed. */
async function decidedClaim(
	recognised: readonly string[],
	amounts?: readonly Amount[],
	before: ((claim: { readonly id: string }) => Promise<void>) | null = null
) {
	const lines = amounts ?? recognised.map(() => [10_000, 'EUR'] as const);
	const claim = await addAssignedClaim(world, customer, contractId, clerk, lines);
	must(await deskRooms(world).deskService.open(clerk, claim.id));
	await before?.(claim);
	const version = await versionOf(claim.id);
	const form = formOf(
		version,
		...claim.invoiceIds.map((id, index) => reduced(id, recognised[index] ?? ''))
	);
	const rooms = deskRooms(world);
	must(await createDecisionsService({ ...rooms, printStatement }).decide(clerk, claim.id, form));
	return claim;
}

const versionOf = async (claimId: string) => {
	const { rows } = await world.client.execute({
		sql: 'select version from claims where id = ?',
		args: [claimId]
	});
	return Number(rows[0]?.['version']);
};
const answer = async (
	actor: Actor,
	claim: { readonly id: string; readonly invoiceIds: readonly string[] },
	recognised: readonly string[],
	change: Partial<TypedLine> = {}
) => {
	const lines = claim.invoiceIds.map((id, index) =>
		reduced(id, recognised[index] ?? '', index === 0 ? change : {})
	);
	const form: DecisionForm = formOf(await versionOf(claim.id), ...lines);
	return corrections().correct(actor, claim.id, { ...form, answer: ANSWER });
};
const seen = async (claimId: string) =>
	must(await deskRooms(world).claimsService.getOwn(customer, claimId));
const atDesk = async (actor: Actor, claimId: string) =>
	must(await deskRooms(world).deskService.open(actor, claimId));
const payments = async (claimId: string) => {
	const { rows } = await world.client.execute({
		sql: 'select amount_minor, decision_no, state, second_look from payouts where claim_id = ? order by decision_no',
		args: [claimId]
	});
	return rows.map((row) => ({ ...row }));
};

/** Objected to by its owner, taken by somebody else. */
async function objectedClaim(recognised: readonly string[] = ['40,00']) {
	const claim = await decidedClaim(recognised);
	must(await objections().object(customer, claim.id, { line: 1, reason: REASON }, null));
	must(await deskRooms(world).assignmentsService.take(other, claim.id));
	return claim;
}

const receiptsOfObjections = async () =>
	(await waitingMails(world)).filter(({ template }) => template === 'objection-received');

it('shows every payment of a corrected claim: the first is not paid because the second is', async () => {
	const claim = await objectedClaim(['80,00']);
	const { payoutRunsService, payoutsService } = deskRooms(world);
	const run = must(await payoutRunsService.create(finance, 'sepa'));
	must(await payoutRunsService.confirm(finance, run.id));
	const first = await payoutIdOf(world, claim.id);
	must(await payoutsService.bookReturn(finance, first, 'account-closed'));
	must(await answer(other, claim, ['100,00']));
	expect(await seen(claim.id)).toMatchObject({
		...{ nextActor: 'customer', hasReturnedPayout: true },
		payouts: [
			{ amount: { amountMinor: 3_000 }, state: 'returned' },
			{ amount: { amountMinor: 2_000 }, state: 'waiting' }
		]
	});
});

describe('an objection', () => {
	it('takes the claim from whoever decided it, with a receipt and an entry in the log', async () => {
		const claim = await decidedClaim(['40,00']);
		expect((await seen(claim.id)).contestable).toMatchObject([
			{ line: 1, recognised: { amountMinor: 4_000 }, reason: 'not-covered' }
		]);
		world.takeRoundTrips();
		must(await objections().object(customer, claim.id, { line: 1, reason: REASON }, null));
		expect(world.takeRoundTrips()).toBe(2);
		expect(await seen(claim.id)).toMatchObject({
			state: 'partially_approved',
			nextActor: 'insurer',
			reviews: [{ kind: 'objection', line: 1, closedAtMs: null }]
		});
		const mails = await waitingMails(world);
		expect(await receiptsOfObjections()).toEqual([
			expect.not.objectContaining({ isAgainstRules: true })
		]);
		expect(JSON.stringify(mails)).not.toContain(REASON);
		expect(await world.countRows("audit_events where event = 'claim/objected'")).toBe(1);
		const { rows } = await world.client.execute('select hex(reason) as r from claim_reviews');
		expect(Buffer.from(String(rows[0]?.['r']), 'hex').toString('latin1')).not.toContain('plan');
	});

	it('is led to from the cut lines of the statement in force, and from no other', async () => {
		const claim = await decidedClaim(['40,00', '100,00', '50,00']);
		const contestable = async () => {
			const { documents } = await claimRooms(world, customer);
			const listed = (await seen(claim.id)).documents;
			const statements = listed.filter(({ name }) => name.kind === 'benefit-statement');
			return Promise.all(
				statements.map(async ({ id }) => must(await documents.open(customer, id)).contestable)
			);
		};
		expect(await contestable()).toEqual([[1, 3]]);
		world.clock.advance(DAY_MS);
		must(await objections().object(customer, claim.id, { line: 1, reason: REASON }, null));
		expect(await contestable()).toEqual([[3]]);
		must(await deskRooms(world).assignmentsService.take(other, claim.id));
		must(await answer(other, claim, ['60,00', '100,00', '50,00']));
		expect(await contestable()).toEqual([[], [1, 3]]);
		// 31 December of the third year is the last day (§§ 195, 199 BGB).
		world.clock.set(Date.UTC(2029, 11, 31, 12));
		expect(await contestable()).toEqual([[], [1, 3]]);
		world.clock.advance(DAY_MS);
		expect(await contestable()).toEqual([[], []]);
	});

	it('is read again by its author, at the claim and as a receipt; what a clerk wrote is not', async () => {
		const claim = await decidedClaim(['40,00']);
		const upload = { name: 'police.jpg', bytes: new Uint8Array(jpegBytes(900)) };
		must(await objections().object(customer, claim.id, { line: 1, reason: REASON }, upload));
		expect((await seen(claim.id)).reviews).toMatchObject([
			{ kind: 'objection', line: 1, written: { text: REASON, hasFile: true } }
		]);
		const { mailbox, documents } = await claimRooms(world, customer);
		const about = subjectText({
			of: 'document',
			name: {
				kind: 'contract-notice',
				notice: { topic: 'objection-received', line: 1, isAgainstRules: false }
			}
		});
		const found = async (words: string) =>
			must(await mailbox.find(customer, words, subjectText)).entries;
		const [entry] = await found(about);
		expect(await found('covers this treatment')).toEqual([entry]);
		const read = must(await documents.open(customer, entry?.id ?? ''));
		expect(read.content).toMatchObject({
			notice: {
				...{ topic: 'objection-received', claimNumber: claim.number, line: 1, reason: REASON },
				...{ receivedAtMs: world.clock.nowMs(), file: { name: 'police.jpg' } }
			}
		});
		must(await deskRooms(world).assignmentsService.take(other, claim.id));
		await atDesk(other, claim.id);
		must(await answer(other, claim, ['60,00']));
		const wrong = 'MARKER: a clerk was wrong';
		must(await deskRooms(world).caseNotesService.reopen(lead, claim.id, wrong));
		const { reviews, documents: listed } = await seen(claim.id);
		expect(reviews).toMatchObject([{ kind: 'objection' }, { kind: 'reopening', written: null }]);
		expect(JSON.stringify(reviews)).not.toContain('MARKER');
		const statements = listed.filter(({ name }) => name.kind === 'benefit-statement');
		expect(statements.map(({ name }) => documentTitle(name))).toEqual([
			m.documents_kind_benefit_statement(),
			m.documents_statement_changed({ title: m.documents_kind_benefit_statement(), no: 2 })
		]);
	});

	it('is the insurer’s turn in the list of the customer, until it is answered', async () => {
		const claim = await objectedClaim();
		const listed = async () =>
			must(await deskRooms(world).claimsService.listOwn(customer, 1)).claims.map(
				({ state, nextActor, isUnderReview }) => ({ state, nextActor, isUnderReview })
			);
		const decided = { state: 'partially_approved', nextActor: 'nobody', isUnderReview: false };
		expect(await listed()).toEqual([{ ...decided, nextActor: 'insurer', isUnderReview: true }]);
		await atDesk(other, claim.id);
		must(await answer(other, claim, ['60,00']));
		expect(await listed()).toEqual([decided]);
	});

	it('lies in the list of reviews with a month of its own, and not in the queue', async () => {
		const claim = await decidedClaim(['40,00']);
		world.clock.advance(100 * DAY_MS);
		must(await objections().object(customer, claim.id, { line: 1, reason: REASON }, null));
		const filter = { owner: 'all', age: 'any', order: 'oldest' } as const;
		const list = async (state: 'any' | 'reviewed') =>
			must(await deskRooms(world).deskService.listQueue(other, null, { ...filter, state })).rows;
		expect(await list('any')).toEqual([]);
		expect(await list('reviewed')).toMatchObject([
			{ number: claim.number, isReviewed: true, clock: { ageDays: 0 }, assignee: null }
		]);
	});

	it('asks a person where rules have decided: any colleague takes and answers it', async () => {
		const free = await addContract(world, customer, 0);
		const unsampled = { ...world.ids, newId: () => world.ids.newId().replace(/.$/, '1') };
		const claim = await addClaim({ ...world, ids: unsampled }, customer, free);
		world.clock.advance(AUTOMATIC_WAIT_MS);
		await deskRooms(world).automaticService().decideDue();
		expect(await seen(claim.id)).toMatchObject({ isDecidedByRules: true });
		must(await objections().object(customer, claim.id, { line: 1, reason: REASON }, null));
		// No person had decided, so that there is no other one: the receipt does not speak of it.
		const [receipt] = await receiptsOfObjections();
		expect(receipt).toMatchObject({ isAgainstRules: true });
		must(await deskRooms(world).assignmentsService.take(clerk, claim.id));
		expect(await atDesk(clerk, claim.id)).toMatchObject({
			...{ canAnswer: true, automaticCheck: { outcome: 'decided' } }
		});
		must(await answer(clerk, claim, ['100,00']));
		// A person has decided by now, and their statement says so.
		expect(await seen(claim.id)).toMatchObject({ isDecidedByRules: false, contestable: [] });
		const [delivered] = await world.db.read(deskRooms(world).desk.findStatement(claim.id));
		expect(delivered?.statement).toMatchObject({
			...{ decidedBy: 'person', correction: { outcome: 'upheld', toPay: { amountMinor: 0 } } }
		});
		expect(delivered?.statement.correction).toMatchObject({ isOfRules: true });
	});

	it('Z7: is neither taken nor answered by whoever decided', async () => {
		const claim = await decidedClaim(['40,00']);
		must(await objections().object(customer, claim.id, { line: 1, reason: REASON }, null));
		const meanwhile = refusal('conflict', 'claims/assigned-meanwhile');
		expect(await deskRooms(world).assignmentsService.take(clerk, claim.id)).toEqual(meanwhile);
		// Whatever stands in the database: the correction itself refuses.
		await putInCharge(world, clerk, claim.id);
		expect((await atDesk(clerk, claim.id)).canAnswer).toBe(false);
		expect(await answer(clerk, claim, ['60,00'])).toEqual(
			refusal('forbidden', 'claims/review-other-person')
		);
		expect(await payments(claim.id)).toHaveLength(0);
	});

	it('is one a line at a time, of a line there is, by its owner, before the limitation ends', async () => {
		const claim = await decidedClaim(['40,00', '100,00']);
		const object = (actor: Actor, line: number, id = claim.id) =>
			objections().object(actor, id, { line, reason: REASON }, null);
		must(await object(customer, 1));
		expect(await object(customer, 1)).toEqual(refusal('conflict', 'claims/review-open'));
		must(await object(customer, 2));
		const gone = refusal('not-found', 'portal/not-found');
		expect(await object(customer, 3)).toEqual(gone);
		const stranger = await addAccount(world, 'customer', 'Eve');
		expect(await object(stranger, 1)).toEqual(gone);
		const open = await addAssignedClaim(world, customer, contractId, clerk);
		expect(await object(customer, 1, open.id)).toEqual(gone);
		const old = await decidedClaim(['40,00']);
		world.clock.set(Date.UTC(2029, 11, 31, 23, 30));
		expect(calendarDateOf(world.clock.nowMs())).toBe('2030-01-01');
		expect(await object(customer, 1, old.id)).toEqual(
			refusal('conflict', 'claims/objection-too-late')
		);
	});

	it('brings a file into the claim, and nothing where it is refused', async () => {
		const claim = await decidedClaim(['40,00']);
		const form = { line: 1, reason: REASON };
		const bad = { name: 'a.jpg', bytes: new Uint8Array([1, 2]) };
		expect(await objections().object(customer, claim.id, form, bad)).toMatchObject({
			error: { issues: { file: 'file-type' } }
		});
		expect(await world.countRows('claim_reviews')).toBe(0);
		const bytes = new Uint8Array(jpegBytes(5_000));
		must(await objections().object(customer, claim.id, form, { name: 'a.jpg', bytes }));
		must(await deskRooms(world).assignmentsService.take(other, claim.id));
		const view = await atDesk(other, claim.id);
		expect(view.files).toHaveLength(2);
		expect(view.reviews).toMatchObject([{ reason: REASON, receipt: 2, isOpen: true }]);
	});
});

describe('its answer', () => {
	it('that changes the decision is a new statement and a payment of the difference, in four eyes', async () => {
		const claim = await objectedClaim(['80,00']);
		must(await answer(other, claim, ['100,00']));
		expect(await payments(claim.id)).toEqual([
			{ amount_minor: 3_000, decision_no: 1, state: 'ready', second_look: null },
			{ amount_minor: 2_000, decision_no: 2, state: 'waiting', second_look: 'correction' }
		]);
		const view = await seen(claim.id);
		expect(view).toMatchObject({
			state: 'approved',
			nextActor: 'nobody',
			paid: { amountMinor: 5_000 },
			contestable: [],
			reviews: [{ outcome: 'changed' }]
		});
		const statements = view.documents.filter(({ name }) => name.kind === 'benefit-statement');
		expect(statements).toHaveLength(2);
		const [first, second] = await Promise.all(
			statements.map(async ({ id }) => {
				const documents = createDocumentsRepository(world.cipher);
				const [document] = await world.db.read(documents.find(id, customer.accountId));
				return document?.content;
			})
		);
		expect(first).toMatchObject({ statementNumber: `${claim.number}-1` });
		expect(first).not.toHaveProperty('correction');
		expect(second).toMatchObject({
			statementNumber: `${claim.number}-2`,
			totals: { paid: { amountMinor: 5_000 } },
			correction: {
				...{ previousNumber: `${claim.number}-1`, why: 'objection', outcome: 'changed' },
				...{ answer: ANSWER, paidBefore: { amountMinor: 3_000 }, toPay: { amountMinor: 2_000 } }
			}
		});
		expect(await answer(other, claim, ['100,00'])).toEqual(
			refusal('conflict', 'claims/no-review-open')
		);
	});

	it('that changes nothing is a new statement too, and no payment', async () => {
		const claim = await objectedClaim(['80,00']);
		must(await answer(other, claim, ['80,00']));
		expect(await payments(claim.id)).toHaveLength(1);
		expect((await seen(claim.id)).reviews).toMatchObject([{ outcome: 'upheld' }]);
		expect((await atDesk(other, claim.id)).statement).toMatchObject({
			statementNumber: `${claim.number}-2`,
			correction: { outcome: 'upheld', toPay: { amountMinor: 0 } }
		});
	});

	it('never pays less than before, and leaves everything as it was', async () => {
		const claim = await objectedClaim(['80,00']);
		expect(await answer(other, claim, ['79,99'])).toEqual(refusal('invalid', 'claims/below-paid'));
		expect((await seen(claim.id)).reviews).toMatchObject([{ outcome: null }]);
		expect(await world.countRows("documents where kind = 'benefit-statement'")).toBe(1);
	});

	it('is given once when two windows answer at once', async () => {
		const claim = await objectedClaim(['80,00']);
		const tries = await Promise.all([1, 2, 3].map(() => answer(other, claim, ['90,00'])));
		expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await payments(claim.id)).toHaveLength(2);
	});

	it('keeps to what is left of the deductible, its own share counted anew', async () => {
		const claim = await objectedClaim(['80,00']);
		// 50 euros is the whole deductible, and the claim has used them.
		must(await answer(other, claim, ['100,00'], { deductible: '50,00' }));
		const { rows } = await world.client.execute('select deductible_minor from cover_uses');
		expect(rows.map((row) => row['deductible_minor'])).toEqual([5_000]);
	});
});

describe('opening a decided claim again', () => {
	const reopen = (actor: Actor, claimId: string) =>
		deskRooms(world).caseNotesService.reopen(actor, claimId, REASON);

	it('is for whoever has it or a lead, with a reason, and more money needs a second person', async () => {
		const claim = await decidedClaim(['80,00']);
		expect(await reopen(other, claim.id)).toEqual(refusal('forbidden', 'claims/not-assigned'));
		must(await reopen(clerk, claim.id));
		expect(await reopen(clerk, claim.id)).toEqual(refusal('conflict', 'claims/review-open'));
		must(await answer(clerk, claim, ['90,00']));
		expect((await payments(claim.id))[1]).toMatchObject({
			...{ amount_minor: 1_000, state: 'waiting', second_look: 'correction' }
		});
		const lead = await addAccount(world, 'seniorClerk', 'Ines');
		must(await reopen(lead, claim.id));
		expect(await atDesk(lead, claim.id)).toMatchObject({ access: { kind: 'assigned' } });
		expect(await world.countRows("audit_events where event = 'claim/reopened'")).toBe(2);
	});

	it('Z7: is not for whoever typed any of it in, and they decide nothing even if it is theirs', async () => {
		const claim = await decidedClaim(['80,00']);
		const lead = await addAccount(world, 'seniorClerk', 'Ines');
		const typedInBy = ({ accountId }: Actor) =>
			world.client.execute({ sql: 'update claim_files set captured_by = ?', args: [accountId] });
		await typedInBy(lead);
		expect(await reopen(lead, claim.id)).toEqual(refusal('forbidden', 'claims/own-claim'));
		must(await reopen(clerk, claim.id));
		await typedInBy(clerk);
		expect((await answer(clerk, claim, ['90,00'])).ok).toBe(false);
		expect(await payments(claim.id)).toHaveLength(1);
		await typedInBy(lead);
		must(await answer(clerk, claim, ['90,00']));
	});

	it('is not for a claim that is open', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		expect(await reopen(clerk, claim.id)).toEqual(refusal('conflict', 'claims/not-decided'));
	});
});

describe('a note', () => {
	it('is read by whoever works on the claim, sealed, and on no page of the customer', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		const add = (actor: Actor) =>
			deskRooms(world).caseNotesService.add(actor, claim.id, 'Asked the practice by phone.');
		must(await add(clerk));
		expect(await add(other)).toEqual(refusal('forbidden', 'claims/not-assigned'));
		expect((await atDesk(clerk, claim.id)).notes).toMatchObject([
			{ author: 'Kim Muster', text: 'Asked the practice by phone.' }
		]);
		expect(JSON.stringify(await seen(claim.id))).not.toContain('practice');
		const { rows } = await world.client.execute('select hex(note) as n from claim_notes');
		expect(Buffer.from(String(rows[0]?.['n']), 'hex').toString('latin1')).not.toContain('phone');
	});
});

describe('money', () => {
	it('never appears or vanishes: the payments of a claim are what its last decision pays, or its advance', async () => {
		const cents = fc.integer({ min: 0, max: 10_000 });
		await fc.assert(
			fc.asyncProperty(
				fc.tuple(cents, cents),
				fc.option(fc.record({ amount: fc.integer({ min: 1, max: 15_000 }), fate: ADVANCE_FATES })),
				fc.array(fc.tuple(cents, cents, fc.boolean()), { minLength: 1, maxLength: 4 }),
				async ([first, second], advance, rounds) => {
					const text = (amountMinor: number) =>
						formatAmountPlain({ amountMinor, currency: 'EUR' }, 'de');
					// A contract of its own: what others use of the deductible is another test.
					contractId = await addContract(world, customer, 5_000);
					const claim = await decidedClaim(
						[text(first), text(second)],
						undefined,
						advance && (({ id }) => payInAdvance(id, text(advance.amount), advance.fate))
					);
					const isCounted = advance?.fate === 'ready' || advance?.fate === 'paid';
					const inAdvance = isCounted ? advance.amount : 0;
					let paidBefore = (await seen(claim.id)).paid?.amountMinor ?? 0;
					for (const [one, two, isObjection] of rounds) {
						await world.client.execute({
							sql: 'update claims set decided_by = ? where id = ?',
							args: [clerk.accountId, claim.id]
						});
						if (isObjection) {
							must(
								await objections().object(customer, claim.id, { line: 1, reason: REASON }, null)
							);
							must(await deskRooms(world).assignmentsService.take(other, claim.id));
						} else {
							await putInCharge(world, other, claim.id);
							must(await deskRooms(world).caseNotesService.reopen(other, claim.id, REASON));
						}
						const done = await answer(other, claim, [text(one), text(two)]);
						const view = await seen(claim.id);
						const paid = view.paid?.amountMinor ?? 0;
						const sum = (await payments(claim.id))
							.filter(({ state }) => state !== 'withdrawn')
							.reduce((all, row) => all + Number(row['amount_minor']), 0);
						expect(sum).toBe(Math.max(paid, inAdvance));
						expect(paid).toBeGreaterThanOrEqual(paidBefore);
						const statement = (await atDesk(other, claim.id)).statement;
						expect(statement?.totals.paid.amountMinor).toBe(paid);
						if (statement) expect(paidInAllOf(statement).amountMinor).toBe(sum);
						const lines = statement?.lines.reduce((all, line) => all + line.paid.amountMinor, 0);
						expect(lines).toBe(paid);
						if (!done.ok) {
							expect(done.error.code).toBe('claims/below-paid');
							// Answered as it was, so that the next round begins with nothing open.
							await world.client.execute({
								sql: `update claim_reviews set outcome = 'upheld', closed_by = ?, closed_at_ms = 1
									where claim_id = ? and closed_at_ms is null`,
								args: [other.accountId, claim.id]
							});
						}
						paidBefore = paid;
					}
				}
			),
			{ numRuns: 16, seed: 53 }
		);
	}, 90_000);
});
