import { json } from '@sveltejs/kit';
import { isUnavailable } from '#lib/server/http.ts';
import type { RequestHandler } from './$types.js';

/** 200 when the Worker and its database answer. Says nothing about versions or people. */
export const GET: RequestHandler = async ({ locals }) => {
	try {
		await locals.services.isDatabaseReachable();
		return json({ status: 'ok' });
	} catch (error) {
		if (!isUnavailable(error)) throw error;
		return json({ status: 'database-unavailable' }, { status: 503 });
	}
};
