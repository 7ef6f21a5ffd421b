import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types.js';

/** Who is signed in; also how the offline room finds out that the portal can be reached. */
export const GET: RequestHandler = async ({ locals }) => {
	const accountRef = await locals.services.accountRefOf(locals.actor.accountId);
	return json({
		accountRef,
		displayName: locals.signedIn?.displayName ?? '',
		locale: locals.signedIn?.language ?? locals.locale
	});
};
