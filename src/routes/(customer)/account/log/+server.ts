import { error } from '@sveltejs/kit';
import { answerFile } from '#lib/server/edge/file-answer.ts';
import { statusOf } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';
import { csvFile, jsonFile } from './log-files.ts';

export async function GET({ locals, url }: RequestEvent) {
	const log = await locals.services.ownLog.collect(locals.actor);
	if (!log.ok) error(statusOf(log.error), 'account');
	const file =
		url.searchParams.get('format') === 'csv'
			? csvFile(log.value)
			: jsonFile(log.value, locals.actor.accountId);
	const bytes = new Blob([file.text]);
	return answerFile({ ...file, sizeBytes: bytes.size, bytes: bytes.stream() });
}
