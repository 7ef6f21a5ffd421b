/** What a customer gets when the bank has carried a payment out (features.md A21). */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { createPayoutRunsService } from '#lib/server/claims/payout-runs.service.ts';
import { waitingMails } from '../../support/accounts.ts';
import { claimRooms } from '../../support/claims.ts';
import type { TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
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

const NEW_ACCOUNT = { holder: 'Ada Muster', iban: 'FR1420041010050500013M02606' };
const CONFIRMATIONS = "documents where kind = 'processing-confirmation'";
const confirmations = () => world.countRows(CONFIRMATIONS);
const payouts = () => deskRooms(world).payoutsService;
const runs = () => deskRooms(world).payoutRunsService;
const newRun = async () => must(await runs().create(finance, 'sepa')).id;
const book = (runId: string) => runs().confirm(finance, runId);

/** A claim of two bills, decided in full unless told otherwise. */
async function decided(owner = customer, contract = contractId, recognised = '50,00') {
	const claim = await addAssignedClaim(world, owner, contract, clerk, [
		[5000, 'EUR'],
		[5000, 'EUR']
	]);
	const reason = recognised === '0' ? 'duplicate' : 'none';
	await decideAlike(world, clerk, claim, { recognised, reason });
	return claim;
}

/** The newest confirmation of a claim, opened by its owner. */
async function openNewest(actor: Actor) {
	const rooms = await claimRooms(world, actor);
	const { entries } = must(await rooms.mailbox.list(actor, 'documents'));
	const entry = entries.find(
		({ subject }) => subject.of === 'document' && subject.name.kind === 'processing-confirmation'
	);
	if (!entry) throw new Error('no confirmation');
	const view = must(await rooms.documents.open(actor, entry.id));
	if (view.content.kind !== 'processing-confirmation') throw new Error('another kind');
	return { ...view, content: view.content };
}

test('a run that is booked writes one confirmation for each payment, with a mail that only says so', async () => {
	const first = await decided();
	await decided();
	const runId = await newRun();
	expect(await confirmations()).toBe(0);
	const before = (await waitingMails(world)).length;
	must(await book(runId));
	expect(await confirmations()).toBe(2);
	const mails = (await waitingMails(world)).slice(before);
	expect(mails).toEqual(
		Array(2).fill({
			template: 'new-document',
			to: 'ada@example.org',
			language: 'en',
			name: 'Ada Muster'
		})
	);
	expect(JSON.stringify(mails)).not.toContain(first.number);
});

test('it says what was handed in, decided and paid, where to, and which statement to look at', async () => {
	const claim = await decided();
	const submittedAtMs = world.clock.nowMs();
	world.clock.advance(86_400_000);
	must(await book(await newRun()));
	const { content, claimId, hasPdf } = await openNewest(customer);
	const { rows } = await world.client.execute(
		"select id from documents where kind = 'benefit-statement'"
	);
	expect({ claimId, hasPdf }).toEqual({ claimId: claim.id, hasPdf: true });
	expect(content).toEqual({
		kind: 'processing-confirmation',
		claimNumber: claim.number,
		language: 'en',
		submittedAtMs,
		files: 1,
		amount: { amountMinor: 10_000, currency: 'EUR' },
		payee: { holder: 'Ada Muster', ibanLast4: '3000' },
		paidAtMs: submittedAtMs + 86_400_000,
		runReference: 'KP-000001',
		paymentReference: `${claim.number}-1`,
		decision: {
			bills: 2,
			decidedAtMs: submittedAtMs,
			statement: { id: rows[0]?.['id'], number: `${claim.number}-1` }
		}
	});
});

test('booked twice, one after the other or at once, it is written once', async () => {
	await decided();
	const runId = await newRun();
	const answers = await Promise.all([book(runId), book(runId), book(runId)]);
	expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
	expect(await book(runId)).toMatchObject({ error: { code: 'payouts/changed-meanwhile' } });
	expect(await confirmations()).toBe(1);
});

test('what came back is not confirmed, and is once it is paid to another account', async () => {
	const { id } = await decided();
	const payout = await payoutIdOf(world, id);
	const first = await newRun();
	must(await payouts().bookReturn(finance, payout, 'account-closed'));
	must(await book(first));
	expect(await confirmations()).toBe(0);
	must(await payouts().renew(lead, payout, NEW_ACCOUNT));
	const { content } = must(await payouts().open(finance, payout));
	must(await payouts().approve(finance, payout, content));
	must(await book(await newRun()));
	const { content: written } = await openNewest(customer);
	expect(written).toMatchObject({ payee: { ibanLast4: '2606' }, runReference: 'KP-000002' });
	expect(written.paymentReference).toMatch(/-2$/);
	expect(await confirmations()).toBe(1);
});

test('a payment that comes back between reading and booking undoes the booking', async () => {
	const { id } = await decided();
	await decided();
	const runId = await newRun();
	const payout = await payoutIdOf(world, id);
	const rooms = deskRooms(world);
	let isBack = false;
	const service = createPayoutRunsService({
		...rooms,
		documents: {
			async insert(document) {
				if (!isBack) must(await payouts().bookReturn(finance, payout, 'account-closed'));
				isBack = true;
				return rooms.documents.insert(document);
			}
		}
	});
	expect(await service.confirm(finance, runId)).toMatchObject({
		error: { code: 'payouts/changed-meanwhile' }
	});
	expect(await confirmations()).toBe(0);
	must(await book(runId));
	expect(await confirmations()).toBe(1);
});

test('where nothing is paid the statement is all there is', async () => {
	await decided(customer, contractId, '0');
	expect(await world.countRows('payouts')).toBe(0);
	expect(await confirmations()).toBe(0);
});

test('Z2: it is in nobody else’s mailbox, neither as a page nor as a PDF', async () => {
	await decided();
	must(await book(await newRun()));
	const { id } = await openNewest(customer);
	const stranger = await addAccount(world, 'customer', 'Ben');
	const rooms = await claimRooms(world, stranger);
	for (const answer of [
		await rooms.documents.open(stranger, id),
		await rooms.documents.openPdf(stranger, id)
	]) {
		expect(answer).toMatchObject({ error: { code: 'portal/not-found' } });
	}
	expect(must(await rooms.mailbox.list(stranger)).entries).toEqual([]);
});

test('its PDF is made when somebody asks for it, the same each time, and no statement loses its own', async () => {
	const { number } = await decided();
	must(await book(await newRun()));
	const { id, content } = await openNewest(customer);
	const { documents } = await claimRooms(world, customer);
	const bytesOf = async (documentId: string) => {
		const pdf = must(await documents.openPdf(customer, documentId));
		const bytes = Buffer.from(await new Response(pdf.bytes).arrayBuffer());
		expect(bytes.length).toBe(pdf.sizeBytes);
		expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
		return { name: pdf.name, bytes };
	};
	const first = await bytesOf(id);
	expect(first.name).toBe(`Confirmation-of-processing-${number}-1.pdf`);
	world.clock.advance(1000);
	expect((await bytesOf(id)).bytes.equals(first.bytes)).toBe(true);
	expect((await bytesOf(content.decision?.statement.id ?? '')).name).toContain(number);
	expect(await world.countRows("files where state = 'complete'")).toBe(2);
});

test('it is found in the mailbox by the reference on the bank statement', async () => {
	const { number } = await decided();
	must(await book(await newRun()));
	const { mailbox } = await claimRooms(world, customer);
	const { entries } = must(await mailbox.find(customer, 'KP-000001', () => ''));
	expect(entries.map(({ claimNumber }) => claimNumber)).toEqual([number]);
});

test('a closed account gets no mail, and a receiver who cannot be read holds up nobody', async () => {
	const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
	const closed = await addAccount(world, 'customer', 'Eve');
	await decided(closed, await addContract(world, closed, 0));
	const broken = await addAccount(world, 'customer', 'Bo');
	await decided(broken, await addContract(world, broken, 0));
	await decided();
	const runId = await newRun();
	const before = (await waitingMails(world)).length;
	await world.client.execute({
		sql: "update accounts set status = 'disabled' where id = ?",
		args: [closed.accountId]
	});
	await world.client.execute({
		sql: "update accounts set contact = x'00' where id = ?",
		args: [broken.accountId]
	});
	must(await book(runId));
	expect(await world.countRows("payouts where state = 'paid'")).toBe(3);
	expect(await confirmations()).toBe(2);
	const told = (await waitingMails(world)).slice(before);
	expect(told.map((mail) => 'to' in mail && mail.to)).toEqual(['ada@example.org']);
	expect(log.mock.calls.flat().join()).toContain('payment-not-confirmed');
	log.mockRestore();
});
