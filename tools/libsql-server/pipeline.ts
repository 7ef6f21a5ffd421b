// Serves one pipeline: its requests in order, on the stream its baton names.
import { ProtocolError, StatementError } from './errors.ts';
import {
	toErrorBody,
	type BatchResult,
	type DescribeResult,
	type ErrorBody,
	type Executor,
	type StatementResult
} from './execute.ts';
import type { Pipeline, StreamRequest } from './hrana.ts';
import type { Stream, Streams } from './streams.ts';

type StreamResponse =
	| { readonly type: 'execute'; readonly result: StatementResult }
	| { readonly type: 'batch'; readonly result: BatchResult }
	| { readonly type: 'describe'; readonly result: DescribeResult }
	| { readonly type: 'get_autocommit'; readonly is_autocommit: boolean }
	| { readonly type: 'sequence' | 'store_sql' | 'close_sql' | 'close' };

type StreamResult =
	| { readonly type: 'ok'; readonly response: StreamResponse }
	| { readonly type: 'error'; readonly error: ErrorBody };

export type PipelineAnswer = {
	readonly baton: string | null;
	readonly base_url: null;
	readonly results: readonly StreamResult[];
};

// The limits of sqld, in bytes; a text with umlauts meets them before its length says so.
const MAX_STORED_SQL_COUNT = 50;
const MAX_STORED_SQL_BYTES = 5000;

export async function runPipeline(
	pipeline: Pipeline,
	stream: Stream,
	streams: Streams,
	executor: Executor
): Promise<PipelineAnswer> {
	const results: StreamResult[] = [];
	try {
		for (const request of pipeline.requests) {
			results.push(await settle(answerRequest(request, stream, streams, executor)));
		}
	} catch (error) {
		// A broken protocol ends the stream; a failed statement does not come this way.
		streams.close(stream);
		throw error;
	}
	return { baton: streams.release(stream), base_url: null, results };
}

async function settle(response: Promise<StreamResponse>): Promise<StreamResult> {
	try {
		return { type: 'ok', response: await response };
	} catch (error) {
		return { type: 'error', error: toErrorBody(error) };
	}
}

async function answerRequest(
	request: StreamRequest,
	stream: Stream,
	streams: Streams,
	executor: Executor
): Promise<StreamResponse> {
	switch (request.type) {
		case 'execute':
			return { type: 'execute', result: await executor.execute(stream, request.statement) };
		case 'batch':
			return { type: 'batch', result: await executor.runBatch(stream, request.steps) };
		case 'sequence':
			await executor.runSequence(stream, request.sql);
			return { type: 'sequence' };
		case 'describe':
			return { type: 'describe', result: executor.describe(stream, request.sql) };
		case 'store_sql':
			storeSql(stream, request.id, request.text);
			return { type: 'store_sql' };
		case 'close_sql':
			stream.storedSql.delete(request.id);
			return { type: 'close_sql' };
		case 'get_autocommit':
			return { type: 'get_autocommit', is_autocommit: !stream.connection.isInTransaction };
		case 'close':
			streams.close(stream);
			return { type: 'close' };
	}
}

function storeSql(stream: Stream, id: number, text: string): void {
	if (stream.storedSql.has(id)) throw new ProtocolError(`SQL text ${id} is already stored`);
	const size = Buffer.byteLength(text);
	if (stream.storedSql.size >= MAX_STORED_SQL_COUNT) {
		throw new StatementError('SQL_STORE_TOO_MANY', 'The server cannot store more SQL texts');
	}
	if (size > MAX_STORED_SQL_BYTES) {
		throw new StatementError(
			'SQL_STORE_TOO_LARGE',
			`The statement is too large to be stored: ${size}/${MAX_STORED_SQL_BYTES} bytes`
		);
	}
	stream.storedSql.set(id, text);
}
