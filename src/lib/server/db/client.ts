import {
	LibsqlBatchError,
	type Client,
	type InStatement,
	type ResultSet
} from '@libsql/client/web';
import type { ErrorCode, ErrorKind, Result } from '#lib/domain/result.ts';
import { failed, ok } from '#lib/domain/result.ts';

/** The part of a drizzle query that is needed to send it in a batch and to map its rows. */
export type Query<Rows = unknown> = {
	toSQL(): { sql: string; params: unknown[] };
	readonly _: { readonly result: Rows };
};

/** What drizzle's own batch uses to map rows; its types offer no public door to it (drizzle-orm 0.45). */
type Preparable = {
	_prepare(): { mapResult(result: ResultSet, isFromBatch: true): unknown };
};

/** A question to the database as a value: a statement and how to read its rows. */
export type Read<T> = {
	readonly query: Query;
	readonly map: (rows: unknown) => T | Promise<T>;
};

/** What `commit` answers when the condition of a write does not hold. */
export type Unmet = { readonly kind: ErrorKind; readonly code: ErrorCode };

/** A change as a value: statements, and what must hold for the whole act to count. */
export type Write = {
	readonly statements: readonly WriteStatement[];
};

type WriteStatement = {
	readonly statement: InStatement;
	/** Answer when this statement fails on a guard or a constraint. Without it the failure is thrown. */
	readonly unmet: Unmet | null;
};

/** Makes a `Read` of a drizzle select; `map` sees its typed rows. */
export function read<Rows, T>(query: Query<Rows>, map: (rows: Rows) => T | Promise<T>): Read<T> {
	return { query, map: (rows) => map(rows as Rows) };
}

/** A write without a condition. A constraint it breaks is answered with `unmet`, else thrown. */
export function write(query: Query, unmet: Unmet | null = null): Write {
	return { statements: [{ statement: toStatement(query), unmet }] };
}

/**
 * A write that must change at least one row, or the whole batch is undone and `commit` answers
 * `unmet`. The guard row goes to a view whose trigger raises when nothing was changed.
 */
export function writeIfHolds(query: Query, unmet: Unmet): Write {
	return {
		statements: [
			{ statement: toStatement(query), unmet },
			{ statement: 'insert into must_change (n) select changes()', unmet }
		]
	};
}

/** A condition alone: the batch is undone and `commit` answers `unmet` when the select finds no row. */
export function requireFound(query: Query, unmet: Unmet): Write {
	const { sql, params } = query.toSQL();
	const guard = `insert into must_change (n) select exists (${sql})`;
	return { statements: [{ statement: { sql: guard, args: params as never }, unmet }] };
}

function toStatement(query: Query): InStatement {
	const { sql, params } = query.toSQL();
	return { sql, args: params as never };
}

export type Database = {
	/** Asks everything in one round trip, on one snapshot. */
	read<const R extends readonly Read<unknown>[]>(...reads: R): Promise<Answers<R>>;
	/** One act: every write or none, in one round trip. */
	commit(...writes: readonly Write[]): Promise<Result<void>>;
	/** Writes, then reads, in one transaction and one round trip: for looks that must be logged. */
	commitAndRead<const R extends readonly Read<unknown>[]>(
		writes: readonly Write[],
		reads: R
	): Promise<Result<Answers<R>>>;
};

export type Answers<R extends readonly Read<unknown>[]> = {
	readonly [K in keyof R]: R[K] extends Read<infer T> ? T : never;
};

/** The database of one request. Errors of the connection are thrown, unmet conditions are values. */
export function openDatabase(client: Client): Database {
	async function commitAndRead<const R extends readonly Read<unknown>[]>(
		writes: readonly Write[],
		reads: R
	): Promise<Result<Answers<R>>> {
		const steps = writes.flatMap((one) => one.statements);
		const queries = reads.map((one) => toStatement(one.query));
		try {
			const results = await client.batch(
				[...steps.map((step) => step.statement), ...queries],
				'write'
			);
			return ok(await mapAnswers(reads, results.slice(steps.length)));
		} catch (error) {
			const unmet = unmetStep(error, steps);
			if (unmet) return failed(unmet.kind, unmet.code);
			throw error;
		}
	}
	return {
		async read(...reads) {
			const results = await client.batch(
				reads.map((one) => toStatement(one.query)),
				'read'
			);
			return mapAnswers(reads, results);
		},
		async commit(...writes) {
			const done = await commitAndRead(writes, []);
			return done.ok ? ok(undefined) : done;
		},
		commitAndRead
	};
}

async function mapAnswers<const R extends readonly Read<unknown>[]>(
	reads: R,
	results: readonly ResultSet[]
): Promise<Answers<R>> {
	const answers = await Promise.all(
		reads.map((one, index) => {
			const result = results[index];
			if (!result) throw new Error('the database answered fewer results than were asked');
			return one.map(mapRows(one.query, result));
		})
	);
	return answers as Answers<R>;
}

function mapRows(query: Query, result: ResultSet): unknown {
	return (query as unknown as Preparable)._prepare().mapResult(result, true);
}

function unmetStep(error: unknown, steps: readonly WriteStatement[]): Unmet | null {
	if (!(error instanceof LibsqlBatchError)) return null;
	if (!error.code.startsWith('SQLITE_CONSTRAINT')) return null;
	return steps[error.statementIndex]?.unmet ?? null;
}
