import { problem } from '#lib/server/edge/service-door.ts';

/** A path that is none of ours: a system reads why, and no page for people. */
export function fallback(): Response {
	return problem({ status: 404, code: 'portal/not-found' });
}
