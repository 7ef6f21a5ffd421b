import { performance } from 'node:perf_hooks';
import type { Actor } from '#lib/domain/actor.ts';
import { createClaimsRepository } from '#lib/server/claims/claims.repository.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Write } from '#lib/server/db/client.ts';
import { submissions } from '#lib/server/db/tables/claims.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
	contentOf,
	deskRooms,
	formOf,
	must,
	typed
} from '../../integration/decisions/desk-world.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { median } from '../load/median.ts';
import { rounded } from '../measure.ts';
import type { Part } from '../run-bench.ts';

const SMALL = 1_000;
const LARGE = 100_000;
const BATCH = 500;
const LOOKS = 40;
const DECISIONS = 10;
/** Issue 5: a page of the queue is flat within half as much again. */
const FLAT = 1.5;
const TAKEN = { kind: 'conflict', code: 'claims/already-submitted' } as const;

export const queue: Part = {
	name: 'queue',
	about: 'a page of the staff queue with few and many open claims, and a decision end to end',
	async run({ measured }) {
		const world = await openTestDatabase();
		try {
			await world.client.execute('pragma journal_mode = wal');
			await world.client.execute('pragma synchronous = normal');
			const customer = await addAccount(world, 'customer', 'Ada');
			const clerk = await addAccount(world, 'clerk', 'Kim');
			const contractId = await addContract(world, customer, 0);
			await fill(world, { customer, contractId, from: 0, to: SMALL });
			const small = await measurePages(world, clerk);
			await fill(world, { customer, contractId, from: SMALL, to: LARGE });
			const large = await measurePages(world, clerk);
			for (const page of ['first', 'middle', 'mine'] as const) {
				const unit = 'ms';
				const name = `queue: ${page} page`;
				measured({ measure: `${name}, ${SMALL} claims`, value: rounded(small[page]), unit });
				measured({ measure: `${name}, ${LARGE} claims`, value: rounded(large[page]), unit });
				const value = rounded(large[page] / small[page]);
				measured({ measure: `${name}, many to few`, value, unit: 'x', ceiling: FLAT });
			}
			const value = rounded(await measureDecision(world, { customer, clerk, contractId }));
			measured({ measure: 'decision: opened, previewed and decided', value, unit: 'ms' });
		} finally {
			world.close();
		}
	}
};

/** Open claims a second apart, one in ten of them somebody's. */
async function fill(
	world: TestDatabase,
	claims: {
		readonly customer: Actor;
		readonly contractId: string;
		readonly from: number;
		readonly to: number;
	}
): Promise<void> {
	for (let at = claims.from; at < claims.to; at += BATCH) {
		const indexes = Array.from({ length: Math.min(BATCH, claims.to - at) }, (_, one) => at + one);
		const writes = await Promise.all(
			indexes.map((index) => claimAt(world, claims.customer, claims.contractId, index))
		);
		must(await world.db.commit(...writes.flat()));
	}
	await world.client.execute(
		`update claims set assignee_id = (select id from accounts where role = 'clerk')
		 where assignee_id is null and (submitted_at_ms / 1000) % 10 = 0`
	);
}

async function claimAt(
	world: TestDatabase,
	customer: Actor,
	contractId: string,
	index: number
): Promise<readonly Write[]> {
	const [id, submissionId] = [world.ids.newId(), world.ids.newId()];
	const { accountId, personId } = customer;
	const submittedAtMs = world.clock.nowMs() - (LARGE - index) * 1000;
	const submission = write(
		sqlBuilder.insert(submissions).values({
			...{ id: submissionId, accountId, draftId: world.ids.newId() },
			...{ manifestHash: '0'.repeat(64), manifest: new Uint8Array([1]), state: 'committed' },
			createdAtMs: submittedAtMs
		})
	);
	const claim = await createClaimsRepository(world.cipher).insertSubmitted(
		{
			...{ id, accountId, personId, submissionId, submittedAtMs, fileIds: [submissionId] },
			number: `S-2026-${String(index).padStart(8, '0')}`,
			content: contentOf(world, customer, contractId, [[10_000, 'EUR']])
		},
		TAKEN
	);
	// Without the link to its file: the queue only counts them.
	return [submission, { statements: claim.statements.slice(0, 1) }];
}

async function measurePages(world: TestDatabase, clerk: Actor) {
	const middle = { submittedAtMs: world.clock.nowMs() - (LARGE - SMALL / 2) * 1000, id: '' };
	const mine = { owner: 'mine', age: 'any', order: 'oldest' } as const;
	return {
		first: await medianMs(() => deskRooms(world).deskService.listQueue(clerk, null)),
		middle: await medianMs(() => deskRooms(world).deskService.listQueue(clerk, middle)),
		mine: await medianMs(() => deskRooms(world).deskService.listQueue(clerk, null, mine))
	};
}

async function measureDecision(
	world: TestDatabase,
	{ customer, clerk, contractId }: { customer: Actor; clerk: Actor; contractId: string }
): Promise<number> {
	const claims = [];
	for (let count = 0; count < DECISIONS; count += 1) {
		claims.push(await addAssignedClaim(world, customer, contractId, clerk));
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

async function medianMs(act: () => Promise<unknown>): Promise<number> {
	const times: number[] = [];
	for (let count = 0; count < LOOKS; count += 1) {
		const startedMs = performance.now();
		await act();
		times.push(performance.now() - startedMs);
	}
	return median(times);
}
