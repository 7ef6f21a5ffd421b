// The steps of the road that make an account and a session.
import { setTimeout as sleep } from 'node:timers/promises';
import { findDemoAccount } from '../../../tools/start/demo-accounts.ts';
import { Authenticator } from '../../e2e/support/codes.ts';
import type { BenchPortal } from './bench-portal.ts';
import { runSql } from './sql.ts';
import type { Take } from './steps.ts';
import { requireMatch, Visitor } from './visitor.ts';

const MAIL_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

const NEWCOMER = {
	firstName: 'Zoë',
	lastName: 'Ødegård',
	email: 'zoe@example.org',
	mobile: '+49 170 1234567',
	password: 'zwölf Monate im Norden',
	question1: 'first-street',
	answer1: 'Am Alten Birkenhof',
	question2: 'first-teacher',
	answer2: 'Frau Lund',
	noticeSeen: 'yes'
};

/** From the form to the recovery codes. */
export async function register({ stack }: BenchPortal, take: Take): Promise<void> {
	const visitor = new Visitor(stack.portalUrl);
	await take('GET /', 'open', () => visitor.open('/'));
	await take('GET /register', 'open', () => visitor.open('/register'));
	await take('POST /register', 'write', () => visitor.post('/register', NEWCOMER));
	const code = await findMailCode(stack.inboxUrl, '/register/verify');
	await take('POST /register/verify', 'write', () =>
		visitor.post('/register/verify', { code, password: NEWCOMER.password })
	);
	const shown = await take('GET /register/authenticator', 'open', () =>
		visitor.open('/register/authenticator')
	);
	const secret = requireMatch(shown.text, /id="totp-key"[^>]*>([A-Z2-7\s]+)</);
	const totp = await new Authenticator(secret).nextCode();
	await take('POST /register/authenticator', 'write', () =>
		visitor.post('/register/authenticator', { code: totp }, 200)
	);
}

/** Both steps through the door of the role. */
export async function signIn(
	{ stack, demo }: BenchPortal,
	role: 'customer' | 'clerk' | 'seniorClerk' | 'finance' | 'dpo',
	take: Take
): Promise<Visitor> {
	const account = findDemoAccount(demo.accounts, role);
	if (!account) throw new Error(`The demo has no ${role}`);
	const { email, password, secret } = account;
	const visitor = new Visitor(stack.portalUrl);
	const door = role === 'customer' ? '/sign-in' : '/staff/sign-in';
	await take(`GET ${door}`, 'open', () => visitor.open(door));
	await take(`POST ${door}`, 'write', () => visitor.post(door, { email, password }));
	const code = await new Authenticator(secret).nextCode();
	await take(`POST ${door}/code`, 'write', () => visitor.post(`${door}/code`, { code }));
	return visitor;
}

/** The newcomer has lost every factor and answers both questions: a case for the staff to check. */
export async function openRecoveryCase({ stack }: BenchPortal): Promise<void> {
	const visitor = new Visitor(stack.portalUrl);
	const { email, password, answer1, answer2 } = NEWCOMER;
	await visitor.post('/recover/case', { email, password });
	const code = await findMailCode(stack.inboxUrl, '/recover/case/confirm');
	await visitor.post('/recover/case/confirm', { code });
	await visitor.post('/recover/case/answers', { answer1, answer2 }, 200);
}

/**
 * Makes the demo's clerk a senior one, who may do all that a clerk may and lets colleagues in; the
 * demo has nobody who does. Answers the account.
 */
export async function promoteClerk(portal: BenchPortal): Promise<string> {
	const [clerk] = await runSql(
		portal,
		"update accounts set role = 'seniorClerk' where role = 'clerk' returning id"
	);
	return String(clerk?.['id']);
}

async function findMailCode(inboxUrl: string, path: string): Promise<string> {
	const deadline = Date.now() + MAIL_TIMEOUT_MS;
	while (Date.now() < deadline) {
		const mails = await (await fetch(`${inboxUrl}/email`)).text();
		const code = new RegExp(`${path}#([A-Z2-7]+)`).exec(mails)?.[1];
		if (code !== undefined && mails.includes(NEWCOMER.email)) return code;
		await sleep(POLL_MS);
	}
	throw new Error(`No mail to ${NEWCOMER.email} with ${path} has arrived`);
}
