/** Claims behind the door, and payments in four eyes, on the built Worker with a real browser. */
import { chromium } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { calendarDateOf, DAY_MS } from '#lib/domain/calendar.ts';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { signIn } from '../bench/portal/accounts-road.ts';
import { decideClaim, submitClaim } from '../bench/portal/claims-road.ts';
import { runSql } from '../bench/portal/sql.ts';
import { JUST_TAKE } from '../bench/portal/steps.ts';
import type { Visitor } from '../bench/portal/visitor.ts';
import { pngOf } from '../support/files.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { pageOf } from './support/visitor-page.ts';

const WHOLE_IBAN = /DE\d\d(?: \d{4}){4} \d\d/;

/** More than one person alone may pay. */
const ABOVE_LIMIT = {
	amountMinor: 190_000,
	line: { recognised: '1900,00', reason: 'none' }
} as const;

for (const window of [DESKTOP, PHONE]) {
	test(`Z6, Z7: a claim is opened with a reason and checked, its money paid in four eyes (${window.name})`, async ({
		stack,
		cast,
		browserPath
	}) => {
		test.setTimeout(600_000);
		const words = wordsOf(window);
		const demo = await readDemo(stack.dataDir);
		const portal = { stack, demo };
		const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
		try {
			const open = (visitor: Visitor) => pageOf(browser, stack.portalUrl, visitor, window);
			const contractId = cast.adasIds['contracts'] ?? '';
			const submitted = await submitClaim(cast.ada, contractId, JUST_TAKE, ABOVE_LIMIT.amountMinor);
			const { claimId } = submitted;

			// the clerk misses a document, the customer sends it by a plain form
			const clerk = await open(cast.clerk);
			await cast.clerk.post('/staff?/take', { claim: claimId });
			const clerkTroubles = watchPage(clerk, stack.portalUrl);
			await clerk.goto(`${stack.portalUrl}/staff/claims/${claimId}`);
			await clerk
				.getByLabel(m.requests_staff_kind({}, words), { exact: true })
				.selectOption('prescription');
			// what is typed in the decision meanwhile stays, whatever is asked and noted beside it
			const recognised = clerk.locator('[name="lines.0.recognised"]');
			await recognised.fill('12.34');
			await clerk.getByRole('button', { name: m.requests_staff_send({}, words) }).click();
			await expect(clerk.getByText(m.requests_staff_done_asked({}, words))).toBeVisible();
			await expect(recognised).toHaveValue('12.34');
			await clerk.getByRole('button', { name: m.reviews_notes_send({}, words) }).click();
			await expect(clerk.getByRole('alert')).toBeFocused();
			await expect(recognised).toHaveValue('12.34');
			await clerk.locator('[name=note]').fill('The practice was called.');
			await clerk.getByRole('button', { name: m.reviews_notes_send({}, words) }).click();
			await expect(clerk.getByText('The practice was called.')).toBeVisible();
			await expect(clerk.locator('[name=note]')).toHaveValue('');
			await expect(recognised).toHaveValue('12.34');
			// and also while the account number is looked at and hidden again
			await clerk.locator('summary', { hasText: m.desk_account_show({}, words) }).click();
			const show = clerk.getByRole('button', { name: m.desk_account_show({}, words) });
			await clerk.locator('[name=accountReason]').selectOption('account-compared');
			await show.click();
			await expect(clerk.getByText(WHOLE_IBAN)).toBeInViewport();
			await expect(recognised).toHaveValue('12.34');
			await clerk.getByRole('button', { name: m.desk_account_hide({}, words) }).click();
			await expect(clerk.locator('main')).not.toContainText(WHOLE_IBAN);
			await expect(recognised).toHaveValue('12.34');
			// Enter in a field of the decision goes on with the decision, which lacks its reason
			await recognised.press('Enter');
			const reason = clerk.locator('[name="lines.0.reason"]');
			await expect(reason).toHaveAttribute('aria-invalid', 'true');
			await expect(recognised).toHaveValue('12.34');
			await checkPage(clerk, window, 'desk-document-asked');
			const answering = await open(cast.ada);
			await answering.goto(`${stack.portalUrl}/claims/${claimId}`);
			await checkPage(answering, window, 'claim-document-missing');
			// the day comes nearer: she is reminded once, in her mailbox
			const soon = calendarDateOf(Date.now() + 3 * DAY_MS);
			await runSql(
				portal,
				`update document_requests set due_on = '${soon}' where claim_id = '${claimId}'`
			);
			await stack.runJobs();
			await answering.goto(`${stack.portalUrl}/mailbox`);
			const reminder = answering.getByRole('link', { name: m.requests_reminder_title({}, words) });
			await reminder.first().click();
			await expect(answering.getByText(m.requests_reminder_next({}, words))).toBeVisible();
			await checkPage(answering, window, 'document-reminder');
			await answering.getByRole('link', { name: m.documents_to_claim({}, words) }).click();
			await expect(answering).toHaveURL(new RegExp(`/claims/${claimId}$`));
			const send = answering.getByRole('button', { name: m.requests_send({}, words) });
			await send.click();
			await expect(answering.getByRole('alert')).toBeFocused();
			await answering.locator('input[type=file]').setInputFiles({
				...{ name: 'rezept.png', mimeType: 'image/png', buffer: Buffer.from(pngOf()) }
			});
			await send.click();
			await expect(answering).toHaveURL(/done=handed-in$/);
			await checkPage(answering, window, 'claim-document-handed-in');
			await answering.getByRole('link', { name: m.requests_kind_prescription({}, words) }).click();
			await expect(answering.getByText(/rezept\.(png|jpg)/)).toBeVisible();
			await checkPage(answering, window, 'document-receipt');
			await clerk.goto(`${stack.portalUrl}/staff/claims/${claimId}`);
			await checkPage(clerk, window, 'desk-document-came');
			// It is asked for once more, and what is typed stays.
			await recognised.fill('12.34');
			await clerk.locator('summary', { hasText: m.requests_staff_again({}, words) }).click();
			await clerk.locator('[name^=fault-]').selectOption('unreadable');
			const again = { title: m.requests_kind_prescription({}, words) };
			const button = clerk.getByRole('button', {
				name: m.requests_staff_again_named(again, words)
			});
			await button.click();
			await expect(clerk.getByText(m.requests_staff_done_asked({}, words))).toBeVisible();
			await expect(recognised).toHaveValue('12.34');
			// Whoever decides without it is told before.
			await clerk.locator('[name="lines.0.reason"]').selectOption('not-covered');
			await clerk.getByRole('button', { name: m.staff_form_preview({}, words) }).click();
			await expect(clerk.getByText(m.requests_staff_still_open({}, words))).toBeVisible();
			await checkPage(clerk, window, 'desk-confirm-open');
			await clerk.getByRole('button', { name: m.staff_confirm_change({}, words) }).click();
			await clerk.getByRole('button', { name: m.desk_access_release({}, words) }).click();
			await expect(clerk).toHaveURL(/done=released$/);
			expect(clerkTroubles).toEqual([]);

			// a lead who is not in charge looks, with a reason
			const lead = await open(await signIn(portal, 'seniorClerk', JUST_TAKE));
			const troubles = watchPage(lead, stack.portalUrl);
			await lead.goto(`${stack.portalUrl}/staff/claims/${claimId}/access`);
			await checkPage(lead, window, 'desk-door-lead');
			await lead.getByRole('button', { name: m.desk_door_reason_send({}, words) }).click();
			await expect(lead.getByRole('alert')).toBeFocused();
			await checkPage(lead, window, 'desk-door-issues');
			await lead
				.getByLabel(m.desk_door_reason({}, words), { exact: true })
				.selectOption('complaint');
			await lead
				.getByLabel(m.desk_door_note({}, words), { exact: true })
				.fill('The ombudsman has asked about this claim');
			await lead.getByRole('button', { name: m.desk_door_reason_send({}, words) }).click();
			await expect(lead).toHaveURL(new RegExp(`${claimId}$`));
			await expect(lead.getByRole('button', { name: m.staff_form_preview({}, words) })).toHaveCount(
				0
			);
			await checkPage(lead, window, 'desk-opened');

			// and sees the whole account number with another one, on that answer only (D8)
			await expect(lead.locator('main')).not.toContainText(WHOLE_IBAN);
			await lead.locator('summary', { hasText: m.desk_account_show({}, words) }).click();
			const reveal = lead.locator('form[action="?/reveal"]');
			await reveal.getByRole('button').click();
			await expect(lead.getByRole('alert')).toBeFocused();
			await expect(lead.getByRole('alert')).toBeInViewport();
			await checkPage(lead, window, 'desk-account-issues');
			await reveal.getByRole('combobox').selectOption('account-compared');
			await reveal.getByRole('button').click();
			await expect(lead.getByText(WHOLE_IBAN)).toBeInViewport();
			await checkPage(lead, window, 'desk-account-shown');
			await lead.getByRole('link', { name: m.desk_account_hide({}, words) }).click();
			await expect(lead.locator('main')).not.toContainText(WHOLE_IBAN);
			await answering.goto(`${stack.portalUrl}/claims/${claimId}`);
			await expect(
				answering.getByText(m.desk_reason_account_compared({}, words)).first()
			).toBeVisible();
			await checkPage(answering, window, 'claim-account-looked-at');

			// the data protection officer checks it
			const officer = await open(await signIn(portal, 'dpo', JUST_TAKE));
			await officer.goto(`${stack.portalUrl}/staff/openings`);
			await checkPage(officer, window, 'openings');
			await officer.locator('form:has(input[name=opening]) button').first().click();
			await expect(officer).toHaveURL(/done=reviewed$/);
			await checkPage(officer, window, 'openings-none');

			// and keeps it from deletion, until the matter is settled (D9)
			await officer.goto(`${stack.portalUrl}/staff/holds`);
			await checkPage(officer, window, 'holds-none');
			const place = officer.getByRole('button', { name: m.holds_send({}, words) });
			await place.click();
			await expect(officer.getByRole('alert')).toBeFocused();
			await checkPage(officer, window, 'holds-issues');
			const [held] = await runSql(portal, `select number from claims where id = '${claimId}'`);
			await officer
				.getByRole('radio', { name: m.holds_subject_claim({}, words), exact: true })
				.check();
			await officer.locator('input[name=found]').fill(String(held?.['number']));
			await officer.locator('select[name=reason]').selectOption('dispute');
			const inTenDays = new Date(Date.now() + 10 * DAY_MS).toISOString().slice(0, 10);
			await officer.locator('input[name=reviewOn]').fill(inTenDays);
			await place.click();
			await expect(officer).toHaveURL(/done=placed$/);
			await checkPage(officer, window, 'holds-one');
			await officer.locator('summary', { hasText: m.holds_end({}, words) }).click();
			await officer.locator('select[name=endReason]').selectOption('settled');
			await checkPage(officer, window, 'holds-ending');
			await officer.locator('form[action="?/end"] button').click();
			await expect(officer).toHaveURL(/done=ended$/);

			// the clerk decides; the amount is above the limit
			await stack.runJobs();
			await decideClaim(cast.clerk, submitted, JUST_TAKE, ABOVE_LIMIT.line);
			await lead.goto(`${stack.portalUrl}/staff/figures`);
			await checkPage(lead, window, 'figures');
			await lead.goto(`${stack.portalUrl}/staff/payouts`);
			await checkPage(lead, window, 'payouts-waiting');
			const [payout] = await runSql(portal, `select id from payouts where claim_id = '${claimId}'`);
			const path = `${stack.portalUrl}/staff/payouts/${String(payout?.['id'])}`;
			await lead.goto(path);
			await expect(lead.locator('main')).not.toContainText(WHOLE_IBAN);
			await checkPage(lead, window, 'payout');
			await lead.getByRole('button', { name: m.payouts_approve({}, words), exact: true }).click();
			await expect(lead).toHaveURL(/done=approved$/);

			// finance pays it
			const finance = await open(await signIn(portal, 'finance', JUST_TAKE));
			await finance.goto(`${stack.portalUrl}/staff/payouts`);
			await finance.getByRole('button', { name: m.payouts_run_create_sepa({}, words) }).click();
			await expect(finance).toHaveURL(/done=run$/);
			await checkPage(finance, window, 'payouts-run');
			const download = finance.waitForEvent('download');
			await finance
				.getByRole('link', { name: /KP-\d{6}/ })
				.first()
				.click();
			expect((await download).suggestedFilename()).toMatch(/^KP-\d{6}\.xml$/);
			const customer = await open(cast.ada);
			await customer.goto(`${stack.portalUrl}/claims/${claimId}`);
			await checkPage(customer, window, 'claim-payment-ordered');
			await finance
				.getByRole('button', { name: /KP-\d{6}/ })
				.first()
				.click();
			await expect(finance).toHaveURL(/done=confirmed$/);
			await customer.reload();
			await expect(customer.getByText(/DE•• [• ]+\d\d \d\d/)).toBeVisible();
			await checkPage(customer, window, 'claim-paid');
			const confirmation = m.documents_kind_processing_confirmation({}, words);
			await customer.goto(`${stack.portalUrl}/mailbox`);
			await customer.getByRole('link', { name: confirmation }).first().click();
			await expect(customer.locator('main')).toContainText(/KP-\d{6}/);
			await expect(customer.locator('main')).not.toContainText(WHOLE_IBAN);
			await checkPage(customer, window, 'processing-confirmation');
			const printed = customer.waitForEvent('download');
			await customer.getByRole('link', { name: m.documents_pdf({}, words) }).click();
			// In the customer's language, whatever the page speaks at the moment.
			expect((await printed).suggestedFilename()).toMatch(
				/^(Bearbeitungsbestätigung|Confirmation-of-processing)-S-\d{4}-\w{6}-1\.pdf$/
			);
			await customer.getByRole('link', { name: m.documents_confirmation_open({}, words) }).click();
			await expect(customer.locator('h1')).toHaveText(
				m.documents_kind_benefit_statement({}, words)
			);
			await customer.goto(`${stack.portalUrl}/claims/${claimId}`);
			await expect(customer.getByText(m.documents_confirmation_step({}, words))).toBeVisible();

			// and the bank sends it back
			await finance.goto(path);
			await checkPage(finance, window, 'payout-paid');
			await finance
				.getByLabel(m.payouts_return_reason({}, words), { exact: true })
				.selectOption('account-closed');
			await finance.getByRole('button', { name: m.payouts_return_send({}, words) }).click();
			await expect(finance).toHaveURL(/done=returned$/);
			await customer.reload();
			await checkPage(customer, window, 'claim-payment-returned');
			await lead.goto(path);
			await checkPage(lead, window, 'payout-returned');

			// a line is cut, the customer objects, somebody else answers
			const cut = await submitClaim(cast.ada, contractId, JUST_TAKE);
			await stack.runJobs();
			const line = { recognised: '100,00', reason: 'not-covered' };
			await decideClaim(cast.clerk, cut, JUST_TAKE, line);
			await customer.goto(`${stack.portalUrl}/claims/${cut.claimId}`);
			await checkPage(customer, window, 'claim-cut');
			await customer
				.getByRole('link', { name: m.reviews_object_named({ position: 1 }, words) })
				.click();
			await checkPage(customer, window, 'objection');
			const object = customer.getByRole('button', { name: m.reviews_form_send({}, words) });
			await object.click();
			await expect(customer.getByRole('alert')).toBeFocused();
			await customer
				.getByLabel(m.reviews_form_why({}, words), { exact: true })
				.fill('The plan covers this treatment.');
			await object.click();
			await expect(customer).toHaveURL(/done=objected$/);
			await expect(customer.getByText('The plan covers this treatment.')).toBeVisible();
			await checkPage(customer, window, 'claim-objected');
			const receipt = m.reviews_receipt_about({ position: 1 }, words);
			await customer.getByRole('link', { name: receipt }).click();
			await expect(customer.getByText('The plan covers this treatment.')).toBeVisible();
			await checkPage(customer, window, 'objection-receipt');
			await lead.goto(`${stack.portalUrl}/staff?state=reviewed`);
			await checkPage(lead, window, 'queue-reviews');
			await lead.locator(`form:has(input[value="${cut.claimId}"]) button`).click();
			await checkPage(lead, window, 'desk-review');
			await lead
				.getByLabel(/^(Anerkannt|Recognised)/)
				.fill(window.name === 'phone' ? '184,50' : '184.50');
			await lead.getByLabel(m.staff_form_reason({}, words), { exact: true }).selectOption('none');
			await lead
				.getByLabel(m.reviews_staff_answer({}, words), { exact: true })
				.fill('The plan does cover it. We are sorry.');
			await lead.getByRole('button', { name: m.staff_form_preview({}, words) }).click();
			await checkPage(lead, window, 'desk-review-preview');
			await lead.getByRole('button', { name: m.staff_confirm_button({}, words) }).click();
			await expect(lead).toHaveURL(/decided=/);
			await customer.goto(`${stack.portalUrl}/claims/${cut.claimId}`);
			const statement = m.documents_kind_benefit_statement({}, words);
			const corrected = m.documents_statement_changed({ title: statement, no: 2 }, words);
			await expect(customer.getByRole('link', { name: corrected })).toBeVisible();
			await checkPage(customer, window, 'claim-answered');
			await lead.getByLabel(m.staff_queue_search({}, words), { exact: true }).fill('Nguyen');
			await lead.getByRole('button', { name: m.staff_queue_search_button({}, words) }).click();
			await expect(lead.getByRole('link', { name: /^S-2026-/ }).first()).toBeVisible();
			await checkPage(lead, window, 'queue-search');
			expect(troubles).toEqual([]);
		} finally {
			await browser.close();
		}
	});
}
