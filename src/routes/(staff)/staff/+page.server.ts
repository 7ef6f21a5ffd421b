import { error, redirect } from '@sveltejs/kit';
import { may } from '#lib/domain/actor.ts';
import { normaliseClaimNumber, parseCursor } from '#lib/domain/claims/queue.ts';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

const LONGEST_SEARCH = 40;

export const load: PageServerLoad = async ({ locals, url }) => {
	// The desk of those who have no claims to decide.
	if (!may(locals.actor.role, 'claim/read-queue')) {
		redirect(303, may(locals.actor.role, 'recovery/check') ? '/staff/recoveries' : '/staff/own');
	}
	// Repeated in its field: no longer than anything that could be meant by it.
	const typed = url.searchParams.get('number')?.trim().slice(0, LONGEST_SEARCH) ?? '';
	const number = normaliseClaimNumber(typed);
	const after = parseCursor(url.searchParams.get('after'));
	const { desk } = locals.services;
	const isSearch = typed !== '';
	// A number that cannot be one finds nothing; the page says so beside the field.
	const queue =
		number || !isSearch
			? await (number
					? desk.findByNumber(locals.actor, number)
					: desk.listQueue(locals.actor, after))
			: ({ ok: true, value: { rows: [], next: null } } as const);
	if (!queue.ok) error(statusOf(queue.error), 'queue');
	return {
		...queue.value,
		typed,
		isSearch,
		isNumber: number !== null,
		isFirstPage: after === null,
		// Only what looks like a number of ours is repeated on the page.
		decided: normaliseClaimNumber(url.searchParams.get('decided') ?? '')
	};
};
