import { sessionData, shellData } from '#lib/server/edge/shell-data.ts';
import type { LayoutServerLoad } from './$types.js';

export const load: LayoutServerLoad = ({ locals, url, request }) => {
	return {
		...shellData(locals.locale, url),
		...sessionData(locals.signedIn, request.method),
		person: { displayName: locals.signedIn?.displayName ?? '' },
		unreadCount: locals.signedIn?.unreadCount ?? 0
	};
};
