import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type * as v from 'valibot';
import { proofSchema } from '#lib/domain/accounts/account.schema.ts';
import type { Result } from '#lib/domain/result.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import { setSessionToken } from '#lib/server/edge/session-cookie.ts';

/** The session behind a request of a signed-in route; the hook guarantees it. */
export function sessionIdOf({ locals }: Pick<RequestEvent, 'locals'>): string {
	return locals.signedIn?.sessionId ?? error(401, 'signed out');
}

/** The first half of a sensitive act: keep the values, then go and ask for the proof. */
export async function askAct<Schema extends v.GenericSchema>(
	event: RequestEvent,
	form: { readonly schema: Schema; readonly secrets: readonly string[] },
	ask: (
		parsed: v.InferOutput<Schema>,
		sessionId: string
	) => Promise<Result<{ readonly id: string }>>
) {
	const sessionId = sessionIdOf(event);
	const asked = await runForm(await readForm(event.request), form, (parsed) =>
		ask(parsed, sessionId)
	);
	if (!asked.ok) return asked.failure;
	redirect(303, `/account/confirm/${asked.value.id}`);
}

/** The second half: the proof, the act, and the session's new token in the cookie (S3). */
export async function confirmAct(event: RequestEvent, id: string) {
	const { locals, cookies } = event;
	const sessionId = sessionIdOf(event);
	const confirmed = await runForm(
		await readForm(event.request),
		{ schema: proofSchema, secrets: ['code', 'password', 'newCode', 'passkey', 'newPasskey'] },
		(proof) => locals.services.stepUp.confirm(locals.actor, sessionId, id, proof)
	);
	if (!confirmed.ok) return confirmed.failure;
	setSessionToken(cookies, confirmed.value.sessionToken);
	locals.services.sendMailsAfterAnswer();
	const { act, recoveryCodes } = confirmed.value;
	if (recoveryCodes) return { recoveryCodes };
	redirect(303, `/account?done=${encodeURIComponent(act)}`);
}
