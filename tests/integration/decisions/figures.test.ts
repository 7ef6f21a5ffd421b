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

const show = async () => must(await deskRooms(world).figuresService.show(lead));

test('an empty desk has figures too', async () => {
	expect(await show()).toEqual({
		open: { 'on-time': 0, soon: 0, urgent: 0, overdue: 0 },
		decided: [0, 0, 0, 0, 0],
		decidedByRules: 0,
		shareWithinMonth: null,
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
