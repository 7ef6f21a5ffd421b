import { error, redirect } from '@sveltejs/kit';
import { SCAN_FIELDS, SCANS_BYTES } from '#lib/domain/claims/capture.ts';
import { captureSchema } from '#lib/domain/claims/capture.schema.ts';
import { failed } from '#lib/domain/result.ts';
import { readFilesForm, readTyped, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const TOO_LARGE = failed('invalid', 'portal/invalid-input', { scan1: 'files-too-large' });

export const load: PageServerLoad = async ({ locals, params }) => {
	const view = await locals.services.captures.open(locals.actor, params.id);
	if (!view.ok) error(statusOf(view.error), 'post');
	return view.value;
};

export const actions: Actions = {
	/** One bill more, and nothing kept yet: the page comes back as it was typed. */
	more: async ({ request }) => ({
		...{ values: await readTyped(request), issues: {}, code: null },
		isMore: true
	}),

	capture: async ({ request, locals, params }) => {
		const { values, files, isTooLarge } = await readFilesForm(request, SCAN_FIELDS, SCANS_BYTES);
		const form = await runForm(values, { schema: captureSchema, secrets: [] }, (capture) =>
			isTooLarge
				? Promise.resolve(TOO_LARGE)
				: locals.services.captures.capture(locals.actor, params.id, capture, files)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, `/staff/post?captured=${form.value.number}`);
	}
};
