// One connection of the embedded engine. The addon is synchronous: nothing here may wait for a lock.
// Two limits of the addon (libsql 0.5.29) remain: it reads a text only up to its first NUL character,
// and a text that is no UTF-8 (`cast(x'ff' as text)`) aborts the process.
import Database from 'libsql';
import { isBusy, isSqliteError, toStatementError, type ConstraintCodes } from './errors.ts';
import type { SqlStatement } from './sql-text.ts';
import type { EngineValue } from './values.ts';

export type Column = { readonly name: string; readonly decltype: string | null };

export type Outcome = {
	readonly columns: readonly Column[];
	readonly rows: readonly (readonly unknown[])[];
	readonly affectedRows: number;
	readonly lastInsertRowid: bigint | null;
};

type Prepared = Database.Statement<[readonly EngineValue[]]>;

const INSERTS = new Set(['INSERT', 'REPLACE']);
const WRITES = new Set([...INSERTS, 'UPDATE', 'DELETE']);

// busy_timeout=0: a synchronous wait for a lock held by another stream of this process would never
// end, because that stream could not be served meanwhile; write-lock.ts waits instead.
// synchronous=NORMAL is safe against crashes of the process in WAL mode, and spares tests the fsync.
const SETTINGS = 'PRAGMA busy_timeout=0; PRAGMA foreign_keys=ON; PRAGMA synchronous=NORMAL';

export class Connection {
	readonly #database: Database.Database;
	readonly #constraintCodes: ConstraintCodes;
	readonly #counters: Database.Statement;
	#isReusable = true;

	constructor(file: string, constraintCodes: ConstraintCodes) {
		this.#database = new Database(file);
		this.#constraintCodes = constraintCodes;
		this.#database.defaultSafeIntegers(true);
		this.#database.exec(SETTINGS);
		this.#counters = this.#database.prepare('SELECT changes(), last_insert_rowid()').raw(true);
	}

	get isInTransaction(): boolean {
		return this.#database.inTransaction;
	}

	/** False once a statement left something behind that closing a stream does not undo. */
	get isReusable(): boolean {
		return this.#isReusable;
	}

	/** Throws the engine's error as it is when another connection holds the lock. */
	run(statement: SqlStatement, parameters: readonly EngineValue[]): Outcome {
		if (statement.changesConnection) this.#isReusable = false;
		const prepared = this.#prepare(statement.text);
		const rows = this.#step(prepared, statement, parameters);
		// Only now: the first step may have re-prepared the statement against a changed schema.
		return { columns: prepared.columns().map(toColumn), rows, ...this.#counted(statement) };
	}

	describe(text: string): readonly Column[] {
		return this.#prepare(text).columns().map(toColumn);
	}

	rollback(): void {
		if (this.isInTransaction) this.#database.exec('ROLLBACK');
	}

	/** Moves what the write-ahead log holds into the database file, so that the file can be copied. */
	checkpoint(): void {
		this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
	}

	enableWriteAheadLog(): void {
		this.#database.exec('PRAGMA journal_mode=WAL');
	}

	/** Rolls back first: SQLite keeps the lock of a closed connection until its statements are freed. */
	close(): void {
		this.rollback();
		this.#database.close();
	}

	toStatementError(error: unknown): Error {
		return toStatementError(error, 'step', this.#constraintCodes);
	}

	#step(
		prepared: Prepared,
		statement: SqlStatement,
		parameters: readonly EngineValue[]
	): Outcome['rows'] {
		const hasColumns = prepared.columns().length > 0;
		if (!hasColumns && parameters.length === 0) {
			this.#database.exec(statement.text);
			return [];
		}
		// Parameters go in as one array: the addon would take a bare Buffer apart and abort Node.
		const step = () => (hasColumns ? prepared.raw(true).all(parameters) : prepared.run(parameters));
		try {
			const rows = step();
			return Array.isArray(rows) ? rows.map(readRow) : [];
		} catch (error) {
			if (isBusy(error)) this.#halt(step);
			throw error;
		}
	}

	// A statement that met a lock stays active in SQLite until it is reset, and until then its
	// connection cannot commit. The addon cannot reset, but a refused write is halted for good.
	#halt(step: () => unknown): void {
		this.#database.exec('PRAGMA query_only=ON');
		try {
			step();
		} catch (error) {
			if (!isSqliteError(error)) throw error;
		} finally {
			this.#database.exec('PRAGMA query_only=OFF');
		}
	}

	#prepare(text: string): Prepared {
		try {
			return this.#database.prepare<[readonly EngineValue[]]>(text);
		} catch (error) {
			throw toStatementError(error, 'prepare', this.#constraintCodes);
		}
	}

	// As sqld: only writes count, and only inserts have a row id. Read by SQL because the addon gives
	// the row id as a number, which loses digits from 2^53 on, and gives nothing behind RETURNING.
	#counted(statement: SqlStatement): Pick<Outcome, 'affectedRows' | 'lastInsertRowid'> {
		if (!WRITES.has(statement.verb)) return { affectedRows: 0, lastInsertRowid: null };
		const [changes, rowid] = this.#counters.all([]).map(readRow)[0] ?? [];
		const isInsert = INSERTS.has(statement.verb);
		return {
			affectedRows: Number(changes),
			lastInsertRowid: isInsert && typeof rowid === 'bigint' ? rowid : null
		};
	}
}

function readRow(row: unknown): readonly unknown[] {
	if (Array.isArray(row)) return row;
	throw new TypeError('The engine returned a row that is no list');
}

function toColumn(column: Database.ColumnDefinition): Column {
	return { name: column.name, decltype: column.type };
}
