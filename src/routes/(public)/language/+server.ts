import { redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { LANGUAGES } from '#lib/domain/messages/mail.ts';
import { readForm } from '#lib/server/http.ts';
import { ownPath } from '#lib/server/edge/own-path.ts';
import type { RequestHandler } from './$types.js';

const YEAR_S = 365 * 24 * 60 * 60;

/** The language somebody chose: kept on the device without consent (§ 25 (2) TDDDG: asked for). */
export const POST: RequestHandler = async ({ request, cookies }) => {
	const form = await readForm(request);
	const language = v.safeParse(v.picklist(LANGUAGES), form['language']);
	if (language.success) {
		cookies.set('kp-language', language.output, {
			path: '/',
			maxAge: YEAR_S,
			sameSite: 'lax',
			secure: true,
			// The offline room reads it on the device.
			httpOnly: false
		});
	}
	redirect(303, ownPath(form['next']));
};
