/** The content policy of every page: what it says, and that the browser obeys. */
import { ask } from './support/asking.ts';
import { expect, PHONE, test } from './support/portal.ts';
import { listRoutes } from './support/routes.ts';

test.describe.configure({ mode: 'default' });

/** security.md 3.13; `upgrade-insecure-requests` comes with https only (edge.test.ts). */
const POLICY: Readonly<Record<string, string>> = {
	'default-src': "'none'",
	'script-src': "'self'",
	'script-src-attr': "'none'",
	'style-src': "'self'",
	'style-src-attr': "'none'",
	'img-src': "'self' blob:",
	'font-src': "'self'",
	'connect-src': "'self'",
	'manifest-src': "'self'",
	'worker-src': "'self'",
	'object-src': "'none'",
	'frame-src': "'none'",
	'base-uri': "'none'",
	'form-action': "'self'",
	'frame-ancestors': "'none'",
	'require-trusted-types-for': "'script'",
	'trusted-types': 'svelte-trusted-html sveltekit-trusted-url portal-workers',
	'report-uri': '/csp-report',
	'report-to': 'csp'
};
/** What a meta element cannot hold stands in the header of these static pages. */
const ONLY_IN_HEADER = ['frame-ancestors', 'report-uri'];
const STATIC_PAGES = ['/shell', '/offline'];
const STATIC_HEADER: Readonly<Record<string, string>> = {
	'object-src': "'none'",
	'base-uri': "'none'",
	'form-action': "'self'",
	'frame-ancestors': "'none'"
};

const ONE_TIME = /^'(nonce|sha256)-[\w+/=-]+'$/;

function parsePolicy(text: string): Readonly<Record<string, string>> {
	return Object.fromEntries(
		text.split(';').flatMap((part) => {
			const [name, ...values] = part.trim().split(/\s+/);
			if (!name) return [];
			return [[name, values.filter((value) => !ONE_TIME.test(value)).join(' ')]];
		})
	);
}

function metaPolicyOf(html: string): string {
	const [, content = ''] =
		/http-equiv="content-security-policy" content="([^"]*)"/i.exec(html) ?? [];
	return content;
}

const nonceOf = (policy: string) => /'nonce-([\w+/=-]+)'/.exec(policy)?.[1] ?? null;

test('W1: every page has exactly our policy, with a nonce of its own each time', async ({
	stack,
	cast
}) => {
	const pages = (await listRoutes()).filter(({ isPage }) => isPage);
	const nonces = new Set<string>();
	let withNonce = 0;
	for (const { id, pathFor } of pages) {
		for (const visitor of [null, cast.ada, cast.clerk]) {
			for (const path of [pathFor(cast.adasIds), pathFor()]) {
				const { headers, text, what } = await ask(stack.portalUrl, visitor, path);
				if (!headers.get('content-type')?.startsWith('text/html')) continue;
				const policy = headers.get('content-security-policy') ?? '';
				expect(policy, what).not.toMatch(/unsafe-|\*|https?:/);
				if (STATIC_PAGES.includes(id)) {
					expect(parsePolicy(policy), what).toEqual(STATIC_HEADER);
					const own = Object.entries(POLICY).filter(([name]) => !ONLY_IN_HEADER.includes(name));
					expect(parsePolicy(metaPolicyOf(text)), what).toEqual(Object.fromEntries(own));
					continue;
				}
				expect(parsePolicy(policy), what).toEqual(POLICY);
				const nonce = nonceOf(policy);
				if (nonce === null) continue;
				withNonce += 1;
				nonces.add(nonce);
				expect(Buffer.from(nonce, 'base64').length, what).toBeGreaterThanOrEqual(16);
			}
		}
	}
	expect(nonces.size).toBe(withNonce);
	expect(withNonce).toBeGreaterThan(2);
});

test('W1: a script that somebody smuggled into a page does not run', async ({ stack, device }) => {
	const context = await device.open(PHONE, { serviceWorkers: 'block' });
	const page = await context.newPage();
	const smuggle = async (withoutPolicy: boolean) => {
		await page.route('**/sign-in', async (route) => {
			const answer = await route.fetch();
			const body = (await answer.text()).replace(
				'</head>',
				`<script>window.smuggled = 1</script></head>`
			);
			const headers = { ...answer.headers() };
			if (withoutPolicy) delete headers['content-security-policy'];
			await route.fulfill({ status: 200, headers, body });
		});
		await page.goto(`${stack.portalUrl}/sign-in`);
		await page.unroute('**/sign-in');
		return page.evaluate(() => Reflect.get(window, 'smuggled') as unknown);
	};
	expect(await smuggle(true), 'without a policy it runs').toBe(1);
	expect(await smuggle(false)).toBeUndefined();
	await context.close();
});

test('W2, ASVS 1.3.2: text can become neither markup nor code', async ({ stack, device }) => {
	const context = await device.open(PHONE);
	const page = await context.newPage();
	for (const path of ['/sign-in', '/drafts', '/offline']) {
		await page.goto(stack.portalUrl + path);
		// In a task of the page itself: what the test evaluates may be exempt.
		const errors = await page.evaluate(
			() =>
				new Promise<readonly string[]>((resolve) => {
					setTimeout(() => {
						const tries = [
							() => (document.body.innerHTML = '<b>x</b>'),
							() => document.createElement('div').insertAdjacentHTML('beforeend', '<b>x</b>'),
							() => document.createRange().createContextualFragment('<b>x</b>'),
							() => (document.createElement('script').text = 'x'),
							// eslint-disable-next-line @typescript-eslint/no-implied-eval -- what must not work
							() => new Function('return 1')
						];
						resolve(
							tries.map((attempt) => {
								try {
									attempt();
									return 'nothing happened';
								} catch (error) {
									return error instanceof Error ? error.name : 'no error';
								}
							})
						);
					});
				})
		);
		expect(errors, path).toEqual(['TypeError', 'TypeError', 'TypeError', 'TypeError', 'EvalError']);
	}
	await context.close();
});
