import { error, redirect } from '@sveltejs/kit';
import { may } from '#lib/domain/actor.ts';
import {
	normaliseClaimNumber,
	parseCursor,
	parseQueueFilter,
	parseQueueSearch
} from '#lib/domain/claims/queue.ts';
import { ok } from '#lib/domain/result.ts';
import { claimIdSchema, searchSchema } from '#lib/domain/claims/access.schema.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = ['released', 'handed-over', 'assigned'] as const;

const LONGEST_SEARCH = 40;

export const load: PageServerLoad = async ({ locals, url }) => {
	// The desk of those who have no claims to decide.
	if (!may(locals.actor.role, 'claim/read-queue')) {
		const next = (
			[
				['payout/read', '/staff/payouts'],
				['recovery/check', '/staff/recoveries'],
				['claim/review-openings', '/staff/openings'],
				['information/write', '/staff/information']
			] as const
		).find(([action]) => may(locals.actor.role, action));
		redirect(303, next?.[1] ?? '/staff/own');
	}
	// Repeated in its field: no longer than anything that could be meant by it.
	const typed = url.searchParams.get('number')?.trim().slice(0, LONGEST_SEARCH) ?? '';
	const number = normaliseClaimNumber(typed);
	const after = parseCursor(url.searchParams.get('after'));
	const filter = parseQueueFilter((name) => url.searchParams.get(name));
	const { desk } = locals.services;
	const isSearch = typed !== '';
	// A number that cannot be one finds nothing; the page says so beside the field.
	const queue =
		number || !isSearch
			? await (number
					? desk.findByNumber(locals.actor, number)
					: desk.listQueue(locals.actor, after, filter))
			: ({ ok: true, value: { rows: [], next: null, apart: null } } as const);
	if (!queue.ok) error(statusOf(queue.error), 'queue');
	return {
		...queue.value,
		typed,
		filter,
		isSearch,
		isNumber: number !== null,
		isFirstPage: after === null,
		done: wordOf(url, 'done', DONE),
		// Only what looks like a number of ours is repeated on the page.
		decided: normaliseClaimNumber(url.searchParams.get('decided') ?? '')
	};
};

export const actions: Actions = {
	/** Names and policy numbers stand in no address: those are kept, logged and shown (ASVS 14.2.1). */
	find: async ({ request, locals }) => {
		const input = await readForm(request);
		const typed = (input['search'] ?? '').trim().slice(0, LONGEST_SEARCH);
		const search = parseQueueSearch(typed);
		if (search && 'number' in search) redirect(303, `/staff?number=${search.number}`);
		const { desk } = locals.services;
		const form = await runForm(
			{ search: search ? typed : '' },
			{ schema: searchSchema, secrets: [] },
			(found) =>
				search && 'policyNumber' in search
					? desk.findByPolicyNumber(locals.actor, search.policyNumber)
					: desk.findByName(locals.actor, found.search)
		);
		if (!form.ok) return form.failure;
		return { values: { search: typed }, issues: {}, code: null, found: form.value.rows };
	},

	take: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: claimIdSchema, secrets: [] },
			async ({ claim }) => {
				const taken = await locals.services.assignments.take(locals.actor, claim);
				return taken.ok ? ok(claim) : taken;
			}
		);
		if (!form.ok) return form.failure;
		redirect(303, `/staff/claims/${form.value}`);
	}
};
