import type { Client } from '@libsql/client/web';
import { drizzle } from 'drizzle-orm/libsql/web';

function refuse(): never {
	throw new Error('the query builder runs nothing: hand its query to read() or commit()');
}

const runsNothing: Client = {
	execute: refuse,
	batch: refuse,
	migrate: refuse,
	// Part of the client's interface, and refused like the rest.
	// eslint-disable-next-line @typescript-eslint/no-deprecated
	transaction: refuse,
	executeMultiple: refuse,
	sync: refuse,
	close: refuse,
	reconnect: refuse,
	closed: true,
	protocol: 'http'
};

/** Builds SQL for repositories and cannot run any: statements are values (architecture.md). */
export const sqlBuilder = drizzle(runsNothing);
