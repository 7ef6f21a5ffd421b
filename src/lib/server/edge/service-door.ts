import { json, type RequestEvent } from '@sveltejs/kit';
import { parseCursor } from '#lib/domain/claims/queue.ts';
import { bearerTokenOf, type FeedCursor } from '#lib/domain/operations/service-token.ts';
import type { DomainError, ErrorCode } from '#lib/domain/result.ts';
import { isUnavailable, statusOf } from '#lib/server/http.ts';

/** Where the insurer's own systems call. */
export const SERVICE_PATH = '/api/v1/';

const TITLES: Readonly<Record<number, string>> = {
	400: 'The request is not valid',
	401: 'The token is missing, unknown, over or taken back',
	403: 'The token is not for this',
	404: 'There is nothing here',
	409: 'The request does not fit what is there',
	429: 'Too many calls',
	503: 'Not available at the moment'
};

/** A failure as RFC 9457 has it; `code` is stable, `errors` names the fields of the body. */
export function problem(error: Pick<DomainError, 'issues'> & ProblemKind): Response {
	const { status, code, issues = {} } = error;
	const errors = Object.entries(issues).map(([field, fault]) => ({ field, code: fault }));
	return json(
		{
			...{ type: 'about:blank', title: TITLES[status] ?? 'Refused', status, code },
			...(errors.length > 0 && { errors })
		},
		{
			status,
			headers: {
				'Content-Type': 'application/problem+json',
				...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
				...((status === 429 || status === 503) && { 'Retry-After': '60' })
			}
		}
	);
}

type ProblemKind = {
	readonly status: number;
	readonly code: ErrorCode | 'portal/unavailable';
};

export function problemOf(error: DomainError): Response {
	const { code, issues } = error;
	return problem({ status: statusOf(error), code, ...(issues && { issues }) });
}

/**
 * Lets a system in by its bearer token, and by nothing else: cookies do not count here, and what a
 * browser sends by itself is none. Null when it may go on.
 */
export async function openServiceDoor({ request, locals }: RequestEvent): Promise<Response | null> {
	const token = bearerTokenOf(request.headers.get('authorization'));
	if (token === null) return problem({ status: 401, code: 'portal/unauthenticated' });
	try {
		const caller = await locals.services.serviceTokens.enter(token);
		if (!caller.ok) return problemOf(caller.error);
		locals.caller = caller.value;
		return null;
	} catch (error) {
		if (!isUnavailable(error)) throw error;
		return problem({ status: 503, code: 'portal/unavailable' });
	}
}

/** `?after=`, a cursor as a page before has given it; without it the feed begins at its start. */
export function readFeedPlace(
	url: URL
):
	| { readonly ok: true; readonly after: FeedCursor | null }
	| { readonly ok: false; readonly problem: Parameters<typeof problem>[0] } {
	const isAsked = url.searchParams.has('after');
	const after = parseCursor(url.searchParams.get('after'));
	if (isAsked && !after) {
		const issues = { after: 'invalid' };
		return { ok: false, problem: { status: 400, code: 'portal/invalid-input', issues } };
	}
	return { ok: true, after: after && { atMs: after.submittedAtMs, id: after.id } };
}
