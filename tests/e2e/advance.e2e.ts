/** An advance from the demand to the statement that takes it off, without script on the customer's side. */
import { chromium } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { signIn } from '../bench/portal/accounts-road.ts';
import { decideClaim, submitClaim } from '../bench/portal/claims-road.ts';
import { runSql } from '../bench/portal/sql.ts';
import { JUST_TAKE } from '../bench/portal/steps.ts';
import type { Visitor } from '../bench/portal/visitor.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { pageOf } from './support/visitor-page.ts';

for (const window of [PHONE, DESKTOP]) {
	test(`Z7: an advance is asked for, set, approved by another, and taken off (${window.name}, ${window.locale})`, async ({
		stack,
		cast,
		browserPath
	}) => {
		test.setTimeout(600_000);
		const words = wordsOf(window);
		const portal = { stack, demo: await readDemo(stack.dataDir) };
		const contractId = cast.adasIds['contracts'] ?? '';
		const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
		const open = (visitor: Visitor, javaScriptEnabled = true) =>
			pageOf(browser, stack.portalUrl, visitor, window, { javaScriptEnabled });
		try {
			const submitted = await submitClaim(cast.ada, contractId, JUST_TAKE, 90_000);
			const { claimId } = submitted;
			const customer = await open(cast.ada, false);
			// Pages are checked by a script: beside the browser that has none.
			const beside = await open(cast.ada);
			const troubles = watchPage(beside, stack.portalUrl);
			const look = async (name: string) => {
				await beside.goto(customer.url());
				await checkPage(beside, window, name);
			};
			const claim = `${stack.portalUrl}/claims/${claimId}`;
			const askLink = customer.getByRole('link', { name: m.advances_open_page({}, words) });

			// before the month is over the claim says nothing of it
			await customer.goto(claim);
			await expect(askLink).toHaveCount(0);
			await customer.goto(`${claim}/advance`);
			await expect(customer.getByRole('button', { name: m.advances_send({}, words) })).toHaveCount(
				0
			);
			await look('advance-too-early');
			await runSql(
				portal,
				`update claims set submitted_at_ms = submitted_at_ms - ${31 * DAY_MS} where id = '${claimId}'`
			);
			await customer.goto(claim);
			await look('claim-advance-possible');
			await askLink.click();
			await look('advance-ask');
			await customer.getByRole('button', { name: m.advances_send({}, words) }).click();
			await expect(customer).toHaveURL(/done=advance-asked$/);
			await expect(askLink).toHaveCount(0);
			await look('claim-advance-asked');

			// the clerk finds it in the queue, types too much, then what is certain
			const clerk = await open(cast.clerk);
			const clerkTroubles = watchPage(clerk, stack.portalUrl);
			await clerk.goto(`${stack.portalUrl}/staff?state=advance`);
			await checkPage(clerk, window, 'queue-advances');
			await clerk.locator(`form:has(input[value="${claimId}"]) button`).click();
			const amount = clerk.getByLabel(m.advances_staff_amount({ currency: 'EUR' }, words), {
				exact: true
			});
			await amount.fill('99999');
			await clerk.getByRole('button', { name: m.advances_staff_grant({}, words) }).click();
			await expect(clerk.getByRole('alert')).toBeFocused();
			await expect(amount).toHaveValue('99999');
			await checkPage(clerk, window, 'desk-advance-issues');
			await amount.fill('300');
			await clerk.getByRole('button', { name: m.advances_staff_grant({}, words) }).click();
			await expect(clerk).toHaveURL(/done=advance-granted$/);
			await checkPage(clerk, window, 'desk-advance-granted');
			expect(clerkTroubles).toEqual([]);

			// somebody else approves it, finance pays it
			const lead = await open(await signIn(portal, 'seniorClerk', JUST_TAKE));
			const [payout] = await runSql(
				portal,
				`select id from payouts where claim_id = '${claimId}' and decision_no = 0`
			);
			await lead.goto(`${stack.portalUrl}/staff/payouts`);
			await checkPage(lead, window, 'payouts-advance');
			await lead.goto(`${stack.portalUrl}/staff/payouts/${String(payout?.['id'])}`);
			await checkPage(lead, window, 'payout-advance');
			await lead.getByRole('button', { name: m.payouts_approve({}, words), exact: true }).click();
			await expect(lead).toHaveURL(/done=approved$/);
			const finance = await open(await signIn(portal, 'finance', JUST_TAKE));
			await finance.goto(`${stack.portalUrl}/staff/payouts`);
			await finance.getByRole('button', { name: m.payouts_run_create_sepa({}, words) }).click();
			await expect(finance).toHaveURL(/done=run$/);
			await finance
				.getByRole('button', { name: /KP-\d{6}/ })
				.first()
				.click();
			await expect(finance).toHaveURL(/done=confirmed$/);
			await customer.goto(claim);
			await expect(
				customer.getByRole('heading', { name: m.advances_own_title({}, words) })
			).toBeVisible();
			await look('claim-advance-paid');
			const [letter] = await runSql(
				portal,
				`select id from documents where claim_id = '${claimId}' and kind = 'contract-notice'`
			);
			await customer.goto(`${stack.portalUrl}/mailbox/${String(letter?.['id'])}`);
			await look('letter-advance');

			// and the statement takes it off
			await stack.runJobs();
			await cast.clerk.post(`/staff/claims/${claimId}?/release`, {});
			await decideClaim(cast.clerk, submitted, JUST_TAKE, { recognised: '900,00', reason: 'none' });
			await customer.goto(claim);
			await look('claim-after-advance');
			await customer.getByRole('link', { name: m.claims_next_statement({}, words) }).click();
			await expect(
				customer.getByText(m.advances_statement_granted({}, words), { exact: true })
			).toBeVisible();
			// What leaves, not what is granted; the deductible may be used up by a claim before.
			await expect(customer.locator('.total .big')).toHaveText(/^€?(480|600)[.,]00/);
			await look('statement-advance');
			expect(troubles).toEqual([]);
		} finally {
			await browser.close();
		}
	});
}
