import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';
import { proofSchema } from '#lib/domain/accounts/account.schema.ts';
import { passkeyLabelSchema, passkeyPickedSchema } from '#lib/domain/accounts/passkey.schema.ts';
import { isStaff } from '#lib/domain/actor.ts';
import type { SensitiveAct } from '#lib/domain/accounts/sensitive-acts.ts';
import type { Result } from '#lib/domain/result.ts';
import { answerJson, readForm, runForm } from '#lib/server/http.ts';
import { setSessionToken } from '#lib/server/edge/session-cookie.ts';

const ACT_ID = v.pipe(v.string(), v.uuid());

/** Where an act goes on that does not end on the account's page. */
const NEXT_PAGE: Partial<Record<SensitiveAct, string>> = {
	'data/export': '/account/data',
	'account/delete': '/account/data',
	'bank-account/change': '/contracts'
};

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
	redirect(303, `${accountOf(event)}/confirm/${asked.value.id}`);
}

/** Where the own account has its pages. */
function accountOf({ locals }: Pick<RequestEvent, 'locals'>): '/account' | '/staff/account' {
	return isStaff(locals.actor.role) ? '/staff/account' : '/account';
}

/** The id of a waiting act; a word that can be none has no page (W4). */
function actIdOf({ params }: Pick<RequestEvent, 'params'>): string {
	const { id } = params;
	return v.is(ACT_ID, id) ? id : error(404, 'act');
}

/** What the page of a waiting act shows; null once it is over. */
export async function showAct(event: RequestEvent) {
	const id = actIdOf(event);
	const view = await event.locals.services.stepUp.show(event.locals.actor, sessionIdOf(event), id);
	return { id, view: view.ok ? view.value : null };
}

/** Options for the browser, for the passkey that proves the act or for the one it adds. */
export async function offerForAct(event: RequestEvent, kind: 'offerPasskey' | 'offerNewPasskey') {
	const id = actIdOf(event);
	return answerJson(
		await event.locals.services.stepUp[kind](event.locals.actor, sessionIdOf(event), id)
	);
}

/** The second half: the proof, the act, and the session's new token in the cookie (S3). */
export async function confirmAct(event: RequestEvent) {
	const { locals, cookies } = event;
	const id = actIdOf(event);
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
	redirect(303, `${NEXT_PAGE[act] ?? accountOf(event)}?done=${encodeURIComponent(act)}`);
}

/** The two acts on the own passkeys, for customers and staff alike. */
export const passkeyActions = {
	add: (event: RequestEvent) =>
		askAct(event, { schema: passkeyLabelSchema, secrets: [] }, (input, sessionId) =>
			event.locals.services.passkeys.askAdd(event.locals.actor, sessionId, input)
		),
	remove: (event: RequestEvent) =>
		askAct(event, { schema: passkeyPickedSchema, secrets: [] }, (input, sessionId) =>
			event.locals.services.passkeys.askRemove(event.locals.actor, sessionId, input)
		)
};
