import { chromium, type Browser } from 'playwright';
import { findBrowser } from '../../../tools/browser/browser.ts';
import type { OpenPage } from '../portal/pages.ts';

const TIMEOUT_MS = 20_000;

export type LoadedPage = {
	readonly html: string;
	/** Of everything the page has asked for until the network was quiet. */
	readonly paths: ReadonlySet<string>;
};

export async function withBrowser<T>(
	say: (text: string) => void,
	work: (browser: Browser) => Promise<T>
): Promise<T> {
	const browser = await chromium.launch({
		executablePath: await findBrowser({ say }),
		args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
	});
	try {
		return await work(browser);
	} finally {
		await browser.close();
	}
}

/** A first visit: nothing in the cache, and no service worker that would bring the page from it. */
export async function loadPage(
	browser: Browser,
	portalUrl: string,
	{ path, visitor }: OpenPage
): Promise<LoadedPage> {
	const context = await browser.newContext({ serviceWorkers: 'block', locale: 'de-DE' });
	try {
		await context.addCookies(
			visitor.cookies.map(({ name, value }) => ({
				...{ name, value, domain: 'localhost', path: '/' },
				...{ secure: true, httpOnly: true, sameSite: 'Lax' as const }
			}))
		);
		const page = await context.newPage();
		const paths = new Set<string>();
		page.on('request', (request) => paths.add(new URL(request.url()).pathname));
		const answer = await page.goto(portalUrl + path, {
			waitUntil: 'networkidle',
			timeout: TIMEOUT_MS
		});
		const landed = new URL(page.url()).pathname;
		if (answer?.status() !== 200 || landed !== path) {
			throw new Error(`${path} answered ${answer?.status() ?? 0} and led to ${landed}`);
		}
		return { html: await answer.text(), paths };
	} finally {
		await context.close();
	}
}
