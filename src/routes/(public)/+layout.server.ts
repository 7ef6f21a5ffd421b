import { shellData } from '#lib/server/edge/shell-data.ts';

export function load({ locals, url }) {
	return shellData(locals.locale, url);
}
