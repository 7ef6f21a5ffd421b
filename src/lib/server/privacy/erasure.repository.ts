import {
	and,
	eq,
	gt,
	gte,
	inArray,
	isNotNull,
	isNull,
	lte,
	ne,
	notExists,
	or,
	sql
} from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { fullName, parseContact } from '#lib/domain/accounts/profile.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import { OPEN_STATES, type ClaimState } from '#lib/domain/claims/claim.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { idleSinceMs } from '#lib/domain/privacy/idle-account.ts';
import { contactCell } from '#lib/server/accounts/account-cells.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { openPerson } from '#lib/server/db/people.ts';
import { accounts, mailTokens } from '#lib/server/db/tables/accounts.ts';
import { releasedClaimLooks } from '#lib/server/db/tables/claim-access.ts';
import { claimCoInsured, claims, submissions } from '#lib/server/db/tables/claims.ts';
import {
	contractLinks,
	contractRequests,
	contracts,
	coverUses,
	insuredPersons
} from '#lib/server/db/tables/contracts.ts';
import { conversations } from '#lib/server/db/tables/conversations.ts';
import { coverageInquiries } from '#lib/server/db/tables/coverage-inquiries.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { fileChunks, files } from '#lib/server/db/tables/files.ts';
import { mailOutbox } from '#lib/server/db/tables/messages.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { insurabilityProofs } from '#lib/server/db/tables/proofs.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { GOES_WITH_ACCOUNT } from './account-tables.ts';
import {
	generalConversationsOf,
	removeConversations
} from './conversation-retention.repository.ts';
import { isFree, isFreeOfItsOwn } from './holds.ts';
import { removeInquiries } from './inquiry-retention.repository.ts';
import { isLoose } from './loose-files.ts';

/** An account whose waiting time is over, with what its last mail needs. */
export type DueAccount = {
	readonly accountId: string;
	readonly personId: string;
	readonly email: string;
	readonly name: string;
	readonly language: Language;
	/** Nobody asked for the end: the account is not used any more. */
	readonly isIdle: boolean;
};

/** What a deletion would leave behind, as far as the owner is told. */
export type Footprint = {
	readonly deletionDueAtMs: number | null;
	readonly claims: readonly { readonly state: ClaimState; readonly decidedAtMs: number | null }[];
	readonly contractCount: number;
};

const MOST_CLAIMS = 5000;
/** Sealed like any other, so that whoever reads a kept claim finds an address that opens. */
const NO_CONTACT = { email: '', mobile: '' };

/** Whether a table has a row that points to the row at hand. */
const pointsTo = (table: SQLiteTable, column: SQLiteColumn, target: SQLiteColumn) =>
	notExists(
		sqlBuilder
			.select({ found: sql`1` })
			.from(table)
			.where(eq(column, target))
	);

/** Nothing that is kept by law names this account any more. */
const isUnused = () =>
	and(
		pointsTo(claims, claims.accountId, accounts.id),
		pointsTo(conversations, conversations.accountId, accounts.id),
		pointsTo(coverageInquiries, coverageInquiries.accountId, accounts.id),
		pointsTo(documents, documents.accountId, accounts.id),
		pointsTo(files, files.accountId, accounts.id),
		pointsTo(releasedClaimLooks, releasedClaimLooks.accountId, accounts.id),
		pointsTo(submissions, submissions.accountId, accounts.id)
	);

/** Nothing names this person; what is left are their mails, and of those none still waits. */
export const isNobodys = () =>
	and(
		pointsTo(accounts, accounts.personId, people.id),
		pointsTo(contracts, contracts.policyholderId, people.id),
		pointsTo(insuredPersons, insuredPersons.personId, people.id),
		pointsTo(contractRequests, contractRequests.personId, people.id),
		pointsTo(claims, claims.personId, people.id),
		pointsTo(claims, claims.insuredPersonId, people.id),
		pointsTo(claimCoInsured, claimCoInsured.personId, people.id),
		pointsTo(coverUses, coverUses.insuredPersonId, people.id),
		pointsTo(conversations, conversations.personId, people.id),
		pointsTo(coverageInquiries, coverageInquiries.personId, people.id),
		pointsTo(coverageInquiries, coverageInquiries.insuredPersonId, people.id),
		pointsTo(insurabilityProofs, insurabilityProofs.personId, people.id),
		pointsTo(documents, documents.personId, people.id),
		pointsTo(files, files.personId, people.id),
		notExists(
			sqlBuilder
				.select({ found: sql`1` })
				.from(mailOutbox)
				.where(and(eq(mailOutbox.personId, people.id), eq(mailOutbox.state, 'waiting')))
		)
	);

/** The person with their key, and the mails sealed under it. Their rows must be nobody's by now. */
export function removePeople(ids: readonly string[]): Write {
	const gone = sqlBuilder
		.select({ id: people.id })
		.from(people)
		.where(and(inArray(people.id, [...ids]), isNobodys()));
	return joinWrites(
		write(sqlBuilder.delete(mailOutbox).where(inArray(mailOutbox.personId, gone))),
		write(sqlBuilder.delete(people).where(and(inArray(people.id, [...ids]), isNobodys())))
	);
}

export type ErasureRepository = ReturnType<typeof createErasureRepository>;

export function createErasureRepository(cipher: Cipher) {
	return {
		/** What the pages of the room show, for the batch of a page. */
		findFootprint(
			accountId: string
		): [Read<number | null>, Read<Footprint['claims']>, Read<number>] {
			return [
				read(
					sqlBuilder
						.select({ dueAtMs: accounts.deletionDueAtMs })
						.from(accounts)
						.where(eq(accounts.id, accountId)),
					([row]) => row?.dueAtMs ?? null
				),
				read(
					sqlBuilder
						.select({ state: claims.state, decidedAtMs: claims.decidedAtMs })
						.from(claims)
						.where(eq(claims.accountId, accountId))
						.limit(MOST_CLAIMS),
					(rows) => rows
				),
				read(
					sqlBuilder
						.select({ count: sql<number>`count(*)` })
						.from(contractLinks)
						.where(eq(contractLinks.accountId, accountId)),
					([row]) => row?.count ?? 0
				)
			];
		},

		/** Notes the proven wish, once. */
		schedule(accountId: string, dueAtMs: number, unmet: Unmet): Write {
			return writeIfHolds(
				sqlBuilder
					.update(accounts)
					.set({ deletionDueAtMs: dueAtMs })
					.where(and(eq(accounts.id, accountId), isNull(accounts.deletionDueAtMs))),
				unmet
			);
		},

		/** The link of the mail that announces the end; good until that end. */
		insertKeepToken(accountId: string, tokenHash: Uint8Array, expiresAtMs: number): Write {
			return write(
				sqlBuilder
					.insert(mailTokens)
					.values({ tokenHash, accountId, purpose: 'keep-account', expiresAtMs })
			);
		},

		/** Announces the end of an account that nobody uses, if that is still so. */
		announceEnd(accountId: string, dueAtMs: number, nowMs: number, unmet: Unmet): Write {
			return writeIfHolds(
				sqlBuilder
					.update(accounts)
					.set({ deletionDueAtMs: dueAtMs, idleNoticeAtMs: nowMs })
					.where(and(eq(accounts.id, accountId), isIdle(nowMs))),
				unmet
			);
		},

		/** Accounts that nobody uses, whose end is not announced yet. */
		listIdle(nowMs: number, limit: number): Read<readonly DueAccount[]> {
			return read(
				sqlBuilder
					.select({ account: accounts, person: people })
					.from(accounts)
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(isIdle(nowMs))
					.limit(limit),
				(rows) => Promise.all(rows.map(openDue))
			);
		},

		/** Takes the wish, or the announcement, back, and the links of its mail with it. */
		keep(accountId: string, nowMs: number, unmet: Unmet): Write {
			return joinWrites(
				writeIfHolds(
					sqlBuilder
						.update(accounts)
						.set({ deletionDueAtMs: null, idleNoticeAtMs: null, lastUsedAtMs: nowMs })
						.where(and(eq(accounts.id, accountId), isNotNull(accounts.deletionDueAtMs))),
					unmet
				),
				write(
					sqlBuilder
						.delete(mailTokens)
						.where(and(eq(mailTokens.accountId, accountId), eq(mailTokens.purpose, 'keep-account')))
				)
			);
		},

		/** The account that a link of the mail belongs to, while it can still be kept. */
		findByKeepToken(tokenHash: Uint8Array, nowMs: number): Read<DueAccount | null> {
			return read(
				sqlBuilder
					.select({ account: accounts, person: people })
					.from(mailTokens)
					.innerJoin(accounts, eq(accounts.id, mailTokens.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(
						and(
							eq(mailTokens.tokenHash, tokenHash),
							eq(mailTokens.purpose, 'keep-account'),
							isNull(mailTokens.usedAtMs),
							gt(mailTokens.expiresAtMs, nowMs),
							isNotNull(accounts.deletionDueAtMs)
						)
					),
				async ([row]) => (row ? openDue(row) : null)
			);
		},

		/** Accounts whose time is over, no claim of theirs waits for its decision, and no hold is on them. */
		listDue(nowMs: number, limit: number): Read<readonly DueAccount[]> {
			return read(
				sqlBuilder
					.select({ account: accounts, person: people })
					.from(accounts)
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(isDue(nowMs))
					.limit(limit),
				(rows) => Promise.all(rows.map(openDue))
			);
		},

		/**
		 * Everything of the account goes but what the law keeps. Its row stays empty for the claims that
		 * point to it: no address, no hash, no secret, a look-up value that nobody can ask for.
		 */
		async erase(
			{ accountId, personId }: Pick<DueAccount, 'accountId' | 'personId'>,
			nowMs: number,
			unmet: Unmet
		): Promise<Write> {
			const contact = await cipher.sealJson(contactCell(accountId, personId), NO_CONTACT);
			return joinWrites(
				writeIfHolds(
					sqlBuilder
						.update(accounts)
						.set({
							status: 'disabled',
							emailIndex: sql`randomblob(33)`,
							contact,
							passwordHash: '',
							totpSecret: null,
							...{ deletionDueAtMs: null, idleNoticeAtMs: null, lastUsedAtMs: null },
							erasedAtMs: nowMs
						})
						.where(and(eq(accounts.id, accountId), isDue(nowMs))),
					unmet
				),
				...GOES_WITH_ACCOUNT.map((table) =>
					write(sqlBuilder.delete(table).where(eq(table.accountId, accountId)))
				),
				removeConversations(generalConversationsOf(accountId)),
				answerNobody(accountId),
				dropOpenInquiries(accountId),
				removeUnsent(accountId),
				write(sqlBuilder.delete(mailOutbox).where(eq(mailOutbox.personId, personId)))
			);
		},

		/** Erased accounts that nothing points to any more and whose last mail is out. */
		listEmpty(
			limit: number
		): Read<readonly { readonly accountId: string; readonly personId: string }[]> {
			const hasWaitingMail = sqlBuilder
				.select({ found: sql`1` })
				.from(mailOutbox)
				.where(and(eq(mailOutbox.personId, accounts.personId), eq(mailOutbox.state, 'waiting')));
			return read(
				sqlBuilder
					.select({ accountId: accounts.id, personId: accounts.personId })
					.from(accounts)
					.where(and(isNotNull(accounts.erasedAtMs), isUnused(), notExists(hasWaitingMail)))
					.limit(limit),
				(rows) => rows
			);
		},

		/** The last of an account: its row, and its person with their key unless a contract needs them. */
		remove(empty: readonly { readonly accountId: string; readonly personId: string }[]): Write {
			const ids = empty.map(({ accountId }) => accountId);
			return joinWrites(
				write(
					sqlBuilder
						.delete(accounts)
						.where(and(inArray(accounts.id, ids), isNotNull(accounts.erasedAtMs), isUnused()))
				),
				removePeople(empty.map(({ personId }) => personId))
			);
		}
	};

	async function openDue({
		account,
		person
	}: {
		account: typeof accounts.$inferSelect;
		person: typeof people.$inferSelect;
	}): Promise<DueAccount> {
		const profile = await openPerson(cipher, person);
		const contact = await cipher.openJson(contactCell(account.id, person.id), account.contact);
		return {
			accountId: account.id,
			personId: person.id,
			email: parseContact(contact).email,
			name: fullName(profile),
			language: account.language,
			isIdle: account.idleNoticeAtMs !== null
		};
	}
}

const openClaims = () =>
	sqlBuilder
		.select({ found: sql`1` })
		.from(claims)
		.where(and(eq(claims.accountId, accounts.id), inArray(claims.state, [...OPEN_STATES])));

/**
 * Contracts of an account that go on, or ended less than 24 months ago. After the last day of a mandate
 * the account sees nothing of the contract: one of a single day would else keep it for good.
 */
const recentContracts = (nowMs: number) =>
	sqlBuilder
		.select({ found: sql`1` })
		.from(contractLinks)
		.innerJoin(contracts, eq(contracts.id, contractLinks.contractId))
		.where(
			and(
				eq(contractLinks.accountId, accounts.id),
				or(isNull(contractLinks.endsOn), gte(contractLinks.endsOn, calendarDateOf(nowMs))),
				or(isNull(contracts.endsOn), gte(contracts.endsOn, calendarDateOf(idleSinceMs(nowMs))))
			)
		);

/**
 * Nobody has signed in for 24 months, and the last contract has been over as long; no claim waits, no hold
 * is on the account, on one of its contracts or on one of its claims (domain.md section 5).
 */
function isIdle(nowMs: number) {
	return and(
		lte(accounts.lastUsedAtMs, idleSinceMs(nowMs)),
		eq(accounts.status, 'active'),
		isNull(accounts.deletionDueAtMs),
		eq(accounts.role, 'customer'),
		notExists(recentContracts(nowMs)),
		notExists(openClaims()),
		isFree(accounts.id),
		isFreeOfItsOwn(accounts.id)
	);
}

function isDue(nowMs: number) {
	return and(
		lte(accounts.deletionDueAtMs, nowMs),
		eq(accounts.role, 'customer'),
		// The insurer may have renewed a contract after the mail. Whoever asked for the end need not wait.
		or(isNull(accounts.idleNoticeAtMs), notExists(recentContracts(nowMs))),
		notExists(openClaims()),
		isFree(accounts.id),
		// Whoever is in a dispute must not end it by deleting the account.
		isFreeOfItsOwn(accounts.id)
	);
}

/** Questions that are kept as letters leave the inbox: nobody is there any more to read an answer. */
const answerNobody = (accountId: string): Write =>
	write(
		sqlBuilder
			.update(conversations)
			.set({ waitingSinceMs: null })
			.where(eq(conversations.accountId, accountId))
	);

/** Nobody is there any more to read an answer. What was asked stays as its letter does. */
const dropOpenInquiries = (accountId: string): Write =>
	removeInquiries(
		and(eq(coverageInquiries.accountId, accountId), eq(coverageInquiries.state, 'open'))
	);

/** Uploads that became no claim. What became one stays with it. */
function removeUnsent(accountId: string): Write {
	const unsent = sqlBuilder
		.select({ id: files.id })
		.from(files)
		.where(and(eq(files.accountId, accountId), isLoose()));
	return joinWrites(
		write(sqlBuilder.delete(fileChunks).where(inArray(fileChunks.fileId, unsent))),
		write(sqlBuilder.delete(files).where(inArray(files.id, unsent))),
		write(
			sqlBuilder
				.delete(submissions)
				.where(and(eq(submissions.accountId, accountId), ne(submissions.state, 'committed')))
		)
	);
}
