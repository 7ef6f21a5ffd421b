import { redirect } from '@sveltejs/kit';
import { acceptanceSchema } from '#lib/domain/accounts/staff.schema.ts';
import { failed } from '#lib/domain/result.ts';
import { forgetInvitation, readInvitationToken } from '#lib/server/edge/invitation-cookie.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, cookies, url }) => {
	if (url.searchParams.has('done')) return { invitation: null, isAccepted: true };
	const token = readInvitationToken(cookies);
	const viewed = token === null ? null : await locals.services.staffInvitations.view(token);
	return { invitation: viewed?.ok ? viewed.value : null, isAccepted: false };
};

export const actions: Actions = {
	default: async ({ request, locals, cookies }) => {
		const token = readInvitationToken(cookies);
		const form = await runForm(
			await readForm(request),
			{ schema: acceptanceSchema, secrets: ['password', 'passkey'] },
			(input) =>
				token === null
					? Promise.resolve(failed('invalid', 'accounts/mail-link-invalid'))
					: locals.services.staffInvitations.accept(token, input)
		);
		if (!form.ok) return form.failure;
		forgetInvitation(cookies);
		redirect(303, '/staff/invitation/accept?done=1');
	}
};
