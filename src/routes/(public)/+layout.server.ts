import { readSessionToken, wasSignedOutOffline } from '#lib/server/edge/session-cookie.ts';
import { shellData } from '#lib/server/edge/shell-data.ts';
import type { LayoutServerLoad } from './$types.js';

/**
 * Whether this browser brings a session is seen without asking the database: the link leads to `/`,
 * which knows whether it still holds.
 */
export const load: LayoutServerLoad = ({ cookies, locals, url }) => {
	const hasSession = readSessionToken(cookies) !== null && !wasSignedOutOffline(cookies);
	return { ...shellData(locals.locale, url), hasSession: hasSession && url.pathname !== '/' };
};
