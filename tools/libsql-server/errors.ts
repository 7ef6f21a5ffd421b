/** The client broke the protocol: the answer is 400 and the stream is closed, as sqld does. */
export class ProtocolError extends Error {
	override readonly name = 'ProtocolError';
}

/** A stream was left idle for too long; its transaction is gone. */
export class StreamExpiredError extends Error {
	override readonly name = 'StreamExpiredError';
	readonly code = 'STREAM_EXPIRED';

	constructor() {
		super('The stream has expired due to inactivity');
	}
}

/** SQL failed: travels as a result inside the answer, and the stream lives on. */
export class StatementError extends Error {
	override readonly name = 'StatementError';
	readonly code: string;

	constructor(code: string, message: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
	}
}

/**
 * Which code a broken constraint carries. `extended` is the engine's own (SQLITE_CONSTRAINT_UNIQUE),
 * `basic` is what libsql-server 0.24 puts on the wire for all of them (SQLITE_CONSTRAINT).
 */
export type ConstraintCodes = 'extended' | 'basic';

type SqliteError = Error & { readonly code: string };

export function isSqliteError(error: unknown): error is SqliteError {
	return (
		error instanceof Error &&
		'code' in error &&
		typeof error.code === 'string' &&
		error.code.startsWith('SQLITE_')
	);
}

/** Another connection holds a lock or, with SQLITE_BUSY_SNAPSHOT, has written meanwhile. */
export function isBusy(error: unknown): boolean {
	return isSqliteError(error) && error.code.startsWith('SQLITE_BUSY');
}

/**
 * True when waiting can help. After SQLITE_BUSY_SNAPSHOT it cannot: a transaction that read before
 * another one committed can never write again, so only its client can help, by starting over.
 */
export function canBeWaitedFor(error: unknown): boolean {
	return isBusy(error) && isSqliteError(error) && error.code !== 'SQLITE_BUSY_SNAPSHOT';
}

/** Words an engine error as sqld does, so that callers who match on text meet the same text. */
export function toStatementError(
	error: unknown,
	phase: 'prepare' | 'step',
	constraintCodes: ConstraintCodes
): StatementError {
	if (!isSqliteError(error)) throw error;
	const isGeneric = error.code === 'SQLITE_ERROR';
	if (isGeneric && phase === 'prepare') {
		return /syntax error|unrecognized token|incomplete input/.test(error.message)
			? new StatementError('SQL_PARSE_ERROR', `SQL string could not be parsed: ${error.message}`)
			: new StatementError('SQL_INPUT_ERROR', `SQLite input error: ${error.message}`);
	}
	const [basic = ''] = /^SQLITE_[A-Z]+/.exec(error.code) ?? [];
	const keepsExtension = basic === 'SQLITE_CONSTRAINT' && constraintCodes === 'extended';
	const code = isGeneric ? 'SQLITE_UNKNOWN' : keepsExtension ? error.code : basic;
	return new StatementError(code, `SQLite error: ${error.message}`, { cause: error });
}
