// The requests of Hrana over HTTP, versions 2 and 3, and how they are read from JSON. Specification:
// https://github.com/tursodatabase/libsql/blob/main/docs/HRANA_3_SPEC.md. Unknown keys pass, as there.
import { ProtocolError } from './errors.ts';
import { parseValue, type EngineValue } from './values.ts';

export type HranaVersion = 2 | 3;

export type SqlSource =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'stored'; readonly id: number };

export type StatementRequest = {
	readonly sql: SqlSource;
	readonly args: readonly EngineValue[];
	readonly namedArgs: ReadonlyMap<string, EngineValue>;
	readonly wantsRows: boolean;
};

export type Condition =
	| { readonly type: 'ok' | 'error'; readonly step: number }
	| { readonly type: 'not'; readonly condition: Condition }
	| { readonly type: 'and' | 'or'; readonly conditions: readonly Condition[] }
	| { readonly type: 'is_autocommit' };

export type BatchStep = {
	readonly condition: Condition | null;
	readonly statement: StatementRequest;
};

export type StreamRequest =
	| { readonly type: 'execute'; readonly statement: StatementRequest }
	| { readonly type: 'batch'; readonly steps: readonly BatchStep[] }
	| { readonly type: 'sequence' | 'describe'; readonly sql: SqlSource }
	| { readonly type: 'store_sql'; readonly id: number; readonly text: string }
	| { readonly type: 'close_sql'; readonly id: number }
	| { readonly type: 'get_autocommit' | 'close' };

export type Pipeline = {
	readonly baton: string | null;
	readonly requests: readonly StreamRequest[];
};

type Fields = Readonly<Record<string, unknown>>;

// Deeper nesting is no client's wish, and would overflow the stack of this reader.
const MAX_CONDITION_DEPTH = 100;

export function parsePipeline(body: unknown, version: HranaVersion): Pipeline {
	const fields = readFields(body, 'body');
	return {
		baton: fields.baton == null ? null : readString(fields.baton, 'baton'),
		requests: readList(fields.requests, 'requests').map((item) => parseRequest(item, version))
	};
}

function parseRequest(item: unknown, version: HranaVersion): StreamRequest {
	const fields = readFields(item, 'request');
	switch (fields.type) {
		case 'execute':
			return { type: 'execute', statement: parseStatement(fields.stmt) };
		case 'batch': {
			const steps = readList(readFields(fields.batch, 'batch').steps, 'steps');
			return { type: 'batch', steps: steps.map((step, at) => parseStep(step, at, version)) };
		}
		case 'sequence':
		case 'describe':
			return { type: fields.type, sql: parseSqlSource(fields) };
		case 'store_sql':
			return {
				type: 'store_sql',
				id: readInteger(fields.sql_id, 'sql_id'),
				text: readString(fields.sql, 'sql')
			};
		case 'close_sql':
			return { type: 'close_sql', id: readInteger(fields.sql_id, 'sql_id') };
		case 'get_autocommit':
			requireVersion3(version, 'The `get_autocommit` request');
			return { type: 'get_autocommit' };
		case 'close':
			return { type: 'close' };
		default:
			throw new ProtocolError('Unknown type of request');
	}
}

function parseStatement(value: unknown): StatementRequest {
	const fields = readFields(value, 'stmt');
	const namedArgs = new Map<string, EngineValue>();
	for (const item of readList(fields.named_args ?? [], 'named_args')) {
		const argument = readFields(item, 'named argument');
		const name = readString(argument.name, 'name');
		namedArgs.set(name, parseValue(readFields(argument.value, 'value')));
	}
	const args = readList(fields.args ?? [], 'args');
	const wantsRows = fields.want_rows ?? true;
	if (typeof wantsRows !== 'boolean') throw new ProtocolError('Expected a boolean: want_rows');
	return {
		sql: parseSqlSource(fields),
		args: args.map((item) => parseValue(readFields(item, 'value'))),
		namedArgs,
		wantsRows
	};
}

function parseSqlSource(fields: Fields): SqlSource {
	const { sql, sql_id: id } = fields;
	if (sql != null && id != null) throw new ProtocolError('Both `sql` and `sql_id` are given');
	if (sql != null) return { kind: 'text', text: readString(sql, 'sql') };
	if (id != null) return { kind: 'stored', id: readInteger(id, 'sql_id') };
	throw new ProtocolError('Neither `sql` nor `sql_id` is given');
}

function parseStep(item: unknown, position: number, version: HranaVersion): BatchStep {
	const { condition, stmt } = readFields(item, 'step');
	return {
		condition: condition == null ? null : parseCondition(condition, position, version, 0),
		statement: parseStatement(stmt)
	};
}

function parseCondition(
	value: unknown,
	position: number,
	version: HranaVersion,
	depth: number
): Condition {
	if (depth > MAX_CONDITION_DEPTH) throw new ProtocolError('The condition is nested too deeply');
	const fields = readFields(value, 'condition');
	const parseInner = (inner: unknown) => parseCondition(inner, position, version, depth + 1);
	switch (fields.type) {
		case 'ok':
		case 'error': {
			const step = readInteger(fields.step, 'step');
			if (step < 0 || step >= position) throw new ProtocolError('Invalid step in a condition');
			return { type: fields.type, step };
		}
		case 'not':
			return { type: 'not', condition: parseInner(fields.cond) };
		case 'and':
		case 'or':
			return { type: fields.type, conditions: readList(fields.conds, 'conds').map(parseInner) };
		case 'is_autocommit':
			requireVersion3(version, 'The condition `is_autocommit`');
			return { type: 'is_autocommit' };
		default:
			throw new ProtocolError('Unknown type of condition');
	}
}

function requireVersion3(version: HranaVersion, what: string): void {
	if (version < 3) throw new ProtocolError(`${what} is only supported in protocol version 3`);
}

export function readFields(value: unknown, name: string): Fields {
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
	throw new ProtocolError(`Expected an object: ${name}`);
}

function readList(value: unknown, name: string): readonly unknown[] {
	if (Array.isArray(value)) return value;
	throw new ProtocolError(`Expected a list: ${name}`);
}

function readString(value: unknown, name: string): string {
	if (typeof value === 'string') return value;
	throw new ProtocolError(`Expected a string: ${name}`);
}

function readInteger(value: unknown, name: string): number {
	if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
	throw new ProtocolError(`Expected an integer: ${name}`);
}
