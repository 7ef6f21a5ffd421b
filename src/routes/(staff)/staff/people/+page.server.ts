import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { staffChangeSchema } from '#lib/domain/accounts/staff.schema.ts';
import { may, type Actor } from '#lib/domain/actor.ts';
import type { Result } from '#lib/domain/result.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = ['asked', 'approved', 'refused', 'disabled', 'ended'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
	const { actor, services } = locals;
	const listed = await services.staff.list(actor);
	if (!listed.ok) error(statusOf(listed.error), 'people');
	return {
		...listed.value,
		done: wordOf(url, 'done', DONE),
		mayApprove: may(actor.role, 'staff/approve'),
		mayInvite: may(actor.role, 'staff/invite')
	};
};

async function decide(
	{ request, locals }: RequestEvent,
	done: 'approved' | 'refused',
	act: (actor: Actor, change: string) => Promise<Result<void>>
) {
	const form = await runForm(
		await readForm(request),
		{ schema: staffChangeSchema, secrets: [] },
		({ change }) => act(locals.actor, change)
	);
	if (!form.ok) return form.failure;
	locals.services.sendMailsAfterAnswer();
	redirect(303, `/staff/people?done=${done}`);
}

export const actions: Actions = {
	approve: (event) => decide(event, 'approved', event.locals.services.staff.approve),
	refuse: (event) => decide(event, 'refused', event.locals.services.staff.refuse)
};
