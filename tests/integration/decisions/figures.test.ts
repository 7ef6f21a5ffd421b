import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { openTestDatabase, TEST_NOW_MS, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addClaim,
	addContract,
	decideAlike,
	deskRooms,
	must
} from './desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let lead: Actor;
let contractId: string;
beforeEach(async () => {
	world = await openTestDatabase();
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	lead = await addAccount(world, 'seniorClerk', 'Lou');
	contractId = await addContract(world, customer, 0);
});
afterEach(() => world.close());

const NO_REQUESTS = {
	...{ documentsInTime: 0, documentsLate: 0, documentsAnswered: 0 },
	...{ contractRequests: 0, inquiries: 0 }
};
const MONTHS = ['06', '07', '08', '09', '10', '11'].map((month) => `2026-${month}-01`);
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const execute = (sql: string, ...args: (string | number)[]) => world.client.execute({ sql, args });

const show = async () => must(await deskRooms(world).figuresService.show(lead));

test('an empty desk has figures too', async () => {
	expect(await show()).toEqual({
		open: { 'on-time': 0, soon: 0, urgent: 0, overdue: 0 },
		decided: [0, 0, 0, 0, 0],
		decidedByRules: 0,
		shareWithinMonth: null,
		requests: NO_REQUESTS,
		paid: [{ currency: 'EUR', months: MONTHS.map((from) => ({ from, paid: euros(0) })) }],
		workload: []
	});
});

test('open claims are counted by age and by who has them, in one round trip', async () => {
	for (const days of [31, 22, 21, 14, 1]) {
		world.clock.set(TEST_NOW_MS - days * DAY_MS);
		await addClaim(world, customer, contractId);
	}
	await addAssignedClaim(world, customer, contractId, clerk);
	world.clock.set(TEST_NOW_MS);
	world.takeRoundTrips();
	expect(await show()).toMatchObject({
		open: { 'on-time': 2, soon: 1, urgent: 2, overdue: 1 },
		workload: [
			{ name: null, count: 5 },
			{ name: 'Kim Muster', count: 1 }
		]
	});
	expect(world.takeRoundTrips()).toBe(1);
});

test('a customer reads the day most claims like theirs are decided by, while it is our turn', async () => {
	for (let decided = 0; decided < 10; decided += 1) await addClaim(world, customer, contractId);
	await execute(
		"update claims set state = 'approved', checked_by_rules_at_ms = 1, decided_at_ms = submitted_at_ms + ?",
		5 * DAY_MS
	);
	world.clock.advance(5 * DAY_MS);
	const { id } = await addClaim(world, customer, contractId);
	const seen = async () => must(await deskRooms(world).claimsService.getOwn(customer, id));
	expect(await seen()).toMatchObject({
		usualTime: { fromDays: 5, toDays: 5 },
		...{ usualBy: '2026-12-02', decisionDueBy: '2026-12-27' }
	});
	await execute("update claims set state = 'documents_requested' where id = ?", id);
	expect((await seen()).usualBy).toBeNull();
	await execute("update claims set state = 'in_review' where id = ?", id);
	world.clock.advance(6 * DAY_MS);
	expect(await seen()).toMatchObject({ usualBy: null, usualTime: { toDays: 5 } });
});

test('decisions by rules are counted apart from those of people', async () => {
	await addClaim(world, customer, contractId);
	world.clock.advance(2 * DAY_MS);
	await world.client.execute({
		sql: "update claims set state = 'approved', decided_at_ms = ?, checked_by_rules_at_ms = 1",
		args: [world.clock.nowMs()]
	});
	expect(await show()).toMatchObject({
		...{ decided: [0, 0, 0, 0, 0], decidedByRules: 1, shareWithinMonth: null }
	});
});

test('decisions are counted by the days they took, for 90 days', async () => {
	for (const days of [2, 31]) {
		world.clock.set(TEST_NOW_MS - days * DAY_MS);
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		world.clock.set(TEST_NOW_MS);
		await decideAlike(world, clerk, claim);
	}
	expect(await show()).toMatchObject({ decided: [1, 0, 0, 0, 1], shareWithinMonth: 50 });
	world.clock.advance(90 * DAY_MS);
	expect(await show()).toMatchObject({ decided: [1, 0, 0, 0, 1] });
	world.clock.advance(1);
	expect(await show()).toMatchObject({ decided: [0, 0, 0, 0, 0] });
});

test('of a corrected claim the first decision counts, as the decision of whoever made it', async () => {
	const decidedAtMs = TEST_NOW_MS;
	for (const days of [3, 4]) {
		world.clock.set(decidedAtMs - days * DAY_MS);
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		world.clock.set(decidedAtMs);
		await decideAlike(world, clerk, claim);
		await execute(
			`insert into claim_reviews (id, claim_id, kind, line, reason, opened_at_ms, opened_by, outcome, closed_at_ms, closed_by)
				values (?, ?, 'reopening', 0, x'01', 1, ?, 'upheld', 2, ?)`,
			...[`r${days}`, claim.id, lead.accountId, lead.accountId]
		);
	}
	// Corrected 40 days later, one of them first decided by rules.
	await execute('update claims set decided_at_ms = decided_at_ms + ?', 40 * DAY_MS);
	await execute(
		`update claims set checked_by_rules_at_ms = 1 where submitted_at_ms = ?`,
		decidedAtMs - 4 * DAY_MS
	);
	world.clock.advance(41 * DAY_MS);
	expect(await show()).toMatchObject({ decided: [1, 0, 0, 0, 0], decidedByRules: 1 });
	const usual = () => deskRooms(world).figures.listDecisionDays(decidedAtMs, 10);
	expect((await world.db.read(usual()))[0].toSorted()).toEqual([3, 4]);
	world.clock.advance(50 * DAY_MS);
	expect(await show()).toMatchObject({ decided: [0, 0, 0, 0, 0], decidedByRules: 0 });
});

test('requests are counted by whether they are answered', async () => {
	const claim = await addAssignedClaim(world, customer, contractId, clerk);
	const ask = (
		id: string,
		dueOn: string,
		answeredAtMs: number | null,
		withdrawnAtMs: number | null
	) =>
		world.client.execute({
			sql: `insert into document_requests (id, claim_id, kind, line, asked_at_ms, asked_by, due_on, answered_at_ms, withdrawn_at_ms)
				values (?, ?, 'prescription', ?, 1, ?, ?, ?, ?)`,
			args: [id, claim.id, Number(id), clerk.accountId, dueOn, answeredAtMs, withdrawnAtMs]
		});
	await ask('1', '2026-11-22', null, null);
	await ask('2', '2026-11-21', null, null);
	await ask('3', '2026-11-21', TEST_NOW_MS - 90 * DAY_MS, null);
	await ask('4', '2026-11-21', TEST_NOW_MS - 90 * DAY_MS - 1, null);
	await ask('5', '2026-11-21', null, 1);
	expect((await show()).requests).toEqual({
		...NO_REQUESTS,
		...{ documentsInTime: 1, documentsLate: 1, documentsAnswered: 1 }
	});
});

test('what was paid is summed up by month of the operator and by currency', async () => {
	const paidAt = async (instant: string | null, currency = 'EUR') => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		await decideAlike(world, clerk, claim);
		const at = instant === null ? null : Date.parse(instant);
		await world.client.execute({
			sql: `update payouts set state = ?, paid_at_ms = ?, currency = ? where claim_id = ?`,
			args: [at === null ? 'ready' : 'paid', at, currency, claim.id]
		});
	};
	await paidAt('2026-05-31T21:59:59Z');
	await paidAt('2026-05-31T22:00:00Z');
	await paidAt('2026-10-31T22:59:59Z');
	await paidAt('2026-10-31T23:00:00Z');
	await paidAt('2026-11-22T08:00:00Z');
	await paidAt('2026-11-22T08:00:00Z', 'CHF');
	await paidAt(null);
	const { paid } = await show();
	expect(paid.map(({ currency }) => currency)).toEqual(['EUR', 'CHF']);
	const sums = paid.map(({ months }) => months.map((month) => month.paid.amountMinor / 10_000));
	expect(sums).toEqual([
		[1, 0, 0, 0, 1, 2],
		[0, 0, 0, 0, 0, 1]
	]);
});
