// Runs statements and batches on a stream's connection and words their results for the wire.
import { bindParameters } from './bind-parameters.ts';
import type { Column, Outcome } from './connection.ts';
import { ProtocolError, StatementError } from './errors.ts';
import type { BatchStep, Condition, SqlSource, StatementRequest } from './hrana.ts';
import { splitStatements, type SqlStatement } from './sql-text.ts';
import type { Stream } from './streams.ts';
import { toWireValue, type EngineValue, type WireValue } from './values.ts';
import type { WriteLock } from './write-lock.ts';

export type ErrorBody = { readonly message: string; readonly code: string };

export type StatementResult = {
	readonly cols: readonly Column[];
	readonly rows: readonly (readonly WireValue[])[];
	readonly affected_row_count: number;
	readonly last_insert_rowid: string | null;
};

export type BatchResult = {
	readonly step_results: readonly (StatementResult | null)[];
	readonly step_errors: readonly (ErrorBody | null)[];
};

export type DescribeResult = {
	readonly params: readonly { readonly name: string | null }[];
	readonly cols: readonly Column[];
	readonly is_explain: boolean;
	readonly is_readonly: boolean;
};

export class Executor {
	readonly #lock: WriteLock;
	readonly #countStatement: () => void;

	constructor(lock: WriteLock, countStatement: () => void) {
		this.#lock = lock;
		this.#countStatement = countStatement;
	}

	async execute(stream: Stream, request: StatementRequest): Promise<StatementResult> {
		return this.#runRequest(stream, request, onlyStatement(stream, request.sql));
	}

	/** Every step runs whose condition holds; what a failure undoes is the client's own business. */
	async runBatch(stream: Stream, steps: readonly BatchStep[]): Promise<BatchResult> {
		// As in sqld, a step without exactly one statement fails the batch before anything has run.
		const statements = steps.map((step) => onlyStatement(stream, step.statement.sql));
		const results: (StatementResult | null)[] = [];
		const errors: (ErrorBody | null)[] = [];
		for (const [position, step] of steps.entries()) {
			const statement = statements[position];
			results[position] = null;
			errors[position] = null;
			if (statement === undefined || !holds(step.condition, stream, results, errors)) continue;
			try {
				results[position] = await this.#runRequest(stream, step.statement, statement);
			} catch (error) {
				errors[position] = toErrorBody(error);
			}
		}
		return { step_results: results, step_errors: errors };
	}

	/** Runs statements one by one, so that waiting for a lock never repeats the ones before. */
	async runSequence(stream: Stream, sql: SqlSource): Promise<void> {
		for (const statement of splitStatements(readSql(stream, sql))) {
			await this.#run(stream, statement, bindParameters(statement, [], new Map()));
		}
	}

	describe(stream: Stream, sql: SqlSource): DescribeResult {
		const { text, verb, parameters } = onlyStatement(stream, sql);
		return {
			params: parameters.map((name) => ({ name })),
			cols: stream.connection.describe(text),
			is_explain: verb === 'EXPLAIN',
			is_readonly: verb === 'SELECT' || verb === 'VALUES' || verb === 'EXPLAIN'
		};
	}

	async #runRequest(
		stream: Stream,
		request: StatementRequest,
		statement: SqlStatement
	): Promise<StatementResult> {
		const parameters = bindParameters(statement, request.args, request.namedArgs);
		const outcome = await this.#run(stream, statement, parameters);
		return {
			cols: outcome.columns,
			rows: request.wantsRows ? outcome.rows.map((row) => row.map(toWireValue)) : [],
			affected_row_count: outcome.affectedRows,
			last_insert_rowid: outcome.lastInsertRowid?.toString() ?? null
		};
	}

	async #run(
		stream: Stream,
		statement: SqlStatement,
		parameters: readonly EngineValue[]
	): Promise<Outcome> {
		const { connection } = stream;
		const wasInTransaction = connection.isInTransaction;
		this.#countStatement();
		try {
			return await this.#lock.waitFor(() => connection.run(statement, parameters));
		} catch (error) {
			throw error instanceof StatementError ? error : connection.toStatementError(error);
		} finally {
			if (wasInTransaction && !stream.connection.isInTransaction) this.#lock.announceRelease();
		}
	}
}

export function toErrorBody(error: unknown): ErrorBody {
	if (error instanceof StatementError) return { message: error.message, code: error.code };
	throw error;
}

function readSql(stream: Stream, sql: SqlSource): string {
	if (sql.kind === 'text') return sql.text;
	const stored = stream.storedSql.get(sql.id);
	if (stored === undefined) throw new ProtocolError(`SQL text ${sql.id} is not stored`);
	return stored;
}

function onlyStatement(stream: Stream, sql: SqlSource): SqlStatement {
	const [statement, second] = splitStatements(readSql(stream, sql));
	if (statement === undefined) {
		throw new StatementError('SQL_NO_STATEMENT', 'SQL string does not contain any statement');
	}
	if (second !== undefined) {
		throw new StatementError('SQL_MANY_STATEMENTS', 'SQL string contains more than one statement');
	}
	return statement;
}

function holds(
	condition: Condition | null,
	stream: Stream,
	results: readonly (StatementResult | null)[],
	errors: readonly (ErrorBody | null)[]
): boolean {
	const holdsInner = (inner: Condition) => holds(inner, stream, results, errors);
	switch (condition?.type) {
		case undefined:
			return true;
		case 'ok':
			return results[condition.step] !== null;
		case 'error':
			return errors[condition.step] !== null;
		case 'not':
			return !holdsInner(condition.condition);
		case 'and':
			return condition.conditions.every(holdsInner);
		case 'or':
			return condition.conditions.some(holdsInner);
		case 'is_autocommit':
			return !stream.connection.isInTransaction;
	}
}
