import type { Client } from '@libsql/client';
import { openDatabase } from '#lib/server/db/client.ts';
import type { TestDatabase } from './database.ts';

/** Whether the batch had run when the connection broke: the caller cannot tell the two apart. */
export type Break = 'before' | 'after';

/** The same database over a connection that breaks at the nth batch from now on, once. */
export function breakingAt(it: TestDatabase, nth: number, when: Break) {
	let batches = 0;
	const client: Client = new Proxy(it.client, {
		get(target, name) {
			const value: unknown = Reflect.get(target, name);
			if (typeof value !== 'function') return value;
			if (name !== 'batch') {
				return (...values: unknown[]) => Reflect.apply(value, target, values) as unknown;
			}
			return async (...values: Parameters<Client['batch']>) => {
				batches += 1;
				if (batches !== nth) return target.batch(...values);
				if (when === 'after') await target.batch(...values);
				throw new TypeError('fetch failed');
			};
		}
	});
	return { broken: { ...it, client, db: openDatabase(client) }, hasBroken: () => batches >= nth };
}
