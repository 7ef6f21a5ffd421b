import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { sizeOfFileName } from '#lib/domain/audit/checkpoint.ts';

const MAX_NOTE_BYTES = 10_000;

export type RunningSink = { readonly url: string; readonly close: () => Promise<void> };

/**
 * The sink of checkpoints on this machine: a folder behind HTTP, each file written once. For development
 * and tests; in production the sink stands with somebody else (decision 0023).
 */
export async function startCheckpointSink(options: {
	readonly directory: string;
	readonly port: number;
}): Promise<RunningSink> {
	await mkdir(options.directory, { recursive: true, mode: 0o700 });
	const server = createServer((request, response) => {
		answer(options.directory, request, response).catch(() => response.writeHead(500).end());
	});
	await new Promise<void>((done, failed) => {
		server.once('error', failed);
		server.listen(options.port, '127.0.0.1', done);
	});
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : undefined;
	return {
		url: `http://127.0.0.1:${port ?? options.port}/`,
		close: () =>
			new Promise((done) => {
				server.close(() => done());
				server.closeAllConnections();
			})
	};
}

async function answer(
	directory: string,
	request: IncomingMessage,
	response: ServerResponse
): Promise<void> {
	const name = request.url?.slice(1) ?? '';
	if (name === '' && request.method === 'GET') {
		response.end((await readdir(directory)).toSorted().join('\n'));
		return;
	}
	if (sizeOfFileName(name) === null) {
		response.writeHead(404).end();
		return;
	}
	const file = join(directory, name);
	if (request.method === 'PUT') {
		const note = await readBody(request);
		response.writeHead(note ? await keep(file, note) : 413).end();
	} else {
		const note = await readFile(file).catch(() => null);
		response.writeHead(note ? 200 : 404).end(note);
	}
}

/** 201, or 412 when there is a file of this name: nothing is ever written over. */
async function keep(file: string, note: Buffer): Promise<number> {
	try {
		await writeFile(file, note, { flag: 'wx', mode: 0o400 });
		return 201;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return 412;
		throw error;
	}
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
	const parts: Buffer[] = [];
	let size = 0;
	for await (const part of request as AsyncIterable<Buffer>) {
		size += part.length;
		if (size > MAX_NOTE_BYTES) return null;
		parts.push(part);
	}
	return Buffer.concat(parts);
}
