import { error, redirect } from '@sveltejs/kit';
import { may } from '#lib/domain/actor.ts';
import { runIdSchema, runSchema } from '#lib/domain/claims/payout.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = ['run', 'confirmed', 'approved', 'refused', 'returned', 'renewed'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
	const payouts = await locals.services.payouts.list(locals.actor);
	if (!payouts.ok) error(statusOf(payouts.error), 'payouts');
	return {
		...payouts.value,
		mayRun: may(locals.actor.role, 'payout/run'),
		done: DONE.find((one) => one === url.searchParams.get('done')) ?? null
	};
};

export const actions: Actions = {
	run: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: runSchema, secrets: [] },
			({ route }) => locals.services.payoutRuns.create(locals.actor, route)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/payouts?done=run');
	},

	confirm: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: runIdSchema, secrets: [] },
			({ run }) => locals.services.payoutRuns.confirm(locals.actor, run)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/payouts?done=confirmed');
	}
};
