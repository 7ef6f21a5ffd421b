/**
 * The whole road, once, for real: registration, contract, a claim drafted with the server gone, sent,
 * decided by a clerk, settled, logged. On a phone in German and on a desktop in English.
 */
import type { Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { runSql } from '../bench/portal/sql.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { expectSaved, fillClaim } from './support/claim-form.ts';
import { Authenticator } from './support/codes.ts';
import { mailsTo, waitForMail } from './support/mailbox.ts';
import { sendLetter } from './support/letters.ts';
import { linkContract, signIn, wordsOf } from './support/people.ts';
import { DESKTOP, expect, newDevice, PHONE, test, type Window } from './support/portal.ts';
import { findPlaintext } from './support/profile-scan.ts';
import { photographReceipt } from './support/receipts.ts';
import { register } from './support/register.ts';
import { protectDrafts } from './support/vault.ts';

const DIAGNOSIS = 'Mittelohrentzündung links';
const NOTE = 'Bitte rufen Sie mich abends an';

/** With README_SCREENSHOTS=1 the run renews the pictures of the README. */
async function keepForReadme(page: Page, window: Window, name: string): Promise<void> {
	if (process.env['README_SCREENSHOTS'] !== '1' || window.name !== name) return;
	await page.screenshot({ path: `docs/screenshots/${name}.png` });
}

for (const window of [PHONE, DESKTOP]) {
	test(`the road from registration to the decided claim (${window.name}, ${window.locale})`, async ({
		stack,
		device,
		browserPath
	}) => {
		test.setTimeout(900_000);
		const words = wordsOf(window);
		const person = {
			firstName: 'Mai',
			lastName: 'Lê Thị',
			email: `mai.${window.name}@example.org`,
			password: 'ein langer Satz zum Merken'
		};

		// 1 to 3: registration, sign-in, contract
		let context = await device.open(window);
		let page = await context.newPage();
		const troubles = watchPage(page, stack.portalUrl);
		const app = await register(page, stack, person, words);
		await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);
		const letter = await sendLetter(stack);
		await linkContract(page, stack.portalUrl, letter, words);

		// 4: the offline room, once with network, then the server is stopped
		const receipts = [
			await photographReceipt(context, {
				name: 'praxis.jpg',
				issuer: 'HNO-Praxis Dr. Albers',
				amount: '184,50'
			}),
			await photographReceipt(context, {
				name: 'apotheke.jpg',
				issuer: 'Dom-Apotheke',
				amount: '23,90'
			})
		];
		await page.goto(`${stack.portalUrl}/drafts`);
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.drafts_title({}, words));
		await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
		await checkPage(page, window, 'drafts-empty');
		await protectDrafts(page, stack.portalUrl, words, true);
		await page.goto(`${stack.portalUrl}/drafts`);
		await stack.stopPortal();
		await page.reload();
		await page.getByRole('button', { name: m.drafts_new({}, words) }).click();
		await expect(page.getByText(m.drafts_offline_idle_line({}, words))).toBeVisible();
		await checkPage(page, window, 'draft-person');
		const bills = [
			{
				issuer: 'HNO-Praxis Dr. Albers',
				number: '2026-1187',
				date: '2026-11-09',
				amount: '184,50'
			},
			{ issuer: 'Dom-Apotheke', number: '', date: '2026-11-10', amount: '23.90' }
		];
		await fillClaim(
			page,
			{
				plan: letter.plan,
				person: letter.insuredPerson,
				diagnosis: DIAGNOSIS,
				firstTreatmentOn: '2026-11-09',
				note: NOTE,
				stay: { enteredOn: '2026-08-31', address: 'Bei Familie Weber, Köln' },
				bills,
				receipts
			},
			words
		);
		await expectSaved(page);
		await checkPage(page, window, 'draft-check');
		const draftPath = new URL(page.url()).pathname.replace(/\/check$/, '');

		// an account without an IBAN at a bank whose country has them, and the mind changed
		await page.goto(`${stack.portalUrl}${draftPath}/bank`);
		await page.locator('[name=payTo][value=other]').check();
		await page.locator('[name=payeeKind][value=number]').check();
		await page.locator('[name=payeeBic]').fill('deutdeff');
		await page.getByRole('button', { name: m.drafts_next({}, words), exact: true }).click();
		await expect(page.getByText(m.issue_bic_iban_country({}, words)).first()).toBeVisible();
		await checkPage(page, window, 'draft-bank');
		await page.locator('[name=payTo][value=contract]').check();
		await expectSaved(page);

		// the browser is closed and opened again, still offline
		await context.close();
		expect(
			findPlaintext(device.profile, [DIAGNOSIS, NOTE, 'HNO-Praxis', 'Nguyen', 'praxis.jpg'])
		).toEqual([]);
		context = await device.open(window);
		page = await context.newPage();
		await page.goto(`${stack.portalUrl}/drafts`);
		await expect(page.getByText(/Nguyen/).first()).toBeVisible();
		await checkPage(page, window, 'drafts-list');
		await page.goto(`${stack.portalUrl}${draftPath}/person`);
		await expect(page.getByLabel(m.drafts_diagnosis({}, words), { exact: true })).toHaveValue(
			DIAGNOSIS
		);
		await page.goto(`${stack.portalUrl}${draftPath}/documents`);
		await expect(
			page.getByRole('button', { name: m.drafts_file_remove({ name: 'apotheke.jpg' }, words) })
		).toBeVisible();
		await checkPage(page, window, 'draft-documents');

		// back online: sent on the customer's word
		await stack.startPortal();
		await signIn(
			page,
			`${stack.portalUrl}/sign-in?next=${draftPath}/check`,
			person,
			app,
			words,
			/\/check$/
		);
		await page.getByRole('checkbox', { name: m.drafts_declaration({}, words) }).check();
		await page.getByRole('button', { name: m.drafts_send({}, words) }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(
			m.drafts_accepted_title({}, words),
			{ timeout: 60_000 }
		);
		await expect(page.getByText(m.drafts_file_matches({}, words))).toHaveCount(2);
		await checkPage(page, window, 'draft-accepted');
		const number =
			(await page
				.getByText(/^S-\d{4}-\w{6}$/)
				.first()
				.textContent()) ?? '';
		await page.getByRole('link', { name: m.drafts_open_claim({}, words) }).click();
		await checkPage(page, window, 'claim-submitted');
		await keepForReadme(page, window, 'phone');

		// a second person is insured by the contract: the next claim begins with what both share
		const portal = { stack, demo: await readDemo(stack.dataDir) };
		await runSql(
			portal,
			`insert into insured_persons select k.id, k.policyholder_id from contracts k
				inner join claims c on c.contract_id = k.id where c.number = '${number}'`
		);
		const next = page.getByRole('link', { name: m.drafts_next_person({}, words) });
		await page.goto(`${stack.portalUrl}${draftPath}`);
		await next.waitFor();
		await checkPage(page, window, 'draft-accepted-next');
		await page.getByRole('link', { name: m.drafts_open_claim({}, words) }).click();
		await next.click();
		await expect(page).toHaveURL(/\/person$/);
		await expect(page.getByLabel(m.drafts_country({}, words), { exact: true })).toHaveValue('DE');
		await expect(page.getByRole('radio', { name: letter.insuredPerson })).not.toBeChecked();
		await expect(page.getByLabel(m.drafts_diagnosis({}, words), { exact: true })).toHaveValue('');

		// the bill of before, once more: said while it is typed and before it is sent, with the way to the first
		const nextPath = new URL(page.url()).pathname.replace(/\/person$/, '');
		await page.goto(`${stack.portalUrl}${nextPath}/invoices`);
		await page.locator('[name="invoices.0.number"]').fill('2026 1187');
		await page.locator('[name="invoices.0.invoiceDate"]').fill('2026-11-09');
		const openFirst = page.getByRole('link', {
			name: m.drafts_same_bill_open_claim({ number }, words)
		});
		await expect(openFirst).toHaveCount(0);
		await page.locator('[name="invoices.0.amount"]').fill('184,50');
		await expect(openFirst).toBeVisible();
		// whose bill it is can be said at each, and stands in the summary
		const whose = page.locator('[name="invoices.0.insuredPersonId"]');
		await whose.selectOption({ label: letter.insuredPerson });
		await expectSaved(page);
		await checkPage(page, window, 'draft-same-bill');
		// a day outside the cover: said beside its field, and once before it is sent
		const outsideCover = page.getByRole('status').filter({ hasText: '2019' });
		await expect(outsideCover).toHaveCount(0);
		await page.locator('[name="invoices.0.treatmentFrom"]').fill('2019-05-02');
		await expect(outsideCover).toBeVisible();
		await expectSaved(page);
		await checkPage(page, window, 'draft-outside-cover');
		await page.goto(`${stack.portalUrl}${nextPath}/check`);
		await expect(openFirst).toBeVisible();
		await expect(outsideCover).toHaveCount(1);
		await checkPage(page, window, 'draft-check-same-bill');
		await openFirst.click();
		await expect(page).toHaveURL(/\/claims\/[^/]+$/);
		await expect(page.getByText(number).first()).toBeVisible();
		await page.goto(`${stack.portalUrl}/mailbox`);
		await checkPage(page, window, 'mailbox-unread');
		await page
			.getByRole('link', { name: m.documents_kind_receipt_confirmation({}, words) })
			.click();
		await expect(page.getByText(number).first()).toBeVisible();
		await expect(page.getByText('praxis.jpg').first()).toBeVisible();
		await expect(page.getByText(/^[0-9a-f]{64}$/).first()).toBeVisible();
		await checkPage(page, window, 'receipt');

		// 5: the clerk
		const staffDevice = newDevice(browserPath);
		const staffContext = await staffDevice.open(window);
		const desk = await staffContext.newPage();
		const clerk = (await readDemo(stack.dataDir)).accounts.find((one) => one.role === 'clerk');
		if (!clerk) throw new Error('the demo has no clerk');
		await desk.goto(`${stack.portalUrl}/staff`);
		await expect(desk).toHaveURL(/\/staff\/sign-in/);
		await signIn(desk, desk.url(), clerk, new Authenticator(clerk.secret), words, /\/staff$/);
		await checkPage(desk, window, 'queue');
		await desk.getByRole('link', { name: number }).click();
		await expect(desk).toHaveURL(/\/access$/);
		await checkPage(desk, window, 'desk-door');
		await desk.goto(desk.url().replace(/\/access$/, ''));
		await expect(desk.getByRole('heading', { level: 1 })).toHaveText(
			m.desk_refused_title({}, words)
		);
		await checkPage(desk, window, 'desk-refused');
		await desk.getByRole('link', { name: m.staff_claim_back({}, words) }).click();
		await desk.getByRole('button', { name: m.desk_queue_take_named({ number }, words) }).click();
		await expect(desk.getByRole('img')).toHaveCount(2);
		await expect
			.poll(() =>
				desk
					.getByRole('img')
					.first()
					.evaluate((image) => (image as HTMLImageElement).naturalWidth)
			)
			.toBeGreaterThan(0);
		await checkPage(desk, window, 'desk');
		await keepForReadme(desk, window, 'desktop');
		await desk.locator('[name="lines.1.recognised"]').fill('20,00');
		await desk.getByRole('button', { name: m.staff_form_preview({}, words) }).click();
		await expect(desk.getByRole('alert')).toBeFocused();
		await checkPage(desk, window, 'desk-issues');
		await desk.locator('[name="lines.1.reason"]').selectOption('fee-too-high');
		await desk.getByRole('button', { name: m.staff_form_preview({}, words) }).click();
		await expect(
			desk.getByRole('heading', { name: m.staff_confirm_title({}, words) })
		).toBeVisible();
		await checkPage(desk, window, 'desk-preview');
		await desk.getByRole('button', { name: m.staff_confirm_button({}, words) }).click();
		await expect(desk).toHaveURL(/\/staff\?decided=/);
		await checkPage(desk, window, 'queue-decided');
		await staffContext.close();
		staffDevice.forget();

		// 6: the statement, as page and as PDF, with a mail that says nothing
		await page.goto(`${stack.portalUrl}/start`);
		await checkPage(page, window, 'start');
		await page.goto(`${stack.portalUrl}/mailbox`);
		await page
			.getByRole('link', { name: m.documents_kind_benefit_statement({}, words) })
			.first()
			.click();
		// 184.50 + 20.00 recognised, 120.00 deductible
		await expect(page.getByRole('main')).toContainText(
			words.locale === 'de' ? /84,50\s€/ : /€84\.50/
		);
		await checkPage(page, window, 'statement');
		const download = page.waitForEvent('download');
		await page.getByRole('link', { name: m.documents_pdf({}, words) }).click();
		const pdf = await (await download).createReadStream();
		const chunks: Buffer[] = [];
		for await (const chunk of pdf) chunks.push(Buffer.from(chunk as Uint8Array));
		expect(Buffer.concat(chunks).subarray(0, 5).toString()).toBe('%PDF-');
		await waitForMail(
			stack.inboxUrl,
			person.email,
			new RegExp(m.mails_document_subject({}, words)),
			2
		);
		for (const mail of await mailsTo(stack.inboxUrl, person.email)) {
			for (const secret of [
				number,
				'Mittelohr',
				'Albers',
				'184',
				'Nguyen',
				'DE89',
				letter.policyNumber
			]) {
				expect(`${mail.subject}\n${mail.text}`).not.toContain(secret);
			}
		}
		await page.goto(`${stack.portalUrl}/claims`);
		await checkPage(page, window, 'claims');
		await page.getByRole('link', { name: new RegExp(number) }).click();
		await expect(page.getByText(m.desk_visits_assigned({}, words))).toHaveCount(1);
		await checkPage(page, window, 'claim-decided');

		// 7: the log
		await page.goto(`${stack.portalUrl}/account/activity`);
		for (const text of [
			m.accounts_log_claim_submitted({}, words),
			m.accounts_log_claim_viewed({}, words),
			m.desk_log_access_refused({}, words),
			m.accounts_log_claim_decided({}, words),
			m.accounts_log_document_read({}, words)
		]) {
			await expect(page.getByText(text).first()).toBeVisible();
		}
		await checkPage(page, window, 'account-log');
		expect(troubles).toEqual([]);
		await context.close();
	});
}
