/** Customers whose claim takes longer are told so once, before they have to ask (domain.md 7 no. 18). */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { DAY_MS, MINUTE_MS } from '#lib/domain/calendar.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { interimNoticesRepository } from '#lib/server/claims/interim-notices.repository.ts';
import { createInterimNoticesService } from '#lib/server/claims/interim-notices.service.ts';
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
const tellDue = () => {
	const { cipher, documents, mails } = deskRooms(world);
	const recipients = createRecipientsRepository(cipher);
	return createInterimNoticesService({
		...{ ...world, documents, mails, recipients },
		interimNotices: interimNoticesRepository
	}).tellDue();
};
const add = () => addAssignedClaim(world, customer, contractId, clerk);
/** One that its clerk has opened. */
async function addOpened() {
	const claim = await add();
	must(await deskRooms(world).deskService.open(clerk, claim.id));
	return claim;
}
const letters = () => world.countRows('documents');

test('a claim that is open for three weeks is told of once, in the mailbox and by a mail without content', async () => {
	const claim = await add();
	world.clock.advance(20 * DAY_MS);
	expect(await tellDue()).toBe(0);
	world.clock.advance(DAY_MS);
	expect(await tellDue()).toBe(1);
	const { documents } = deskRooms(world);
	const [[letter]] = await world.db.read(
		documents.listContentsOf(customer.accountId, 5, '2026-12-31' as never)
	);
	expect(letter).toMatchObject({
		entry: { name: { kind: 'contract-notice' }, claimNumber: claim.number, readAtMs: null },
		content: { notice: { topic: 'claim-interim', claimNumber: claim.number } }
	});
	const mails = await waitingMails(world);
	expect(mails.map(({ template }) => template)).toEqual(['new-document']);
	expect(JSON.stringify(mails)).not.toContain(claim.number);
	expect(await world.countRows("audit_events where event = 'claim/interim-notice'")).toBe(1);
	world.clock.advance(30 * DAY_MS);
	expect(await tellDue()).toBe(0);
	expect(await letters()).toBe(1);
	const told = world.client.execute('update claims set interim_at_ms = null');
	await expect(told).rejects.toThrow(/written once/);
});

test('two jobs at once tell once', async () => {
	await add();
	await add();
	world.clock.advance(21 * DAY_MS);
	const done = await Promise.all([tellDue(), tellDue(), tellDue()]);
	expect(done.reduce((sum, one) => sum + one, 0)).toBe(2);
	expect(await letters()).toBe(2);
	expect(await waitingMails(world)).toHaveLength(2);
});

test('nobody is told while we wait for them, and after their document came they are', async () => {
	const claim = await addOpened();
	const request = { kind: 'prescription', line: 0 } as const;
	must(await deskRooms(world).requestsService.ask(clerk, claim.id, request));
	world.clock.advance(25 * DAY_MS);
	expect(await tellDue()).toBe(0);
	await world.client.execute('update document_requests set answered_at_ms = asked_at_ms');
	await world.client.execute("update claims set state = 'in_review'");
	expect(await tellDue()).toBe(1);
});

test('a decided claim is told of by its statement alone', async () => {
	const claim = await addOpened();
	const form = formOf(2, typed(claim.invoiceIds[0] ?? ''));
	must(await deskRooms(world).decisionsService.decide(clerk, claim.id, form));
	world.clock.advance(22 * DAY_MS);
	expect(await tellDue()).toBe(0);
});

test('a clerk decides what was told of meanwhile: the version is no other', async () => {
	const claim = await addOpened();
	world.clock.advance(21 * DAY_MS);
	expect(await tellDue()).toBe(1);
	const form = formOf(2, typed(claim.invoiceIds[0] ?? ''));
	must(await deskRooms(world).decisionsService.decide(clerk, claim.id, form));
});

/** Somebody whose address does not open. */
async function addUnreadable(name: string) {
	const broken = await addAccount(world, 'customer', name);
	await addAssignedClaim(world, broken, await addContract(world, broken), clerk);
	await world.client.execute({
		sql: "update accounts set contact = x'00' where id = ?",
		args: [broken.accountId]
	});
	return broken;
}

test('an owner who cannot be read stops nobody, and a minute tells of twenty', async () => {
	vi.spyOn(console, 'log').mockImplementation(() => undefined);
	await addUnreadable('Eve');
	world.clock.advance(1000);
	for (let added = 0; added < 21; added += 1) await add();
	world.clock.advance(21 * DAY_MS);
	expect(await tellDue()).toBe(20);
	expect(await tellDue()).toBe(1);
	expect(await tellDue()).toBe(0);
});

test('more of them than a minute takes hold up those behind them for some minutes, not for ever', async () => {
	vi.spyOn(console, 'log').mockImplementation(() => undefined);
	for (let added = 0; added < 22; added += 1) await addUnreadable(`Eve${String(added)}`);
	world.clock.advance(1000);
	await add();
	world.clock.advance(21 * DAY_MS);
	let told = 0;
	for (let minute = 0; minute < 3; minute += 1) {
		told += await tellDue();
		world.clock.advance(MINUTE_MS);
	}
	expect(told).toBe(1);
});

test('whose key is gone is not even looked at', async () => {
	const gone = await addUnreadable('Eve');
	world.clock.advance(21 * DAY_MS);
	await world.client.execute({
		sql: "update people set wrapped_key = x'' where id = ?",
		args: [gone.personId]
	});
	const [untold] = await world.db.read(
		interimNoticesRepository.listUntold(world.clock.nowMs(), '2026-12-31' as never, 20)
	);
	expect(untold).toEqual([]);
});

test('nobody is told at an account that is closed, or after the last day of a mandate', async () => {
	await add();
	world.clock.advance(21 * DAY_MS);
	await world.client.execute({
		sql: `insert into contract_links (account_id, contract_id, linked_at_ms, role, scope, ends_on)
			values (?, ?, 0, 'representative', 'contract', '2026-12-01')`,
		args: [customer.accountId, contractId]
	});
	expect(await tellDue()).toBe(0);
	await world.client.execute('delete from contract_links');
	await world.client.execute("update accounts set status = 'disabled' where role = 'customer'");
	expect(await tellDue()).toBe(0);
});

test('what is due is found by its own index', async () => {
	const read = interimNoticesRepository.listUntold(1, '2026-12-31' as never, 20);
	const { sql, params } = read.query.toSQL();
	const { rows } = await world.client.execute({
		sql: `explain query plan ${sql}`,
		args: params as never
	});
	expect(rows.map((row) => row['detail'])).toContainEqual(
		expect.stringMatching(/claims USING INDEX claims_interim/)
	);
});
