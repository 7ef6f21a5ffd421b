import { shellData } from '#lib/server/edge/shell-data.ts';
import type { LayoutServerLoad } from './$types.js';

export const load: LayoutServerLoad = ({ locals, url }) => {
	return {
		...shellData(locals.locale, url),
		person: { displayName: locals.signedIn?.displayName ?? '' },
		unreadCount: locals.signedIn?.unreadCount ?? 0
	};
};
