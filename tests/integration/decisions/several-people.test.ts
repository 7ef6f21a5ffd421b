/** A claim with bills of several people (decision 0080): each by their own cover, in one statement. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addClaim,
	addContract,
	deskRooms,
	formOf,
	must,
	typed,
	type Amount
} from './desk-world.ts';

let world: TestDatabase;
let ada: Actor;
let ben: Actor;
let clerk: Actor;
let contractId: string;
let bills: readonly Amount[];

beforeEach(async () => {
	world = await openTestDatabase();
	ada = await addAccount(world, 'customer', 'Ada');
	ben = await addAccount(world, 'customer', 'Ben');
	clerk = await addAccount(world, 'clerk', 'Kim');
	contractId = await addContract(world, ada, 5_000);
	bills = [
		[10_000, 'EUR'],
		[10_000, 'EUR', undefined, ben.personId]
	];
});
afterEach(() => world.close());

const open = (claim: { id: string }) => deskRooms(world).deskService.open(clerk, claim.id);
const usedNow = async () => {
	const { rows } = await world.client.execute(
		'select insured_person_id as i, deductible_minor as d, paid_minor as p from cover_uses order by rowid'
	);
	return rows.map(({ i, d, p }) => [i, d, p]);
};

it('takes the deductible of each, books it for each, and sums up for each in the statement', async () => {
	const claim = await addAssignedClaim(world, ada, contractId, clerk, bills);
	const view = must(await open(claim));
	expect(view.coInsured).toEqual(['Ben Muster']);
	expect(view.lines.map((line) => line.insuredPersonName)).toEqual(['Ada Muster', 'Ben Muster']);
	expect(view.contract.covers).toMatchObject([
		{ name: 'Ada Muster', years: [{ deductibleLeftMinor: 5_000 }] },
		{ name: 'Ben Muster', years: [{ deductibleLeftMinor: 5_000 }] }
	]);
	const form = formOf(view.version, ...claim.invoiceIds.map((id) => typed(id)));
	must(await deskRooms(world).decisionsService.decide(clerk, claim.id, form));
	expect(await usedNow()).toEqual([
		[ada.personId, 5_000, 5_000],
		[ben.personId, 5_000, 5_000]
	]);
	const { statement } = must(await open(claim));
	expect(statement).toMatchObject({
		insuredPersonName: 'Ada Muster, Ben Muster',
		totals: { deductible: { amountMinor: 10_000 }, paid: { amountMinor: 10_000 } },
		persons: [
			{ name: 'Ada Muster', totals: { paid: { amountMinor: 5_000 } }, deductibleLeftMinor: 0 },
			{ name: 'Ben Muster', totals: { paid: { amountMinor: 5_000 } }, deductibleLeftMinor: 0 }
		]
	});
});

it('knows what each has used in claims before, whoever these were of', async () => {
	const first = await addAssignedClaim(world, ada, contractId, clerk, bills);
	const { version } = must(await open(first));
	const form = formOf(version, ...first.invoiceIds.map((id) => typed(id)));
	must(await deskRooms(world).decisionsService.decide(clerk, first.id, form));
	const ofBen = await addAssignedClaim(world, ben, contractId, clerk, [[10_000, 'EUR']]);
	expect(must(await open(ofBen)).contract.covers).toMatchObject([
		{ name: 'Ben Muster', years: [{ deductibleLeftMinor: 0 }] }
	]);
});

it('is found by the name of each, and said to be of several', async () => {
	const claim = await addClaim(world, ada, contractId, bills);
	const { queue } = deskRooms(world);
	const [found] = await world.db.read(await queue.listByName([['ben']], 10));
	expect(found).toMatchObject([
		{ id: claim.id, insuredPersonName: 'Ada Muster', isOfSeveral: true }
	]);
});

it("Z7: is nobody's to decide whose bills are among it", async () => {
	const claim = await addClaim(world, ada, contractId, bills);
	const owner = { ...clerk, personId: ben.personId };
	const taken = await deskRooms(world).assignmentsService.take(owner, claim.id);
	expect(taken).toMatchObject({ error: { code: 'claims/own-claim' } });
});
