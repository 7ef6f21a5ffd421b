import { error } from '@sveltejs/kit';
import { OPERATOR } from '#lib/domain/operator.ts';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	const { id, person } = params;
	const ticket = await locals.services.contracts.getTicket(locals.actor, id, person);
	if (!ticket.ok) error(statusOf(ticket.error), 'contract');
	const { address, contactPhone, contactMail } = OPERATOR;
	return { contractId: id, ticket: ticket.value, address, contactPhone, contactMail };
};
