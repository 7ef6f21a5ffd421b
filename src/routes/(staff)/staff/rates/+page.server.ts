import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { may, type Actor } from '#lib/domain/actor.ts';
import { rateProposalIdSchema, rateProposalSchema } from '#lib/domain/claims/exchange-rates.ts';
import type { Result } from '#lib/domain/result.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = ['proposed', 'approved', 'refused'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
	const rates = await locals.services.exchangeRates.list(locals.actor);
	if (!rates.ok) error(statusOf(rates.error), 'rates');
	return {
		...rates.value,
		mayApprove: may(locals.actor.role, 'rate/approve'),
		done: wordOf(url, 'done', DONE)
	};
};

async function check(
	{ request, locals }: RequestEvent,
	done: 'approved' | 'refused',
	act: (actor: Actor, proposal: string) => Promise<Result<void>>
) {
	const form = await runForm(
		await readForm(request),
		{ schema: rateProposalIdSchema, secrets: [] },
		({ proposal }) => act(locals.actor, proposal)
	);
	if (!form.ok) return form.failure;
	redirect(303, `/staff/rates?done=${done}`);
}

export const actions: Actions = {
	propose: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: rateProposalSchema, secrets: [] },
			(input) => locals.services.exchangeRates.propose(locals.actor, input)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/rates?done=proposed');
	},
	approve: (event) => check(event, 'approved', event.locals.services.exchangeRates.approve),
	refuse: (event) => check(event, 'refused', event.locals.services.exchangeRates.refuse)
};
