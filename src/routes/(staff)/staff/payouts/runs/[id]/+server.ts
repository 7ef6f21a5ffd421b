import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { answerFile } from '#lib/server/edge/file-answer.ts';
import { idSchema } from '#lib/domain/claims/payout.schema.ts';
import { statusOf } from '#lib/server/http.ts';
import type { RequestHandler } from './$types.js';

/** The file of a payment run, for the bank. */
export const GET: RequestHandler = async ({ locals, params }) => {
	// Whoever may not look here learns nothing about addresses that are none (W4).
	if (!v.is(idSchema, params.id)) error(404, 'run');
	const file = await locals.services.payoutRuns.openFile(locals.actor, params.id);
	if (!file.ok) error(statusOf(file.error), 'run');
	const { name, bytes } = file.value;
	return answerFile({
		name,
		type: name.endsWith('.xml') ? 'application/xml' : 'text/csv',
		sizeBytes: bytes.length,
		bytes: new Blob([new Uint8Array(bytes)]).stream()
	});
};
