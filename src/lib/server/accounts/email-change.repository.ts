import { encodeHexLowerCase } from '@oslojs/encoding';
import { and, asc, eq, gt, gte, isNull, ne } from 'drizzle-orm';
import * as v from 'valibot';
import { fullName, parseContact, type Contact } from '#lib/domain/accounts/profile.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, writeIfHolds, type Read, type Write } from '#lib/server/db/client.ts';
import { openPerson } from '#lib/server/db/people.ts';
import { accounts, mailTokens } from '#lib/server/db/tables/accounts.ts';
import { contractLinks } from '#lib/server/db/tables/contracts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher, WrappedKey } from '#lib/server/platform/cipher.ts';
import { contactCell } from './account-cells.ts';

export type EmailLink = 'confirm-email' | 'block-email';

/** The address that a link makes the account's: the new one to confirm, the old one to go back to. */
const payloadSchema = v.object({ email: v.string() });

/** A link that still counts, and the account it speaks for. */
export type OpenEmailLink = {
	readonly accountId: string;
	readonly personId: string;
	readonly language: Language;
	readonly name: string;
	readonly contact: Contact;
	readonly sealedContact: Uint8Array;
	readonly email: string;
	readonly expiresAtMs: number;
};

export const LINK_INVALID = { kind: 'invalid', code: 'accounts/email-link-invalid' } as const;

/** Nobody changes their address so often in three days. */
const FORMER_LIMIT = 20;

const payloadCell = (tokenHash: Uint8Array, personId: string): Cell => ({
	table: 'mail_tokens',
	column: 'payload',
	rowId: encodeHexLowerCase(tokenHash),
	personId
});

export type EmailChangeRepository = ReturnType<typeof createEmailChangeRepository>;

export function createEmailChangeRepository(cipher: Cipher) {
	const emailIndex = (email: string) => cipher.blindIndex('email', normaliseEmail(email));
	const isOpen = (purpose: EmailLink, nowMs: number) =>
		and(
			eq(mailTokens.purpose, purpose),
			isNull(mailTokens.usedAtMs),
			gt(mailTokens.expiresAtMs, nowMs)
		);

	return {
		/** `to` is the mailbox that gets the link, `email` what the link makes the account's address. */
		async insertLink(
			owner: { readonly accountId: string; readonly personId: string },
			link: {
				readonly tokenHash: Uint8Array;
				readonly purpose: EmailLink;
				readonly to: string;
				readonly email: string;
				readonly expiresAtMs: number;
			}
		): Promise<Write> {
			const { tokenHash, purpose, expiresAtMs } = link;
			return write(
				sqlBuilder.insert(mailTokens).values({
					tokenHash,
					accountId: owner.accountId,
					purpose,
					emailIndex: await emailIndex(link.to),
					payload: await cipher.sealJson(payloadCell(tokenHash, owner.personId), {
						email: link.email
					}),
					expiresAtMs
				})
			);
		},

		findLink(tokenHash: Uint8Array, purpose: EmailLink, nowMs: number): Read<OpenEmailLink | null> {
			return read(
				sqlBuilder
					.select({ link: mailTokens, account: accounts, person: people })
					.from(mailTokens)
					.innerJoin(accounts, eq(accounts.id, mailTokens.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(
						and(
							eq(mailTokens.tokenHash, tokenHash),
							eq(accounts.status, 'active'),
							isOpen(purpose, nowMs)
						)
					),
				async ([row]) => {
					if (!row?.link.payload) return null;
					const { link, account, person } = row;
					const name = fullName(await openPerson(cipher, person));
					const contact = await cipher.openJson(
						contactCell(account.id, person.id),
						account.contact
					);
					const payload = await cipher.openJson(
						payloadCell(tokenHash, person.id),
						row.link.payload
					);
					return {
						accountId: account.id,
						personId: person.id,
						language: account.language,
						name,
						contact: parseContact(contact),
						sealedContact: account.contact,
						email: v.parse(payloadSchema, payload).email,
						expiresAtMs: link.expiresAtMs
					};
				}
			);
		},

		/** The address that waits for its owner's click, for the account page. */
		findWaitingAddress(
			owner: { readonly accountId: string; readonly personId: string },
			nowMs: number
		): Read<string | null> {
			return read(
				sqlBuilder
					.select()
					.from(mailTokens)
					.where(and(eq(mailTokens.accountId, owner.accountId), isOpen('confirm-email', nowMs))),
				async ([row]) => {
					if (!row?.payload) return null;
					const payload = await cipher.openJson(
						payloadCell(row.tokenHash, owner.personId),
						row.payload
					);
					return v.parse(payloadSchema, payload).email;
				}
			);
		},

		/**
		 * Addresses that an account with this contract can still go back to. Their mailboxes are told of
		 * what matters: an intruder who has just changed the address must not be the only reader.
		 */
		listFormerAddresses(
			contractId: string,
			nowMs: number
		): Read<
			readonly {
				readonly personId: string;
				readonly to: string;
				readonly language: Language;
				readonly name: string;
				readonly key: WrappedKey;
			}[]
		> {
			return read(
				sqlBuilder
					.select({ link: mailTokens, account: accounts, person: people })
					.from(mailTokens)
					.innerJoin(accounts, eq(accounts.id, mailTokens.accountId))
					.innerJoin(contractLinks, eq(contractLinks.accountId, accounts.id))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(
						and(
							eq(contractLinks.contractId, contractId),
							eq(contractLinks.role, 'policyholder'),
							isOpen('block-email', nowMs)
						)
					)
					.limit(FORMER_LIMIT),
				async (rows) => {
					const opened = rows.map(async ({ link, account, person }) => {
						const name = fullName(await openPerson(cipher, person));
						if (!link.payload) return [];
						const [contact, payload] = await Promise.all([
							cipher.openJson(contactCell(account.id, person.id), account.contact),
							cipher.openJson(payloadCell(link.tokenHash, person.id), link.payload)
						]);
						const { email } = v.parse(payloadSchema, payload);
						// A change that waits for its click has left the address as it was.
						if (normaliseEmail(email) === normaliseEmail(parseContact(contact).email)) return [];
						const key = { wrappedKey: person.wrappedKey, rootVersion: person.rootVersion };
						return [{ personId: person.id, to: email, language: account.language, name, key }];
					});
					const former = (await Promise.all(opened)).flat();
					// Both mails of one change lead back to the same mailbox.
					return [...new Map(former.map((one) => [one.to, one])).values()];
				}
			);
		},

		/**
		 * The address before changes whose old mailbox can still undo them, the oldest one's; null without
		 * such a change. Where a change only waits it is the account's own.
		 */
		findReplaced(
			owner: { readonly accountId: string; readonly personId: string },
			nowMs: number
		): Read<string | null> {
			return read(
				sqlBuilder
					.select()
					.from(mailTokens)
					.where(and(eq(mailTokens.accountId, owner.accountId), isOpen('block-email', nowMs)))
					.orderBy(asc(mailTokens.expiresAtMs))
					.limit(1),
				async ([row]) => {
					if (!row?.payload) return null;
					const cell = payloadCell(row.tokenHash, owner.personId);
					return v.parse(payloadSchema, await cipher.openJson(cell, row.payload)).email;
				}
			);
		},

		use(tokenHash: Uint8Array, purpose: EmailLink, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(mailTokens)
					.set({ usedAtMs: nowMs })
					.where(and(eq(mailTokens.tokenHash, tokenHash), isOpen(purpose, nowMs))),
				LINK_INVALID
			);
		},

		/** A newer wish replaces an older one, and giving up a wish ends it (A18). */
		deleteWaiting(accountId: string): Write {
			return write(
				sqlBuilder
					.delete(mailTokens)
					.where(
						and(
							eq(mailTokens.accountId, accountId),
							eq(mailTokens.purpose, 'confirm-email'),
							isNull(mailTokens.usedAtMs)
						)
					)
			);
		},

		/**
		 * Of two links that undo a change the older one wins: an intruder who changes the address twice
		 * must not take it back with the link their own mailbox got.
		 */
		deleteYoungerBlocks(accountId: string, tokenHash: Uint8Array, expiresAtMs: number): Write {
			return write(
				sqlBuilder
					.delete(mailTokens)
					.where(
						and(
							eq(mailTokens.accountId, accountId),
							eq(mailTokens.purpose, 'block-email'),
							gte(mailTokens.expiresAtMs, expiresAtMs),
							ne(mailTokens.tokenHash, tokenHash)
						)
					)
			);
		}
	};
}
