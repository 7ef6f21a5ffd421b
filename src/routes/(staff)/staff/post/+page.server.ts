import { error } from '@sveltejs/kit';
import { requirePermission } from '#lib/domain/actor.ts';
import { senderSearchSchema } from '#lib/domain/claims/capture.schema.ts';
import { normaliseClaimNumber } from '#lib/domain/claims/queue.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = ['letter', 'documents'] as const;

/** Shows nothing of anybody: who may not act here need not see the form either. */
export const load: PageServerLoad = ({ locals, url }) => {
	const permission = requirePermission(locals.actor, 'claim/capture');
	if (!permission.ok) error(statusOf(permission.error), 'post');
	// Only what looks like a number of ours is repeated on the page.
	return {
		captured: normaliseClaimNumber(url.searchParams.get('captured') ?? ''),
		done: wordOf(url, 'done', DONE)
	};
};

export const actions: Actions = {
	/** As the answer to a form: a name stands in no address (ASVS 14.2.1). */
	find: async ({ request, locals }) => {
		const values = await readForm(request);
		const form = await runForm(values, { schema: senderSearchSchema, secrets: [] }, ({ search }) =>
			locals.services.captures.find(locals.actor, search)
		);
		if (!form.ok) return form.failure;
		return { values, issues: {}, code: null, found: form.value };
	}
};
