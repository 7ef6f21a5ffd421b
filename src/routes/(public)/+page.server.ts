import { redirect } from '@sveltejs/kit';
import { isStaff } from '#lib/domain/actor.ts';
import { isUnavailable } from '#lib/server/http.ts';
import { readSessionToken } from '#lib/server/edge/session-cookie.ts';
import type { PageServerLoad } from './$types.js';

/** Who types the portal's address while signed in wants their own start page, not an invitation. */
export const load: PageServerLoad = async ({ cookies, locals }) => {
	const token = readSessionToken(cookies);
	if (token === null) return;
	const signedIn = await locals.services.sessions.find(token, '/').catch((error: unknown) => {
		// The welcome needs no database, so it stays when there is none.
		if (isUnavailable(error)) return null;
		throw error;
	});
	if (signedIn) redirect(303, isStaff(signedIn.actor.role) ? '/staff' : '/start');
};
