import * as v from 'valibot';
import {
	BLOCK_EMAIL_LIFETIME_MS,
	CONFIRM_EMAIL_LIFETIME_MS,
	STEP_UP_LIFETIME_MS
} from '#lib/domain/accounts/lifetimes.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { ok } from '#lib/domain/result.ts';
import type { Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { hashToken, newToken, type Ids } from '#lib/server/platform/ids.ts';
import { createEmailChangeRepository } from './email-change.repository.ts';
import { defineAct } from './step-up-acts.ts';

/**
 * The proven wish for another address. Nothing changes before the new mailbox answers; the old one is
 * told at once and can stop it (O.Auth_16). An address that somebody else has gets a letter of
 * another kind, and the page says the same: who has an account here is nobody's business (A17).
 */
export function createEmailChangeAct(parts: {
	readonly cipher: Cipher;
	readonly ids: Ids;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
}) {
	const { ids, mails } = parts;
	const links = createEmailChangeRepository(parts.cipher);
	return defineAct({
		payload: v.strictObject({ email: v.string(), isTaken: v.boolean() }),
		needsPassword: true,
		lifetimeMs: STEP_UP_LIFETIME_MS,
		event: 'account/email-change-asked',
		change: null,
		facts: ({ email }) => [{ name: 'email', value: email }],
		run: async ({ email, isTaken }, { owner, nowMs }) => {
			const { language, name, personId, contact } = owner;
			const reader = { language, name };
			const [confirmToken, blockToken] = [newToken(ids), newToken(ids)];
			const confirmHash = await hashToken(confirmToken);
			const toNew: Mail = isTaken
				? { template: 'email-taken', to: email, ...reader }
				: { template: 'confirm-email', to: email, code: confirmToken, ...reader };
			const waiting = await links.insertLink(owner, {
				tokenHash: confirmHash,
				purpose: 'confirm-email',
				to: email,
				email,
				expiresAtMs: nowMs + CONFIRM_EMAIL_LIFETIME_MS
			});
			return ok({
				writes: [
					links.deleteWaiting(owner.accountId),
					// Also for a taken address, whose mailbox never gets the link: the page must look the same.
					waiting,
					await links.insertLink(owner, {
						tokenHash: await hashToken(blockToken),
						purpose: 'block-email',
						to: contact.email,
						email: contact.email,
						expiresAtMs: nowMs + BLOCK_EMAIL_LIFETIME_MS
					}),
					await mails.enqueue(ids.newId(), personId, toNew, nowMs),
					await mails.enqueue(
						ids.newId(),
						personId,
						{ template: 'email-change-asked', to: contact.email, code: blockToken, ...reader },
						nowMs
					)
				]
			});
		}
	});
}
