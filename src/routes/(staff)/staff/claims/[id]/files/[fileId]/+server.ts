import { error } from '@sveltejs/kit';
import type { FileType } from '#lib/domain/claims/claim.schema.ts';
import { answerFile } from '#lib/server/edge/file-answer.ts';
import { statusOf } from '#lib/server/http.ts';
import type { RequestHandler } from './$types.js';

const ENDINGS: Readonly<Record<FileType, string>> = {
	'image/jpeg': 'jpg',
	'image/png': 'png',
	'application/pdf': 'pdf'
};

/** A receipt under a name of ours: the customer's own may say what illness it is about. */
export const GET: RequestHandler = async ({ locals, params }) => {
	const file = await locals.services.desk.openFile(locals.actor, params.id, params.fileId);
	if (!file.ok) error(statusOf(file.error), 'file');
	const { type, sizeBytes, stream } = file.value;
	const name = `receipt-${params.fileId.slice(-8)}.${ENDINGS[type]}`;
	return answerFile({ name, type, sizeBytes, bytes: stream });
};
