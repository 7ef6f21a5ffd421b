/** Bills of two people in one claim, from the desk to the statement, on the built Worker with a real browser. */
import { chromium } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { submitClaim } from '../bench/portal/claims-road.ts';
import { JUST_TAKE } from '../bench/portal/steps.ts';
import { requireMatch } from '../bench/portal/visitor.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { sendLetter } from './support/letters.ts';
import { registered, rowsOf } from './support/newcomer.ts';
import { wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { pageOf } from './support/visitor-page.ts';

for (const window of [PHONE, DESKTOP]) {
	test(`bills of two people: each by their own cover, summed up for each (${window.name}, ${window.locale})`, async ({
		stack,
		cast,
		browserPath
	}) => {
		const words = wordsOf(window);
		const { visitor: customer, signIn } = await registered(stack, `several.${window.name}`);
		await signIn();
		const letter = await sendLetter(stack);
		const { policyNumber, dateOfBirth, activationCode } = letter;
		const linked = await customer.post('/contracts/link', {
			...{ policyNumber, dateOfBirth, activationCode }
		});
		const path = linked.headers.get('location') ?? '';
		const contractId = requireMatch(path, /\/contracts\/([0-9a-f-]{36})/);
		const [other] = await rowsOf(
			stack,
			'insert into insured_persons select id, policyholder_id from contracts where id = ? returning person_id',
			[contractId]
		);
		const otherId = String(other?.['person_id']);
		const { claimId } = await submitClaim(customer, contractId, JUST_TAKE, 18_450, otherId);

		const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
		try {
			await cast.clerk.post('/staff?/take', { claim: claimId });
			const desk = await pageOf(browser, stack.portalUrl, cast.clerk, window);
			const troubles = watchPage(desk, stack.portalUrl);
			await desk.goto(`${stack.portalUrl}/staff/claims/${claimId}`);
			await expect(desk.getByText(m.claims_co_insured({}, words))).toBeVisible();
			await expect(desk.getByText(letter.insuredPerson).first()).toBeVisible();
			await checkPage(desk, window, 'desk-several-people');
			await desk.getByRole('button', { name: m.staff_form_preview({}, words) }).click();
			// in the customer's language, whatever the clerk's is
			await expect(desk.getByRole('rowheader', { name: letter.insuredPerson })).toBeVisible();
			await checkPage(desk, window, 'desk-several-people-preview');
			await desk.getByRole('button', { name: m.staff_confirm_button({}, words) }).click();
			await expect(desk).toHaveURL(/\/staff\?decided=/);

			const page = await pageOf(browser, stack.portalUrl, customer, window);
			await page.goto(`${stack.portalUrl}/claims/${claimId}`);
			const whose = m.staff_statement_for({ name: letter.insuredPerson }, words);
			await expect(page.getByText(whose).first()).toBeVisible();
			await checkPage(page, window, 'claim-several-people');
			await page.goto(`${stack.portalUrl}/mailbox`);
			await page
				.getByRole('link', { name: m.documents_kind_benefit_statement({}, words) })
				.first()
				.click();
			// each has a sum of their own, and all of them one
			const sumOf = m.staff_statement_sum_of({ name: letter.insuredPerson }, words);
			await expect(page.getByRole('rowheader', { name: sumOf })).toBeVisible();
			await expect(page.locator('tfoot tr')).toHaveCount(3);
			await checkPage(page, window, 'statement-several-people');
			expect(troubles).toEqual([]);
		} finally {
			await browser.close();
		}
	});
}
