/** Customers are reminded of documents that their claim waits for, twice at most (domain.md 7 no. 15). */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { documentRemindersRepository } from '#lib/server/claims/document-reminders.repository.ts';
import { createDocumentRemindersService } from '#lib/server/claims/document-reminders.service.ts';
import { waitingMails } from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
	deskRooms,
	formOf,
	must,
	typed
} from './desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let contractId: string;

beforeEach(async () => {
	world = await openTestDatabase();
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	contractId = await addContract(world, customer);
});
afterEach(() => world.close());

/** The job of one minute, as compose builds it. */
const remindDue = () => {
	const { cipher, documents, mails, requests } = deskRooms(world);
	const recipients = createRecipientsRepository(cipher);
	return createDocumentRemindersService({
		...{ ...world, documents, mails, recipients, requests },
		documentReminders: documentRemindersRepository
	}).remindDue();
};
const prescription = { kind: 'prescription', line: 0 } as const;
const report = { kind: 'medical-report', line: 1 } as const;
/** A claim that waits for its customer. */
async function addWaiting(...wanted: readonly (typeof prescription | typeof report)[]) {
	const claim = await addAssignedClaim(world, customer, contractId, clerk);
	must(await deskRooms(world).deskService.open(clerk, claim.id));
	for (const one of wanted) must(await deskRooms(world).requestsService.ask(clerk, claim.id, one));
	await world.client.execute('delete from documents');
	await world.client.execute('delete from mail_outbox');
	return claim;
}
const letters = async () => {
	const { documents } = deskRooms(world);
	const [list] = await world.db.read(
		documents.listContentsOf(customer.accountId, 9, '2027-12-31' as never)
	);
	return list.map(({ content }) => 'notice' in content && content.notice);
};

test('a claim is reminded of a week before and once the day has passed, in one letter each', async () => {
	const claim = await addWaiting(prescription, report);
	world.clock.advance(13 * DAY_MS);
	expect(await remindDue()).toBe(0);
	world.clock.advance(DAY_MS);
	expect(await remindDue()).toBe(1);
	expect(await remindDue()).toBe(0);
	expect(await letters()).toMatchObject([
		{
			...{ topic: 'documents-missing', claimNumber: claim.number, isLast: false },
			documents: [
				{ document: 'prescription', line: 0 },
				{ document: 'medical-report', line: 1 }
			]
		}
	]);
	const mails = await waitingMails(world);
	expect(mails.map(({ template }) => template)).toEqual(['new-document']);
	expect(JSON.stringify(mails)).not.toContain(claim.number);
	world.clock.advance(7 * DAY_MS);
	expect(await remindDue()).toBe(0);
	world.clock.advance(DAY_MS);
	expect(await remindDue()).toBe(1);
	expect((await letters()).filter((one) => one && 'isLast' in one && one.isLast)).toHaveLength(1);
	world.clock.advance(60 * DAY_MS);
	expect(await remindDue()).toBe(0);
	expect(await world.countRows("audit_events where event = 'claim/documents-reminder'")).toBe(2);
});

test('two jobs at once remind once', async () => {
	await addWaiting(prescription);
	await addWaiting(report);
	world.clock.advance(15 * DAY_MS);
	const done = await Promise.all([remindDue(), remindDue(), remindDue()]);
	expect(done.reduce((sum, one) => sum + one, 0)).toBe(2);
	expect(await letters()).toHaveLength(2);
});

test('nobody is reminded of what came, what is needed no more and what is decided', async () => {
	await addWaiting(prescription);
	await world.client.execute('update document_requests set answered_at_ms = asked_at_ms');
	world.clock.advance(30 * DAY_MS);
	expect(await remindDue()).toBe(0);
	const claim = await addWaiting(prescription);
	const form = formOf(3, typed(claim.invoiceIds[0] ?? ''));
	must(await deskRooms(world).decisionsService.decide(clerk, claim.id, form));
	world.clock.advance(30 * DAY_MS);
	expect(await remindDue()).toBe(0);
});

test('whoever is asked once more is reminded anew, and the desk says when', async () => {
	const claim = await addWaiting(prescription);
	world.clock.advance(30 * DAY_MS);
	expect(await remindDue()).toBe(1);
	const desk = must(await deskRooms(world).deskService.open(clerk, claim.id));
	expect(desk.requests[0]?.remindedAtMs).toBe(world.clock.nowMs());
	await world.client.execute('update document_requests set answered_at_ms = asked_at_ms');
	await world.client.execute("update claims set state = 'in_review'");
	const [[request]] = await world.db.read(deskRooms(world).requests.listOfClaim(claim.id));
	const again = { request: request?.id ?? '', fault: 'unreadable' } as const;
	must(await deskRooms(world).requestsService.askAgain(clerk, claim.id, again));
	expect(await remindDue()).toBe(0);
	world.clock.advance(14 * DAY_MS);
	expect(await remindDue()).toBe(1);
});

test('an account that is gone gets no letter', async () => {
	await addWaiting(prescription);
	await world.client.execute("update accounts set status = 'disabled' where role = 'customer'");
	world.clock.advance(30 * DAY_MS);
	expect(await remindDue()).toBe(0);
});
