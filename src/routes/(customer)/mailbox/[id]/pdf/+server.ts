import { error } from '@sveltejs/kit';
import { answerFile } from '#lib/server/edge/file-answer.ts';
import { statusOf } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

export async function GET({ locals, params }: RequestEvent) {
	const pdf = await locals.services.documents.openPdf(locals.actor, params.id);
	if (!pdf.ok) error(statusOf(pdf.error), 'document');
	return answerFile(pdf.value);
}
