import { createHash } from 'node:crypto';
import { createClient } from '@libsql/client';
import type { Page } from '@playwright/test';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { m } from '#lib/i18n/generated/messages.js';
import type { Visitor } from '../bench/portal/visitor.ts';
import { ask } from './support/asking.ts';
import type { CastStack } from './support/cast.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { Authenticator } from './support/codes.ts';
import { waitForMail } from './support/mailbox.ts';
import { signIn, wordsOf, type Person } from './support/people.ts';
import { registered, rowsOf } from './support/newcomer.ts';
import { DESKTOP, expect, PHONE, test, type Window } from './support/portal.ts';
import { register } from './support/register.ts';

const NEW_PASSWORD = 'ein ganz neuer Satz im Winter';
const personOf = (name: string): Person => ({
	firstName: 'Zoë',
	lastName: 'Ødegård',
	email: `${name}@kundin.example`,
	password: 'zwölf Monate im Norden'
});

/** Types where the focus is, after moving it to the field by the keyboard alone. */
async function typeInto(page: Page, name: string, text: string): Promise<void> {
	const field = page.locator(`[name=${name}]`);
	for (let presses = 0; presses < 40; presses += 1) {
		if (await field.evaluate((element) => element === document.activeElement)) break;
		await page.keyboard.press('Tab');
	}
	await expect(field).toBeFocused();
	await page.keyboard.type(text);
}
const linkIn = (text: string) => /http\S+#[A-Z2-7]+/.exec(text)?.[0] ?? '';

async function savedCodes(page: Page): Promise<readonly string[]> {
	return page.locator('#recovery-codes li').allTextContents();
}

// These walks mostly wait for the next code of an authenticator: all on one worker, so that the other one works meanwhile.
test.describe.configure({ mode: 'default' });

for (const window of [PHONE] satisfies readonly Window[]) {
	const words = wordsOf(window);

	test(`A19: a lost password, by mail and app, on the ${window.name}`, async ({
		device,
		stack
	}) => {
		const person = personOf(`password-${window.name}`);
		const context = await device.open(window);
		const page = await context.newPage();
		const troubles = watchPage(page, stack.portalUrl);
		const app = await register(page, stack, person, words);
		await page.goto(`${stack.portalUrl}/sign-in`);
		await page.getByRole('link', { name: m.recovery_link({}, words) }).click();
		await expect(page).toHaveURL(/\/recover$/);
		await checkPage(page, window, 'recover');
		await page.getByRole('link', { name: m.recovery_choice_password({}, words) }).click();
		await checkPage(page, window, 'recover-password');
		await typeInto(page, 'email', person.email);
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(/check-mail$/);
		await checkPage(page, window, 'recover-check-mail');
		const mail = await waitForMail(
			stack.inboxUrl,
			person.email,
			new RegExp(m.mails_reset_subject({}, words))
		);
		await page.goto(linkIn(mail.text));
		await expect(page.locator('[name=code]')).toHaveValue(/^[A-Z2-7]{40}$/);
		await checkPage(page, window, 'recover-password-new');
		await typeInto(page, 'proof', app.wrongCode());
		await typeInto(page, 'password', NEW_PASSWORD);
		await page.keyboard.press('Enter');
		await expect(page.locator('[data-error-summary]')).toBeVisible();
		await checkPage(page, window, 'recover-password-refused');
		await typeInto(page, 'proof', await app.nextCode());
		await typeInto(page, 'password', NEW_PASSWORD);
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(/\/recover\/password\/done$/);
		await checkPage(page, window, 'recover-password-done');
		const fresh = { ...person, password: NEW_PASSWORD };
		await signIn(page, `${stack.portalUrl}/sign-in`, fresh, app, words, /\/start$/);
		expect(troubles).toEqual([]);
		await context.close();
	});

	test(`A21: a lost phone with a saved code, by keyboard in under three minutes, on the ${window.name}`, async ({
		device,
		stack
	}) => {
		const person = personOf(`phone-${window.name}`);
		const context = await device.open(window);
		const page = await context.newPage();
		await register(page, stack, person, words);
		const [code = ''] = await savedCodes(page);
		await page.goto(`${stack.portalUrl}/recover/phone`);
		await checkPage(page, window, 'recover-phone');
		const startMs = Date.now();
		await typeInto(page, 'email', person.email);
		await typeInto(page, 'password', person.password);
		await typeInto(page, 'recoveryCode', code);
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(/\/recover\/authenticator$/);
		const app = new Authenticator((await page.locator('#totp-key').textContent()) ?? '');
		await checkPage(page, window, 'recover-authenticator');
		await typeInto(page, 'code', await app.nextCode());
		await page.keyboard.press('Enter');
		await expect(page.locator('#recovery-codes li')).toHaveCount(10);
		expect(Date.now() - startMs).toBeLessThan(180_000);
		expect(await savedCodes(page)).not.toContain(code);
		await checkPage(page, window, 'recover-codes');
		await waitForMail(
			stack.inboxUrl,
			person.email,
			new RegExp(m.mails_authenticator_recovered_subject({}, words))
		);
		await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);
		await context.close();
	});

	test(`A22, A24: a case from the two answers to the check by staff, on the ${window.name}`, async ({
		device,
		stack
	}) => {
		const person = personOf(`case-${window.name}`);
		const context = await device.open(window);
		const page = await context.newPage();
		await register(page, stack, person, words);
		await page.goto(`${stack.portalUrl}/recover/case`);
		await checkPage(page, window, 'recover-case');
		await typeInto(page, 'email', person.email);
		await typeInto(page, 'password', person.password);
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(/check-mail$/);
		const mail = await waitForMail(
			stack.inboxUrl,
			person.email,
			new RegExp(m.mails_open_recovery_subject({}, words))
		);
		await page.goto(linkIn(mail.text));
		await checkPage(page, window, 'recover-confirm');
		await page.getByRole('button', { name: m.recovery_confirm_send({}, words) }).click();
		await checkPage(page, window, 'recover-answers');
		await typeInto(page, 'answer1', 'am alten  BIRKENHOF');
		await typeInto(page, 'answer2', 'frau lund');
		await page.keyboard.press('Enter');
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(
			m.recovery_opened_title({}, words)
		);
		await checkPage(page, window, 'recover-opened');

		// The built Worker has the system's clock: the end of the 72 hours is moved in the database.
		const client = createClient({
			url: stack.databaseUrl,
			...(stack.bindings['DATABASE_TOKEN'] && { authToken: stack.bindings['DATABASE_TOKEN'] })
		});
		await client.execute('update recovery_cases set ready_at_ms = opened_at_ms');
		client.close();
		const { accounts } = await readDemo(stack.dataDir);
		const sheet = accounts.find((one) => one.role === 'clerk');
		if (!sheet) throw new Error('the demo has no clerk');
		const clerkApp = new Authenticator(sheet.secret);
		await signIn(page, `${stack.portalUrl}/staff/sign-in`, sheet, clerkApp, words, /\/staff$/);
		// On a phone the places of the staff lie behind a button.
		const menu = page.getByRole('button', { name: m.portal_menu({}, words) });
		if (await menu.isVisible()) await menu.click();
		await page.getByRole('link', { name: m.recovery_staff_nav({}, words) }).click();
		await checkPage(page, window, 'staff-recoveries');
		await page.getByRole('row').filter({ hasText: 'Zoë Ødegård' }).getByRole('link').last().click();
		await checkPage(page, window, 'staff-recovery');
		await page.getByRole('button', { name: m.recovery_staff_check({}, words) }).click();
		await expect(page.getByText(m.recovery_staff_done_check({}, words))).toBeVisible();
		await context.close();
	});
}

const english = wordsOf(DESKTOP);

/** From the password to "your case is open"; answers the mail with the link that stops it. */
async function openCase(page: Page, stack: CastStack, person: Person, count: number) {
	await page.goto(`${stack.portalUrl}/recover/case`);
	await typeInto(page, 'email', person.email);
	await typeInto(page, 'password', person.password);
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/check-mail$/);
	// Nobody has chosen a language for these people: their mails are German.
	const subject = (text: string) => new RegExp(text);
	const german = { locale: 'de' } as const;
	const opening = subject(m.mails_open_recovery_subject({}, german));
	const mail = await waitForMail(stack.inboxUrl, person.email, opening, count);
	await page.goto(linkIn(mail.text));
	await page.getByRole('button', { name: m.recovery_confirm_send({}, english) }).click();
	await typeInto(page, 'answer1', 'lindenallee');
	await typeInto(page, 'answer2', 'HERR quast');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		m.recovery_opened_title({}, english)
	);
	const opened = subject(m.mails_case_subject({}, german));
	return waitForMail(stack.inboxUrl, person.email, opened, count);
}

/** Somebody of the staff: an account of a test's own, moved behind the desk. */
async function colleague(stack: CastStack, name: string, role: string) {
	const made = await registered(stack, name);
	await rowsOf(stack, 'update accounts set role = ? where id = ?', [role, made.accountId]);
	await made.signIn('/staff/sign-in');
	return made;
}

/** Shows a page of the staff as its visitor sees it. */
async function lookAs(page: Page, visitor: Visitor, url: string, name: string): Promise<void> {
	await page.context().addCookies(
		visitor.cookies
			.filter((cookie) => cookie.name === '__Host-kp')
			.map((cookie) => ({
				...cookie,
				...{ domain: new URL(url).hostname, path: '/', secure: true, httpOnly: true },
				sameSite: 'Lax' as const
			}))
	);
	await page.goto(url);
	await checkPage(page, DESKTOP, name);
	await page.context().clearCookies({ name: '__Host-kp' });
}

test('A23, A24: the link stops a case; the next one goes by two people and a letter to a new phone, on the desktop', async ({
	device,
	stack
}) => {
	const { person, accountId } = await registered(stack, 'brief-desktop');
	const context = await device.open(DESKTOP);
	const page = await context.newPage();
	const troubles = watchPage(page, stack.portalUrl);

	const stopping = await openCase(page, stack, person, 1);
	await page.goto(linkIn(stopping.text));
	await checkPage(page, DESKTOP, 'recover-cancel');
	await page.getByRole('button', { name: m.recovery_cancel_send({}, english) }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		m.recovery_cancelled_title({}, english)
	);
	await checkPage(page, DESKTOP, 'recover-cancelled');

	await openCase(page, stack, person, 2);
	const [row] = await rowsOf(
		stack,
		`select id from recovery_cases where account_id = ? and state = 'waiting'`,
		[accountId]
	);
	const caseId = String(row?.['id']);
	const desk = `/staff/recoveries/${caseId}`;
	const clerk = await colleague(stack, 'pruefung-desktop', 'clerk');
	const senior = await colleague(stack, 'freigabe-desktop', 'seniorClerk');
	await clerk.visitor.post(`${desk}?/check`, {}, 409);
	// The built Worker has the system's clock: the end of the 72 hours is moved in the database.
	await rowsOf(stack, 'update recovery_cases set ready_at_ms = opened_at_ms where id = ?', [
		caseId
	]);
	await clerk.visitor.post(`${desk}?/check`, {});
	await clerk.visitor.post(`${desk}?/approve`, {}, 403);
	await lookAs(page, senior.visitor, stack.portalUrl + desk, 'staff-recovery-checked');
	await senior.visitor.post(`${desk}?/approve`, {});
	await lookAs(page, senior.visitor, stack.portalUrl + desk, 'staff-recovery-approved');
	await lookAs(page, senior.visitor, `${stack.portalUrl}/staff/people`, 'staff-people');
	await lookAs(page, senior.visitor, `${stack.portalUrl}/staff/customers`, 'staff-customers');
	await lookAs(page, senior.visitor, `${stack.portalUrl}/staff/account`, 'staff-account');
	const print = (visitor: Visitor) =>
		ask(stack.portalUrl, visitor, `${desk}/letter`, {
			method: 'POST',
			headers: { origin: stack.portalUrl, 'content-type': 'application/x-www-form-urlencoded' }
		});
	expect((await print(clerk.visitor)).status).toBe(403);
	const letter = await print(senior.visitor);
	expect([letter.status, letter.headers.get('content-type')]).toEqual([200, 'application/pdf']);
	expect(letter.headers.get('content-disposition')).toMatch(/^attachment; filename/);
	expect(letter.text.slice(0, 5)).toBe('%PDF-');
	expect((await print(senior.visitor)).status).toBe(409);

	// The code stands in the letter alone: here one that the test knows takes its place.
	const code = 'B'.repeat(26);
	await rowsOf(stack, 'update recovery_cases set letter_code_hash = ? where id = ?', [
		createHash('sha256').update(code).digest(),
		caseId
	]);
	await page.goto(`${stack.portalUrl}/recover/letter`);
	await checkPage(page, DESKTOP, 'recover-letter');
	await typeInto(page, 'email', person.email);
	await typeInto(page, 'password', person.password);
	await typeInto(page, 'letterCode', code);
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/recover\/authenticator$/);
	await checkPage(page, DESKTOP, 'recover-authenticator');
	const app = new Authenticator((await page.locator('#totp-key').textContent()) ?? '');
	await typeInto(page, 'code', await app.nextCode());
	await page.keyboard.press('Enter');
	await expect(page.locator('#recovery-codes li')).toHaveCount(10);
	await checkPage(page, DESKTOP, 'recover-codes');
	expect(troubles).toEqual([]);
	await context.close();
});
