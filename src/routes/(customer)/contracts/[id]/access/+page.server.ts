import { error, redirect } from '@sveltejs/kit';
import {
	endRepresentationSchema,
	inviteInsuredSchema,
	inviteRepresentativeSchema,
	releaseSchema
} from '#lib/domain/contracts/contract-access.schema.ts';
import { ok } from '#lib/domain/result.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = ['ended', 'released', 'hidden'] as const;

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const shares = await locals.services.contractShares.show(locals.actor, params.id);
	if (!shares.ok) error(statusOf(shares.error), 'contract');
	return { shares: shares.value, done: wordOf(url, 'done', DONE) };
};

export const actions: Actions = {
	/** Not a redirect: the code is on this one answer and in no address. */
	inviteInsured: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: inviteInsuredSchema, secrets: [] },
			({ person }) => locals.services.contractShares.inviteInsured(locals.actor, params.id, person)
		);
		return form.ok ? { invitation: form.value } : form.failure;
	},

	inviteRepresentative: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: inviteRepresentativeSchema, secrets: [] },
			(input) => locals.services.contractShares.inviteRepresentative(locals.actor, params.id, input)
		);
		return form.ok ? { invitation: form.value } : form.failure;
	},

	endRepresentation: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: endRepresentationSchema, secrets: [] },
			({ since }) =>
				locals.services.contractShares.endRepresentation(locals.actor, params.id, since)
		);
		if (!form.ok) return form.failure;
		redirect(303, `/contracts/${params.id}/access?done=ended`);
	},

	release: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: releaseSchema, secrets: [] },
			async ({ release }) => {
				const done = await locals.services.contractShares.setRelease(
					locals.actor,
					params.id,
					release
				);
				return done.ok ? ok(release !== null) : done;
			}
		);
		if (!form.ok) return form.failure;
		redirect(303, `/contracts/${params.id}/access?done=${form.value ? 'released' : 'hidden'}`);
	}
};
