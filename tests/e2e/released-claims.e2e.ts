/** An insured person releases her claims to the policyholder, sees who looked, and takes it back. */
import { chromium } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { decideClaim, submitClaim } from '../bench/portal/claims-road.ts';
import { letInsuredIn } from '../bench/portal/release-road.ts';
import { JUST_TAKE } from '../bench/portal/steps.ts';
import { requireMatch } from '../bench/portal/visitor.ts';
import { ask, dataPathOf } from './support/asking.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { sendLetter } from './support/letters.ts';
import { registered } from './support/newcomer.ts';
import { wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { pageOf } from './support/visitor-page.ts';

for (const window of [PHONE, DESKTOP]) {
	test(`Z2, Z6: claims are read by the policyholder while their owner lets them, and she sees it (${window.name}, ${window.locale})`, async ({
		stack,
		cast,
		browserPath
	}) => {
		const words = wordsOf(window);
		const [holder, insured] = [
			await registered(stack, `holder.${window.name}`),
			await registered(stack, `insured.${window.name}`)
		];
		await holder.signIn();
		await insured.signIn();
		const letter = await sendLetter(stack);
		const { policyNumber, dateOfBirth, activationCode } = letter;
		const linked = await holder.visitor.post('/contracts/link', {
			...{ policyNumber, dateOfBirth, activationCode }
		});
		const location = linked.headers.get('location') ?? '';
		const contractId = requireMatch(location, /\/contracts\/([0-9a-f-]+)/);
		const person = await letInsuredIn(holder.visitor, insured.visitor, contractId, letter);
		const submitted = await submitClaim(insured.visitor, contractId, JUST_TAKE);
		const contract = `${stack.portalUrl}/contracts/${contractId}`;
		const list = `/contracts/${contractId}/released/${person}`;
		const path = `${list}/claim/${submitted.claimId}`;
		const statusOf = async (address: string) =>
			(await ask(stack.portalUrl, holder.visitor, address)).status;

		const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
		try {
			const hers = await pageOf(browser, stack.portalUrl, insured.visitor, window);
			const theirs = await pageOf(browser, stack.portalUrl, holder.visitor, window);
			const troubles = [hers, theirs].map((page) => watchPage(page, stack.portalUrl));
			const press = (name: string) => hers.getByRole('main').getByRole('button', { name }).click();
			const claimsLink = theirs.getByRole('link', {
				name: m.access_claims_of({ name: letter.insuredPerson }, words)
			});

			await theirs.goto(contract);
			await expect(claimsLink).toHaveCount(0);
			await hers.goto(contract);
			await hers.getByRole('link', { name: m.access_link_release({}, words) }).click();
			await press(m.access_release_give({}, words));
			await expect(hers.getByRole('alert')).toBeFocused();
			await checkPage(hers, window, 'release-errors');
			await hers.getByLabel(m.access_release_claims({}, words)).check();
			await press(m.access_release_give({}, words));
			await expect(
				hers.getByRole('status').getByText(m.access_done_released({}, words))
			).toBeVisible();
			await checkPage(hers, window, 'release-given');

			await theirs.reload();
			await checkPage(theirs, window, 'contract-with-released-claims');
			await claimsLink.click();
			await checkPage(theirs, window, 'released-claims');
			await theirs.getByRole('main').locator(`a[href="${path}"]`).click();
			await expect(theirs.getByText('Legevakten').first()).toBeVisible();
			await checkPage(theirs, window, 'released-claim-open');

			await stack.runJobs();
			await decideClaim(cast.clerk, submitted, JUST_TAKE);
			await theirs.reload();
			await expect(
				theirs.getByRole('heading', { name: m.documents_kind_benefit_statement({}, words) })
			).toBeVisible();
			await checkPage(theirs, window, 'released-claim-decided');
			const shown = await ask(stack.portalUrl, holder.visitor, path);
			const data = await ask(stack.portalUrl, holder.visitor, dataPathOf(path));
			for (const { status, text, headers } of [shown, data]) {
				expect(status).toBe(200);
				expect(headers.get('cache-control')).toBe('no-store');
				expect(text).not.toMatch(/Angina|beleg|sha256|DE••/);
			}
			const document = submitted.documentId;
			for (const closed of [
				...[`/claims/${submitted.claimId}`, `/claims/${submitted.claimId}/objection?line=1`],
				...[`/mailbox/${document}`, `/mailbox/${document}/pdf`, `${path}/pdf`]
			]) {
				expect(await statusOf(closed), closed).toBe(404);
			}

			await hers.goto(`${stack.portalUrl}/claims/${submitted.claimId}`);
			await expect(hers.getByText(m.access_visits_why({}, words))).toBeVisible();
			await checkPage(hers, window, 'claim-with-a-policyholder-who-looked');
			await hers.goto(`${contract}/access`);
			await press(m.access_release_take_back({}, words));
			await expect(
				hers.getByRole('status').getByText(m.access_done_hidden({}, words))
			).toBeVisible();
			for (const gone of [list, path]) {
				expect(await statusOf(gone), gone).toBe(404);
				const { text } = await ask(stack.portalUrl, holder.visitor, dataPathOf(gone));
				expect(text).toContain('"status":404');
				expect(text).not.toMatch(/Legevakten|S-2026/);
			}
			await theirs.goto(contract);
			await expect(claimsLink).toHaveCount(0);
			expect(troubles.flat()).toEqual([]);
		} finally {
			await browser.close();
		}
	});
}
