import { createClient, type Row } from '@libsql/client';
import type { BenchPortal } from './bench-portal.ts';

/** For what no page shows or does, in the database of the bench's own portal. */
export async function runSql({ stack }: BenchPortal, sql: string): Promise<readonly Row[]> {
	const client = createClient({ url: stack.databaseUrl });
	try {
		return (await client.execute(sql)).rows;
	} finally {
		client.close();
	}
}
