import { expect, type Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import type { Words } from './people.ts';
import type { Receipt } from './receipts.ts';

export type Bill = {
	readonly issuer: string;
	readonly number: string;
	readonly date: string;
	readonly amount: string;
};

export type ClaimForm = {
	readonly plan: string;
	readonly person: string;
	readonly diagnosis: string;
	readonly firstTreatmentOn: string;
	readonly note: string;
	/** What the plan of a guest asks for besides. */
	readonly stay: { readonly enteredOn: string; readonly address: string };
	readonly bills: readonly Bill[];
	readonly receipts: readonly Receipt[];
};

const next = (page: Page, words: Words) =>
	page.getByRole('button', { name: m.drafts_next({}, words), exact: true }).click();

/** What must be seen before anything may be called safe: the line appears after commit and read-back. */
export async function expectSaved(page: Page): Promise<void> {
	await expect(page.locator('[data-save-state]')).toHaveAttribute('data-save-state', 'saved');
}

/** Fills in all steps of a new draft as far as the last one, without sending. */
export async function fillClaim(page: Page, claim: ClaimForm, words: Words): Promise<void> {
	await fillPerson(page, claim, words);
	await next(page, words);
	await fillBills(page, claim.bills, words);
	await next(page, words);
	for (const receipt of claim.receipts) {
		await page.locator('input[name=files]').setInputFiles(receipt);
		await expect(page.getByText(m.drafts_files_saved({ name: receipt.name }, words))).toBeVisible();
	}
	await expectSaved(page);
	await next(page, words);
	await page.getByRole('radio', { name: m.drafts_pay_to_contract({}, words) }).check();
	await next(page, words);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(m.drafts_step_check({}, words));
}

async function fillPerson(page: Page, claim: ClaimForm, words: Words): Promise<void> {
	const contract = page.getByLabel(m.drafts_contract({}, words), { exact: true });
	const option = await contract.locator('option', { hasText: claim.plan }).getAttribute('value');
	await contract.selectOption(option);
	await page.getByRole('radio', { name: claim.person }).check();
	await page.getByRole('radio', { name: m.drafts_cause_illness({}, words) }).check();
	await page.locator('[name=treatedBefore][value=no]').check();
	await page.getByLabel(m.drafts_diagnosis({}, words), { exact: true }).fill(claim.diagnosis);
	await page
		.getByLabel(m.drafts_first_treatment({}, words), { exact: true })
		.fill(claim.firstTreatmentOn);
	await page.getByLabel(m.drafts_country({}, words), { exact: true }).selectOption('DE');
	await page
		.getByRole('group', { name: m.drafts_other_insurance({}, words) })
		.getByRole('radio', { name: m.drafts_no({}, words), exact: true })
		.check();
	await page.locator('[name=enteredOn]').fill(claim.stay.enteredOn);
	await page.locator('[name=stayAddress]').fill(claim.stay.address);
	await page.locator('[name=note]').fill(claim.note);
	await expectSaved(page);
}

async function fillBills(page: Page, bills: readonly Bill[], words: Words): Promise<void> {
	for (const [index, bill] of bills.entries()) {
		if (index > 0) {
			await page.getByRole('button', { name: m.drafts_add_invoice({}, words) }).click();
		}
		const field = (name: string) => page.locator(`[name="invoices.${index}.${name}"]`);
		await field('issuer').fill(bill.issuer);
		await field('kind').selectOption('outpatient');
		await field('number').fill(bill.number);
		await field('invoiceDate').fill(bill.date);
		await field('treatmentFrom').fill(bill.date);
		await field('amount').fill(bill.amount);
		await field('isPaid').first().check();
	}
	await expectSaved(page);
}
