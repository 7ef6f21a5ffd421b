import { decodeBase32IgnorePadding } from '@oslojs/encoding';
import { generateHOTP } from '@oslojs/otp';
import { totpStepAt } from '#lib/domain/accounts/lifetimes.ts';
import type { Registration } from '#lib/domain/accounts/registration.schema.ts';
import { parseMail, type Mail } from '#lib/domain/messages/mail.ts';
import { createPasswordPolicy } from '#lib/server/accounts/password-policy.ts';
import { createRegistrationService } from '#lib/server/accounts/registration.service.ts';
import { createSessions } from '#lib/server/accounts/sessions.ts';
import { createSignInService, type Browser } from '#lib/server/accounts/sign-in.service.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import { packPasswordList } from '#lib/server/platform/password-list.ts';
import { createPasswords } from '#lib/server/platform/passwords.ts';
import { normalisePhone } from '#lib/server/platform/phone.ts';
import { TEST_ORIGIN, type TestDatabase } from './database.ts';

/** A browser that has never been here. */
export const NEW_BROWSER: Browser = { deviceToken: null, sessionToken: null };

export const REGISTRATION: Registration = {
	firstName: 'Zoë',
	lastName: 'Ødegård',
	email: 'zoe@example.org',
	mobile: '+47 406 12 345',
	password: 'zwölf Monate im Norden',
	question1: 'first-street',
	answer1: 'Birkenweg',
	question2: 'first-teacher',
	answer2: 'Frau Lund',
	noticeSeen: 'yes'
};

const shortList = packPasswordList(['passwort']);

/** The rooms of one request, as compose builds them: a cipher that has learnt nothing yet, and a list of one password. */
export function accountRooms(
	it: TestDatabase,
	fetchList: () => Promise<Uint8Array> = () => Promise.resolve(shortList)
) {
	const cipher = it.newCipher();
	const parts = {
		db: it.db,
		clock: it.clock,
		ids: it.ids,
		cipher,
		audit: it.audit,
		mails: createMailsRepository(cipher),
		passwords: createPasswords(it.keys, it.ids.randomBytes),
		passwordPolicy: createPasswordPolicy({ fetchList })
	};
	const sessions = createSessions(parts);
	return {
		...parts,
		sessions,
		registration: createRegistrationService({ ...parts, normalisePhone }),
		signIn: createSignInService({ ...parts, sessions, origin: TEST_ORIGIN })
	};
}

/** Every mail that is waiting, oldest first, opened. */
export async function waitingMails(it: TestDatabase): Promise<readonly Mail[]> {
	const mails = createMailsRepository(it.newCipher());
	const [due] = await it.db.read(mails.listDue(Number.MAX_SAFE_INTEGER, 100));
	return due.map((waiting) => parseMail(waiting.mail));
}

export function codeAt(secretText: string, nowMs: number): string {
	const secret = decodeBase32IgnorePadding(secretText);
	return generateHOTP(secret, BigInt(totpStepAt(nowMs)), 6);
}

/** Registers, confirms the address and sets up the authenticator; answers what the person now holds. */
export async function registerActive(it: TestDatabase, registration: Registration = REGISTRATION) {
	await accountRooms(it).registration.register(registration, 'de');
	const mail = (await waitingMails(it)).findLast(
		(one) => one.template === 'verify-mail' && one.to === registration.email
	);
	if (mail?.template !== 'verify-mail') throw new Error('no mail to verify');
	const verified = await accountRooms(it).registration.verifyMail(mail.code);
	if (!verified.ok) throw new Error(verified.error.code);
	const { enrolmentToken } = verified.value;
	const shown = await accountRooms(it).registration.showEnrolment(enrolmentToken);
	if (!shown.ok) throw new Error(shown.error.code);
	const { secretText } = shown.value;
	const code = codeAt(secretText, it.clock.nowMs());
	const active = await accountRooms(it).registration.activate(enrolmentToken, code);
	if (!active.ok) throw new Error(active.error.code);
	return { secretText, code, enrolmentToken, recoveryCodes: active.value.recoveryCodes };
}

/** Takes both steps of a sign-in. */
export async function signIn(
	it: TestDatabase,
	input: { readonly email: string; readonly password: string; readonly code: string },
	door: 'customer' | 'staff' = 'customer',
	browser: Browser = NEW_BROWSER
) {
	const started = await accountRooms(it).signIn.start(input, door, browser);
	if (!started.ok) throw new Error(started.error.code);
	return accountRooms(it).signIn.finish(
		started.value.challengeToken,
		{ kind: 'totp', code: input.code },
		browser
	);
}
