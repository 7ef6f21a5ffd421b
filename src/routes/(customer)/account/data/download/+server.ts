import { redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { answerArchive } from '#lib/server/edge/file-answer.ts';
import { sessionIdOf } from '#lib/server/edge/step-up.actions.ts';
import { readForm } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

const downloadSchema = v.object({ id: v.pipe(v.string(), v.uuid()) });

/** By POST: it is written down, and no link somewhere else can start it. */
export async function POST(event: RequestEvent) {
	const { locals, request } = event;
	const form = v.safeParse(downloadSchema, await readForm(request));
	const sessionId = sessionIdOf(event);
	const archive = form.success
		? await locals.services.dataExport.open(
				locals.actor,
				sessionId,
				form.output.id,
				locals.signedIn?.language ?? locals.locale
			)
		: null;
	if (!archive?.ok) redirect(303, '/account/data?done=export-ended');
	return answerArchive(archive.value);
}
