import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { parseCursor, type QueueCursor, type QueueFilter } from '#lib/domain/claims/queue.ts';
import { openTestDatabase, TEST_NOW_MS, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addClaim,
	addContract,
	decideAlike,
	deskRooms,
	must,
	putInCharge
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

const desk = () => deskRooms(world).deskService;
const REFUSED = { ok: false, error: { kind: 'forbidden', code: 'portal/forbidden' } };
const NOT_FOUND = { ok: false, error: { kind: 'not-found', code: 'portal/not-found' } };

/** Every filter of the queue, in both orders. */
const PARTS = [undefined, null, 'clerk'].flatMap((assigneeId) =>
	[null, TEST_NOW_MS].flatMap((beforeMs) =>
		(['oldest', 'newest'] as const).flatMap((order) =>
			[null, 'documents_requested' as const].map((state) => ({
				...{ assigneeId, beforeMs, order, state }
			}))
		)
	)
);

async function looks(): Promise<readonly unknown[]> {
	const { rows } = await world.client.execute(
		`select event, object_ref, account_id, subject_account_id from audit_events
		 join audit_personal on event_id = id order by seq`
	);
	return rows.map((row) => ({ ...row }));
}

describe('the queue', () => {
	it('shows the oldest first, without a word about health, in one round trip', async () => {
		world.clock.set(TEST_NOW_MS - 20 * DAY_MS);
		const old = await addClaim(world, customer, contractId, [
			[10_000, 'EUR'],
			[5_000, 'USD'],
			[2_500, 'EUR']
		]);
		world.clock.set(TEST_NOW_MS);
		const young = await addClaim(world, customer, contractId);
		world.takeRoundTrips();
		const queue = must(await desk().listQueue(clerk, null));
		expect(world.takeRoundTrips()).toBe(1);
		expect(queue.rows.map((row) => row.number)).toEqual([old.number, young.number]);
		expect(queue.rows[0]).toEqual({
			cameByPost: false,
			id: old.id,
			number: old.number,
			state: 'submitted',
			isAdvanceAsked: false,
			isReviewed: false,
			submittedOn: '2026-11-02',
			clock: { ageDays: 20, daysLeft: 10, state: 'soon' },
			insuredPersonName: 'Ada Muster',
			isOfSeveral: false,
			assignee: null,
			lineCount: 3,
			fileCount: 1,
			billed: [
				{ amountMinor: 12_500, currency: 'EUR' },
				{ amountMinor: 5_000, currency: 'USD' }
			]
		});
		expect(JSON.stringify(queue)).not.toContain('Secret diagnosis');
		expect(await looks()).toEqual([]);
	});

	it('goes from page to page and meets every claim once, also those of one instant', async () => {
		const numbers: string[] = [];
		for (let index = 0; index < 57; index++) {
			world.clock.set(TEST_NOW_MS + Math.floor(index / 10));
			numbers.push((await addClaim(world, customer, contractId)).number);
		}
		const met: string[] = [];
		const sizes: number[] = [];
		let after: QueueCursor | null = null;
		do {
			const page = must(await desk().listQueue(clerk, after));
			met.push(...page.rows.map((row) => row.number));
			sizes.push(page.rows.length);
			after = parseCursor(page.next);
		} while (after);
		expect(sizes).toEqual([25, 25, 7]);
		expect(met.toSorted()).toEqual(numbers.toSorted());
	});

	it('has no next page when the last one is just full', async () => {
		for (let index = 0; index < 25; index++) await addClaim(world, customer, contractId);
		expect(must(await desk().listQueue(clerk, null)).next).toBeNull();
	});

	it('forgets a claim once it is decided, but finds it by its number', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		await decideAlike(world, clerk, claim);
		expect(must(await desk().listQueue(clerk, null)).rows).toEqual([]);
		expect(must(await desk().findByNumber(clerk, claim.number)).rows).toMatchObject([
			{ id: claim.id, state: 'approved', clock: null }
		]);
		expect(must(await desk().findByNumber(clerk, 'S-2026-XXXXXX')).rows).toEqual([]);
	});

	it('shows what is mine, what nobody has, and what is old enough, in both orders', async () => {
		const ages = [31, 30, 29, 20, 13];
		const numbers: string[] = [];
		for (const [index, days] of ages.entries()) {
			world.clock.set(TEST_NOW_MS - days * DAY_MS);
			const claim = await addClaim(world, customer, contractId);
			if (index % 2 === 0) await putInCharge(world, clerk, claim.id);
			numbers.push(claim.number);
		}
		world.clock.set(TEST_NOW_MS);
		const shown = async (filter: Partial<QueueFilter>) => {
			const whole = { owner: 'all', age: 'any', state: 'any', order: 'oldest', ...filter } as const;
			const { rows } = must(await desk().listQueue(clerk, null, whole));
			return rows.map((row) => numbers.indexOf(row.number));
		};
		expect(await shown({})).toEqual([0, 1, 2, 3, 4]);
		expect(await shown({ order: 'newest' })).toEqual([4, 3, 2, 1, 0]);
		expect(await shown({ owner: 'mine' })).toEqual([0, 2, 4]);
		expect(await shown({ owner: 'free' })).toEqual([1, 3]);
		expect(await shown({ age: 'overdue' })).toEqual([0, 1]);
		expect(await shown({ age: 'urgent' })).toEqual([0, 1, 2]);
		expect(await shown({ age: 'soon' })).toEqual([0, 1, 2, 3]);
		expect(await shown({ owner: 'mine', age: 'urgent', order: 'newest' })).toEqual([2, 0]);
		await world.client.execute({
			sql: `update claims set state = 'documents_requested' where number in (?, ?)`,
			args: [numbers[1] ?? '', numbers[4] ?? '']
		});
		expect(await shown({ state: 'documents_requested' })).toEqual([1, 4]);
		expect(await shown({ state: 'documents_requested', owner: 'mine' })).toEqual([4]);
		expect(await shown({ state: 'submitted', order: 'newest' })).toEqual([3, 2, 0]);
	});

	it('goes from page to page with a filter as well', async () => {
		for (let index = 0; index < 30; index++) {
			world.clock.set(TEST_NOW_MS + Math.floor(index / 10));
			await addAssignedClaim(world, customer, contractId, clerk);
		}
		const filter = { owner: 'mine', age: 'any', state: 'any', order: 'newest' } as const;
		const first = must(await desk().listQueue(clerk, null, filter));
		const second = must(await desk().listQueue(clerk, parseCursor(first.next), filter));
		expect([first.rows.length, second.rows.length, second.next]).toEqual([25, 5, null]);
		const met = new Set([...first.rows, ...second.rows].map(({ number }) => number));
		expect(met.size).toBe(30);
	});

	it('is for staff alone', async () => {
		expect(await desk().listQueue(customer, null)).toEqual(REFUSED);
		expect(await desk().findByNumber(customer, 'S-2026-XXXXXX')).toEqual(REFUSED);
	});

	it('never scans the claims', async () => {
		const { queue } = deskRooms(world);
		const cursor = { submittedAtMs: TEST_NOW_MS, id: world.ids.newId() };
		for (const question of [
			...PARTS.flatMap((part) => [
				queue.listOpen(null, 26, part),
				queue.listOpen(cursor, 26, part)
			]),
			queue.listByNumber('S-2026-XXXXXX')
		]) {
			const { sql, params } = question.query.toSQL();
			const args = params.map((value) => (typeof value === 'number' ? value : String(value)));
			const { rows } = await world.client.execute({ sql: `explain query plan ${sql}`, args });
			const plan = JSON.stringify(rows.map((row) => row['detail']));
			expect(plan).toMatch(
				/(SEARCH|SCAN) claims USING INDEX (claims_open|claims_open_of_assignee|claims_open_in_state|claims_open_in_state_of_assignee|claims_number_unique)/
			);
			expect(plan).not.toMatch(/SCAN (?!claims USING INDEX claims_open\b)/);
			expect(plan).not.toContain('TEMP B-TREE');
		}
	});
});

describe('opening a claim', () => {
	it('takes it into review, logs the look and reads it, in one round trip', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		world.takeRoundTrips();
		const view = must(await desk().open(clerk, claim.id));
		expect(world.takeRoundTrips()).toBe(1);
		expect(view).toMatchObject({
			state: 'in_review',
			version: 2,
			isOwn: false,
			customerLanguage: 'en',
			insured: { name: 'Ada Muster', dateOfBirth: '2001-02-03' },
			contract: {
				covers: [
					{
						name: 'Ada Muster',
						years: [
							{
								yearStartsOn: '2026-01-01',
								deductibleMinor: 5_000,
								deductibleLeftMinor: 5_000,
								maximumLeftMinor: null
							}
						]
					}
				]
			},
			content: { diagnosis: 'Secret diagnosis' },
			payee: { holder: 'Ada Muster', last4: '3000', bank: null, isOfThisClaimOnly: false },
			lines: [{ isForeign: false, findings: [], proposal: { deductibleMinor: 5_000 } }],
			files: [{ id: claim.fileId, type: 'application/pdf' }],
			statement: null,
			statementReadAtMs: null
		});
		expect(JSON.stringify(view)).not.toContain('DE89');
		expect(JSON.stringify(view)).not.toContain('Arztrechnung');
		expect(await looks()).toEqual([
			{
				event: 'claim/viewed',
				object_ref: `claim:${claim.id}`,
				account_id: clerk.accountId,
				subject_account_id: customer.accountId
			}
		]);
	});

	it('says which invoice has come in before, in which claim, and what is left of the maximum', async () => {
		const first = await addAssignedClaim(world, customer, contractId, clerk);
		await decideAlike(world, clerk, first);
		await world.client.execute('update contracts set maximum_minor = 14000');
		const second = await addAssignedClaim(world, customer, contractId, clerk);
		world.takeRoundTrips();
		const view = must(await desk().open(clerk, second.id));
		expect(world.takeRoundTrips()).toBe(1);
		// 100.00 billed, 50.00 deductible: 50.00 paid, 90.00 left for an invoice of 100.00.
		expect(view.lines[0]?.findings).toEqual([
			{
				...{ kind: 'duplicate', isSameClaim: false },
				...{ claimId: first.id, claimNumber: first.number }
			},
			{ kind: 'above-maximum', leftMinor: 9_000 }
		]);
	});

	it('changes the state once and logs every look', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		must(await desk().open(clerk, claim.id));
		const again = must(await desk().open(clerk, claim.id));
		expect(again).toMatchObject({ state: 'in_review', version: 2 });
		expect(await looks()).toHaveLength(2);
	});

	it('shows the look to the customer', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		must(await desk().open(clerk, claim.id));
		expect(must(await world.audit.listOwn(customer))).toMatchObject([
			{ event: 'claim/viewed', isOwnAct: false }
		]);
	});

	it('leaves no trace where there is no claim', async () => {
		expect(await desk().open(clerk, world.ids.newId())).toEqual(NOT_FOUND);
		expect(await looks()).toEqual([]);
	});

	it('is for staff alone, and a refusal reads nothing', async () => {
		const claim = await addClaim(world, customer, contractId);
		world.takeRoundTrips();
		expect(await desk().open(customer, claim.id)).toEqual(REFUSED);
		expect(await desk().openFile(customer, claim.id, claim.fileId)).toEqual(REFUSED);
		expect(world.takeRoundTrips()).toBe(0);
	});

	it('does not show what it cannot log', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		await world.client.execute(
			"create trigger crash before insert on audit_events begin select raise(abort, 'full'); end"
		);
		await expect(desk().open(clerk, claim.id)).rejects.toThrow('full');
		await expect(desk().openFile(clerk, claim.id, claim.fileId)).rejects.toThrow('full');
	});
});

describe('opening a receipt', () => {
	it('logs the look and streams the very bytes, in one round trip', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		world.takeRoundTrips();
		const file = must(await desk().openFile(clerk, claim.id, claim.fileId));
		expect(await new Response(file.stream).text()).toBe(`%PDF-1.4 receipt ${claim.fileId}`);
		expect(world.takeRoundTrips()).toBe(1);
		expect(file).toMatchObject({ type: 'application/pdf', sizeBytes: 53 });
		expect(await looks()).toMatchObject([
			{ event: 'claim/file-viewed', subject_account_id: customer.accountId }
		]);
	});

	it('does not find a file of another claim, and logs nothing then', async () => {
		const mine = await addAssignedClaim(world, customer, contractId, clerk);
		const other = await addClaim(world, customer, contractId);
		expect(await desk().openFile(clerk, mine.id, other.fileId)).toEqual(NOT_FOUND);
		expect(await desk().openFile(clerk, mine.id, world.ids.newId())).toEqual(NOT_FOUND);
		expect(await looks()).toEqual([]);
	});
});
