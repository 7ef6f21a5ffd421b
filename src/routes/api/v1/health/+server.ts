import { json } from '@sveltejs/kit';
import type { RequestEvent } from './$types';

/** Whether the caller gets through, and until when (docs/api.md). The door has asked the database. */
export function GET({ locals }: RequestEvent) {
	const { name, scopes, expiresAtMs } = locals.caller;
	return json({ status: 'ok', name, scopes, expiresAt: new Date(expiresAtMs).toISOString() });
}
