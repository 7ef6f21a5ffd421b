import { error } from '@sveltejs/kit';
import { answerFile } from '#lib/server/edge/file-answer.ts';
import { statusOf } from '#lib/server/http.ts';
import type { RequestHandler } from './$types.js';

/** By POST: printing makes the code, so a link that is only looked at must not do it. */
export const POST: RequestHandler = async ({ locals, params }) => {
	const letter = await locals.services.recoveryDesk.printLetter(locals.actor, params.id);
	if (!letter.ok) error(statusOf(letter.error), 'letter');
	const { name, bytes } = letter.value;
	return answerFile({
		name,
		type: 'application/pdf',
		sizeBytes: bytes.length,
		bytes: new Blob([bytes]).stream()
	});
};
