import { error, redirect } from '@sveltejs/kit';
import { MAX_FILE_BYTES, MAX_INVOICES } from '#lib/domain/claims/claim.schema.ts';
import { objectionSchema } from '#lib/domain/claims/review.schema.ts';
import { failed } from '#lib/domain/result.ts';
import { readFileForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoadEvent } from './$types';

const LINES = Array.from({ length: MAX_INVOICES }, (_, index) => String(index + 1));

export async function load({ locals, params, url }: PageServerLoadEvent) {
	const objection = await locals.services.objections.view(locals.actor, params.id);
	if (!objection.ok) error(statusOf(objection.error), 'claim');
	return { objection: objection.value, line: wordOf(url, 'line', LINES) };
}

export const actions: Actions = {
	default: async ({ request, locals, params }) => {
		const { values, file, isTooLarge } = await readFileForm(request, MAX_FILE_BYTES);
		// Above the limit no field was read: the fault of the file is all there is to say.
		const input = isTooLarge ? { line: '1', reason: ' '.padEnd(20, '-') } : values;
		const form = await runForm(input, { schema: objectionSchema, secrets: [] }, (typed) =>
			isTooLarge
				? Promise.resolve(failed('invalid', 'portal/invalid-input', { file: 'file-too-large' }))
				: locals.services.objections.object(locals.actor, params.id, typed, file)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, `/claims/${params.id}?done=objected`);
	}
};
