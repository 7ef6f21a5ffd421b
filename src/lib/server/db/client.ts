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
	_prepare(): {
		getQuery(): { sql: string; params: unknown[] };
		mapResult(result: ResultSet, isFromBatch: true): unknown;
	};
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

/** Several writes that belong to one step of an act. */
export function joinWrites(...writes: readonly Write[]): Write {
	return { statements: writes.flatMap((one) => one.statements) };
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
		const asked = reads.map(prepare);
		try {
			const results = await client.batch(
				[...steps.map((step) => step.statement), ...asked.map((one) => one.statement)],
				'write'
			);
			return ok(await mapAnswers<R>(asked, results.slice(steps.length)));
		} catch (error) {
			const unmet = unmetStep(error, steps);
			if (unmet) return failed(unmet.kind, unmet.code);
			throw error;
		}
	}
	return {
		async read<const R extends readonly Read<unknown>[]>(...reads: R) {
			const asked = reads.map(prepare);
			const results = await client.batch(
				asked.map((one) => one.statement),
				'read'
			);
			return mapAnswers<R>(asked, results);
		},
		async commit(...writes) {
			const done = await commitAndRead(writes, []);
			return done.ok ? ok(undefined) : done;
		},
		commitAndRead
	};
}

type Asked = {
	readonly statement: InStatement;
	readonly answer: (result: ResultSet) => unknown;
};

/** Builds a query's SQL once, for asking and for mapping its rows. */
function prepare({ query, map }: Read<unknown>): Asked {
	const prepared = (query as unknown as Preparable)._prepare();
	const { sql, params } = prepared.getQuery();
	return {
		statement: { sql, args: params as never },
		answer: (result) => map(prepared.mapResult(result, true))
	};
}

async function mapAnswers<R extends readonly Read<unknown>[]>(
	asked: readonly Asked[],
	results: readonly ResultSet[]
): Promise<Answers<R>> {
	const answers = await Promise.all(
		asked.map((one, index) => {
			const result = results[index];
			if (!result) throw new Error('the database answered fewer results than were asked');
			return one.answer(result);
		})
	);
	return answers as unknown as Answers<R>;
}

function unmetStep(error: unknown, steps: readonly WriteStatement[]): Unmet | null {
	if (!(error instanceof LibsqlBatchError)) return null;
	if (!error.code.startsWith('SQLITE_CONSTRAINT')) return null;
	return steps[error.statementIndex]?.unmet ?? null;
}
