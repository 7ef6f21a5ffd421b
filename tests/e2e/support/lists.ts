import type { Locator, Page } from '@playwright/test';

/** Opens an entry of a list, whatever lies above it: walks before this one fill the same mailbox. */
export async function openInList(page: Page, entry: Locator, older: string): Promise<void> {
	const next = page.getByRole('link', { name: older, exact: true });
	while ((await entry.count()) === 0) {
		const href = await next.getAttribute('href');
		await page.goto(new URL(href ?? '', page.url()).href);
	}
	await entry.first().click();
}
