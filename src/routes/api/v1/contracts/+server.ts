import * as v from 'valibot';
import { contractRecordSchema } from '#lib/domain/contracts/contract-record.ts';
import { idempotencyKeySchema } from '#lib/domain/operations/service-token.ts';
import { problem, problemOf } from '#lib/server/edge/service-door.ts';
import { readJson } from '#lib/server/http.ts';
import { json } from '@sveltejs/kit';
import type { RequestEvent } from './$types';

/** Adds a contract or changes its terms (docs/api.md). */
export async function PUT({ locals, request }: RequestEvent) {
	const key = v.safeParse(idempotencyKeySchema, request.headers.get('idempotency-key'));
	if (!key.success) {
		const issues = { 'Idempotency-Key': 'required' };
		return problem({ status: 400, code: 'portal/invalid-input', issues });
	}
	const record = await readJson(request, contractRecordSchema);
	if (!record.ok) return problemOf(record.error);
	const done = await locals.services.contractFeed.upsert(locals.caller, key.output, record.value);
	if (!done.ok) return problemOf(done.error);
	return json(done.value, { status: done.value.outcome === 'created' ? 201 : 200 });
}
