import { createClient } from '@libsql/client';

export type Rows = Readonly<Record<string, readonly string[]>>;

/** Every row of every table as text; `withoutColumns` leaves columns out, by `table.column`. */
export async function readAllRows(
	databaseUrl: string,
	withoutColumns: readonly string[] = []
): Promise<Rows> {
	const client = createClient({ url: databaseUrl });
	try {
		const { rows: tables } = await client.execute(
			"select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name"
		);
		const all: Record<string, readonly string[]> = {};
		for (const table of tables.map(({ name }) => String(name))) {
			const { columns, rows } = await client.execute(`select * from "${table}"`);
			const kept = columns.filter((column) => !withoutColumns.includes(`${table}.${column}`));
			all[table] = rows
				.map((row) => kept.map((column) => textOf(row[column])).join('|'))
				.toSorted();
		}
		return all;
	} finally {
		client.close();
	}
}

function textOf(value: unknown): string {
	return value instanceof ArrayBuffer ? Buffer.from(value).toString('base64') : String(value);
}
