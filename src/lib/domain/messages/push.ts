import * as v from 'valibot';
import { HOUR_MS, SECOND_MS } from '../calendar.ts';
import type { Mail } from './mail.ts';

/** All that a push ever says (decision 0074): no number, no name, not even which of the two is new. */
export const STATUS_CHANGED = 'status-changed';

/** Mails that tell of news in the portal; whatever is about the account itself goes by mail alone. */
const PUSHED: ReadonlySet<Mail['template']> = new Set<Mail['template']>([
	'new-document',
	'new-message',
	'documents-asked',
	'document-by-post',
	'file-refused',
	'payout-returned',
	'contract-request-answered'
]);

export const isPushed = ({ template }: Pick<Mail, 'template'>): boolean => PUSHED.has(template);

/** The services that browsers bring with them: Chrome and its kin, Firefox, Safari. */
const ONE_HOST_EACH = [
	{ company: 'Google', host: 'fcm.googleapis.com' },
	{ company: 'Mozilla', host: 'updates.push.services.mozilla.com' },
	{ company: 'Apple', host: 'web.push.apple.com' }
] as const;
/** Edge has a host for each region; all of the zone are Microsoft's. */
const EDGE_HOST = /^[a-z0-9-]{1,40}\.notify\.windows\.com$/;

/** All there are, for whoever asks where a notice goes. */
export const PUSH_SERVICES = [
	...ONE_HOST_EACH,
	{ company: 'Microsoft', host: 'notify.windows.com' }
] as const;
const LONGEST_ENDPOINT = 1000;

/**
 * The host an endpoint leads to, or null for one that is no known push service. The endpoint is typed
 * by a browser, and the Worker will post to it: with any host in it we would be a tool against our own
 * network (B3, ASVS 1.3.6). Only https, the standard port, no names in the address.
 */
export function pushHostOf(endpoint: string): string | null {
	if (endpoint.length > LONGEST_ENDPOINT || !URL.canParse(endpoint)) return null;
	const { protocol, host, username, password, hash } = new URL(endpoint);
	if (protocol !== 'https:' || username !== '' || password !== '' || hash !== '') return null;
	return ONE_HOST_EACH.some((one) => one.host === host) || EDGE_HOST.test(host) ? host : null;
}

const endpoint = v.pipe(
	v.string(),
	v.check((text) => pushHostOf(text) !== null, 'unknown-service')
);

/** What a browser hands out: where to post, its public key (P-256, uncompressed) and 16 secret bytes. */
export const pushSubscriptionSchema = v.strictObject({
	endpoint,
	p256dh: v.pipe(v.string(), v.regex(/^B[\w-]{86}$/, 'invalid')),
	auth: v.pipe(v.string(), v.regex(/^[\w-]{22}$/, 'invalid'))
});

export type PushSubscription = v.InferOutput<typeof pushSubscriptionSchema>;

/** Of a subscription that ends: where it led to is enough. */
export const pushEndSchema = v.strictObject({ endpoint });

/** So many devices of an account are told; the oldest beyond go. */
export const MAX_PUSH_DEVICES = 10;

/** After so many tries a notice is dropped: its mail has long told. */
export const MAX_PUSH_TRIES = 6;

export type PushOutcome = 'sent' | 'gone' | 'later' | 'refused';

/**
 * What an answer of a push service means (RFC 8030 section 5, RFC 8292 section 4.2). `gone`: nobody is
 * there any more, or the subscription was made for another key of ours and can never be used again.
 */
export function pushOutcomeOf(status: number): PushOutcome {
	if (status >= 200 && status < 300) return 'sent';
	if (status === 403 || status === 404 || status === 410) return 'gone';
	return status === 429 || status >= 500 ? 'later' : 'refused';
}

const LONGEST_WISH_MS = 24 * HOUR_MS;

/** The pause a service asks for, a day at most; 0 for none and for one that is no number of seconds. */
export function pauseAskedFor(retryAfter: string | null): number {
	if (retryAfter === null || !/^\d{1,9}$/.test(retryAfter)) return 0;
	return Math.min(Number(retryAfter) * SECOND_MS, LONGEST_WISH_MS);
}
