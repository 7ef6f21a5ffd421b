import { error } from '@sveltejs/kit';
import { requestSchema } from '#lib/domain/contracts/request.schema.ts';
import { REQUEST_KINDS } from '#lib/domain/contracts/requests.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const FORM = { schema: requestSchema, secrets: [] };

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const contract = await locals.services.contracts.get(locals.actor, params.id);
	if (!contract.ok) error(statusOf(contract.error), 'contract');
	if (!contract.value.may.declare) error(404, 'contract');
	const { id, plan, policyNumber, startsOn, endsOn, coverState } = contract.value;
	return {
		contract: { id, plan, policyNumber, startsOn, endsOn, coverState },
		kind: wordOf(url, 'kind', REQUEST_KINDS) ?? 'termination'
	};
};

export const actions: Actions = {
	check: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), FORM, (input) =>
			locals.services.requests.preview(locals.actor, params.id, input)
		);
		return form.ok ? { checked: form.value } : form.failure;
	},

	send: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), FORM, (input) =>
			locals.services.requests.send(locals.actor, params.id, input)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		return { receipt: form.value };
	}
};
