import { expect, test } from 'vitest';
import { accessOf, countsAsUse, hostOf, isAllowed, siteOf } from './access.ts';
import { isFromOwnSite } from './cross-site.ts';
import { ownPath } from './own-path.ts';
import { addSecurityHeaders, sayType } from './security-headers.ts';

const OWN = 'https://portal.example';
function request(method: string, headers: Record<string, string>, body?: Uint8Array<ArrayBuffer>) {
	const init = { method, headers, ...(body && { body }) };
	return isFromOwnSite(new Request(`${OWN}/x`, init), new URL(`${OWN}/x`), OWN);
}

test('S9: a changing request needs our own origin, whatever its content type', () => {
	for (const type of ['application/x-www-form-urlencoded', 'application/json', '']) {
		const content: Record<string, string> = type ? { 'content-type': type } : {};
		for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
			expect(request(method, { ...content, origin: OWN })).toBe(true);
			expect(request(method, { ...content, origin: 'https://evil.example' })).toBe(false);
			expect(request(method, { ...content, origin: 'null' })).toBe(false);
			expect(request(method, content)).toBe(false);
			expect(request(method, { ...content, origin: OWN, 'sec-fetch-site': 'same-site' })).toBe(
				false
			);
		}
	}
	expect(request('GET', { origin: 'https://evil.example' })).toBe(true);
});

test('S9: a body of a type that no page of ours sends is refused, also with our own origin', () => {
	const body = new Uint8Array([1]);
	const types = ['Application/JSON; charset=utf-8', 'multipart/form-data; boundary=x'];
	for (const type of [...types, 'application/offset+octet-stream']) {
		expect(request('POST', { origin: OWN, 'content-type': type }, body), type).toBe(true);
	}
	for (const type of ['text/plain', 'text/plain; x=application/json', 'application/xml', 'json']) {
		expect(request('POST', { origin: OWN, 'content-type': type }, body), type).toBe(false);
	}
	expect(request('POST', { origin: OWN }, body)).toBe(false);
	expect(request('POST', { origin: OWN })).toBe(true);
	expect(request('POST', { origin: OWN, 'content-length': '0' }, body)).toBe(true);
});

test('W7: only a path of our own is a place to go on to', () => {
	for (const evil of [
		'//evil',
		'/\\evil',
		'\\evil',
		'javascript:alert(1)',
		'https://evil',
		'/a\nb',
		'',
		null
	]) {
		expect(ownPath(evil, '/start')).toBe('/start');
	}
	expect(ownPath('/claims/0198?x=1')).toBe('/claims/0198?x=1');
});

test('Z1: a route without a rule is for nobody', () => {
	expect(accessOf('/something-new')).toBe('nobody');
	expect(accessOf('/api/something-new')).toBe('nobody');
	expect(isAllowed('nobody', 'clerk')).toBe(false);
	expect(isAllowed('customer', null)).toBe(false);
	expect(isAllowed('customer', 'clerk')).toBe(false);
	expect(isAllowed('staff', 'customer')).toBe(false);
	expect(isAllowed('staff', 'clerk')).toBe(true);
});

const TWO_HOSTS = { origin: OWN, staffOrigin: 'https://desk.example' };

test("Z8: the staff's host answers staff alone, and the customers' host no staff", () => {
	const STAFF = ['/(staff)/staff', '/(staff)/staff/claims/[id]', '/(public)/staff/sign-in'];
	const CUSTOMERS = [
		'/(customer)/start',
		'/(public)/sign-in',
		'/(public)',
		'/drafts',
		'/api/uploads/[id]',
		'/something-new',
		'/(public)/staffing'
	];
	const BOTH = ['/(signed-in)/sign-out', '/(public)/language', '/csp-report', '/api/health'];
	for (const route of STAFF) {
		expect(siteOf(TWO_HOSTS, TWO_HOSTS.staffOrigin, route), route).toBe(TWO_HOSTS.staffOrigin);
		expect(siteOf(TWO_HOSTS, OWN, route), route).toBeNull();
	}
	for (const route of CUSTOMERS) {
		expect(siteOf(TWO_HOSTS, OWN, route), route).toBe(OWN);
		expect(siteOf(TWO_HOSTS, TWO_HOSTS.staffOrigin, route), route).toBeNull();
	}
	for (const route of BOTH) {
		expect(hostOf(route), route).toBe('both');
		for (const host of Object.values(TWO_HOSTS)) {
			expect(siteOf(TWO_HOSTS, host, route), route).toBe(host);
		}
	}
	expect(siteOf(TWO_HOSTS, 'https://evil.example', '/(public)/language')).toBeNull();
	const oneHost = { origin: OWN, staffOrigin: OWN };
	for (const route of [...STAFF, ...CUSTOMERS, ...BOTH]) {
		expect(siteOf(oneHost, 'http://inside.example', route), route).toBe(OWN);
	}
});

test('S4: asking who is signed in does not keep the session alive', () => {
	expect(countsAsUse('/api/session', 'GET')).toBe(false);
	for (const [route, method] of [
		['/api/drafts/contact', 'POST'],
		['/api/drafts/[id]', 'PUT']
	] as const) {
		expect(countsAsUse(route, method), route).toBe(false);
	}
	expect(countsAsUse('/(signed-in)/session', 'GET')).toBe(false);
	expect(countsAsUse('/(signed-in)/session', 'POST')).toBe(true);
	expect(countsAsUse('/(customer)/claims', 'GET')).toBe(true);
	expect(countsAsUse('/api/uploads/[id]', 'PATCH')).toBe(true);
});

test('W3: every answer gets the headers, and a policy of its own stays', () => {
	const plain = addSecurityHeaders(new Response('x'), true);
	expect(plain.headers.get('cache-control')).toBe('no-store');
	expect(plain.headers.get('content-security-policy')).toContain("default-src 'none'");
	expect(plain.headers.get('x-content-type-options')).toBe('nosniff');
	const page = new Response('x', { headers: { 'content-security-policy': "script-src 'self'" } });
	expect(addSecurityHeaders(page, true).headers.get('content-security-policy')).toBe(
		"script-src 'self'; upgrade-insecure-requests"
	);
	expect(addSecurityHeaders(page, false).headers.get('content-security-policy')).toBe(
		"script-src 'self'"
	);
});

test('ASVS 4.1.1: a text says its character set, and a body without a type is a text', () => {
	const typeOf = (type: string, body: string | null = 'x') =>
		sayType(new Response(body, { headers: type ? { 'content-type': type } : {} })).headers.get(
			'content-type'
		);
	expect(typeOf('text/html')).toBe('text/html; charset=utf-8');
	expect(typeOf('text/html; charset=UTF-8')).toBe('text/html; charset=UTF-8');
	expect(typeOf('application/json')).toBe('application/json');
	expect(typeOf('', null)).toBeNull();
	const untyped = new Response(new Blob(['x']).stream());
	expect(sayType(untyped).headers.get('content-type')).toBe('text/plain; charset=utf-8');
	const cookies = new Response('x', {
		headers: [
			...['a=1', 'b=2'].map((one) => ['set-cookie', one] as [string, string]),
			['content-type', 'text/html']
		]
	});
	expect(sayType(cookies).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});
