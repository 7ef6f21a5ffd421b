/** Post: a letter is typed in, and its sender finds the claim, on the built Worker with a real browser. */
import { chromium } from '@playwright/test';
import { calendarDateOf, DAY_MS } from '#lib/domain/calendar.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { pngOf } from '../support/files.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { openInList } from './support/lists.ts';
import { wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { pageOf } from './support/visitor-page.ts';

for (const window of [DESKTOP, PHONE]) {
	test(`Z6: a letter is typed in, with and without script, and lies in its sender's mailbox (${window.name})`, async ({
		stack,
		cast,
		browserPath
	}) => {
		const words = wordsOf(window);
		const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
		try {
			const clerk = await pageOf(browser, stack.portalUrl, cast.clerk, window);
			const troubles = watchPage(clerk, stack.portalUrl);
			await clerk.goto(`${stack.portalUrl}/staff/post`);
			await checkPage(clerk, window, 'post-search');
			const search = clerk.getByLabel(m.post_search({}, words), { exact: true });
			await search.fill('Nguyen');
			await search.press('Enter');
			await expect(clerk.getByRole('heading', { name: m.post_found({}, words) })).toBeVisible();
			await checkPage(clerk, window, 'post-found');
			await clerk.goto(`${stack.portalUrl}/staff/post/${cast.adasIds['post'] ?? ''}`);
			await clerk.getByRole('button', { name: m.post_send({}, words) }).click();
			await expect(clerk.getByRole('alert')).toBeVisible();
			await checkPage(clerk, window, 'post-issues');

			// On the phone the form is filled in by a browser that runs no script; axe needs one.
			const hand =
				window === PHONE
					? await pageOf(browser, stack.portalUrl, cast.clerk, window, { javaScriptEnabled: false })
					: clerk;
			await hand.goto(clerk.url().replace(/\?.*/, ''));
			const label = (text: string) => hand.getByLabel(text, { exact: true });
			// Her contract has an insured person with an account as well: the paper says who wrote.
			const sender = hand.getByRole('group', { name: m.post_sender({}, words), exact: true });
			await sender.getByRole('radio', { name: cast.adasName }).check();
			await label(m.post_arrived_on({}, words)).fill(calendarDateOf(Date.now() - 3 * DAY_MS));
			await hand.locator('[name=insuredPersonId]').first().check();
			// What the paper says besides stands below the answer that makes it apply, and is seen without script.
			const told = (field: string) => hand.locator(`[name=${field}]`);
			await label(m.drafts_cause_illness({}, words)).check();
			await expect(told('treatedBefore')).toBeVisible();
			await label(m.drafts_cause_accident({}, words)).check();
			await expect(told('treatedBefore')).toBeHidden();
			await told('accidentPlace').fill('Phuket');
			await expect(told('thirdPartyWho')).toBeHidden();
			await told('thirdParty').selectOption('yes');
			await told('thirdPartyWho').fill('Somchai');
			await label(m.drafts_diagnosis({}, words)).fill('Bronchitis');
			const treated = calendarDateOf(Date.now() - 20 * DAY_MS);
			await label(m.drafts_first_treatment({}, words)).fill(treated);
			await label(m.drafts_country({}, words)).selectOption('TH');
			await hand.locator('[name=hasOtherInsurance][value=yes]').check();
			await told('otherInsurer').fill('Siam Insurance');
			await told('otherInsurerReported').selectOption('yes');
			const bill = async (index: number) => {
				const field = (name: string) => hand.locator(`[name="invoices.${index}.${name}"]`);
				await field('issuer').fill('Bumrungrad Hospital');
				for (const day of ['invoiceDate', 'treatmentFrom']) await field(day).fill(treated);
				await field('amount').fill('4200');
				await field('currency').selectOption('THB');
				await field('isPaid').first().check();
				await field('kind').selectOption('inpatient');
			};
			await bill(0);
			await hand.getByRole('button', { name: m.post_bill_more({}, words) }).click();
			await expect(hand.locator('[name="invoices.0.issuer"]')).toHaveValue('Bumrungrad Hospital');
			await expect(hand.locator('[name="invoices.1.issuer"]')).toBeFocused();
			await expect(hand.getByRole('alert')).toHaveCount(0);
			await expect(hand.getByText(m.post_scans_again({}, words))).toBeVisible();
			await expect(hand.locator('[name="invoices.0.kind"]')).toHaveValue('inpatient');
			await expect(told('otherInsurerReported')).toHaveValue('yes');
			await expect(told('thirdPartyWho')).toBeVisible();
			await expect(told('thirdPartyWho')).toHaveValue('Somchai');
			await bill(1);
			await label(m.post_scan({ number: 1 }, words)).setInputFiles({
				...{ name: 'brief.png', mimeType: 'image/png', buffer: Buffer.from(pngOf()) }
			});
			await label(m.post_declaration({}, words)).check();
			if (hand === clerk) await checkPage(clerk, window, 'post-filled');
			await hand.getByRole('button', { name: m.post_send({}, words) }).click();
			await expect(hand).toHaveURL(/captured=S-/);
			await clerk.goto(hand.url());
			await checkPage(clerk, window, 'post-done');
			await clerk.getByRole('link', { name: m.post_done_open({}, words) }).click();
			await expect(clerk.getByText(m.post_by_post({}, words))).toBeVisible();
			const number = new URL(clerk.url()).searchParams.get('number') ?? '';

			const ada = await pageOf(browser, stack.portalUrl, cast.ada, window);
			await ada.goto(`${stack.portalUrl}/claims`);
			await openInList(ada, ada.getByRole('link', { name: number }), m.claims_older({}, words));
			await expect(ada.getByText(m.post_step_arrived({}, words))).toBeVisible();
			await expect(ada.getByText('Phuket')).toBeVisible();
			await expect(ada.getByText('Siam Insurance')).toBeVisible();
			await checkPage(ada, window, 'claim-by-post');
			await ada.goto(`${stack.portalUrl}/account/activity`);
			await expect(ada.getByText(m.post_log_captured({}, words)).first()).toBeVisible();

			// A letter that is no claim, and what the clerk works on themselves.
			const post = `${stack.portalUrl}/staff/post/${cast.adasIds['post'] ?? ''}`;
			await clerk.goto(`${post}/documents`);
			await checkPage(clerk, window, 'post-documents-none');
			await clerk.goto(`${post}/letter`);
			await clerk.getByRole('button', { name: m.post_letter_send({}, words) }).click();
			await expect(clerk.getByRole('alert')).toBeVisible();
			await checkPage(clerk, window, 'post-letter-issues');
			await hand.goto(`${post}/letter`);
			await sender.getByRole('radio', { name: cast.adasName }).check();
			await label(m.post_arrived_on({}, words)).fill(calendarDateOf(Date.now() - 3 * DAY_MS));
			// It lies where it arrived, below younger ones: a topic that nobody else has here.
			const isPhone = window === PHONE;
			await hand.locator('[name=topic]').selectOption(isPhone ? 'personal-data' : 'complaint');
			await hand.locator('[name=about]').selectOption(`claim:${cast.submitted.claimId}`);
			const said = `Brief vom Arzt, ${window.name}`;
			await label(m.post_letter_text({}, words)).fill(said);
			const scan = { name: 'arzt.png', mimeType: 'image/png', buffer: Buffer.from(pngOf()) };
			await label(m.post_scan({ number: 1 }, words)).setInputFiles(scan);
			// The clerk works on this claim: a colleague types in what is said about it.
			await hand.getByRole('button', { name: m.post_letter_send({}, words) }).click();
			await expect(hand.getByText(m.post_issue_claim_in_hand({}, words)).first()).toBeVisible();
			await expect(label(m.post_letter_text({}, words))).toHaveValue(said);
			await hand.locator('[name=about]').selectOption('general');
			await label(m.post_scan({ number: 1 }, words)).setInputFiles(scan);
			if (hand === clerk) await checkPage(clerk, window, 'post-letter-filled');
			await hand.getByRole('button', { name: m.post_letter_send({}, words) }).click();
			await expect(hand).toHaveURL(/done=letter/);
			await clerk.goto(hand.url());
			await checkPage(clerk, window, 'post-letter-done');
			await ada.goto(`${stack.portalUrl}/mailbox?show=messages`);
			const topic = isPhone ? m.messages_topic_personal_data : m.messages_topic_complaint;
			const letter = ada.getByRole('link', { name: topic({}, words) });
			await openInList(ada, letter, m.messages_older({}, words));
			await expect(ada.getByText(said)).toBeVisible();
			await checkPage(ada, window, 'letter-by-post');
			expect(troubles).toEqual([]);
		} finally {
			await browser.close();
		}
	});
}
