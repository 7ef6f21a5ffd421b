import { expect, type Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import type { Authenticator } from './codes.ts';
import type { Letter } from './letters.ts';
import type { Window } from './portal.ts';

/** The messages of the portal in a window's language: tests press what people read. */
export type Words = { readonly locale: 'de' | 'en' };

export function wordsOf(window: Window): Words {
	return { locale: window.locale === 'de-DE' ? 'de' : 'en' };
}

export type Person = {
	readonly firstName: string;
	readonly lastName: string;
	readonly email: string;
	readonly password: string;
};

export async function fillRegistration(page: Page, person: Person, words: Words): Promise<void> {
	const field = (label: string) => page.getByLabel(label, { exact: true });
	await field(m.accounts_first_name({}, words)).fill(person.firstName);
	await field(m.accounts_last_name({}, words)).fill(person.lastName);
	await field(m.accounts_email({}, words)).fill(person.email);
	await field(m.accounts_mobile({}, words)).fill('+49 170 1234567');
	await field(m.accounts_new_password({}, words)).fill(person.password);
	await field(m.accounts_question_1({}, words)).selectOption('first-street');
	await field(m.accounts_answer_1({}, words)).fill('Am Alten Birkenhof');
	await field(m.accounts_question_2({}, words)).selectOption('first-teacher');
	await field(m.accounts_answer_2({}, words)).fill('Frau Lund');
	await page.locator('input[name=noticeSeen]').check();
}

/** Both steps of a sign-in, ending on `landing`. */
export async function signIn(
	page: Page,
	url: string,
	person: Pick<Person, 'email' | 'password'>,
	app: Authenticator,
	words: Words,
	landing: RegExp
): Promise<void> {
	await page.goto(url);
	await page.getByLabel(m.accounts_email({}, words), { exact: true }).fill(person.email);
	await page.getByLabel(m.accounts_password({}, words), { exact: true }).fill(person.password);
	await page.getByRole('button', { name: m.accounts_sign_in_next({}, words) }).click();
	await page.getByLabel(m.accounts_code({}, words), { exact: true }).fill(await app.nextCode());
	await page.getByRole('button', { name: m.accounts_sign_in_finish({}, words) }).click();
	await expect(page).toHaveURL(landing);
}

/** Answers a letter, from the form to the page of the linked contract. */
export async function linkContract(
	page: Page,
	portalUrl: string,
	letter: Pick<Letter, 'policyNumber' | 'dateOfBirth' | 'activationCode'>,
	words: Words
): Promise<void> {
	await page.goto(`${portalUrl}/contracts/link`);
	await fillLetter(page, letter, words);
	await expect(page).toHaveURL(/\/contracts\/[0-9a-f-]+\?linked=1$/);
}

/** Types the three facts of a letter and sends them. */
export async function fillLetter(
	page: Page,
	letter: Pick<Letter, 'policyNumber' | 'dateOfBirth' | 'activationCode'>,
	words: Words
): Promise<void> {
	const field = (label: string) => page.getByLabel(label, { exact: true });
	await field(m.contracts_policy_number({}, words)).fill(letter.policyNumber);
	await field(m.contracts_date_of_birth({}, words)).fill(letter.dateOfBirth);
	await field(m.contracts_activation_code({}, words)).fill(letter.activationCode);
	await page.getByRole('button', { name: m.contracts_link_send({}, words) }).click();
}
