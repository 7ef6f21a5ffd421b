/** A claim that rules approve, as its owner and the desk see it (decision 0072). */
import { chromium } from '@playwright/test';
import { isSample } from '#lib/domain/claims/automatic.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { signIn } from '../bench/portal/accounts-road.ts';
import { submitClaim } from '../bench/portal/claims-road.ts';
import { runSql } from '../bench/portal/sql.ts';
import { JUST_TAKE } from '../bench/portal/steps.ts';
import type { Visitor } from '../bench/portal/visitor.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { pageOf } from './support/visitor-page.ts';

for (const [index, window] of [DESKTOP, PHONE].entries()) {
	test(`rules approve a small claim and say so; its owner asks for a person (${window.name})`, async ({
		stack,
		cast,
		browserPath
	}) => {
		test.setTimeout(600_000);
		const words = wordsOf(window);
		const portal = { stack, demo: await readDemo(stack.dataDir) };
		const contractId = cast.adasIds['contracts'] ?? '';
		const sql = (text: string) => runSql(portal, text);
		const submit = async (amountMinor: number): Promise<string> => {
			const { claimId } = await submitClaim(cast.ada, contractId, JUST_TAKE, amountMinor);
			return isSample(claimId) ? submit(amountMinor + 2) : claimId;
		};
		const [known] = await sql(
			`select starts_on, deductible_minor from contracts where id = '${contractId}'`
		);
		const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
		try {
			const open = (visitor: Visitor) => pageOf(browser, stack.portalUrl, visitor, window);
			const small = await submit(4_100 + index);
			const large = await submit(44_100 + index);
			// Out of quarantine; then two days old, each with a receipt of its own, behind the waiting period.
			await stack.runJobs();
			const both = `('${small}', '${large}')`;
			await sql(`update files set sha256 = id where id in
				(select file_id from claim_files where claim_id in ${both})`);
			await sql(
				`update contracts set starts_on = '2026-01-01', deductible_minor = 0 where id = '${contractId}'`
			);
			await sql(
				`update claims set submitted_at_ms = submitted_at_ms - ${2 * DAY_MS} where id in ${both}`
			);
			await stack.runJobs();
			expect(
				await sql(`select left_to_people from claims where id in ${both} order by submitted_at_ms`)
			).toMatchObject([
				{ left_to_people: null },
				{ left_to_people: expect.stringContaining('above-limit') }
			]);

			const customer = await open(cast.ada);
			const troubles = watchPage(customer, stack.portalUrl);
			await customer.goto(`${stack.portalUrl}/claims/${small}`);
			await expect(customer.getByText(m.claims_step_by_rules({}, words))).toBeVisible();
			await expect(customer.getByText(m.desk_visits_rules({}, words))).toBeVisible();
			await checkPage(customer, window, 'claim-by-rules');
			await customer.getByRole('link', { name: m.claims_next_statement({}, words) }).click();
			await expect(customer.getByText(m.staff_statement_by_rules({}, words))).toBeVisible();
			await expect(
				customer.getByRole('heading', { name: m.staff_statement_rules_title({}, words) })
			).toBeVisible();
			await checkPage(customer, window, 'statement-by-rules');

			await customer.goto(`${stack.portalUrl}/claims/${small}`);
			await customer
				.getByRole('link', { name: m.reviews_rules_object_named({ position: 1 }, words) })
				.click();
			await checkPage(customer, window, 'objection-to-rules');
			await customer
				.getByLabel(m.reviews_rules_form_why({}, words), { exact: true })
				.fill('Please check whether the transport belongs to it.');
			await customer.getByRole('button', { name: m.reviews_rules_form_send({}, words) }).click();
			await expect(customer).toHaveURL(/done=objected$/);
			await expect(customer.getByText(m.reviews_done_rules_text({}, words))).toBeVisible();
			expect(troubles).toEqual([]);

			await customer.goto(`${stack.portalUrl}/privacy`);
			await expect(
				customer.getByRole('heading', { name: m.legal_privacy_rules_title({}, words) })
			).toBeVisible();
			await checkPage(customer, window, 'privacy-rules');

			// any colleague takes it, and the desk says what rules have made of each
			const clerk = await open(cast.clerk);
			await cast.clerk.post('/staff?/take', { claim: small });
			await clerk.goto(`${stack.portalUrl}/staff/claims/${small}`);
			await expect(clerk.getByText(m.desk_rules_decided_title({}, words))).toBeVisible();
			await checkPage(clerk, window, 'desk-decided-by-rules');
			await cast.clerk.post('/staff?/take', { claim: large });
			await clerk.goto(`${stack.portalUrl}/staff/claims/${large}`);
			await expect(clerk.getByText(m.desk_rules_above_limit({}, words))).toBeVisible();
			await checkPage(clerk, window, 'desk-left-to-people');
			const lead = await open(await signIn(portal, 'seniorClerk', JUST_TAKE));
			await lead.goto(`${stack.portalUrl}/staff/figures`);
			await expect(lead.getByText(/Durch Regeln|By rules/)).toBeVisible();
			await checkPage(lead, window, 'figures-by-rules');
		} finally {
			await sql(`update contracts set starts_on = '${String(known?.['starts_on'])}',
				deductible_minor = ${String(known?.['deductible_minor'])} where id = '${contractId}'`);
			await browser.close();
		}
	});
}
