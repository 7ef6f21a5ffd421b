/** How members of the staff come in, and how they are out, on the built Worker with a real browser. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { checkPage } from './support/checks.ts';
import { wordsOf } from './support/people.ts';
import { DESKTOP, expect, test } from './support/portal.ts';

const words = wordsOf(DESKTOP);
const run = promisify(execFile);

type StackFixture = { bindings: Readonly<Record<string, string>>; portalUrl: string };

/** `npm run staff:invite` against the running stack; answers the link it prints. */
async function invite(stack: StackFixture, firstName: string, role: string): Promise<string> {
	const email = `${firstName.toLowerCase()}@musterland.example`;
	const names = ['--email', email, '--first-name', firstName, '--last-name', 'Muster'];
	const { stdout } = await run(
		process.execPath,
		['tools/staff/invite.ts', ...names, '--role', role, '--language', 'en'],
		{
			env: {
				...process.env,
				DATABASE_URL: stack.bindings['DATABASE_URL'],
				KEYS: stack.bindings['KEYS'],
				ORIGIN: stack.portalUrl
			}
		}
	);
	const link = /http\S+\/staff\/invitation#[A-Z2-7]{40}/.exec(stdout)?.[0];
	if (!link) throw new Error(stdout);
	return link;
}

/** A security key with PIN and resident keys, in the page's own browser. */
async function plugInAuthenticator(page: Page): Promise<void> {
	const session = await page.context().newCDPSession(page);
	await session.send('WebAuthn.enable');
	await session.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			protocol: 'ctap2',
			transport: 'internal',
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true
		}
	});
}

async function accept(page: Page, link: string): Promise<void> {
	await page.goto(link);
	await page.getByRole('button', { name: m.staff_invitation_send({}, words) }).click();
	await expect(page).toHaveURL(/\/accept$/);
	await checkPage(page, DESKTOP, 'staff-accept');
	await page
		.getByLabel(m.accounts_new_password({}, words), { exact: true })
		.fill('zwölf Monate im Norden');
	await page.getByRole('button', { name: m.staff_accept_send({}, words) }).click();
	await expect(page).toHaveURL(/accept\?done=1$/);
}

async function signIn(page: Page, portalUrl: string): Promise<void> {
	await page.goto(`${portalUrl}/staff/sign-in/passkey`);
	await page.getByRole('button', { name: m.accounts_passkey_sign_in({}, words) }).click();
	await expect(page).toHaveURL(/\/staff(\/own)?$/);
}

test('Z8, Z4, S5: staff come in by invitation and passkey, and a blocked colleague is out at the next request', async ({
	stack,
	browserPath
}) => {
	const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
	try {
		const open = async () => {
			const context = await browser.newContext({ locale: DESKTOP.locale });
			const page = await context.newPage();
			await plugInAuthenticator(page);
			return page;
		};
		const [ada, carl] = [await open(), await open()];
		await accept(ada, await invite(stack, 'Ada', 'seniorClerk'));
		await signIn(ada, stack.portalUrl);
		await accept(carl, await invite(stack, 'Carl', 'clerk'));
		await signIn(carl, stack.portalUrl);

		await ada.goto(`${stack.portalUrl}/staff/people`);
		await checkPage(ada, DESKTOP, 'staff-people');
		await ada
			.getByRole('link', { name: m.staff_manage_named({ name: 'Carl Muster' }, words) })
			.click();
		await checkPage(ada, DESKTOP, 'staff-person');
		await carl.goto(`${stack.portalUrl}/staff/own`);
		await checkPage(carl, DESKTOP, 'staff-own');
		await ada.getByRole('button', { name: m.staff_disable({}, words) }).click();
		await expect(ada).toHaveURL(/\?done=disabled$/);
		await carl.reload();
		await expect(carl).toHaveURL(/\/staff\/sign-in/);

		// An invitation is asked for here and waits; whoever asked cannot approve it.
		await ada.goto(`${stack.portalUrl}/staff/people/invite`);
		await checkPage(ada, DESKTOP, 'staff-invite');
		await ada.getByLabel(m.staff_invite_first_name({}, words), { exact: true }).fill('Dora');
		await ada.getByLabel(m.staff_invite_last_name({}, words), { exact: true }).fill('Muster');
		await ada.getByLabel(m.staff_invite_email({}, words), { exact: true }).fill('dora@x.example');
		await ada.getByLabel(m.staff_invite_role({}, words), { exact: true }).selectOption('finance');
		await ada.getByRole('button', { name: m.staff_invite_send({}, words) }).click();
		await expect(ada).toHaveURL(/\?done=asked$/);
		await expect(ada.getByText(m.staff_waiting_other({}, words))).toBeVisible();
		await expect(
			ada.getByRole('button', { name: m.staff_approve_named({ name: 'Dora Muster' }, words) })
		).toHaveCount(0);
		await checkPage(ada, DESKTOP, 'staff-waiting');
	} finally {
		await browser.close();
	}
});
