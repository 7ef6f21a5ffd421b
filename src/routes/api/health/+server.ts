import { json } from '@sveltejs/kit';
import { isUnavailable } from '#lib/server/http.ts';

/** 200 when the Worker and its database answer. Says nothing about versions or people. */
export async function GET({ locals }) {
	try {
		await locals.services.isDatabaseReachable();
		return json({ status: 'ok' });
	} catch (error) {
		if (!isUnavailable(error)) throw error;
		return json({ status: 'database-unavailable' }, { status: 503 });
	}
}
