import { shellData } from '#lib/server/edge/shell-data.ts';

export function load({ locals, url }) {
	return {
		...shellData(locals.locale, url),
		person: { displayName: locals.signedIn?.displayName ?? '' },
		unreadCount: locals.signedIn?.unreadCount ?? 0
	};
}
