import { error, redirect } from '@sveltejs/kit';
import { postedLetterSchema } from '#lib/domain/claims/posted.schema.ts';
import { readScanForm, SCANS_TOO_LARGE } from '#lib/server/edge/scan-form.ts';
import { runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	const view = await locals.services.postedLetters.open(locals.actor, params.id);
	if (!view.ok) error(statusOf(view.error), 'post');
	return view.value;
};

export const actions: Actions = {
	default: async ({ request, locals, params }) => {
		const { values, files, isTooLarge } = await readScanForm(request);
		const form = await runForm(values, { schema: postedLetterSchema, secrets: [] }, (letter) =>
			isTooLarge
				? SCANS_TOO_LARGE
				: locals.services.postedLetters.capture(locals.actor, params.id, letter, files)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/staff/post?done=letter');
	}
};
