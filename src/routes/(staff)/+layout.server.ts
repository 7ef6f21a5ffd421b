import { may } from '#lib/domain/actor.ts';
import type { LayoutServerLoad } from './$types.js';
import { sessionData, shellData } from '#lib/server/edge/shell-data.ts';

export const load: LayoutServerLoad = ({ locals, url, request }) => {
	const role = locals.signedIn?.actor.role;
	return {
		...shellData(locals.locale, url),
		...sessionData(locals.signedIn, request.method),
		person: { displayName: locals.signedIn?.displayName ?? '' },
		// What a role may not do is not offered; the services refuse it anyway.
		hasQueue: role !== undefined && may(role, 'claim/read-queue'),
		hasRecoveries: role !== undefined && may(role, 'recovery/check'),
		unreadCount: locals.signedIn?.unreadCount ?? 0
	};
};
