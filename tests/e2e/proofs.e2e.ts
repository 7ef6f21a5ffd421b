/** Proofs of insurability: asked for, handed in without a script, asked for again, accepted (decision 0073). */
import { chromium, type Locator, type Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { pngOf } from '../support/files.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { pageOf } from './support/visitor-page.ts';

/** Each of its own: nothing is asked for twice. */
const WALKS = [
	{ window: DESKTOP, kind: 'enrolment', title: m.proofs_kind_enrolment },
	{ window: PHONE, kind: 'visa', title: m.proofs_kind_visa }
] as const;

const passport = (name: string) => ({
	...{ name, mimeType: 'image/png', buffer: Buffer.from(pngOf()) }
});

for (const { window, kind, title } of WALKS) {
	test(`a proof is asked for, sent without script, asked for again and accepted (${window.name})`, async ({
		stack,
		cast,
		browserPath
	}) => {
		const words = wordsOf(window);
		const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
		try {
			const contractId = cast.adasIds['contracts'] ?? '';
			const clerk = await pageOf(browser, stack.portalUrl, cast.clerk, window);
			const troubles = watchPage(clerk, stack.portalUrl);
			const press = (where: Page | Locator, name: string) =>
				where.getByRole('button', { name, exact: true }).first().click();

			await clerk.goto(`${stack.portalUrl}/staff/proofs/ask/${contractId}`);
			await press(clerk, m.proofs_staff_ask({}, words));
			await expect(clerk.getByRole('alert')).toContainText(m.issue_required({}, words));
			await checkPage(clerk, window, 'proof-ask-issues');
			await clerk.locator('[name=person]').selectOption({ index: 1 });
			await clerk.locator(`[name=kind][value=${kind}]`).check();
			await checkPage(clerk, window, 'proof-ask');
			await press(clerk, m.proofs_staff_ask({}, words));
			await expect(clerk.getByText(m.proofs_staff_done_asked({}, words))).toBeVisible();
			await checkPage(clerk, window, 'proofs-asked');

			// Sent by a browser that runs no script; axe looks through the eyes of another.
			const path = `${stack.portalUrl}/contracts/${contractId}/proofs`;
			const ada = await pageOf(browser, stack.portalUrl, cast.ada, window);
			const plain = await pageOf(browser, stack.portalUrl, cast.ada, window, {
				javaScriptEnabled: false
			});
			const handIn = async (name: string) => {
				await plain.goto(path);
				const card = plain.locator('.card', { hasText: title({}, words) });
				await card.locator('input[type=file]').setInputFiles(passport(name));
				await press(card, m.requests_send({}, words));
				await expect(plain.getByText(m.proofs_done_title({}, words))).toBeVisible();
			};
			await ada.goto(path);
			await checkPage(ada, window, 'proof-wanted');
			await press(ada, m.requests_send({}, words));
			await expect(ada.getByRole('alert')).toBeVisible();
			await checkPage(ada, window, 'proof-without-file');
			await handIn('blatt.png');
			await ada.goto(plain.url());
			await checkPage(ada, window, 'proof-sent');

			// In quarantine nobody accepts it.
			await clerk.goto(`${stack.portalUrl}/staff/proofs`);
			await checkPage(clerk, window, 'proofs-to-check');
			await clerk.getByRole('link', { name: title({}, words), exact: true }).click();
			await expect(clerk).toHaveURL(/\/staff\/proofs\/[0-9a-f-]{36}$/);
			const proof = clerk.url();
			await stack.runJobs();
			await clerk.goto(proof);
			await press(clerk, m.proofs_staff_return({}, words));
			await expect(clerk.getByRole('alert')).toContainText(m.issue_required({}, words));
			await checkPage(clerk, window, 'proof-return-issues');
			await clerk.locator('[name=fault][value=incomplete]').check();
			await press(clerk, m.proofs_staff_return({}, words));
			await expect(clerk.getByText(m.proofs_staff_done_returned({}, words))).toBeVisible();

			await ada.goto(path);
			await expect(ada.locator('.card .notice')).toBeVisible();
			await checkPage(ada, window, 'proof-wanted-again');
			await handIn('ganz.png');
			await stack.runJobs();
			await clerk.goto(proof);
			await checkPage(clerk, window, 'proof-at-desk');
			await press(clerk, m.proofs_staff_accept({}, words));
			await expect(clerk.getByText(m.proofs_staff_done_accepted({}, words))).toBeVisible();

			await ada.goto(path);
			await expect(ada.getByText(m.proofs_state_accepted({}, words)).first()).toBeVisible();
			await expect(ada.getByText(m.proofs_visits_in_charge({}, words)).first()).toBeVisible();
			await checkPage(ada, window, 'proof-accepted');
			expect(troubles).toEqual([]);
		} finally {
			await browser.close();
		}
	});
}
