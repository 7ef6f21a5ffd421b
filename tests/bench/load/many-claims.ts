import type { Actor } from '#lib/domain/actor.ts';
import { createClaimsRepository } from '#lib/server/claims/claims.repository.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Write } from '#lib/server/db/client.ts';
import { submissions } from '#lib/server/db/tables/claims.ts';
import { contentOf, must } from '../../integration/decisions/desk-world.ts';
import type { TestDatabase } from '../../support/database.ts';

const BATCH = 500;
const TAKEN = { kind: 'conflict', code: 'claims/already-submitted' } as const;

type Many = {
	readonly customer: Actor;
	readonly contractId: string;
	readonly count: number;
	readonly apartMs: number;
};

/** Open claims as submissions leave them, the first the oldest; they can be opened and read. */
export async function addRealClaims(world: TestDatabase, many: Many): Promise<void> {
	for (let at = 0; at < many.count; at += BATCH) {
		const indexes = Array.from({ length: Math.min(BATCH, many.count - at) }, (_, one) => at + one);
		const writes = await Promise.all(indexes.map((index) => claimAt(world, many, index)));
		must(await world.db.commit(...writes.flat()));
	}
}

async function claimAt(
	world: TestDatabase,
	{ customer, contractId, count, apartMs }: Many,
	index: number
): Promise<readonly Write[]> {
	const [id, submissionId] = [world.ids.newId(), world.ids.newId()];
	const { accountId, personId } = customer;
	const submittedAtMs = world.clock.nowMs() - (count - index) * apartMs;
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

/**
 * More open claims, each newer than those before: rows and indexes as large as real ones, made by the
 * database out of one. Their content is sealed for another row, so nothing may open them.
 */
export async function addClones(
	world: TestDatabase,
	{ from, to }: { readonly from: number; readonly to: number }
): Promise<void> {
	if (to <= from) return;
	const { rows } = await world.client.execute("select name from pragma_table_info('claims')");
	const columns = rows.map((row) => String(row['name']));
	const fresh: Readonly<Record<string, string>> = {
		id: "printf('ffffffff-0000-7000-8000-%012d', n)",
		number: "printf('S-2026-%08d', n)",
		submission_id: "printf('ffffffff-0000-7000-8000-%012d', n)",
		submitted_at_ms: 'newest + n',
		assignee_id: 'case when n % 10 = 0 then assignee_id end'
	};
	const values = columns.map((column) => fresh[column] ?? `one.${column}`);
	await world.client.execute('pragma foreign_keys = off');
	await world.client.execute(`
		with recursive numbers (n) as (select ${from} union all select n + 1 from numbers where n + 1 < ${to}),
			one as (select *, (select max(submitted_at_ms) from claims) as newest from claims where assignee_id is not null limit 1)
		insert into claims (${columns.join(', ')}) select ${values.join(', ')} from numbers, one
	`);
}
