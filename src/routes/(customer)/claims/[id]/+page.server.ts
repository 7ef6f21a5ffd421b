import { error, redirect } from '@sveltejs/kit';
import { MAX_FILE_BYTES } from '#lib/domain/claims/claim.schema.ts';
import { requestIdSchema } from '#lib/domain/claims/document-request.schema.ts';
import { failed } from '#lib/domain/result.ts';
import { readFileForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoadEvent } from './$types';

const DONE = ['handed-in', 'objected', 'advance-asked'] as const;

export async function load({ locals, params, url }: PageServerLoadEvent) {
	const claim = await locals.services.claims.getOwn(locals.actor, params.id);
	if (!claim.ok) error(statusOf(claim.error), 'claim');
	return { claim: claim.value, done: wordOf(url, 'done', DONE) };
}

export const actions: Actions = {
	/** Hands in the document of one request, which the address names: a body too large has no fields. */
	answer: async ({ request, locals, params, url }) => {
		const { file, isTooLarge } = await readFileForm(request, MAX_FILE_BYTES);
		const form = await runForm(
			{ request: url.searchParams.get('request') ?? '' },
			{ schema: requestIdSchema, secrets: [] },
			(typed) =>
				isTooLarge
					? Promise.resolve(failed('invalid', 'portal/invalid-input', { file: 'file-too-large' }))
					: locals.services.answers.answer(locals.actor, params.id, typed.request, file)
		);
		if (!form.ok) return form.failure;
		redirect(303, `/claims/${params.id}?done=handed-in`);
	}
};
