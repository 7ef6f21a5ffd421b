import { json } from '@sveltejs/kit';

/** Who is signed in; also how the offline room finds out that the portal can be reached. */
export async function GET({ locals }) {
	const accountRef = await locals.services.accountRefOf(locals.actor.accountId);
	return json({
		accountRef,
		displayName: locals.signedIn?.displayName ?? '',
		locale: locals.signedIn?.language ?? locals.locale
	});
}
