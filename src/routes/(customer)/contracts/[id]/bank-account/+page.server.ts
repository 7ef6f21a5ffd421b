import { error, redirect } from '@sveltejs/kit';
import { accountChangeSchema } from '#lib/domain/contracts/bank-account.ts';
import { askAct } from '#lib/server/edge/step-up.actions.ts';
import { statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, request }) => {
	const contract = await locals.services.contracts.get(locals.actor, params.id);
	if (!contract.ok) error(statusOf(contract.error), 'contract');
	const { id, may, bankAccount, accountChange, nextAccountHoldsFrom } = contract.value;
	if (!may['change-account'] || !bankAccount) error(404, 'contract');
	// The contract's page shows what waits, and how to stop it. A form that came back says it itself.
	if (accountChange && request.method === 'GET') redirect(303, `/contracts/${id}`);
	return { id, ibanMasked: bankAccount.ibanMasked, holdsFrom: nextAccountHoldsFrom };
};

export const actions: Actions = {
	default: (event) =>
		askAct(event, { schema: accountChangeSchema, secrets: [] }, (input, sessionId) =>
			event.locals.services.accountChanges.ask(
				event.locals.actor,
				sessionId,
				event.params.id,
				input
			)
		)
};
