import { decodeBase32IgnorePadding } from '@oslojs/encoding';
import { generateHOTP } from '@oslojs/otp';
import { totpStepAt } from '#lib/domain/accounts/lifetimes.ts';
import type { Origin } from '#lib/domain/audit/audit.ts';
import type { Registration } from '#lib/domain/accounts/registration.schema.ts';
import { parseMail, type Mail } from '#lib/domain/messages/mail.ts';
import { createPasswordPolicy } from '#lib/server/accounts/password-policy.ts';
import { createAccountsRepository } from '#lib/server/accounts/accounts.repository.ts';
import { createMailLinksService } from '#lib/server/accounts/mail-links.service.ts';
import { createEnrolmentService } from '#lib/server/accounts/enrolment.service.ts';
import { createRegistrationService } from '#lib/server/accounts/registration.service.ts';
import { createRegistrationMailsService } from '#lib/server/accounts/registration-mails.service.ts';
import { createSessions } from '#lib/server/accounts/sessions.ts';
import { createPasskeySignInService } from '#lib/server/accounts/passkey-sign-in.service.ts';
import { createAdmission } from '#lib/server/accounts/sign-in-admission.ts';
import { createSignInNotices } from '#lib/server/accounts/sign-in-notices.ts';
import { createSignInService, type Browser } from '#lib/server/accounts/sign-in.service.ts';
import { createThrottleService } from '#lib/server/accounts/throttle.service.ts';
import { findTotpStep } from '#lib/server/accounts/totp.ts';
import { createAccountChangeStop } from '#lib/server/contracts/account-change-stop.ts';
import { createAccountChangesRepository } from '#lib/server/contracts/account-changes.repository.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import { packPasswordList } from '#lib/server/platform/password-list.ts';
import { createPasswords, type Passwords } from '#lib/server/platform/passwords.ts';
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

const shortList = packPasswordList(['unbelievable']);

/** What a test puts in the place of the real thing: a spy, another network, another browser. */
export type Replaced = {
	readonly passwords?: Passwords;
	readonly findTotpStep?: typeof findTotpStep;
	readonly origin?: Partial<Origin>;
	/** As in production; false without it, as on a developer's machine. */
	readonly staffNeedPasskey?: boolean;
	/** The list of common passwords; one password long without it. */
	readonly fetchList?: () => Promise<Uint8Array>;
};

const afterAnswers: Promise<unknown>[] = [];

export const afterAnswer = (work: Promise<unknown>) => void afterAnswers.push(work);

/** Waits for everything that requests have left to do after their answer. */
export async function settle(): Promise<void> {
	await Promise.all(afterAnswers.splice(0));
}

/** Where the passkeys of the tests are good for. */
export const TEST_PARTY = { origin: 'https://portal.example', name: 'Kundenportal' };

/** Passwords without their cost, for tests of hundreds of tries; counts what is verified. */
export function cheapPasswords() {
	const verified: string[] = [];
	const passwords: Passwords = {
		hash: (text) => Promise.resolve(`cheap:${text}`),
		needsRehash: () => false,
		verify: (text, stored) => {
			verified.push(text);
			return Promise.resolve(stored === `cheap:${text}`);
		}
	};
	return { passwords, verified };
}

/** The rooms of one request, as compose builds them: a cipher that has learnt nothing yet. */
export function accountRooms(it: TestDatabase, replaced: Replaced = {}) {
	const origin = { ...TEST_ORIGIN, ...replaced.origin };
	const cipher = it.newCipher();
	const mails = createMailsRepository(cipher);
	const parts = {
		db: it.db,
		clock: it.clock,
		ids: it.ids,
		cipher,
		audit: it.audit,
		mails,
		passwords: replaced.passwords ?? createPasswords(it.keys, it.ids.randomBytes),
		passwordPolicy: createPasswordPolicy({
			fetchList: replaced.fetchList ?? (() => Promise.resolve(shortList))
		}),
		throttle: createThrottleService({ ...it, cipher, origin }),
		origin,
		changeStop: createAccountChangeStop({
			...it,
			mails,
			documents: createDocumentsRepository(cipher),
			accountChanges: createAccountChangesRepository(cipher)
		})
	};
	const accounts = createAccountsRepository(cipher);
	const notices = createSignInNotices({ ...parts, accounts });
	const workAfterAnswer: (() => Promise<unknown>)[] = [];
	const later = (work: () => Promise<unknown>) => void workAfterAnswer.push(work);
	const staffNeedPasskey = replaced.staffNeedPasskey ?? false;
	const sessions = createSessions({ ...parts, staffNeedPasskey });
	const admit = createAdmission({ ...parts, sessions, notices });
	return {
		...parts,
		notices,
		sessions,
		workAfterAnswer,
		registration: createRegistrationService({ ...parts, normalisePhone }),
		enrolment: createEnrolmentService(parts),
		registrationMails: createRegistrationMailsService({ ...parts, afterAnswer }),
		signIn: createSignInService({
			...parts,
			sessions,
			admit,
			staffNeedPasskey,
			notices,
			findTotpStep: replaced.findTotpStep ?? findTotpStep,
			afterAnswer,
			later
		}),
		passkeySignIn: createPasskeySignInService({ ...parts, admit, relyingParty: TEST_PARTY }),
		mailLinks: createMailLinksService(parts)
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
export async function registerActive(
	it: TestDatabase,
	registration: Registration = REGISTRATION,
	replaced: Replaced = {}
) {
	await accountRooms(it, replaced).registration.register(registration, 'de');
	const mail = (await waitingMails(it)).findLast(
		(one) => one.template === 'verify-mail' && one.to === registration.email
	);
	if (mail?.template !== 'verify-mail') throw new Error('no mail to verify');
	const verified = await accountRooms(it, replaced).enrolment.verifyMail(
		mail.code,
		registration.password
	);
	if (!verified.ok) throw new Error(verified.error.code);
	const { enrolmentToken } = verified.value;
	const shown = await accountRooms(it, replaced).enrolment.showEnrolment(enrolmentToken);
	if (!shown.ok) throw new Error(shown.error.code);
	const { secretText } = shown.value;
	const code = codeAt(secretText, it.clock.nowMs());
	const active = await accountRooms(it, replaced).enrolment.activate(enrolmentToken, code);
	if (!active.ok) throw new Error(active.error.code);
	return { secretText, code, enrolmentToken, recoveryCodes: active.value.recoveryCodes };
}

/** Takes both steps of a sign-in. */
export async function signIn(
	it: TestDatabase,
	input: { readonly email: string; readonly password: string; readonly code: string },
	door: 'customer' | 'staff' = 'customer',
	browser: Browser = NEW_BROWSER,
	replaced: Replaced = {}
) {
	const started = await accountRooms(it, replaced).signIn.start(input, door, browser);
	if (!started.ok) throw new Error(started.error.code);
	const done = await accountRooms(it, replaced).signIn.finish(
		started.value.challengeToken,
		{ kind: 'totp', code: input.code },
		browser
	);
	await settle();
	return done;
}
