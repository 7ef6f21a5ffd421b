import { error, redirect } from '@sveltejs/kit';
import { captureSchema } from '#lib/domain/claims/capture.schema.ts';
import { readScanForm, SCANS_TOO_LARGE } from '#lib/server/edge/scan-form.ts';
import { readTyped, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

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
		const { values, files, isTooLarge } = await readScanForm(request);
		const form = await runForm(values, { schema: captureSchema, secrets: [] }, (capture) =>
			isTooLarge
				? SCANS_TOO_LARGE
				: locals.services.captures.capture(locals.actor, params.id, capture, files)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, `/staff/post?captured=${form.value.number}`);
	}
};
