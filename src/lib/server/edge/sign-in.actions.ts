import { redirect, type RequestEvent } from '@sveltejs/kit';
import { codeSchema, signInSchema } from '#lib/domain/accounts/registration.schema.ts';
import { failed } from '#lib/domain/result.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import { ownPath } from '#lib/server/edge/own-path.ts';
import {
	browserOf,
	readChallengeToken,
	setChallengeToken,
	setDeviceToken,
	setSessionToken
} from '#lib/server/edge/session-cookie.ts';
import type { Door } from '#lib/server/accounts/sign-in.service.ts';

const PATH_OF: Readonly<Record<Door, string>> = { customer: '/sign-in', staff: '/staff/sign-in' };
const HOME_OF: Readonly<Record<Door, string>> = { customer: '/start', staff: '/staff' };

/** Both doors take the same two steps; only the pages around them differ. */
export async function startSignIn({ request, locals, cookies }: RequestEvent, door: Door) {
	const input = await readForm(request);
	const form = await runForm(input, { schema: signInSchema, secrets: ['password'] }, (typed) =>
		locals.services.signIn.start(typed, door, browserOf(cookies))
	);
	if (!form.ok) return form.failure;
	setChallengeToken(cookies, form.value.challengeToken);
	const next = ownPath(input['next'], '');
	redirect(303, `${PATH_OF[door]}/code${next ? `?next=${encodeURIComponent(next)}` : ''}`);
}

export async function finishSignIn({ request, locals, cookies }: RequestEvent, door: Door) {
	const input = await readForm(request);
	const token = readChallengeToken(cookies);
	const form = await runForm(input, { schema: codeSchema, secrets: ['code'] }, ({ code }) =>
		token === null
			? Promise.resolve(failed('conflict', 'accounts/challenge-ended'))
			: locals.services.signIn.finish(token, { kind: 'totp', code }, browserOf(cookies))
	);
	if (!form.ok) return form.failure;
	setSessionToken(cookies, form.value.sessionToken);
	setDeviceToken(cookies, form.value.deviceToken);
	locals.services.sendMailsAfterAnswer();
	redirect(303, ownPath(input['next'], HOME_OF[door]));
}
