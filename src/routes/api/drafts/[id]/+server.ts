import { json } from '@sveltejs/kit';
import * as v from 'valibot';
import {
	draftIdSchema,
	snapshotInputSchema,
	tombstoneInputSchema
} from '#lib/domain/claims/draft-snapshot.ts';
import { failed } from '#lib/domain/result.ts';
import { answerJson, readJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

const INVALID = failed('invalid', 'portal/invalid-input', { id: 'invalid' });

/** `If-Match: "3"`: the revision that a change has seen; `"0"` for a draft that is new here. */
const revisionOf = (header: string | null): number | null => {
	const digits = /^"(\d{1,9})"$/.exec(header ?? '')?.[1];
	return digits === undefined ? null : Number(digits);
};

export async function GET({ locals, params }: RequestEvent) {
	return answerJson(await locals.services.draftSnapshots.find(locals.actor, params.id));
}

export async function PUT({ locals, params, request }: RequestEvent) {
	if (!v.is(draftIdSchema, params.id)) return answerJson(INVALID);
	const baseRev = revisionOf(request.headers.get('if-match'));
	// RFC 6585: without it a device that has seen nothing could overwrite what another one saved.
	if (baseRev === null) return json({ code: 'portal/invalid-input' }, { status: 428 });
	const input = await readJson(request, snapshotInputSchema);
	if (!input.ok) return answerJson(input);
	const { draftSnapshots } = locals.services;
	return answerJson(await draftSnapshots.put(locals.actor, params.id, baseRev, input.value));
}

export async function DELETE({ locals, params, request }: RequestEvent) {
	if (!v.is(draftIdSchema, params.id)) return answerJson(INVALID);
	const input = await readJson(request, tombstoneInputSchema);
	if (!input.ok) return answerJson(input);
	const done = await locals.services.draftSnapshots.remove(
		locals.actor,
		params.id,
		input.value.sealed
	);
	return done.ok ? json({ isDeleted: true }) : answerJson(done);
}
