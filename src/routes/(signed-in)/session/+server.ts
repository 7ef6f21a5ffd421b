import { json, type RequestEvent } from '@sveltejs/kit';
import { renewed } from '#lib/domain/accounts/lifetimes.ts';
import type { RequestHandler } from './$types.js';

const signedInOf = ({ locals }: RequestEvent) => {
	if (!locals.signedIn) throw new Error('the hook lets nobody in without a session');
	return locals.signedIn;
};

/** How long the session still lives. Asking is not using: a page may ask by itself (S4). */
export const GET: RequestHandler = (event) => json(signedInOf(event).timeLeft);

/** "Stay signed in": the hook notes the use, as for any request. */
export const POST: RequestHandler = (event) => {
	const { timeLeft, actor } = signedInOf(event);
	return json(renewed(timeLeft, actor.role));
};
