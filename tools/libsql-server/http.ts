import type { IncomingMessage, ServerResponse } from 'node:http';
import { ProtocolError } from './errors.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

export class BodyTooLargeError extends Error {
	override readonly name = 'BodyTooLargeError';
}

export async function readJson(request: IncomingMessage): Promise<unknown> {
	const body = await readBody(request);
	try {
		return JSON.parse(body.toString('utf8'));
	} catch (error) {
		throw new ProtocolError('The body is not JSON', { cause: error });
	}
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
	if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
	const chunks: Uint8Array[] = [];
	let size = 0;
	// Without a listener for every chunk: leaving a `for await` would cut the connection, and with
	// it the answer that says why.
	return new Promise((resolve, reject) => {
		request.on('data', (chunk: Uint8Array) => {
			size += chunk.byteLength;
			if (size <= MAX_BODY_BYTES) chunks.push(chunk);
			else reject(tooLarge());
		});
		request.on('end', () => resolve(Buffer.concat(chunks)));
		request.on('error', reject);
	});
}

function tooLarge(): BodyTooLargeError {
	return new BodyTooLargeError(`The body is larger than ${MAX_BODY_BYTES} bytes`);
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
	// Exactly this type, without a charset: @libsql/client compares the whole header.
	send(response, status, 'application/json', JSON.stringify(body));
}

export function sendText(response: ServerResponse, status: number, text: string): void {
	send(response, status, 'text/plain', text);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
	response.writeHead(status, {
		'content-type': type,
		'content-length': Buffer.byteLength(body),
		'cache-control': 'no-store'
	});
	response.end(body);
}
