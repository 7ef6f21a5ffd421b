import { BLOCK_EMAIL_LIFETIME_MS, NOT_ME_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, normaliseCode, type Ids } from '#lib/server/platform/ids.ts';
import { createAccountRepository } from './account.repository.ts';
import { createAccountsRepository } from './accounts.repository.ts';
import { disownAct, disownReads, type DisownParts } from './disown.ts';
import { createEmailChangeRepository, LINK_INVALID } from './email-change.repository.ts';
import { shutHalfOpenDoors } from './open-doors.ts';

const INVALID = failed(LINK_INVALID.kind, LINK_INVALID.code);

export type EmailChangeService = ReturnType<typeof createEmailChangeService>;

/**
 * The two links of a change of address, for whoever holds the mailbox and need not be signed in.
 * Looking at a link changes nothing: scanners of mail servers open every one (A18).
 */
export function createEmailChangeService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: Pick<AuditService, 'record'>;
	readonly changeStop: DisownParts['changeStop'];
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
}) {
	const { db, clock, ids, audit, mails } = parts;
	const account = createAccountRepository(parts.cipher);
	const accounts = createAccountsRepository(parts.cipher);
	const links = createEmailChangeRepository(parts.cipher);

	return {
		/**
		 * From the new mailbox: the address becomes the account's, and both mailboxes are told, the old
		 * one with 72 hours to undo it (O.Auth_16). Fails with `accounts/email-link-invalid`.
		 */
		async confirm(typedCode: string): Promise<Result<void>> {
			const nowMs = clock.nowMs();
			const tokenHash = await hashToken(normaliseCode(typedCode));
			const [link] = await db.read(links.findLink(tokenHash, 'confirm-email', nowMs));
			if (!link) return INVALID;
			const { personId, language, name, contact, email } = link;
			const [blockToken, notMeToken] = [newToken(ids), newToken(ids)];
			const reader = { language, name };
			return db.commit(
				links.use(tokenHash, 'confirm-email', nowMs),
				await account.setContact(link, link, { ...contact, email }, nowMs, LINK_INVALID),
				shutHalfOpenDoors(link.accountId),
				await links.insertLink(link, {
					tokenHash: await hashToken(blockToken),
					purpose: 'block-email',
					to: contact.email,
					email: contact.email,
					expiresAtMs: nowMs + BLOCK_EMAIL_LIFETIME_MS
				}),
				accounts.insertMailToken({
					tokenHash: await hashToken(notMeToken),
					accountId: link.accountId,
					purpose: 'not-me',
					emailIndex: await parts.cipher.blindIndex('email', normaliseEmail(email)),
					expiresAtMs: nowMs + NOT_ME_LIFETIME_MS
				}),
				await audit.record({
					event: 'account/email-changed',
					objectRef: 'account',
					accountId: link.accountId
				}),
				await mails.enqueue(
					ids.newId(),
					personId,
					{ template: 'account-changed', to: email, change: 'email', code: notMeToken, ...reader },
					nowMs
				),
				await mails.enqueue(
					ids.newId(),
					personId,
					{ template: 'email-replaced', to: contact.email, code: blockToken, ...reader },
					nowMs
				)
			);
		},

		/**
		 * From the old mailbox: stops a change that waits, or undoes one that was made, whatever came
		 * after it. Somebody had password and code, so every session ends and a new password is due.
		 * Fails with `accounts/email-link-invalid`.
		 */
		async block(typedCode: string): Promise<Result<void>> {
			const nowMs = clock.nowMs();
			const tokenHash = await hashToken(normaliseCode(typedCode));
			const [link] = await db.read(links.findLink(tokenHash, 'block-email', nowMs));
			if (!link) return INVALID;
			const { personId, language, name, contact, email } = link;
			const isUndo = normaliseEmail(email) !== normaliseEmail(contact.email);
			const undo: readonly Write[] = isUndo
				? [
						await account.setContact(link, link, { ...contact, email }, nowMs, LINK_INVALID),
						await mails.enqueue(
							ids.newId(),
							personId,
							{ template: 'email-blocked', to: contact.email, language, name },
							nowMs
						)
					]
				: [];
			// Only customers change their address themselves.
			const owner = { personId, to: email, language, name, role: 'customer' } as const;
			const waiting = await db.read(...disownReads(parts, link.accountId));
			const done = await db.commit(
				links.use(tokenHash, 'block-email', nowMs),
				links.deleteYoungerBlocks(link.accountId, tokenHash, link.expiresAtMs),
				...undo,
				await audit.record({
					event: 'account/email-change-blocked',
					objectRef: 'account',
					accountId: link.accountId
				}),
				...(await disownAct(parts, link.accountId, owner, waiting))
			);
			return done.ok ? ok(undefined) : done;
		}
	};
}
