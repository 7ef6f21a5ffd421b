import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@libsql/client';
import { createClient as createWebClient } from '@libsql/client/web';
import { expect, onTestFinished } from 'vitest';
import {
	startLibsqlServer,
	type LibsqlServer,
	type LibsqlServerOptions
} from '../../../tools/libsql-server/server.ts';

export const CLIENTS = [
	['@libsql/client', createClient],
	['@libsql/client/web', createWebClient]
] as const;

type TestServer = LibsqlServer & { readonly file: string };

/** A server on a free port with an empty file of its own, gone when the test ends. */
export async function startTestServer(
	options: Partial<LibsqlServerOptions> = {}
): Promise<TestServer> {
	const folder = mkdtempSync(join(tmpdir(), 'libsql-server-'));
	const file = join(folder, 'test.db');
	const server = await startLibsqlServer({ file, ...options });
	onTestFinished(async () => {
		await server.close();
		rmSync(folder, { recursive: true });
	});
	return { ...server, file };
}

/** A client of a new server, with `schema` already in its database. */
export async function connect(
	schema = '',
	options: Partial<LibsqlServerOptions> = {},
	create: typeof createClient = createClient
): Promise<Client> {
	const { url } = await startTestServer(options);
	const client = create({ url });
	onTestFinished(() => client.close());
	await client.executeMultiple(schema);
	return client;
}

export async function readColumn(client: Client, sql: string): Promise<unknown[]> {
	const { rows } = await client.execute(sql);
	return rows.map((row) => row[0]);
}

export async function postPipeline(url: string, requests: unknown, version = 3): Promise<Response> {
	return fetch(`${url}/v${version}/pipeline`, {
		method: 'POST',
		body: JSON.stringify({ requests })
	});
}

type Answer = {
	readonly baton: string | null;
	readonly results: readonly { readonly response: { readonly result: Result } }[];
};

type Result = {
	readonly rows: unknown;
	readonly step_results: readonly unknown[];
	readonly step_errors: readonly unknown[];
};

export async function readAnswer(response: Response): Promise<Answer> {
	return (await response.json()) as Answer;
}

export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
	return promise.then(
		() => expect.unreachable('The promise should have been rejected'),
		(error: unknown) => error
	);
}
