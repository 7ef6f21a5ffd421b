/** People of a test's own, made over the wire: nobody waits for the next code of an app. */
import { createClient } from '@libsql/client';
import { decodeBase32IgnorePadding } from '@oslojs/encoding';
import { generateHOTP } from '@oslojs/otp';
import { totpStepAt } from '#lib/domain/accounts/lifetimes.ts';
import { requireMatch, Visitor } from '../../bench/portal/visitor.ts';
import type { Stack } from '../../../tools/start/stack.ts';
import { waitForMail } from './mailbox.ts';

export async function rowsOf(
	stack: Stack,
	sql: string,
	args: readonly (string | Uint8Array)[] = []
) {
	const authToken = stack.bindings['DATABASE_TOKEN'];
	const client = createClient({ url: stack.databaseUrl, ...(authToken && { authToken }) });
	try {
		return (await client.execute({ sql, args: [...args] })).rows;
	} finally {
		client.close();
	}
}

/** Whose codes are used again within their half minute; A7 has tests of its own. */
export const forgetSteps = (stack: Stack) => () =>
	rowsOf(stack, 'update accounts set totp_last_step = 0');

export const newcomer = (name: string) => ({
	firstName: 'Imke',
	lastName: 'Sørensen',
	email: `${name}@kundin.example`,
	mobile: '+49 170 1239876',
	password: 'siebzehn Boote im Hafen',
	question1: 'first-street',
	answer1: 'Lindenallee',
	question2: 'first-teacher',
	answer2: 'Herr Quast',
	noticeSeen: 'yes'
});

/** Somebody of their own, signed in; the portal forgets which step their app has used. */
export async function registered(
	stack: Stack,
	name: string,
	as: Partial<ReturnType<typeof newcomer>> = {}
) {
	const person = { ...newcomer(name), ...as };
	const visitor = new Visitor(stack.portalUrl);
	await visitor.post('/register', person);
	const mail = await waitForMail(stack.inboxUrl, person.email, /./);
	const code = requireMatch(mail.text, /\/register\/verify#([A-Z2-7]+)/);
	await visitor.post('/register/verify', { code, password: person.password });
	const shown = await visitor.open('/register/authenticator');
	const secret = requireMatch(shown.text, /id="totp-key"[^>]*>([A-Z2-7\s]+)</).replace(/\s/g, '');
	const codeNow = () =>
		generateHOTP(decodeBase32IgnorePadding(secret), BigInt(totpStepAt(Date.now())), 6);
	const [row] = await rowsOf(stack, 'select id from accounts order by created_at_ms desc limit 1');
	const accountId = String(row?.['id']);
	await visitor.post('/register/authenticator', { code: codeNow() }, 200);
	const { email, password } = person;
	const signIn = async (door = '/sign-in') => {
		await rowsOf(stack, 'update accounts set totp_last_step = 0 where id = ?', [accountId]);
		await visitor.post(door, { email, password });
		await visitor.post(`${door}/code`, { code: codeNow() });
	};
	return { visitor, person, accountId, signIn };
}
