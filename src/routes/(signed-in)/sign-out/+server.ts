import { redirect } from '@sveltejs/kit';
import { forgetSession } from '#lib/server/edge/session-cookie.ts';
import type { RequestHandler } from './$types.js';

export const POST: RequestHandler = async ({ locals, cookies }) => {
	const { signedIn, services } = locals;
	if (signedIn) await services.signIn.signOut(signedIn.actor, signedIn.sessionId);
	forgetSession(cookies);
	redirect(303, '/signed-out');
};
