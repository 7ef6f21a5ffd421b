import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';
import type axe from 'axe-core';
import type { Window } from './portal.ts';

/** Pictures are for people to look at; nobody looks at those of CI, and they cost a fifth of these checks. */
const KEEPS_PICTURES = !process.env['CI'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** The rules of axe that look at colours. All others find in dark what they find in light. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
const LOOKS = [
	{ colorScheme: 'dark', runOnly: { type: 'rule', values: COLOUR_RULES } },
	{
		colorScheme: 'light',
		runOnly: {
			type: 'tag',
			values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
		}
	}
] as const;

/**
 * What must hold on every page that a person sees, in light and in dark: axe finds nothing, nothing
 * is wider than the window, there is one first heading. Keeps a picture of both, but not in CI.
 */
export async function checkPage(page: Page, window: Window, name: string): Promise<void> {
	await expect(page.locator('h1')).toHaveCount(1);
	await expect(page).toHaveTitle(/\S/);
	await page.evaluate(AXE);
	for (const { colorScheme, runOnly } of LOOKS) {
		// Without motion: a colour on its way from dark to light is no finding.
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		expect(await findingsOf(page, runOnly), `axe on ${name} (${colorScheme})`).toEqual([]);
		if (KEEPS_PICTURES) {
			await page.screenshot({
				path: `test-results/pages/${window.name}-${colorScheme}-${name}.png`,
				fullPage: true
			});
		}
	}
	const tooWide = await page.evaluate(
		() => document.documentElement.scrollWidth - document.documentElement.clientWidth
	);
	expect(tooWide, `${name} scrolls sideways by pixels`).toBeLessThanOrEqual(0);
}

/** In this frame alone: our policy has no others. */
function findingsOf(
	page: Page,
	{ type, values }: (typeof LOOKS)[number]['runOnly']
): Promise<readonly string[]> {
	return page.evaluate(
		async ([type, values]) => {
			const { run } = (globalThis as typeof globalThis & { axe: typeof axe }).axe;
			const { violations } = await run(document, {
				resultTypes: ['violations'],
				runOnly: { type, values: [...values] }
			});
			return violations.map(
				(one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`
			);
		},
		[type, values] as const
	);
}

/** Watches a page for what must never happen: errors in its console, blocked content, foreign requests. */
export function watchPage(page: Page, portalUrl: string): readonly string[] {
	const troubles: string[] = [];
	page.on('console', (message) => {
		if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
			troubles.push(`console: ${message.text()}`);
		}
	});
	page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
	page.on('request', (request) => {
		const url = new URL(request.url());
		if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== new URL(portalUrl).origin) {
			troubles.push(`foreign request: ${url.origin}`);
		}
	});
	return troubles;
}
