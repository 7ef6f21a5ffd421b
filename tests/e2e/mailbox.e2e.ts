/** A question and its answer: the customer writes, a clerk answers, the customer reads. */
import { chromium } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { checkPage, watchPage } from './support/checks.ts';
import { mailsTo, waitForMail } from './support/mailbox.ts';
import { wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { pageOf } from './support/visitor-page.ts';

for (const window of [DESKTOP, PHONE]) {
	test(`Z6, A32: a question about a claim is answered and read (${window.name})`, async ({
		stack,
		cast,
		browserPath
	}) => {
		test.setTimeout(300_000);
		const words = wordsOf(window);
		const question = `Wann kommt das Geld? (${window.name})`;
		const answer = `Morgen, auf Ihr Konto. (${window.name})`;
		const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
		try {
			const page = await pageOf(browser, stack.portalUrl, cast.ada, window);
			const troubles = watchPage(page, stack.portalUrl);
			const field = (label: string) => page.getByLabel(label, { exact: true });

			// from the claim, with nothing typed twice after a mistake
			await page.goto(`${stack.portalUrl}/claims/${cast.adasIds['claims']}`);
			await page.getByRole('link', { name: m.messages_ask_claim({}, words) }).click();
			await field(m.messages_new_text({}, words)).fill(question);
			await page.getByRole('button', { name: m.messages_send({}, words) }).click();
			await expect(page.getByRole('alert')).toBeFocused();
			await expect(field(m.messages_new_text({}, words))).toHaveValue(question);
			await checkPage(page, window, 'message-issues');
			await field(m.messages_new_topic({}, words)).selectOption('payment');
			await page.getByRole('button', { name: m.messages_send({}, words) }).click();
			await expect(page).toHaveURL(/\/mailbox\/messages\/[0-9a-f-]{36}\?done=sent$/);
			const path = new URL(page.url()).pathname;
			await expect(page.getByText(m.messages_not_read_by_us({}, words))).toBeVisible();
			await checkPage(page, window, 'message-sent');

			// the clerk takes it, reads and answers
			const desk = await pageOf(browser, stack.portalUrl, cast.clerk, window);
			await desk.goto(`${stack.portalUrl}/staff/messages?show=free`);
			await checkPage(desk, window, 'inbox');
			await desk.locator('form:has(input[name=conversation]) button').first().click();
			await expect(desk.getByText(question)).toBeVisible();
			await checkPage(desk, window, 'conversation-staff');
			await desk.locator('textarea[name=text]').fill(answer);
			await desk.getByRole('button', { name: m.messages_staff_send({}, words) }).click();
			await expect(desk).toHaveURL(/done=sent$/);
			await expect(desk.getByText(m.messages_not_read_by_customer({}, words))).toBeVisible();

			// told by a mail that says nothing, found in the mailbox, read
			const email = cast.adasMarkers[0] ?? '';
			const subject = new RegExp(m.mails_message_subject({}, { locale: 'de' }));
			await waitForMail(stack.inboxUrl, email, subject);
			for (const mail of await mailsTo(stack.inboxUrl, email)) {
				expect(mail.text).not.toContain(question);
				expect(mail.text).not.toContain(answer);
			}
			await page.goto(`${stack.portalUrl}/mailbox?show=unread`);
			await checkPage(page, window, 'mailbox-messages');
			await page.goto(`${stack.portalUrl}/mailbox`);
			await field(m.messages_search({}, words)).fill('auf ihr konto');
			await page.getByRole('button', { name: m.messages_search_button({}, words) }).click();
			await checkPage(page, window, 'mailbox-search');
			await page.locator(`a[href="${path}"]`).click();
			await expect(page.getByText(answer)).toBeVisible();
			await expect(page.getByText(m.messages_visits_in_charge({}, words)).first()).toBeVisible();
			await checkPage(page, window, 'message-read');
			await desk.goto(`${stack.portalUrl}/staff${path.replace('/mailbox', '')}`);
			await expect(desk.getByText(m.messages_not_read_by_customer({}, words))).toHaveCount(0);
			expect(troubles).toEqual([]);
		} finally {
			await browser.close();
		}
	});
}
