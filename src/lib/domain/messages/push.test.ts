import { expect, test } from 'vitest';
import * as v from 'valibot';
import {
	isPushed,
	pauseAskedFor,
	pushHostOf,
	pushOutcomeOf,
	pushSubscriptionSchema
} from './push.ts';

const KEYS = { p256dh: `B${'a'.repeat(86)}`, auth: 'a'.repeat(22) };

test('B3: only the push services of browsers are posted to', () => {
	for (const [endpoint, host] of [
		['https://fcm.googleapis.com/fcm/send/abc', 'fcm.googleapis.com'],
		['https://updates.push.services.mozilla.com/wpush/v2/abc', 'updates.push.services.mozilla.com'],
		['https://web.push.apple.com/QA', 'web.push.apple.com'],
		['https://wns2-am3p.notify.windows.com/w/?token=abc', 'wns2-am3p.notify.windows.com']
	] as const) {
		expect(pushHostOf(endpoint)).toBe(host);
		expect(v.safeParse(pushSubscriptionSchema, { endpoint, ...KEYS }).success).toBe(true);
	}
});

test('B3: no other host, port, protocol or name gets into an endpoint', () => {
	for (const endpoint of [
		'http://fcm.googleapis.com/fcm/send/abc',
		'https://fcm.googleapis.com:8443/x',
		'https://fcm.googleapis.com./x',
		'https://fcm.googleapis.com@127.0.0.1/x',
		'https://name:word@fcm.googleapis.com/x',
		'https://fcm.googleapis.com.example.org/x',
		'https://example.org/fcm.googleapis.com',
		'https://127.0.0.1/x',
		'https://[::1]/x',
		'https://169.254.169.254/latest',
		'https://localhost/x',
		'https://notify.windows.com/x',
		'https://a.b.notify.windows.com/x',
		'https://notify.windows.com.example.org/x',
		'https://evilnotify.windows.com/x',
		'https://fcm.googleapis.com/x#fragment',
		`https://fcm.googleapis.com/${'x'.repeat(1000)}`,
		'file:///etc/passwd',
		'nothing'
	]) {
		expect(pushHostOf(endpoint), endpoint).toBeNull();
		expect(v.safeParse(pushSubscriptionSchema, { endpoint, ...KEYS }).success).toBe(false);
	}
});

test('keys that are no point of the curve or too short are refused', () => {
	const endpoint = 'https://fcm.googleapis.com/fcm/send/abc';
	for (const keys of [
		{ ...KEYS, auth: 'a'.repeat(21) },
		{ ...KEYS, p256dh: `C${'a'.repeat(86)}` },
		{ ...KEYS, p256dh: `B${'a'.repeat(85)}` },
		{ ...KEYS, more: 'x' }
	]) {
		expect(v.safeParse(pushSubscriptionSchema, { endpoint, ...keys }).success).toBe(false);
	}
});

test('an answer says whether it went out, never can, or goes later', () => {
	expect([201, 200, 404, 410, 403, 429, 500, 503, 400, 413].map(pushOutcomeOf)).toEqual([
		...['sent', 'sent', 'gone', 'gone', 'gone', 'later', 'later', 'later', 'refused', 'refused']
	]);
	expect(pauseAskedFor('120')).toBe(120_000);
	expect(pauseAskedFor('999999999')).toBe(24 * 60 * 60 * 1000);
	for (const none of [null, '', '-1', 'Wed, 21 Oct 2026 07:28:00 GMT']) {
		expect(pauseAskedFor(none)).toBe(0);
	}
});

test('news are pushed, and nothing about the account itself', () => {
	expect(isPushed({ template: 'new-message' })).toBe(true);
	for (const template of ['new-device', 'reset-password', 'account-closing'] as const) {
		expect(isPushed({ template })).toBe(false);
	}
});
