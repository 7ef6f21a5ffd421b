import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { may } from '#lib/domain/actor.ts';
import { accountLookSchema } from '#lib/domain/claims/access.schema.ts';
import {
	approvalSchema,
	idSchema,
	refusalSchema,
	renewalSchema,
	returnSchema
} from '#lib/domain/claims/payout.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	// Whoever may not look here learns nothing about addresses that are none (W4).
	if (!v.is(idSchema, params.id)) error(404, 'payout');
	const payout = await locals.services.payouts.open(locals.actor, params.id);
	if (!payout.ok) error(statusOf(payout.error), 'payout');
	return { payout: payout.value, mayRun: may(locals.actor.role, 'payout/run') };
};

export const actions: Actions = {
	/** Not a redirect: the number is on this one answer, which no cache keeps (D8). */
	reveal: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: accountLookSchema, secrets: [] },
			({ accountReason }) =>
				locals.services.payouts.revealAccount(locals.actor, params.id, accountReason)
		);
		if (!form.ok) return form.failure;
		return { values: {}, issues: {}, code: null, account: form.value };
	},

	approve: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: approvalSchema, secrets: [] },
			({ content }) => locals.services.payouts.approve(locals.actor, params.id, content)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/staff/payouts?done=approved');
	},

	refuse: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: refusalSchema, secrets: [] },
			({ content, reason }) =>
				locals.services.payouts.refuse(locals.actor, params.id, content, reason)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/payouts?done=refused');
	},

	returned: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: returnSchema, secrets: [] },
			({ reason }) => locals.services.payouts.bookReturn(locals.actor, params.id, reason)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/staff/payouts?done=returned');
	},

	renew: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: renewalSchema, secrets: ['iban', 'accountNumber'] },
			(payee) => locals.services.payouts.renew(locals.actor, params.id, payee)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/payouts?done=renewed');
	}
};
