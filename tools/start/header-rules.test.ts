import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { headersFor, parseHeaderRules } from './header-rules.ts';

const ADAPTER_RULES = `
/_app/*
  X-Robots-Tag: noindex
	Cache-Control: no-cache
/_app/immutable/*
  ! Cache-Control
	Cache-Control: public, immutable, max-age=31536000
`;
const rules = parseHeaderRules(readFileSync('_headers', 'utf8') + ADAPTER_RULES);

describe('headersFor', () => {
	it('lets the later rule replace what it detaches', () => {
		const { 'cache-control': caching } = headersFor('/_app/immutable/entry/app.js', rules);
		expect(caching).toBe('public, immutable, max-age=31536000');
		expect(headersFor('/_app/version.json', rules)['cache-control']).toBe('no-cache');
	});

	it('joins a header that two rules set', () => {
		const twice = parseHeaderRules('/*\n  Link: </a>\n/b\n  Link: </c>\n');
		expect(headersFor('/b', twice).link).toBe('</a>, </c>');
	});

	it('takes dots in a path literally', () => {
		const exact = parseHeaderRules('/a.js\n  X-A: 1\n');
		expect(headersFor('/axjs', exact)).toEqual({});
	});

	it('refuses a line that is no header', () => {
		expect(() => parseHeaderRules('/*\n  nonsense\n')).toThrow('nonsense');
		expect(() => parseHeaderRules('X-A: 1\n')).toThrow('X-A');
	});
});

describe('the _headers of this project', () => {
	it('puts the security headers on every static file', () => {
		expect(headersFor('/icons/icon.svg', rules)).toMatchObject({
			'strict-transport-security': 'max-age=63072000; includeSubDomains; preload',
			'x-content-type-options': 'nosniff',
			'x-frame-options': 'DENY',
			'referrer-policy': 'same-origin',
			'cross-origin-opener-policy': 'same-origin',
			'cross-origin-resource-policy': 'same-origin'
		});
	});

	it('gives the service worker its own policy and never lets it be cached', () => {
		expect(headersFor('/service-worker.js', rules)).toMatchObject({
			'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'",
			'service-worker-allowed': '/',
			'cache-control': 'no-cache'
		});
	});

	it('leaves the scripts of the offline shell to the policy in its meta element', () => {
		const policy = headersFor('/shell', rules)['content-security-policy'];
		expect(policy).toContain("frame-ancestors 'none'");
		expect(policy).not.toMatch(/default-src|script-src|style-src/);
	});
});
