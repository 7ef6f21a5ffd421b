import { json } from '@sveltejs/kit';
import * as v from 'valibot';
import {
	draftIdSchema,
	partInputSchema,
	partNameSchema
} from '#lib/domain/claims/draft-snapshot.ts';
import { failed } from '#lib/domain/result.ts';
import { answerJson, readJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

const INVALID = failed('invalid', 'portal/invalid-input', { part: 'invalid' });

export async function GET({ locals, params }: RequestEvent) {
	const { id, part } = params;
	return answerJson(await locals.services.draftSnapshots.findPart(locals.actor, id, part));
}

export async function PUT({ locals, params, request }: RequestEvent) {
	const { id, part } = params;
	if (!v.is(draftIdSchema, id) || !v.is(partNameSchema, part)) return answerJson(INVALID);
	const input = await readJson(request, partInputSchema);
	if (!input.ok) return answerJson(input);
	const { draftSnapshots } = locals.services;
	const done = await draftSnapshots.putPart(locals.actor, id, part, input.value.sealed);
	return done.ok ? json({ isKept: true }) : answerJson(done);
}
