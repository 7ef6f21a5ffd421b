import { decodeBase64, encodeBase64 } from '@oslojs/encoding';
import * as v from 'valibot';
import {
	NEW_AUTHENTICATOR_LIFETIME_MS,
	STEP_UP_LIFETIME_MS
} from '#lib/domain/accounts/lifetimes.ts';
import { SECURITY_QUESTIONS } from '#lib/domain/accounts/security-questions.ts';
import { failed, ok } from '#lib/domain/result.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { type Ids } from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import type { RelyingParty } from '#lib/server/platform/webauthn.ts';
import { totpCell } from './account-cells.ts';
import { createAccountRepository } from './account.repository.ts';
import { createAccountsRepository } from './accounts.repository.ts';
import { authenticatorView } from './authenticator-view.ts';
import { createEmailChangeAct } from './email-change-act.ts';
import { createPasskeyActs } from './passkey-acts.ts';
import { newRecoveryCodes } from './recovery-codes.ts';
import { createSessionActs } from './session-acts.ts';
import { defineAct, type SensitiveActHandlers } from './step-up-acts.ts';
import { findTotpStep } from './totp.ts';

const CHANGED_MEANWHILE = { kind: 'conflict', code: 'accounts/step-up-ended' } as const;

const questionSchema = v.picklist(SECURITY_QUESTIONS);

/** The sensitive acts of the account page: what each writes once it is proven. */
export function createAccountActs(parts: {
	readonly cipher: Cipher;
	readonly ids: Ids;
	readonly passwords: Pick<Passwords, 'verify'>;
	readonly relyingParty: RelyingParty;
	readonly mails: Parameters<typeof createEmailChangeAct>[0]['mails'];
}): Omit<SensitiveActHandlers, 'data/export' | 'account/delete' | 'bank-account/change'> {
	const { cipher, ids, passwords } = parts;
	const account = createAccountRepository(cipher);
	const accounts = createAccountsRepository(cipher);
	return {
		...createSessionActs(account),
		...createPasskeyActs(parts.relyingParty, parts.cipher),
		'email/change': createEmailChangeAct(parts),

		'password/change': defineAct({
			payload: v.strictObject({ passwordHash: v.string() }),
			needsPassword: true,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			endsOtherSessions: true,
			event: 'account/password-changed',
			change: 'password',
			// Only here, where the password in use has just been proven: a page that compared earlier
			// would tell a stolen session which password is right.
			run: async ({ passwordHash }, { owner, proof }) =>
				(await passwords.verify(proof.password ?? '', passwordHash))
					? failed('invalid', 'accounts/password-same')
					: ok({ writes: [account.setPassword(owner.accountId, passwordHash)] })
		}),

		'mobile/change': defineAct({
			payload: v.strictObject({ mobile: v.string() }),
			needsPassword: true,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			event: 'account/mobile-changed',
			change: 'mobile',
			facts: ({ mobile }) => [{ name: 'mobile', value: mobile }],
			run: async ({ mobile }, { owner, nowMs }) => {
				const contact = { ...owner.contact, mobile };
				const write = await account.setContact(owner, owner, contact, nowMs, CHANGED_MEANWHILE);
				return ok({ writes: [write] });
			}
		}),

		'questions/change': defineAct({
			payload: v.strictObject({
				question1: questionSchema,
				answer1Hash: v.string(),
				question2: questionSchema,
				answer2Hash: v.string()
			}),
			needsPassword: true,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			event: 'account/questions-changed',
			change: 'questions',
			facts: ({ question1, question2 }) => [
				{ name: 'question1', value: question1 },
				{ name: 'question2', value: question2 }
			],
			run: async ({ question1, answer1Hash, question2, answer2Hash }, { owner }) =>
				ok({
					writes: [
						account.deleteAnswers(owner.accountId),
						await accounts.insertAnswer(owner, {
							slot: 1,
							question: question1,
							answerHash: answer1Hash
						}),
						await accounts.insertAnswer(owner, {
							slot: 2,
							question: question2,
							answerHash: answer2Hash
						})
					]
				})
		}),

		// The secret is made here and kept here: whatever key a browser sends is never looked at (A9).
		'authenticator/replace': defineAct({
			payload: v.strictObject({ sealedSecret: v.string() }),
			needsPassword: true,
			lifetimeMs: NEW_AUTHENTICATOR_LIFETIME_MS,
			endsOtherSessions: true,
			event: 'account/authenticator-replaced',
			change: 'authenticator',
			enrolment: async ({ sealedSecret }, owner) => {
				const secret = await openSecret(owner.accountId, sealedSecret);
				return authenticatorView(owner.contact.email, secret);
			},
			run: async ({ sealedSecret }, { owner, proof, nowMs }) => {
				const secret = await openSecret(owner.accountId, sealedSecret);
				const step = findTotpStep(secret, proof.newCode, nowMs);
				if (step === null) {
					return failed('invalid', 'accounts/code-invalid', { newCode: 'new-code-wrong' });
				}
				return ok({ writes: [await account.replaceTotp(owner.accountId, { secret, step })] });
			}
		}),

		'recovery-codes/renew': defineAct({
			payload: v.strictObject({}),
			needsPassword: true,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			event: 'account/recovery-codes-renewed',
			change: 'recovery-codes',
			run: async (_, { owner }) => {
				const { codes, hashes } = await newRecoveryCodes(ids);
				return ok({
					writes: [
						account.deleteCodes(owner.accountId),
						accounts.insertRecoveryCodes(owner.accountId, hashes)
					],
					recoveryCodes: codes
				});
			}
		})
	};

	function openSecret(accountId: string, sealedSecret: string): Promise<Uint8Array> {
		const sealed = new Uint8Array(decodeBase64(sealedSecret));
		return cipher.openTotpSecret(totpCell(accountId), sealed);
	}
}

/** What waits with the act until the new app has shown its first code. */
export async function newSealedSecret(
	parts: { readonly cipher: Cipher; readonly ids: Ids },
	accountId: string
): Promise<string> {
	const secret = parts.ids.randomBytes(20);
	return encodeBase64(await parts.cipher.sealTotpSecret(totpCell(accountId), secret));
}
