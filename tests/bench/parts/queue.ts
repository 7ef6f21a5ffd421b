import { performance } from 'node:perf_hooks';
import type { Actor } from '#lib/domain/actor.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
	deskRooms,
	formOf,
	must,
	typed
} from '../../integration/decisions/desk-world.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { addClones, addRealClaims } from '../load/many-claims.ts';
import { median } from '../load/median.ts';
import { medianMs } from '../load/median-ms.ts';
import { rounded } from '../measure.ts';
import type { Part } from '../run-bench.ts';

const SIZES = [1_000, 100_000, 1_000_000] as const;
const [SMALL] = SIZES;
const PAGES = ['first', 'middle', 'mine'] as const;
const DECISIONS = 10;
/** Issue 5: a page of the queue is flat within half as much again. */
const FLAT = 1.5;

export const queue: Part = {
	name: 'queue',
	about: 'a page of the staff queue with few and very many open claims, and a decision end to end',
	async run({ measured, say }) {
		const world = await openTestDatabase();
		try {
			await world.client.execute('pragma journal_mode = wal');
			await world.client.execute('pragma synchronous = normal');
			const customer = await addAccount(world, 'customer', 'Ada');
			const clerk = await addAccount(world, 'clerk', 'Kim');
			const contractId = await addContract(world, customer, 0);
			await addRealClaims(world, { customer, contractId, count: SMALL, apartMs: 1000 });
			await giveSomeTo(world, clerk);
			const small = await measurePages(world, clerk);
			let filled: number = SMALL;
			for (const size of SIZES) {
				say(`${size} open claims`);
				// The pages that are looked at hold the oldest claims, all of them real.
				await addClones(world, { from: filled, to: size });
				filled = size;
				const pages = size === SMALL ? small : await measurePages(world, clerk);
				for (const page of PAGES) {
					const measure = `queue: ${page} page, ${size} claims`;
					const [{ ms, steps }, few] = [pages[page], small[page]];
					measured({ measure, value: rounded(ms), unit: 'ms' });
					measured({ measure, value: steps, unit: 'steps of the database' });
					if (size === SMALL) continue;
					const unit = 'x';
					const toFew = (of: string, value: number) => {
						measured({ measure: `${measure}, ${of} to few`, value, unit, ceiling: FLAT });
					};
					toFew('ms', rounded(ms / few.ms));
					toFew('steps', rounded(steps / few.steps));
				}
			}
			const value = rounded(await measureDecision(world, { customer, clerk }));
			measured({ measure: 'decision: opened, previewed and decided', value, unit: 'ms' });
		} finally {
			world.close();
		}
	}
};

/** One in ten open claims is somebody's. */
async function giveSomeTo(world: TestDatabase, clerk: Actor): Promise<void> {
	await world.client.execute({
		sql: 'update claims set assignee_id = ? where (submitted_at_ms / 1000) % 10 = 0',
		args: [clerk.accountId]
	});
}

async function measurePages(world: TestDatabase, clerk: Actor) {
	const { rows } = await world.client.execute({
		sql: 'select submitted_at_ms from claims order by submitted_at_ms limit 1 offset ?',
		args: [SMALL / 2]
	});
	const middle = { submittedAtMs: Number(rows[0]?.['submitted_at_ms']), id: '' };
	const mine = { owner: 'mine', age: 'any', state: 'any', order: 'oldest' } as const;
	const { deskService } = deskRooms(world);
	return {
		first: await measurePage(world, () => deskService.listQueue(clerk, null)),
		middle: await measurePage(world, () => deskService.listQueue(clerk, middle)),
		mine: await measurePage(world, () => deskService.listQueue(clerk, null, mine))
	};
}

/**
 * A page's time, and what the engine did for it: steps of its machine, which grow with every row that
 * is read. The engine does not tell rows by themselves; steps have no noise as well.
 */
async function measurePage(world: TestDatabase, look: () => Promise<unknown>) {
	const ms = await medianMs(look);
	await look();
	// The statement prepared last comes first.
	const { rows } = await world.client.execute(
		`select nstep from sqlite_stmt where sql like '%"key_holder"%' and sql not like '%sqlite_stmt%' limit 1`
	);
	return { ms, steps: Number(rows[0]?.['nstep']) };
}

async function measureDecision(
	world: TestDatabase,
	{ customer, clerk }: { customer: Actor; clerk: Actor }
): Promise<number> {
	// On a contract of their own: the desk compares a claim with those beside it.
	const others = await addContract(world, customer, 0);
	const claims = [];
	for (let count = 0; count < DECISIONS; count += 1) {
		claims.push(await addAssignedClaim(world, customer, others, clerk));
	}
	const times: number[] = [];
	for (const claim of claims) {
		const startedMs = performance.now();
		const { version } = must(await deskRooms(world).deskService.open(clerk, claim.id));
		const form = formOf(version, ...claim.invoiceIds.map((id) => typed(id)));
		must(await deskRooms(world).decisionsService.preview(clerk, claim.id, form));
		must(await deskRooms(world).decisionsService.decide(clerk, claim.id, form));
		times.push(performance.now() - startedMs);
	}
	return median(times);
}
