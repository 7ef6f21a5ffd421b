/** A person walks through the whole portal while everything the browser does is written down. */
import { readdirSync, readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import type { BrowserContext, Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { sendLetter } from './support/letters.ts';
import { linkContract, signIn, wordsOf } from './support/people.ts';
import { expect, PHONE, test } from './support/portal.ts';
import { register } from './support/register.ts';
import { protectDrafts } from './support/vault.ts';

test.describe.configure({ mode: 'default' });

const words = wordsOf(PHONE);
const person = {
	firstName: 'Tjorven',
	lastName: 'Melkersson',
	email: 'tjorven.tour@example.org',
	password: 'siebzehn Boote im Hafen'
};

type Seen = { readonly urls: string[]; readonly violations: string[] };

async function watch(context: BrowserContext): Promise<Seen> {
	const seen: Seen = { urls: [], violations: [] };
	context.on('request', (request) => seen.urls.push(request.url()));
	await context.exposeFunction('tellViolation', (text: string) => seen.violations.push(text));
	await context.addInitScript(() => {
		document.addEventListener('securitypolicyviolation', (event) => {
			const tell = Reflect.get(window, 'tellViolation') as (text: string) => void;
			tell(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
		});
	});
	return seen;
}

/** Follows every link of our own that it finds, once. */
async function clickThrough(page: Page, portalUrl: string, start: string): Promise<number> {
	const open = [start];
	const known = new Set(open);
	for (let path = open.shift(); path !== undefined; path = open.shift()) {
		await page.goto(portalUrl + path);
		const hrefs = await page
			.locator('a[href]')
			.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
		for (const href of hrefs) {
			const url = new URL(href, portalUrl + path);
			if (url.origin !== portalUrl || url.pathname.endsWith('/pdf') || known.has(url.pathname))
				continue;
			if (DOWNLOAD.test(url.pathname)) continue;
			known.add(url.pathname);
			open.push(url.pathname);
		}
	}
	return known.size;
}
const DOWNLOAD = /\/(files|account\/log)\b/;

test('W2, W5, W7, W8: a walk through everything breaks no policy, asks nobody else and keeps no page', async ({
	stack,
	device
}) => {
	const context = await device.open(PHONE);
	const seen = await watch(context);
	const page = await context.newPage();
	const app = await register(page, stack, person, words);
	await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);
	await linkContract(page, stack.portalUrl, await sendLetter(stack), words);
	await page.goto(`${stack.portalUrl}/drafts`);
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
	await protectDrafts(page, stack.portalUrl, words);
	await page.goto(`${stack.portalUrl}/drafts`);
	await page.getByRole('button', { name: m.drafts_new({}, words) }).click();
	await expect(page).toHaveURL(/\/drafts\/[0-9a-f-]{36}/);
	expect(await clickThrough(page, stack.portalUrl, '/start')).toBeGreaterThan(10);

	// W2: nothing was blocked, and what would be is seen here.
	expect(seen.violations).toEqual([]);
	await expect(
		page.evaluate(() => document.body.setAttribute('onclick', 'alert(1)'))
	).rejects.toThrow(/TrustedScript/);
	await expect.poll(() => seen.violations.length).toBe(1);

	// W8: a request to somebody else would stand here.
	const own = seen.urls.filter((url) => /^https?:/.test(url));
	expect(own.length).toBeGreaterThan(50);
	for (const url of own) expect(new URL(url).origin).toBe(stack.portalUrl);

	// W7: nothing of the person and nothing secret is part of an address.
	const secrets = [
		...(await context.cookies()).map(({ value }) => value).filter((value) => value.length > 8),
		...[person.firstName, person.lastName, person.email, 'tjorven', person.password]
	];
	for (const url of own) {
		for (const secret of secrets) {
			expect(decodeURIComponent(new URL(url).pathname + new URL(url).search)).not.toContain(secret);
		}
	}

	// W5: the cache of the device holds files of the build alone.
	const files = new Set(
		readdirSync('dist/assets', { recursive: true, encoding: 'utf8' }).map(
			(file) => `/${file.replace(/\.html$/, '')}`
		)
	);
	const cached = await page.evaluate(async () => {
		const urls: string[] = [];
		for (const name of await caches.keys()) {
			for (const request of await (await caches.open(name)).keys()) urls.push(request.url);
		}
		return urls;
	});
	expect(cached.length).toBeGreaterThan(10);
	for (const url of cached) expect(files, url).toContain(new URL(url).pathname);

	// W6: after signing out neither the way back nor a start without network shows anything of it.
	await page.goto(`${stack.portalUrl}/account`);
	const other = await context.newPage();
	await other.goto(`${stack.portalUrl}/contracts`);
	await other.goto(`${stack.portalUrl}/start`);
	await page
		.getByRole('main')
		.getByRole('button', { name: m.portal_sign_out({}, words) })
		.first()
		.click();
	await expect(page).toHaveURL(/signed-out$/);
	await page.goBack();
	await expect(page).toHaveURL(/\/sign-in\?/);
	await expect(page.locator('body')).not.toContainText(person.lastName);
	await context.close();
});

test('W6: what the browser kept in its memory or on the device shows nobody after signing out', async ({
	stack,
	device
}) => {
	const context = await device.open(PHONE);
	const page = await context.newPage();
	const own = { ...person, lastName: 'Grankvist', email: 'pelle.tour@example.org' };
	const app = await register(page, stack, own, words);
	await signIn(page, `${stack.portalUrl}/sign-in`, own, app, words, /\/start$/);
	await page.goto(`${stack.portalUrl}/drafts`);
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
	await page.goto(`${stack.portalUrl}/start`);
	await expect(page.locator('body')).toContainText(own.lastName);
	const other = await context.newPage();
	await other.goto(`${stack.portalUrl}/account`);
	await other
		.getByRole('main')
		.getByRole('button', { name: m.portal_sign_out({}, words) })
		.first()
		.click();
	await expect(other).toHaveURL(/signed-out$/);
	// As if the page came back out of the browser's memory.
	await page.evaluate(() =>
		dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
	);
	await expect(page).toHaveURL(/\/sign-in\?/);
	await stack.stopPortal();
	for (const path of ['/start', '/account', '/drafts', '/offline']) {
		await page.goto(stack.portalUrl + path).catch(() => null);
		await expect(page.locator('body')).not.toContainText(own.lastName);
		await expect(page.locator('body')).not.toContainText(own.email);
	}
	await stack.startPortal();
	await context.close();
});

const FEATURES: readonly string[] = ['indexedDB', 'BroadcastChannel', 'structuredClone', 'crypto'];

test('W10: a browser that lacks what the room needs gets an explanation and no health data', async ({
	stack,
	device
}) => {
	for (const feature of FEATURES) {
		const context = await device.open(PHONE, { serviceWorkers: 'block' });
		await context.addInitScript((name) => {
			Object.defineProperty(globalThis, name, { value: undefined });
		}, feature);
		const page = await context.newPage();
		const asked: string[] = [];
		page.on('request', (request) => asked.push(new URL(request.url()).pathname));
		await page.goto(`${stack.portalUrl}/drafts`);
		await expect(page.getByRole('heading', { level: 1 }), feature).toContainText('zu alt');
		await expect(page.getByRole('button', { name: m.drafts_new({}, words) })).toHaveCount(0);
		expect(
			asked.filter((path) => path.startsWith('/api/')),
			feature
		).toEqual([]);
		await context.close();
	}
});

test('W9: the service worker obeys only the one word it knows, from its own pages', () => {
	const heard = new Map<string, (event: unknown) => void>();
	let skipped = 0;
	const worker = {
		location: new URL('https://portal.example/service-worker.js'),
		registration: { scope: 'https://portal.example/' },
		addEventListener: (type: string, listener: (event: unknown) => void) =>
			heard.set(type, listener),
		skipWaiting: () => (skipped += 1)
	};
	const code = readFileSync('dist/assets/service-worker.js', 'utf8');
	runInNewContext(code, { ...worker, self: worker, globalThis: worker, URL, TextEncoder, console });
	const tell = heard.get('message');
	const send = (origin: string, data: unknown) => tell?.({ origin, data, source: null });
	for (const data of [{ type: 'SKIP_WAITING' }, ['SKIP_WAITING'], 'skip_waiting', null, 1]) {
		send('https://portal.example', data);
	}
	send('https://evil.example', 'SKIP_WAITING');
	send('', 'SKIP_WAITING');
	expect(skipped).toBe(0);
	send('https://portal.example', 'SKIP_WAITING');
	expect(skipped).toBe(1);
});
