import { and, eq, gte, inArray, or, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { fullName, parseContact } from '#lib/domain/accounts/profile.ts';
import type { Role } from '#lib/domain/actor.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, type Read } from '#lib/server/db/client.ts';
import { openPerson } from '#lib/server/db/people.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { contractInvitations, contractLinks } from '#lib/server/db/tables/contracts.ts';
import { conversations } from '#lib/server/db/tables/conversations.ts';
import { coverageInquiries } from '#lib/server/db/tables/coverage-inquiries.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { insurabilityProofs } from '#lib/server/db/tables/proofs.ts';
import type { Cipher, WrappedKey } from '#lib/server/platform/cipher.ts';
import { contactCell } from './account-cells.ts';

/** Accounts one contract may have: family, host, employer. */
const READERS_LIMIT = 50;
/** Of all contracts of one account. */
const BESIDE_LIMIT = 200;

/** To whom a mail about an account goes. */
export type Recipient = {
	readonly personId: string;
	readonly to: string;
	readonly language: Language;
	readonly name: string;
};

export type RecipientsRepository = ReturnType<typeof createRecipientsRepository>;

export function createRecipientsRepository(cipher: Cipher) {
	/** Also learns the person's key: what is written to them is sealed under it. */
	async function open(account: typeof accounts.$inferSelect, person: typeof people.$inferSelect) {
		const profile = await openPerson(cipher, person);
		const contact = parseContact(
			await cipher.openJson(contactCell(account.id, person.id), account.contact)
		);
		return {
			personId: person.id,
			to: contact.email,
			language: account.language,
			name: fullName(profile)
		};
	}

	const findWhere = (
		isTheirs: SQL
	): Read<(Recipient & { readonly accountId: string; readonly role: Role }) | null> =>
		read(
			sqlBuilder
				.select({ account: accounts, person: people })
				.from(accounts)
				.innerJoin(people, eq(people.id, accounts.personId))
				.where(isTheirs),
			async ([row]) => {
				if (!row) return null;
				const { account, person } = row;
				return { ...(await open(account, person)), accountId: account.id, role: account.role };
			}
		);

	const holdersOf = (
		contract: SQL,
		isTheirs: SQL | undefined = eq(contractLinks.role, 'policyholder')
	): Read<
		readonly (Recipient & {
			readonly accountId: string;
			readonly key: WrappedKey;
			readonly recoveredAtMs: number | null;
		})[]
	> =>
		read(
			sqlBuilder
				.select({ account: accounts, person: people })
				.from(contractLinks)
				.innerJoin(accounts, eq(accounts.id, contractLinks.accountId))
				.innerJoin(people, eq(people.id, accounts.personId))
				.where(and(eq(contractLinks.contractId, contract), isTheirs, eq(accounts.status, 'active')))
				.limit(READERS_LIMIT),
			(rows) =>
				Promise.all(
					rows.map(async ({ account, person }) => ({
						...(await open(account, person)),
						accountId: account.id,
						recoveredAtMs: account.recoveredAtMs,
						key: { wrappedKey: person.wrappedKey, rootVersion: person.rootVersion }
					}))
				)
		);

	/** Whoever hands in proofs, as `ACTS_AT_CONTRACT` has it for `prove`. */
	const isProver = (today: CalendarDate) =>
		or(
			eq(contractLinks.role, 'policyholder'),
			and(
				eq(contractLinks.role, 'representative'),
				eq(contractLinks.scope, 'contract'),
				gte(contractLinks.endsOn, today)
			)
		);

	return {
		/** Whoever hands in proofs of insurability for a contract. */
		listProvers: (contractId: string, today: CalendarDate) =>
			holdersOf(sql`${contractId}`, isProver(today)),

		/** The same for the contract of a proof. */
		listProversOfProof: (proofId: string, today: CalendarDate) =>
			holdersOf(
				sql`(select ${insurabilityProofs.contractId} from ${insurabilityProofs} where ${insurabilityProofs.id} = ${proofId})`,
				isProver(today)
			),

		find: (accountId: string) => findWhere(eq(accounts.id, accountId)),

		/** The customer of a conversation, with their key learnt. */
		findOfConversation: (conversationId: string) =>
			findWhere(
				sql`${accounts.id} = (select ${conversations.accountId} from ${conversations} where ${conversations.id} = ${conversationId})`
			),

		/** Who has been let in to a contract at this moment as a representative. */
		findRepresentative: (contractId: string, sinceMs: number) =>
			findWhere(
				sql`${accounts.id} = (select ${contractLinks.accountId} from ${contractLinks} where ${contractLinks.contractId} = ${contractId} and ${contractLinks.linkedAtMs} = ${sinceMs} and ${contractLinks.role} = 'representative')`
			),

		/** Who asked before a treatment, with their key learnt. */
		findOfInquiry: (inquiryId: string) =>
			findWhere(
				sql`${accounts.id} = (select ${coverageInquiries.accountId} from ${coverageInquiries} where ${coverageInquiries.id} = ${inquiryId})`
			),

		/** Whose claim a document was asked for, with their key learnt. */
		findOfRequest: (requestId: string) =>
			findWhere(
				sql`${accounts.id} = (select c.account_id from claims c join document_requests d on d.claim_id = c.id where d.id = ${requestId})`
			),

		/** Whoever stands in at the contracts that this account stands in at, themselves included. */
		listBeside(
			accountId: string
		): Read<readonly (Recipient & { readonly accountId: string; readonly contractId: string })[]> {
			const own = alias(contractLinks, 'own');
			return read(
				sqlBuilder
					.select({ account: accounts, person: people, contractId: contractLinks.contractId })
					.from(own)
					.innerJoin(contractLinks, eq(contractLinks.contractId, own.contractId))
					.innerJoin(accounts, eq(accounts.id, contractLinks.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(
						and(
							eq(own.accountId, accountId),
							eq(own.role, 'policyholder'),
							eq(contractLinks.role, 'policyholder'),
							eq(accounts.status, 'active')
						)
					)
					.limit(BESIDE_LIMIT),
				(rows) =>
					Promise.all(
						rows.map(async ({ account, person, contractId }) => ({
							...(await open(account, person)),
							accountId: account.id,
							contractId
						}))
					)
			);
		},

		/**
		 * Whoever stands in for a contract's policyholder, with the wrapped key that theirs is sealed under.
		 * Insured persons and representatives get no letter about money or the end of the contract.
		 */
		listOfContract: (contractId: string) => holdersOf(sql`${contractId}`),

		/** The same for the contract that a typed code lets in to; nobody for any other code. */
		listOfInvitation: (codeHashes: readonly Uint8Array[]) =>
			holdersOf(
				sql`(select ${contractInvitations.contractId} from ${contractInvitations} where ${inArray(contractInvitations.codeHash, [...codeHashes])})`
			)
	};
}
