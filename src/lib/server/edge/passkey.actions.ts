import { json, redirect, type RequestEvent } from '@sveltejs/kit';
import { passkeyAnswerSchema } from '#lib/domain/accounts/passkey.schema.ts';
import { failed, type Result } from '#lib/domain/result.ts';
import type { Door } from '#lib/server/accounts/sign-in.service.ts';
import { answerJson, readForm, runForm } from '#lib/server/http.ts';
import {
	browserOf,
	readChallengeToken,
	setChallengeToken,
	setDeviceToken,
	setSessionToken
} from './session-cookie.ts';
import { ownPath } from './own-path.ts';

const HOME_OF: Readonly<Record<Door, string>> = { customer: '/start', staff: '/staff' };

/** Options for the browser; the challenge's token travels in its cookie, as with a password. */
export async function offerPasskey({ locals, cookies }: RequestEvent, door: Door) {
	const offered = await locals.services.passkeySignIn.offer(door);
	if (!offered.ok) return answerJson(offered);
	setChallengeToken(cookies, offered.value.challengeToken);
	return json(offered.value.options);
}

/** Customers are told of their password; to the staff of production no other way is open (Z8). */
function atDoor<T>(door: Door, done: Result<T>): Result<T> {
	const isRefused = !done.ok && done.error.code === 'accounts/passkey-refused';
	return isRefused && door === 'staff' ? failed(done.error.kind, 'staff/passkey-refused') : done;
}

/** Takes the browser's answer. It goes back to no page: it is good once. */
export async function finishPasskey({ request, locals, cookies }: RequestEvent, door: Door) {
	const input = await readForm(request);
	const token = readChallengeToken(cookies);
	const form = await runForm(
		input,
		{ schema: passkeyAnswerSchema, secrets: ['passkey'] },
		({ passkey }) =>
			token === null
				? Promise.resolve(failed('conflict', 'accounts/challenge-ended'))
				: locals.services.passkeySignIn
						.finish(token, passkey, browserOf(cookies))
						.then((done) => atDoor(door, done))
	);
	if (!form.ok) return form.failure;
	setSessionToken(cookies, form.value.sessionToken);
	setDeviceToken(cookies, form.value.deviceToken);
	locals.services.sendMailsAfterAnswer();
	redirect(303, ownPath(input['next'], HOME_OF[door]));
}
