import { error } from '@sveltejs/kit';
import { statusOf, wordOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

/** What a confirmed act says on its way back. */
const DONE = ['bank-account/change'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
	const contracts = await locals.services.contracts.list(locals.actor);
	if (!contracts.ok) error(statusOf(contracts.error), 'contracts');
	return { contracts: contracts.value, done: wordOf(url, 'done', DONE) };
};
