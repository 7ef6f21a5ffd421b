import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@libsql/client/web';
import { afterEach, expect, test } from 'vitest';
import { isUnavailable } from '../http.ts';
import { timedFetch } from './timed-fetch.ts';

let server: Server | undefined;
afterEach(() => {
	server?.closeAllConnections();
	server?.close();
});

test('ASVS 13.2.6: a database that says nothing is given up in time and asked once', async () => {
	let asked = 0;
	server = createServer(() => (asked += 1));
	await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	// Long enough that a busy machine has heard the question.
	const client = createClient({ url, fetch: timedFetch(fetch, 2000) });
	const error: unknown = await client
		.batch(['select 1'], 'read')
		.catch((thrown: unknown) => thrown);
	// A 503 for whoever asked, like a database that is not there.
	expect(isUnavailable(error)).toBe(true);
	expect(asked).toBe(1);
	client.close();
});
