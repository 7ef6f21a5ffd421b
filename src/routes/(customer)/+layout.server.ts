import { sessionData, shellData } from '#lib/server/edge/shell-data.ts';
import type { LayoutServerLoad } from './$types.js';

/** Enough to tell two people of one browser apart. */
const OWNER_CHARACTERS = 12;

export const load: LayoutServerLoad = async ({ locals, url, request }) => {
	const accountRef = await locals.services.accountRefOf(locals.actor.accountId);
	return {
		...shellData(locals.locale, url),
		...sessionData(locals.signedIn, request.method),
		person: { displayName: locals.signedIn?.displayName ?? '' },
		ownerRef: accountRef.slice(0, OWNER_CHARACTERS),
		unreadCount: locals.signedIn?.unreadCount ?? 0
	};
};
