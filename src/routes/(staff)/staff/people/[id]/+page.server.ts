import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';
import { staffRoleSchema } from '#lib/domain/accounts/staff.schema.ts';
import { may, STAFF_ROLES, type Actor } from '#lib/domain/actor.ts';
import type { Result } from '#lib/domain/result.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const isId = (text: string) => v.is(v.pipe(v.string(), v.uuid()), text);

export const load: PageServerLoad = async ({ locals, params }) => {
	const { actor, services } = locals;
	// Whoever may not look here learns nothing about addresses that are none (W4).
	if (!isId(params.id)) error(404, 'person');
	const viewed = await services.staff.view(actor, params.id);
	if (!viewed.ok) error(statusOf(viewed.error), 'person');
	const { person, isWaiting } = viewed.value;
	const isOther = !person.isSelf;
	return {
		person,
		isWaiting,
		roles: STAFF_ROLES.filter((role) => role !== person.role),
		can: {
			changeRole: isOther && person.status !== 'disabled' && may(actor.role, 'staff/change-role'),
			disable: isOther && person.status !== 'disabled' && may(actor.role, 'staff/disable'),
			readmit: isOther && person.status === 'disabled' && may(actor.role, 'staff/readmit'),
			endSessions: person.status === 'active' && may(actor.role, 'session/end-any')
		}
	};
};

const nothing = v.object({});

/** The acts that need nothing but the person the page is about. */
async function act(
	{ request, locals, params }: RequestEvent<{ id: string }>,
	done: string,
	run: (actor: Actor, accountId: string) => Promise<Result<void>>
) {
	const form = await runForm(await readForm(request), { schema: nothing, secrets: [] }, () =>
		run(locals.actor, params.id)
	);
	if (!form.ok) return form.failure;
	redirect(303, `/staff/people?done=${done}`);
}

export const actions: Actions = {
	role: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: staffRoleSchema, secrets: [] },
			({ role }) => locals.services.staff.changeRole(locals.actor, params.id, role)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/people?done=asked');
	},
	readmit: (event) => act(event, 'asked', event.locals.services.staff.readmit),
	disable: (event) => act(event, 'disabled', event.locals.services.staff.disable),
	endSessions: (event) => act(event, 'ended', event.locals.services.staff.endSessions)
};
