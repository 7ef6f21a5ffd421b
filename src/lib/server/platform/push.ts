/** Hands one word to the push service of a browser: by the one way out, and to its known hosts only. */
import { DAY_MS, SECOND_MS } from '#lib/domain/calendar.ts';
import {
	pauseAskedFor,
	pushHostOf,
	pushOutcomeOf,
	STATUS_CHANGED,
	type PushOutcome,
	type PushSubscription
} from '#lib/domain/messages/push.ts';
import type { Clock } from './clock.ts';
import type { Ids } from './ids.ts';
import { fetchOutbound } from './outbound.ts';
import { bytesOf, newPushKeys, pushAuthorization, sealPush } from './push-message.ts';
import type { SenderKey } from './push-message.ts';

const SALT_BYTES = 16;
/** So long a service keeps the word for a device that is off; later the mailbox has told. */
const KEPT_MS = DAY_MS;

export type PushSettings = {
	readonly key: SenderKey;
	/** Whom a service turns to: an https or mailto address (RFC 8292 section 2.1). */
	readonly contact: string;
};

export type PushAnswer = { readonly outcome: PushOutcome; readonly pauseMs: number };

/** Throws where no answer came, and for an endpoint that is no push service's. */
export async function sendPush(
	settings: PushSettings,
	{ endpoint, p256dh, auth }: PushSubscription,
	parts: { readonly clock: Clock; readonly ids: Pick<Ids, 'randomBytes'> },
	options: { readonly fetch?: typeof fetch } = {}
): Promise<PushAnswer> {
	const host = pushHostOf(endpoint);
	if (host === null) throw new Error('push: this host is not allowed');
	const subscriber = { publicKey: bytesOf(p256dh), auth: bytesOf(auth) };
	const salt = new Uint8Array(parts.ids.randomBytes(SALT_BYTES));
	const body = await sealPush(STATUS_CHANGED, subscriber, { keys: await newPushKeys(), salt });
	const claims = {
		audience: new URL(endpoint).origin,
		contact: settings.contact,
		nowMs: parts.clock.nowMs()
	};
	const headers = {
		Authorization: await pushAuthorization(settings.key, claims),
		'Content-Encoding': 'aes128gcm',
		'Content-Type': 'application/octet-stream',
		TTL: String(KEPT_MS / SECOND_MS),
		// Of two words that wait for a device only the last is kept (RFC 8030 section 5.4).
		Topic: STATUS_CHANGED
	};
	const answer = await fetchOutbound(endpoint, { method: 'POST', headers, body }, [host], options);
	await answer.body?.cancel();
	return {
		outcome: pushOutcomeOf(answer.status),
		pauseMs: pauseAskedFor(answer.headers.get('Retry-After'))
	};
}
