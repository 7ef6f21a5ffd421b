/** Questions with their answers, and information that is chosen by a rule: both sides of each. */
import { chromium } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { signIn } from '../bench/portal/accounts-road.ts';
import { JUST_TAKE } from '../bench/portal/steps.ts';
import { pngOf } from '../support/files.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { mailsTo, waitForMail } from './support/mailbox.ts';
import { wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { pageOf } from './support/visitor-page.ts';

for (const window of [DESKTOP, PHONE]) {
	test(`Z6: a question about a claim is answered and read (${window.name})`, async ({
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

	test(`Z6: what a treatment would cost is asked before it, answered and read (${window.name})`, async ({
		stack,
		cast,
		browserPath
	}) => {
		test.setTimeout(120_000);
		const words = wordsOf(window);
		const treatment = `Implantat unten links (${window.name})`;
		const reason = `Zwei Implantate im Jahr sind versichert. (${window.name})`;
		const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
		try {
			const page = await pageOf(browser, stack.portalUrl, cast.ada, window);
			const troubles = watchPage(page, stack.portalUrl);
			await page.goto(`${stack.portalUrl}/claims`);
			await page
				.getByRole('main')
				.getByRole('link', { name: m.inquiries_ask({}, words) })
				.click();
			await page.locator('textarea[name=treatment]').fill(treatment);
			await page.getByRole('button', { name: m.inquiries_send({}, words) }).click();
			await expect(page.getByRole('alert')).toBeFocused();
			await expect(page.locator('textarea[name=treatment]')).toHaveValue(treatment);
			await checkPage(page, window, 'inquiry-issues');
			await page.locator('input[name=provider]').fill('Dr. Maler, Bonn');
			await page.locator('input[name=amount]').fill('3.400,00');
			await page.locator('input[name=urgent][value=no]').check();
			// The device makes a JPEG of it, and names it so.
			const plan = `heilplan-${window.name}`;
			const buffer = Buffer.from(pngOf());
			await page
				.locator('input[name=file1]')
				.setInputFiles({ name: `${plan}.png`, mimeType: 'image/png', buffer });
			await page.getByRole('button', { name: m.inquiries_send({}, words) }).click();
			await expect(page).toHaveURL(/\/claims\/inquiries\/[0-9a-f-]{36}\?done=sent$/);
			const reference =
				(await page
					.getByText(/K-\d{4}-[2-9A-Z]{8}/)
					.first()
					.textContent()) ?? '';
			await expect(page.getByText(plan)).toBeVisible();
			await checkPage(page, window, 'inquiry-sent');
			const number = /K-\d{4}-[2-9A-Z]{8}/.exec(reference)?.[0] ?? '';

			// the clerk takes it, and sees the answer once more before it is given
			const desk = await pageOf(browser, stack.portalUrl, cast.clerk, window);
			const deskTroubles = watchPage(desk, stack.portalUrl);
			await desk.goto(`${stack.portalUrl}/staff/inquiries`);
			await expect(desk.getByText(treatment)).toHaveCount(0);
			await checkPage(desk, window, 'inquiries-desk');
			await desk
				.getByRole('button', { name: m.inquiries_staff_take_named({ reference: number }, words) })
				.click();
			await expect(desk.getByText(treatment)).toBeVisible();
			await expect(desk.getByText(plan)).toBeVisible();
			await desk.locator('input[name=outcome][value=partly-covered]').check();
			await desk.getByRole('button', { name: m.inquiries_staff_answer_next({}, words) }).click();
			await expect(desk.getByRole('alert')).toBeFocused();
			await checkPage(desk, window, 'inquiry-answer-issues');
			await desk.locator('input[name=upTo]').fill('1.800');
			await desk.locator('textarea[name=reason]').fill(reason);
			await desk.locator('input[name=clause]').fill('§ 5 Abs. 2 AVB');
			await desk.getByRole('button', { name: m.inquiries_staff_answer_next({}, words) }).click();
			await checkPage(desk, window, 'inquiry-answer-check');
			await desk.getByRole('button', { name: m.inquiries_staff_check_send({}, words) }).click();
			await expect(desk).toHaveURL(/done=answered$/);
			await checkPage(desk, window, 'inquiries-desk-answered');

			// told by a mail that says nothing; a letter in the mailbox leads to the answer
			for (const mail of await mailsTo(stack.inboxUrl, cast.adasMarkers[0] ?? '')) {
				for (const word of [treatment, reason, number]) expect(mail.text).not.toContain(word);
			}
			await page.goto(`${stack.portalUrl}/mailbox`);
			await page
				.getByRole('link', { name: m.inquiries_notice_answered_title({}, words) })
				.first()
				.click();
			await expect(page.getByText(reason)).toBeVisible();
			await checkPage(page, window, 'inquiry-letter');
			await page.getByRole('link', { name: m.inquiries_notice_open({}, words) }).click();
			await expect(page.getByText(reason)).toBeVisible();
			await expect(page.getByText(m.inquiries_visits_in_charge({}, words)).first()).toBeVisible();
			await checkPage(page, window, 'inquiry-answered');
			await page.goto(`${stack.portalUrl}/claims/inquiries`);
			await checkPage(page, window, 'inquiries');
			expect(troubles).toEqual([]);
			expect(deskTroubles).toEqual([]);
		} finally {
			await browser.close();
		}
	});

	test(`information is written, chosen and explained; advertising needs consent (${window.name})`, async ({
		stack,
		cast,
		browserPath
	}) => {
		test.setTimeout(300_000);
		const words = wordsOf(window);
		const title = `Zahnschutz ${window.name}`;
		const demo = await readDemo(stack.dataDir);
		const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
		try {
			const lead = await pageOf(
				browser,
				stack.portalUrl,
				await signIn({ stack, demo }, 'seniorClerk', JUST_TAKE),
				window
			);
			const troubles = watchPage(lead, stack.portalUrl);
			await lead.goto(`${stack.portalUrl}/staff/information/new`);
			await lead.getByRole('button', { name: m.information_staff_preview({}, words) }).click();
			await expect(lead.getByRole('alert')).toBeFocused();
			await checkPage(lead, window, 'information-issues');
			await lead.locator('input[name=kind][value=marketing]').check();
			for (const name of ['titleDe', 'titleEn']) await lead.locator(`[name=${name}]`).fill(title);
			for (const name of ['textDe', 'textEn'])
				await lead.locator(`[name=${name}]`).fill('Ab 5 Euro.');
			await lead.locator('[name=startsOn]').fill('2026-01-01');
			await lead.locator('[name=endsOn]').fill('2099-12-31');
			await lead.locator('[name="insuranceStatus.active"]').check();
			await lead.getByRole('button', { name: m.information_staff_preview({}, words) }).click();
			await expect(lead.getByRole('heading', { name: title })).toHaveCount(2);
			await checkPage(lead, window, 'information-preview');
			await lead.getByRole('button', { name: m.information_staff_publish({}, words) }).click();
			await expect(lead).toHaveURL(/done=published$/);
			await checkPage(lead, window, 'information-cards');

			const page = await pageOf(browser, stack.portalUrl, cast.ada, window);
			await page.goto(`${stack.portalUrl}/start`);
			await expect(page.getByText(title)).toHaveCount(0);
			await page.goto(`${stack.portalUrl}/account/notices`);
			await expect(page.getByText(m.push_not_offered({}, words))).toBeVisible();
			await checkPage(page, window, 'notices');
			await page.goto(`${stack.portalUrl}/account/information`);
			await checkPage(page, window, 'information-settings');
			await page.getByRole('button', { name: m.information_consent_give({}, words) }).click();
			await expect(page).toHaveURL(/done=given$/);
			await page.goto(`${stack.portalUrl}/start`);
			await expect(page.getByText(title)).toBeVisible();
			await checkPage(page, window, 'start-information');
			await page
				.getByRole('link', { name: m.information_settings({}, words) })
				.first()
				.click();
			await page.getByRole('button', { name: m.information_consent_withdraw({}, words) }).click();
			await expect(page).toHaveURL(/done=withdrawn$/);
			await checkPage(page, window, 'information-withdrawn');
			await page.goto(`${stack.portalUrl}/start`);
			await expect(page.getByText(title)).toHaveCount(0);
			expect(troubles).toEqual([]);
		} finally {
			await browser.close();
		}
	});
}
