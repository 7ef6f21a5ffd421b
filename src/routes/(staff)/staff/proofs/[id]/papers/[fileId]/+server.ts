import { error } from '@sveltejs/kit';
import { answerFile } from '#lib/server/edge/file-answer.ts';
import { statusOf } from '#lib/server/http.ts';
import type { RequestHandler } from './$types.js';

export const GET: RequestHandler = async ({ locals, params }) => {
	const { proofDesk } = locals.services;
	const file = await proofDesk.openFile(locals.actor, params.id, params.fileId);
	if (!file.ok) error(statusOf(file.error), 'file');
	return answerFile(file.value);
};
