import { normaliseAnswer, type SecurityQuestion } from '#lib/domain/accounts/security-questions.ts';
import {
	ANSWER_TRIES,
	opens,
	RECOVERY_MAIL_LIFETIME_MS,
	RECOVERY_WAIT_MS,
	remindersDue,
	type RecoveryProof
} from '#lib/domain/accounts/recovery.ts';
import type { Answers } from '#lib/domain/accounts/recovery.schema.ts';
import type { AuditFactor } from '#lib/domain/audit/audit.ts';
import type { Operator } from '#lib/domain/operator.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { Write } from '#lib/server/db/client.ts';
import { hashToken, newToken, normaliseCode } from '#lib/server/platform/ids.ts';
import { createRecoveryCasesRepository } from './recovery-cases.repository.ts';
import { createRecoveryMails } from './recovery-mails.ts';
import {
	createRecoveryPassword,
	TOO_MANY_TRIES,
	type RecoveryPasswordParts
} from './recovery-password.ts';
import { createRecoveryProofsRepository, type StoredAnswer } from './recovery-proofs.repository.ts';
import { recoveryTriesRepository } from './recovery-tries.repository.ts';

/** Cases that a minute's job takes on. */
const AT_ONCE = 50;

/** The mail came after the right password, so its code stands for both. */
const BY_MAIL_AND_ANSWERS: readonly AuditFactor[] = ['mail-code', 'security-answers'];

export type RecoveryCasesService = ReturnType<typeof createRecoveryCasesService>;

/** A lost phone without a saved code: the owner's side of a case. */
export function createRecoveryCasesService(
	parts: RecoveryPasswordParts & { readonly operator: Pick<Operator, 'securityQuestions'> }
) {
	const { db, cipher, clock, ids, passwords, audit } = parts;
	const { securityQuestions } = parts.operator;
	const password = createRecoveryPassword(parts);
	const proofs = createRecoveryProofsRepository(cipher);
	const cases = createRecoveryCasesRepository(cipher);
	const mails = createRecoveryMails(parts);

	const answersKey = (accountId: string) => cipher.blindIndex('recovery-answers', accountId);

	/** Both are hashed whatever the first one was: neither answer nor time says which is wrong (A22). */
	async function areRight(answers: Answers, stored: readonly StoredAnswer[]): Promise<boolean> {
		const [first, second] = stored;
		const isFirst = await passwords.verify(
			normaliseAnswer(answers.answer1),
			first?.answerHash ?? null
		);
		const isSecond = await passwords.verify(
			normaliseAnswer(answers.answer2),
			second?.answerHash ?? null
		);
		return isFirst && isSecond;
	}

	async function failedNote(
		accountId: string | null,
		factors: readonly AuditFactor[]
	): Promise<Write> {
		return audit.record({
			event: 'account/recovery-failed',
			outcome: 'failure',
			objectRef: 'account',
			accountId,
			factors
		});
	}

	return {
		/**
		 * First step: the password. A right one has a mail sent, and the answer is the same for a wrong
		 * one, for an address nobody has and for a try the throttle stops (A17). Fails only with
		 * `accounts/recovery-too-many-tries`, or `portal/not-found` when the questions are switched off.
		 */
		async start(
			input: { readonly email: string; readonly password: string },
			deviceToken: string | null = null
		): Promise<Result<void>> {
			if (securityQuestions === 'off') return failed('not-found', 'portal/not-found');
			const nowMs = clock.nowMs();
			const emailIndex = await proofs.emailIndex(input.email);
			const book = await password.book(input.email, emailIndex, deviceToken);
			const booked = await db.commitAndRead(
				[book.write],
				[book.isLetThrough, book.isLocked, proofs.findByEmail(emailIndex)]
			);
			if (!booked.ok) return booked;
			const [isLetThrough, isLocked, found] = booked.value;
			const tried = await password.check(found, { isLetThrough, isLocked }, input.password);
			const { account } = tried;
			if (!tried.isRight || !account) {
				return password.commit(tried, await failedNote(account?.id ?? null, ['password']));
			}
			const token = newToken(ids);
			return password.commit(
				tried,
				proofs.replaceMailToken(
					{
						tokenHash: await hashToken(token),
						accountId: account.id,
						purpose: 'open-recovery',
						expiresAtMs: nowMs + RECOVERY_MAIL_LIFETIME_MS
					},
					nowMs
				),
				await mails.sendCode(account, 'open-recovery', token),
				await audit.record({
					event: 'account/recovery-started',
					objectRef: 'account',
					accountId: account.id,
					factors: ['password']
				})
			);
		},

		/**
		 * The two questions, for whoever holds the code of the mail; nothing is used up by looking.
		 * Fails with `accounts/recovery-link-invalid`, or `accounts/answers-missing` for an account without any.
		 */
		async showQuestions(
			mailCode: string
		): Promise<
			Result<{ readonly mailCode: string; readonly questions: readonly SecurityQuestion[] }>
		> {
			const code = normaliseCode(mailCode);
			const tokenHash = await hashToken(code);
			const [found, isLive, stored] = await db.read(
				proofs.findByMailToken(tokenHash, 'open-recovery'),
				proofs.isTokenLive(tokenHash, 'open-recovery', clock.nowMs()),
				proofs.answersByMailToken(tokenHash)
			);
			if (!found || !isLive || securityQuestions === 'off') {
				return failed('invalid', 'accounts/recovery-link-invalid');
			}
			if (stored.length < 2) return failed('conflict', 'accounts/answers-missing');
			return ok({ mailCode: code, questions: stored.map(({ question }) => question) });
		},

		/**
		 * Opens the case for both answers at once, three tries. The mail came after the right password,
		 * so its code stands for both. Fails with `accounts/recovery-link-invalid`, `accounts/recovery-refused`
		 * (one answer or both, never which), `accounts/recovery-too-many-tries` or `accounts/case-open`.
		 */
		async open(
			mailCode: string,
			answers: Answers
		): Promise<Result<{ readonly readyAtMs: number }>> {
			const nowMs = clock.nowMs();
			const tokenHash = await hashToken(normaliseCode(mailCode));
			const [found, isLive, stored] = await db.read(
				proofs.findByMailToken(tokenHash, 'open-recovery'),
				proofs.isTokenLive(tokenHash, 'open-recovery', nowMs),
				proofs.answersByMailToken(tokenHash)
			);
			if (!found || !isLive) return failed('invalid', 'accounts/recovery-link-invalid');
			const { account } = found;
			const key = { scope: 'recovery-answers', keyHash: await answersKey(account.id) };
			const times = { nowMs, lifetimeMs: RECOVERY_WAIT_MS };
			const booked = await db.commit(
				recoveryTriesRepository.book(key, ANSWER_TRIES, times, TOO_MANY_TRIES)
			);
			if (!booked.ok) return booked;
			const proven = new Set<RecoveryProof>(['mail', 'password']);
			if (await areRight(answers, stored)) proven.add('answers');
			if (!opens(proven, securityQuestions).has('case')) {
				await db.commit(await failedNote(account.id, BY_MAIL_AND_ANSWERS));
				return failed('invalid', 'accounts/recovery-refused');
			}
			const caseId = ids.newId();
			const readyAtMs = nowMs + RECOVERY_WAIT_MS;
			const done = await db.commit(
				proofs.useMailToken(tokenHash, 'open-recovery', nowMs),
				cases.insert({ id: caseId, accountId: account.id, openedAtMs: nowMs, readyAtMs }),
				recoveryTriesRepository.forget(key.scope, key.keyHash),
				await mails.tellOfCase(account, 'recovery-opened'),
				await audit.record({
					event: 'recovery/case-opened',
					objectRef: `recovery:${caseId}`,
					accountId: account.id,
					factors: BY_MAIL_AND_ANSWERS
				})
			);
			return done.ok ? ok({ readyAtMs }) : done;
		},

		/**
		 * Stops the open case of the account a mail about it was sent to. Any such mail can, as long as
		 * there is a case. Fails with `accounts/recovery-link-invalid` or `accounts/case-closed`.
		 */
		async cancel(mailCode: string): Promise<Result<void>> {
			const nowMs = clock.nowMs();
			const tokenHash = await hashToken(normaliseCode(mailCode));
			const [found] = await db.read(proofs.findByMailToken(tokenHash, 'cancel-recovery'));
			if (!found) return failed('invalid', 'accounts/recovery-link-invalid');
			const { account } = found;
			return db.commit(
				proofs.useMailToken(tokenHash, 'cancel-recovery', nowMs),
				cases.cancelIfOpen(account.id, nowMs),
				await mails.tell(account, 'recovery-closed'),
				await audit.record({
					event: 'recovery/case-cancelled',
					objectRef: 'account',
					accountId: account.id,
					factors: ['mail-code']
				})
			);
		},

		/** The job: reminds owners after 24 and 48 hours, with a link to stop. Answers how many. */
		async remindWaiting(): Promise<number> {
			const nowMs = clock.nowMs();
			const [waiting] = await db.read(cases.listToRemind(nowMs, AT_ONCE));
			let count = 0;
			for (const found of waiting) {
				const done = await db.commit(
					cases.markReminded(found, remindersDue(found.openedAtMs, nowMs)),
					await mails.tellOfCase(found.account, 'recovery-reminder')
				);
				if (done.ok) count += 1;
			}
			return count;
		},

		/**
		 * The job: closes cases nobody approved and letters that did not come back in time, each with its
		 * entry in the owner's log and a mail. Answers how many.
		 */
		async expireOverdue(): Promise<number> {
			const nowMs = clock.nowMs();
			const [overdue] = await db.read(cases.listOverdue(nowMs, AT_ONCE));
			let count = 0;
			for (const { id, account } of overdue) {
				const done = await db.commit(
					cases.expire(id, nowMs),
					await mails.tell(account, 'recovery-closed'),
					await audit.record({
						event: 'recovery/case-expired',
						objectRef: `recovery:${id}`,
						accountId: account.id
					})
				);
				if (done.ok) count += 1;
			}
			return count;
		}
	};
}
