/** What a decision may use of deductible and maximum: of one person, in one insurance year (decision 0063). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { createCorrectionsService } from '#lib/server/claims/corrections.service.ts';
import { createDecisionWrites } from '#lib/server/claims/decision-writes.ts';
import { createDecisionsService } from '#lib/server/claims/decisions.service.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
	deskRooms,
	formOf,
	must,
	putInCharge,
	typed,
	type Amount
} from './desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let contractId: string;

beforeEach(async () => {
	world = await openTestDatabase();
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	contractId = await addContract(world, customer, 5_000);
	await setTerms('maximum_minor = 14000');
});
afterEach(() => world.close());

const setTerms = (change: string) => world.client.execute(`update contracts set ${change}`);
/** Without its PDF, which takes longer than all the rest. */
const printStatement = () => Promise.resolve({ name: 'a.pdf', bytes: Uint8Array.of(1) });
const ONE_HUNDRED: readonly Amount[] = [[10_000, 'EUR']];
const MEANWHILE = { error: { kind: 'conflict', code: 'claims/changed-meanwhile' } };

/** A claim a clerk has looked at, and its form: recognised in full, the deductible left to the proposal. */
async function opened(amounts = ONE_HUNDRED, owner = customer) {
	const claim = await addAssignedClaim(world, owner, contractId, clerk, amounts);
	const view = must(await deskRooms(world).deskService.open(clerk, claim.id));
	return { ...claim, view, form: formOf(view.version, ...claim.invoiceIds.map((id) => typed(id))) };
}
const decide = (claim: { id: string }, form: ReturnType<typeof formOf>) =>
	createDecisionsService({ ...deskRooms(world), printStatement }).decide(clerk, claim.id, form);
async function decided(amounts = ONE_HUNDRED, owner = customer) {
	const claim = await opened(amounts, owner);
	must(await decide(claim, claim.form));
	return claim;
}
const leftOf = async (claim: { id: string }) => {
	const { contract } = must(await deskRooms(world).deskService.open(clerk, claim.id));
	return contract.covers
		.flatMap(({ years }) => years)
		.map((year) => [...[year.yearStartsOn, year.deductibleLeftMinor, year.maximumLeftMinor]]);
};
const usedNow = async () => {
	const { rows } = await world.client.execute(
		'select year_starts_on as y, deductible_minor as d, paid_minor as p from cover_uses order by claim_id, y'
	);
	return rows.map(({ y, d, p }) => [y, d, p]);
};

describe('the maximum', () => {
	it('B1: refuses a cent more than is left, and the desk says how much that is', async () => {
		await decided();
		const claim = await opened();
		// 100 euros, 50 of them carried by the customer: 50 of 140 paid.
		expect(claim.view.contract.covers[0]?.years).toMatchObject([
			{ maximumMinor: 14_000, maximumLeftMinor: 9_000, deductibleLeftMinor: 0 }
		]);
		expect(claim.view.lines[0]?.rest.maximumLeftMinor).toBe(9_000);
		const amountOf = (recognised: string) =>
			formOf(
				claim.view.version,
				...claim.invoiceIds.map((id) => typed(id, { recognised, reason: 'plan-limit' }))
			);
		const rooms = deskRooms(world);
		const refused = {
			...{ ok: false, error: { kind: 'invalid', code: 'portal/invalid-input' } }
		};
		expect(await rooms.decisionsService.preview(clerk, claim.id, amountOf('90,01'))).toMatchObject(
			refused
		);
		expect(await decide(claim, amountOf('90,01'))).toMatchObject({
			error: { issues: { 'lines.0.recognised': 'maximum-exceeded' } }
		});
		must(await decide(claim, amountOf('90,00')));
		expect(await leftOf(claim)).toEqual([['2026-01-01', 0, 0]]);
		expect(await usedNow()).toEqual([
			['2026-01-01', 5_000, 5_000],
			['2026-01-01', 0, 9_000]
		]);
	});

	it('B1: is used up once when two clerks decide at the same moment', async () => {
		await setTerms('deductible_minor = 0, maximum_minor = 15000');
		const [first, second] = [await opened(), await opened()];
		const results = await Promise.all([decide(first, first.form), decide(second, second.form)]);
		expect(results.filter(({ ok }) => ok)).toHaveLength(1);
		expect(results.find(({ ok }) => !ok)).toMatchObject(MEANWHILE);
		expect(await usedNow()).toEqual([['2026-01-01', 0, 10_000]]);
		expect(await world.countRows('payouts')).toBe(1);
	});
});

describe('the deductible', () => {
	it('is carried by each insured person anew', async () => {
		const other = await addAccount(world, 'customer', 'Bo');
		await decided();
		const claim = await opened(ONE_HUNDRED, other);
		expect(claim.view.contract.covers[0]?.years).toMatchObject([
			{ deductibleLeftMinor: 5_000, maximumLeftMinor: 14_000 }
		]);
		expect(claim.view.lines[0]?.proposal.deductibleMinor).toBe(5_000);
		must(await decide(claim, claim.form));
	});

	it('is carried anew in each insurance year, by the day on which the treatment began', async () => {
		await setTerms("starts_on = '2025-10-01'");
		const claim = await decided([
			[10_000, 'EUR', '2026-09-30'],
			[10_000, 'EUR', '2026-10-01']
		]);
		expect(await usedNow()).toEqual([
			['2025-10-01', 5_000, 5_000],
			['2026-10-01', 5_000, 5_000]
		]);
		const next = await opened([[10_000, 'EUR', '2026-09-29']]);
		expect(next.view.contract.covers[0]?.years).toMatchObject([
			{ yearStartsOn: '2025-10-01', deductibleLeftMinor: 0, maximumLeftMinor: 9_000 }
		]);
		expect((await leftOf(claim)).length).toBe(2);
	});
});

describe('a correction', () => {
	const correct = async (
		claim: { id: string; invoiceIds: readonly string[] },
		recognised: string,
		deductible = ''
	) => {
		const rooms = deskRooms(world);
		const decisionWrites = createDecisionWrites({ ...rooms, printStatement });
		const { version } = must(await rooms.deskService.open(clerk, claim.id));
		const lines = claim.invoiceIds.map((id) =>
			typed(id, {
				recognised,
				deductible,
				reason: recognised === '100,00' ? 'none' : 'not-covered'
			})
		);
		return createCorrectionsService({ ...rooms, decisionWrites }).correct(clerk, claim.id, {
			...formOf(version, ...lines),
			answer: 'We have looked at the plan again.'
		});
	};
	async function reopened(recognised: string) {
		const claim = await opened();
		const lines = claim.invoiceIds.map((id) => typed(id, { recognised, reason: 'not-covered' }));
		must(await decide(claim, formOf(claim.view.version, ...lines)));
		await putInCharge(world, clerk, claim.id);
		const reason = 'The plan covers this treatment.';
		must(await deskRooms(world).caseNotesService.reopen(clerk, claim.id, reason));
		return claim;
	}

	it('takes the place of what the decision before has used', async () => {
		const claim = await reopened('60,00');
		expect(await usedNow()).toEqual([['2026-01-01', 5_000, 1_000]]);
		must(await correct(claim, '100,00', '20,00'));
		expect(await usedNow()).toEqual([['2026-01-01', 2_000, 8_000]]);
	});

	it('pays no more than others have left of the maximum, and never less than before', async () => {
		const claim = await reopened('60,00');
		// Others take the rest of it, and then the contract is lowered below what was paid.
		await decided();
		await setTerms('maximum_minor = 12000');
		expect(await correct(claim, '100,00', '0,00')).toMatchObject({
			error: { issues: { 'lines.0.recognised': 'maximum-exceeded' } }
		});
		await setTerms('maximum_minor = 100, deductible_minor = 100');
		must(await correct(claim, '60,00', '50,00'));
		expect(await usedNow()).toContainEqual(['2026-01-01', 5_000, 1_000]);
	});
});

it('the customer sees of the cover what the desk decides by', async () => {
	const claim = await decided();
	const { contracts } = deskRooms(world);
	const [uses] = await world.db.read(contracts.coverUses(contractId));
	expect(uses).toEqual([
		{
			insuredPersonId: customer.personId,
			...{ yearStartsOn: '2026-01-01', deductibleMinor: 5_000, paidMinor: 5_000 }
		}
	]);
	expect(await leftOf(claim)).toEqual([['2026-01-01', 0, 9_000]]);
});
