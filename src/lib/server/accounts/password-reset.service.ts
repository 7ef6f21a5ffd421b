import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import {
	opens,
	RECOVERY_MAIL_LIFETIME_MS,
	RESET_TRIES,
	RESET_TRIES_A_DAY,
	type RecoveryProof
} from '#lib/domain/accounts/recovery.ts';
import type { Reset } from '#lib/domain/accounts/recovery.schema.ts';
import { addressBlockOf } from '#lib/domain/accounts/address-block.ts';
import { AUTHENTICATOR_FAILURES } from '#lib/domain/accounts/throttle.ts';
import type { Origin } from '#lib/domain/audit/audit.ts';
import { DAY_MS, HOUR_MS } from '#lib/domain/calendar.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import { TYPED_NAME, type AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Unmet, Write } from '#lib/server/db/client.ts';
import { hashToken, newToken, normaliseCode } from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import { createAuthenticatorFailures, failureOwnerOf } from './authenticator-failures.ts';
import { shutEveryDoor } from './open-doors.ts';
import type { PasswordPolicy } from './password-policy.ts';
import { cancelCasesOfAccount } from './recovery-cases.repository.ts';
import { createRecoveryFactorsRepository } from './recovery-factors.repository.ts';
import { createRecoveryMails, type MailParts } from './recovery-mails.ts';
import { createRecoveryProofsRepository, type Recoverable } from './recovery-proofs.repository.ts';
import { recoveryTriesRepository } from './recovery-tries.repository.ts';
import type { ThrottleService } from './throttle.service.ts';
import { findTotpStep } from './totp.ts';

/** Mails one visitor can have sent to one address in an hour: nobody fills a stranger's mailbox. */
const MAILS_AN_HOUR = 3;

const TOO_MANY: Unmet = { kind: 'rate-limited', code: 'accounts/recovery-too-many-tries' };

export type PasswordResetService = ReturnType<typeof createPasswordResetService>;

/** A lost password, when the authenticator or a saved code is still there. */
export function createPasswordResetService(
	parts: MailParts & {
		readonly db: Database;
		readonly passwords: Passwords;
		readonly passwordPolicy: Pick<PasswordPolicy, 'check'>;
		readonly origin: Pick<Origin, 'ip'>;
		readonly audit: Pick<AuditService, 'record'>;
		readonly throttle: Pick<ThrottleService, 'bookMail' | 'refuseMail'>;
	}
) {
	const { db, cipher, clock, ids, passwords, audit } = parts;
	const proofs = createRecoveryProofsRepository(cipher);
	const factors = createRecoveryFactorsRepository(cipher);
	const mails = createRecoveryMails(parts);
	const failures = createAuthenticatorFailures(parts);

	/** What the code beside the mail proves, and the write that uses it up. */
	function checkProof(
		found: Recoverable,
		codeOwner: string | null,
		codeHash: Uint8Array,
		{ kind, code }: Reset['proof']
	): { readonly proof: RecoveryProof; readonly use: Write } | null {
		const { account } = found;
		if (kind === 'recovery-code') {
			return codeOwner === account.id
				? {
						proof: 'recovery-code',
						use: proofs.useRecoveryCode(codeHash, account.id, clock.nowMs())
					}
				: null;
		}
		const step = findTotpStep(found.totpSecret ?? new Uint8Array(20), code, clock.nowMs());
		if (step === null || found.totpSecret === null || step <= account.totpLastStep) return null;
		if (found.totpFailures >= AUTHENTICATOR_FAILURES) return null;
		return { proof: 'totp', use: proofs.useTotpStep(account.id, step) };
	}

	async function refuse(found: Recoverable, kind: Reset['proof']['kind']): Promise<Result<never>> {
		const { id } = found.account;
		await failures.commit(
			failureOwnerOf(found.account),
			kind === 'totp' ? ['totp'] : [],
			await audit.record({
				event: 'account/password-reset',
				outcome: 'failure',
				objectRef: 'account',
				accountId: id,
				factors: ['mail-code', kind]
			})
		);
		return failed('invalid', 'accounts/proof-invalid');
	}

	return {
		/**
		 * Sends the mail that begins a reset, if the address belongs to an active customer. The answer
		 * and the round trips are the same whether or not it does (A17). Over the limit of the address
		 * nothing is sent, and the newest link stays good (B2).
		 */
		async request(email: string): Promise<Result<void>> {
			const nowMs = clock.nowMs();
			const asker = `${normaliseEmail(email)}\u0000${addressBlockOf(parts.origin.ip) ?? 'none'}`;
			const emailIndex = await proofs.emailIndex(email);
			const booked = await db.commitAndRead(
				[
					recoveryTriesRepository.book(
						{ scope: 'reset-asked', keyHash: await cipher.blindIndex('reset-asked', asker) },
						MAILS_AN_HOUR,
						{ nowMs, lifetimeMs: HOUR_MS },
						TOO_MANY
					)
				],
				[await parts.throttle.bookMail(email), proofs.findByEmail(emailIndex)]
			);
			const [isLetThrough, found] = booked.ok ? booked.value : [true, null];
			if (!isLetThrough) {
				// By the address typed and by the network alone, whoever has the address: no oracle.
				await parts.throttle.refuseMail(email);
				return ok(undefined);
			}
			const token = newToken(ids);
			const tokenHash = await hashToken(token);
			const account = found?.account ?? null;
			return db.commit(
				...(account
					? [
							proofs.replaceMailToken(
								{
									tokenHash,
									accountId: account.id,
									purpose: 'reset-password',
									expiresAtMs: nowMs + RECOVERY_MAIL_LIFETIME_MS
								},
								nowMs
							),
							await mails.sendCode(account, 'reset-password', token)
						]
					: []),
				await audit.record({
					event: 'account/password-reset-asked',
					outcome: account ? 'success' : 'failure',
					objectRef: 'account',
					accountId: account?.id ?? null,
					typedNameIndex: account
						? null
						: await cipher.blindIndex(TYPED_NAME, normaliseEmail(email))
				})
			);
		},

		/**
		 * Sets a new password for mail and a second proof together; the mail alone sets none (A19).
		 * Ends every session, removes passkeys and known devices; nobody is signed in by it. Fails with
		 * `accounts/recovery-link-invalid`, `accounts/proof-invalid` or `accounts/recovery-too-many-tries`.
		 */
		async reset(input: Reset): Promise<Result<void>> {
			const nowMs = clock.nowMs();
			const tokenHash = await hashToken(normaliseCode(input.code));
			const codeHash = await hashToken(input.proof.code);
			const [found, isLive, codeOwner] = await db.read(
				proofs.findByMailToken(tokenHash, 'reset-password'),
				proofs.isTokenLive(tokenHash, 'reset-password', nowMs),
				proofs.findCodeOwner(codeHash)
			);
			if (!found || !isLive) return failed('invalid', 'accounts/recovery-link-invalid');
			const { account } = found;
			const dayKey = await cipher.blindIndex('reset-day', account.id);
			const booked = await db.commit(
				recoveryTriesRepository.book(
					{ scope: 'reset-mail', keyHash: tokenHash },
					RESET_TRIES,
					{ nowMs, lifetimeMs: RECOVERY_MAIL_LIFETIME_MS },
					TOO_MANY
				),
				recoveryTriesRepository.book(
					{ scope: 'reset-day', keyHash: dayKey },
					RESET_TRIES_A_DAY,
					{ nowMs, lifetimeMs: DAY_MS },
					TOO_MANY
				)
			);
			if (!booked.ok) return booked;
			const checked = checkProof(found, codeOwner, codeHash, input.proof);
			const proven = new Set<RecoveryProof>(checked ? ['mail', checked.proof] : ['mail']);
			if (!checked || !opens(proven).has('new-password')) return refuse(found, input.proof.kind);
			const issues = await parts.passwordPolicy.check(input.password, {
				names: [account.profile.firstName, account.profile.lastName],
				...account.contact
			});
			if (issues) return failed('invalid', 'portal/invalid-input', issues);
			const done = await db.commit(
				proofs.useMailToken(tokenHash, 'reset-password', nowMs),
				checked.use,
				factors.setPassword(account.id, await passwords.hash(input.password)),
				shutEveryDoor(account.id),
				cancelCasesOfAccount(account.id, nowMs),
				recoveryTriesRepository.forget('reset-day', dayKey),
				await mails.tellWithWayOut(account, 'password-recovered'),
				await audit.record({
					event: 'account/password-reset',
					objectRef: 'account',
					accountId: account.id,
					factors: ['mail-code', input.proof.kind]
				})
			);
			return done.ok ? ok(undefined) : done;
		}
	};
}
