import { error } from '@sveltejs/kit';
import { cursorText, OWN_LOG_PAGE, parseCursor } from '#lib/domain/audit/own-log.ts';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const entries = await locals.services.audit.listOwn(
		locals.actor,
		parseCursor(url.searchParams.get('before'))
	);
	if (!entries.ok) error(statusOf(entries.error), 'account');
	const last = entries.value.length === OWN_LOG_PAGE ? entries.value.at(-1) : undefined;
	const older = last ? cursorText(last) : null;
	return { entries: entries.value, older };
};
