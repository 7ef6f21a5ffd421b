import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types.js';
import { startSignIn } from '#lib/server/edge/sign-in.actions.ts';

export const load: PageServerLoad = ({ locals, request, url }) => {
	// Who posts here all the same is answered as after any wrong password (Z8).
	if (locals.services.staffNeedPasskey && request.method === 'GET') {
		redirect(303, `/staff/sign-in/passkey${url.search}`);
	}
};

export const actions: Actions = { default: (event) => startSignIn(event, 'staff') };
