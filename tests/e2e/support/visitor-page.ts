import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import type { Visitor } from '../../bench/portal/visitor.ts';
import type { Window } from './portal.ts';

/** A page of somebody who is signed in already. */
export async function pageOf(
	browser: Browser,
	portalUrl: string,
	visitor: Visitor,
	window: Window,
	more: BrowserContextOptions = {}
): Promise<Page> {
	const { locale, viewport } = window;
	const context = await browser.newContext({
		...{ locale, viewport, timezoneId: 'Europe/Berlin' },
		...more
	});
	await context.addCookies(
		visitor.cookies.map((cookie) => ({
			...cookie,
			...{ domain: new URL(portalUrl).hostname, path: '/', secure: true, httpOnly: true },
			sameSite: 'Lax' as const
		}))
	);
	return context.newPage();
}
