// Answers one HTTP request.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseControlOptions, type Control, type FailMode, type Stats } from './control.ts';
import { ProtocolError, StreamExpiredError } from './errors.ts';
import type { Executor } from './execute.ts';
import { parsePipeline, type HranaVersion } from './hrana.ts';
import { BodyTooLargeError, readJson, sendJson, sendText } from './http.ts';
import { runPipeline } from './pipeline.ts';
import type { Streams } from './streams.ts';

export type Parts = {
	readonly streams: Streams;
	readonly executor: Executor;
	readonly control: Control;
	readonly isControlOpen: boolean;
	readonly authToken: string | undefined;
	readonly closing: AbortSignal;
	readonly stats: () => Stats;
};

export async function serve(
	parts: Parts,
	request: IncomingMessage,
	response: ServerResponse
): Promise<void> {
	try {
		await answer(parts, request, response);
	} catch (error) {
		sendError(response, error);
	} finally {
		// Unread bytes would be taken for the next request of the connection.
		request.resume();
	}
}

async function answer(
	parts: Parts,
	request: IncomingMessage,
	response: ServerResponse
): Promise<void> {
	// Browsers say where a request comes from, database clients do not: no web page may reach us.
	if (request.headers.origin !== undefined) {
		return sendText(response, 403, 'Requests from web pages are refused');
	}
	const route = `${request.method ?? ''} ${request.url ?? ''}`;
	if (route === 'GET /v2' || route === 'GET /v3') {
		return sendText(response, 200, 'This is a development server for Hrana over HTTP');
	}
	const { authToken } = parts;
	if (authToken !== undefined && request.headers.authorization !== `Bearer ${authToken}`) {
		return sendJson(response, 401, { error: 'The authentication token is missing or wrong' });
	}
	if (route === 'POST /v2/pipeline') return answerPipeline(parts, request, response, 2);
	if (route === 'POST /v3/pipeline') return answerPipeline(parts, request, response, 3);
	if (parts.isControlOpen && route === 'GET /__stats') {
		return sendJson(response, 200, parts.stats());
	}
	if (parts.isControlOpen && route === 'POST /__control') {
		parts.control.apply(parseControlOptions(await readJson(request)));
		return sendJson(response, 200, parts.stats());
	}
	sendText(response, 404, 'Not found');
}

async function answerPipeline(
	{ streams, executor, control, closing }: Parts,
	request: IncomingMessage,
	response: ServerResponse,
	version: HranaVersion
): Promise<void> {
	const pipeline = parsePipeline(await readJson(request), version);
	const failMode = await control.admit(closing);
	if (closing.aborted) return void response.destroy();
	if (failMode !== null && failMode !== 'drop-answer') {
		if (failMode === 'stream-expired' && pipeline.baton !== null) {
			streams.expire(streams.acquire(pipeline.baton));
		}
		return sendFailure(response, failMode);
	}
	const stream = streams.acquire(pipeline.baton);
	const result = await runPipeline(pipeline, stream, streams, executor);
	// A client that left has no baton to come back with.
	if (response.destroyed) return streams.close(stream);
	if (failMode !== null) return sendFailure(response, failMode);
	sendJson(response, 200, result);
}

function sendFailure(response: ServerResponse, mode: FailMode): void {
	if (mode === 'stream-expired') return sendError(response, new StreamExpiredError());
	if (mode === '500') return sendText(response, 500, 'A failure was asked for');
	response.destroy();
}

function sendError(response: ServerResponse, error: unknown): void {
	if (response.headersSent || response.destroyed) return void response.destroy();
	if (error instanceof ProtocolError) return sendText(response, 400, error.message);
	if (error instanceof BodyTooLargeError) return sendText(response, 413, error.message);
	if (error instanceof StreamExpiredError) {
		return sendJson(response, 500, { message: error.message, code: error.code });
	}
	process.stderr.write(`libsql-server: ${error instanceof Error ? error.stack : String(error)}\n`);
	sendText(response, 500, 'Internal error of the development server');
}
