import { count, gte, lt, or, sql, type Column, type SQL } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { KeyPurpose } from '#lib/server/platform/keys.ts';
import { SealedValueError } from '#lib/server/platform/sealed-value.ts';
import { sqlBuilder } from './builder.ts';
import { read, type Read, type Write } from './client.ts';

/** How many rows need a version of a root key. */
export type VersionCount = { readonly version: number; readonly rows: number };

/** A row under another than the current version, and the write that moves it; null when it does not open. */
export type Renewal = { readonly rowId: string; readonly write: Write | null };

/**
 * Stored values of one kind that name the version of their root key. Rooms that keep such values
 * offer them to the job that moves them after a rotation, and to `npm run keys:status` (decision 0026).
 */
export type VersionedRows = {
	readonly name: string;
	readonly purpose: KeyPurpose;
	count(): Read<readonly VersionCount[]>;
	/**
	 * The next rows that are not under the current version, without those in `left`. Each write has
	 * the old value as its condition, so that it may run beside any other. Null when nobody but their
	 * owner can renew them.
	 */
	readonly next: ((left: readonly string[], limit: number) => Read<readonly Renewal[]>) | null;
};

/**
 * Values whose first byte is not this version. Two ranges instead of an inequality: they can use an
 * index on the column, and so on a quiet day cost nothing.
 */
export function isNotUnder(version: number, column: Column): SQL | undefined {
	const below = lt(column, Uint8Array.of(version));
	return version === 255 ? below : or(below, gte(column, Uint8Array.of(version + 1)));
}

/** The version in front of a value, as two hex digits. */
const versionHexOf = (column: Column): SQL<string> => sql<string>`hex(substr(${column}, 1, 1))`;

/** How many values of a column bear which version; `only` names the rows that count. */
export function countByVersion(
	table: SQLiteTable,
	column: Column,
	only?: SQL
): Read<readonly VersionCount[]> {
	const hex = versionHexOf(column);
	return read(
		sqlBuilder.select({ hex, rows: count() }).from(table).where(only).groupBy(hex),
		(rows) => rows.map((row) => ({ version: Number.parseInt(row.hex, 16), rows: row.rows }))
	);
}

/** A row that somebody has bent must not keep the others from their new key. */
export async function renewalOf(rowId: string, make: () => Promise<Write>): Promise<Renewal> {
	try {
		return { rowId, write: await make() };
	} catch (error) {
		if (error instanceof SealedValueError) return { rowId, write: null };
		throw error;
	}
}
