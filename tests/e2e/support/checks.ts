import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import type { Window } from './portal.ts';

/** Pictures are for people to look at; nobody looks at those of CI, and they cost a fifth of these checks. */
const KEEPS_PICTURES = !process.env['CI'];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The rules of axe that look at colours. All others find in dark what they find in light. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/**
 * What must hold on every page that a person sees, in light and in dark: axe finds nothing, nothing
 * is wider than the window, there is one first heading. Keeps a picture of both, but not in CI.
 */
export async function checkPage(page: Page, window: Window, name: string): Promise<void> {
	await expect(page.locator('h1')).toHaveCount(1);
	await expect(page).toHaveTitle(/\S/);
	for (const colorScheme of ['dark', 'light'] as const) {
		// Without motion: a colour on its way from dark to light is no finding.
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		// In this page alone, without a second one to join the findings of foreign frames: our policy has no
		// frames, and a third of the time of all walks went into that page.
		const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] });
		const found = await (colorScheme === 'dark' ? axe.withRules(COLOUR_RULES) : axe.withTags(RULES))
			.setLegacyMode(true)
			.analyze();
		const findings = found.violations.map(
			(one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`
		);
		expect(findings, `axe on ${name} (${colorScheme})`).toEqual([]);
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
