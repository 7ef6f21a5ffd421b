import type { QuestionsChange } from '#lib/domain/accounts/account.schema.ts';
import { maskEmail, maskMobile } from '#lib/domain/accounts/masking.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import { normaliseAnswer } from '#lib/domain/accounts/security-questions.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import { newSealedSecret } from './account-acts.ts';
import { createAccountRepository, type Holdings, type SessionRow } from './account.repository.ts';
import { createAccountsRepository } from './accounts.repository.ts';
import { disownAct, disownReads, type DisownParts } from './disown.ts';
import { createEmailChangeRepository } from './email-change.repository.ts';
import { passkeysRepository } from './passkeys.repository.ts';
import type { PasswordPolicy } from './password-policy.ts';
import { createRecipientsRepository } from './recipients.repository.ts';
import type { StepUpService } from './step-up.service.ts';

type Asked = Promise<Result<{ readonly id: string }>>;

/** What the overview shows of an account. Address and number only as far as their owner knows them again. */
export type AccountView = {
	readonly email: string;
	/** Asked for and not confirmed yet. */
	readonly waitingEmail: string | null;
	readonly mobile: string;
	readonly codesLeft: number;
	readonly hasQuestions: boolean;
	readonly sessionCount: number;
	readonly passkeyCount: number;
};

export type SessionView = {
	readonly id: string;
	readonly isCurrent: boolean;
	readonly browser: string | null;
	readonly system: string | null;
	readonly country: string | null;
	readonly ip: string;
	readonly createdAtMs: number;
	readonly lastSeenAtMs: number;
};

export type DevicesView = {
	readonly sessions: readonly SessionView[];
	readonly devices: readonly {
		readonly id: string;
		readonly label: string;
		readonly lastUsedAtMs: number;
	}[];
};

export type AccountService = ReturnType<typeof createAccountService>;

/**
 * The owner's own account. Whatever is sensitive is only asked for here and waits for its proof;
 * `stepUp.confirm` does it.
 */
export function createAccountService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly passwords: Passwords;
	readonly passwordPolicy: PasswordPolicy;
	readonly normalisePhone: (typed: string) => string | null;
	readonly stepUp: Pick<StepUpService, 'ask'>;
	readonly changeStop: DisownParts['changeStop'];
	readonly audit: Pick<AuditService, 'record'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
}) {
	const { db, cipher, clock, passwords, stepUp } = parts;
	const account = createAccountRepository(cipher);
	const accounts = createAccountsRepository(cipher);
	const links = createEmailChangeRepository(cipher);

	async function holdingsOf(actor: Actor): Promise<Holdings> {
		const [holdings] = await db.read(account.findHoldings(actor.accountId));
		if (!holdings) throw new Error('an account that is signed in is not there');
		return holdings;
	}

	return {
		/** The overview, in one round trip. */
		async show(actor: Actor): Promise<Result<AccountView>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const [holdings, waitingEmail, codesLeft, sessions, passkeys] = await db.read(
				account.findHoldings(actor.accountId),
				links.findWaitingAddress(actor, nowMs),
				account.countUnusedCodes(actor.accountId),
				account.listSessions(actor, nowMs),
				passkeysRepository.listOf(actor.accountId)
			);
			if (!holdings) return NOT_FOUND;
			return ok({
				email: maskEmail(holdings.contact.email),
				waitingEmail: waitingEmail === null ? null : maskEmail(waitingEmail),
				mobile: maskMobile(holdings.contact.mobile),
				codesLeft,
				hasQuestions: OPERATOR.securityQuestions === 'on',
				sessionCount: sessions.length,
				passkeyCount: passkeys.length
			});
		},

		/** Where the account is signed in, and which browsers are known (S6). */
		async listDevices(actor: Actor, sessionId: string): Promise<Result<DevicesView>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const [sessions, devices] = await db.read(
				account.listSessions(actor, nowMs),
				account.listDevices(actor.accountId, nowMs)
			);
			return ok({ sessions: sessions.map((row) => viewOfSession(row, sessionId)), devices });
		},

		/**
		 * Asks for a new password. It waits as its hash: nobody finds it in the waiting act.
		 * Fails with `portal/invalid-input` for a password that the policy refuses.
		 */
		async askPassword(
			actor: Actor,
			sessionId: string,
			input: { readonly password: string }
		): Asked {
			const { contact, name } = await holdingsOf(actor);
			const owner = { names: name.split(' '), email: contact.email, mobile: contact.mobile };
			const issues = await parts.passwordPolicy.check(input.password, owner);
			if (issues) return failed('invalid', 'portal/invalid-input', issues);
			const passwordHash = await passwords.hash(input.password);
			return stepUp.ask(actor, sessionId, 'password/change', { passwordHash });
		},

		/** Asks for another address. Says nothing about whether somebody has it already (A17). */
		async askEmail(actor: Actor, sessionId: string, input: { readonly email: string }): Asked {
			const [holdings, taken] = await db.read(
				account.findHoldings(actor.accountId),
				accounts.findByEmail(await accounts.emailIndex(input.email))
			);
			if (!holdings) return NOT_FOUND;
			if (normaliseEmail(holdings.contact.email) === normaliseEmail(input.email)) {
				return failed('invalid', 'portal/invalid-input', { email: 'email-same' });
			}
			const payload = { email: input.email, isTaken: taken !== null };
			return stepUp.ask(actor, sessionId, 'email/change', payload);
		},

		/** Gives up a wish for another address. Only closes something, so it asks for no proof. */
		async cancelEmail(actor: Actor): Promise<Result<void>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			return db.commit(
				links.deleteWaiting(actor.accountId),
				await parts.audit.record({
					event: 'account/email-change-cancelled',
					objectRef: 'account',
					accountId: actor.accountId
				})
			);
		},

		async askMobile(actor: Actor, sessionId: string, input: { readonly mobile: string }): Asked {
			const mobile = parts.normalisePhone(input.mobile);
			if (mobile === null) {
				return failed('invalid', 'portal/invalid-input', { mobile: 'phone-invalid' });
			}
			return stepUp.ask(actor, sessionId, 'mobile/change', { mobile });
		},

		/** Asks for other questions. The answers wait as slow hashes, as they will be kept (A22). */
		async askQuestions(actor: Actor, sessionId: string, input: QuestionsChange): Asked {
			if (OPERATOR.securityQuestions === 'off') return NOT_FOUND;
			return stepUp.ask(actor, sessionId, 'questions/change', {
				question1: input.question1,
				answer1Hash: await passwords.hash(normaliseAnswer(input.answer1)),
				question2: input.question2,
				answer2Hash: await passwords.hash(normaliseAnswer(input.answer2))
			});
		},

		/** Makes the secret for a new app; it dies with the waiting act after ten minutes (A9). */
		async askAuthenticator(actor: Actor, sessionId: string): Asked {
			const sealedSecret = await newSealedSecret(parts, actor.accountId);
			return stepUp.ask(actor, sessionId, 'authenticator/replace', { sealedSecret });
		},

		askRecoveryCodes(actor: Actor, sessionId: string): Asked {
			return stepUp.ask(actor, sessionId, 'recovery-codes/renew', {});
		},

		/** Asks to end one other session; 404 when it is not the actor's or has ended. */
		async askEndSession(actor: Actor, sessionId: string, picked: string): Asked {
			const [sessions] = await db.read(account.listSessions(actor, clock.nowMs()));
			const found = sessions.find((row) => row.id === picked && row.id !== sessionId);
			if (!found) return NOT_FOUND;
			const { browser, system } = viewOfSession(found, sessionId);
			const label = labelOf([browser, system]);
			return stepUp.ask(actor, sessionId, 'session/end', { id: found.id, label });
		},

		askEndOthers(actor: Actor, sessionId: string): Asked {
			return stepUp.ask(actor, sessionId, 'session/end-others', {});
		},

		async askForgetDevice(actor: Actor, sessionId: string, picked: string): Asked {
			const [devices] = await db.read(account.listDevices(actor.accountId, clock.nowMs()));
			const found = devices.find((row) => row.id === picked);
			if (!found) return NOT_FOUND;
			const payload = { id: found.id, label: found.label };
			return stepUp.ask(actor, sessionId, 'device/forget', payload);
		},

		/**
		 * "This was not me": ends every session, also this one, removes passkeys and asks for a new
		 * password. Needs no proof: it closes everything and opens nothing, and whoever needs it is in a hurry.
		 */
		async disown(actor: Actor): Promise<Result<void>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			const [owner, ...waiting] = await db.read(
				createRecipientsRepository(cipher).find(actor.accountId),
				...disownReads(parts, actor.accountId)
			);
			if (!owner) return NOT_FOUND;
			return db.commit(...(await disownAct(parts, actor.accountId, owner, waiting)));
		}
	};
}

function viewOfSession(row: SessionRow, sessionId: string): SessionView {
	return {
		id: row.id,
		isCurrent: row.id === sessionId,
		browser: row.origin?.browser ?? null,
		system: row.origin?.system ?? null,
		country: row.origin?.country ?? null,
		ip: row.origin?.ip ?? '',
		createdAtMs: row.createdAtMs,
		lastSeenAtMs: row.lastSeenAtMs
	};
}

function labelOf(names: readonly (string | null)[]): string {
	return names.filter((name) => name !== null).join(', ');
}
