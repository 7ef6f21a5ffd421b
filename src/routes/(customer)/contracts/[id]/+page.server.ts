import { error, redirect } from '@sveltejs/kit';
import { pressedSchema } from '#lib/domain/accounts/account.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const contract = await locals.services.contracts.get(locals.actor, params.id);
	if (!contract.ok) error(statusOf(contract.error), 'contract');
	return {
		contract: contract.value,
		isJustLinked: url.searchParams.has('linked'),
		isJustStopped: url.searchParams.has('stopped')
	};
};

export const actions: Actions = {
	/** Not a redirect: the number is on this one answer, which no cache keeps, and in no address (D8). */
	reveal: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: pressedSchema, secrets: [] },
			() => locals.services.contracts.revealAccount(locals.actor, params.id)
		);
		return form.ok ? { iban: form.value.iban } : form.failure;
	},

	/** Stops a new account that waits. */
	stop: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: pressedSchema, secrets: [] },
			() => locals.services.accountChanges.cancel(locals.actor, params.id)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, `/contracts/${params.id}?stopped=1`);
	}
};
