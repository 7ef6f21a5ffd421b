import { and, count, desc, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	parseDocumentContent,
	PRINTED_ON_DEMAND,
	type BenefitStatement,
	type DocumentContent
} from '#lib/domain/documents/document.ts';
import {
	nameOfDocument,
	policyNumberIn,
	type DocumentName
} from '#lib/domain/documents/document-name.ts';
import { MAILBOX_PAGE, type MailboxCursor } from '#lib/domain/messages/mailbox.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	write,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { contractOfDocument, isWithinMandate } from '#lib/server/db/mandate.ts';
import { isReleasedTo } from '#lib/server/db/release.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';

/** Documents a claim's page lists at most. */
const DOCUMENTS_OF_CLAIM = 50;
/** Documents a contract's page lists: the newest; all are in the mailbox. */
const DOCUMENTS_OF_CONTRACT = 5;

export type DocumentEntry = {
	readonly id: string;
	readonly name: DocumentName;
	readonly claimNumber: string | null;
	/** The contract that it names; null where it names none. */
	readonly policyNumberMasked: string | null;
	readonly createdAtMs: number;
	readonly readAtMs: number | null;
	readonly hasPdf: boolean;
};

type OpenedEntry = { readonly entry: DocumentEntry; readonly content: DocumentContent };

export type StoredDocument = {
	readonly id: string;
	readonly claimId: string | null;
	readonly createdAtMs: number;
	readonly readAtMs: number | null;
	readonly hasPdf: boolean;
	readonly content: DocumentContent;
};

export type NewDocument = {
	readonly id: string;
	readonly accountId: string;
	/** Whose data key seals the content: the claim's person. */
	readonly personId: string;
	readonly claimId: string | null;
	/** Of a letter about a contract and no claim. */
	readonly contractId?: string | null;
	readonly createdAtMs: number;
	readonly pdfFileId: string | null;
	readonly content: DocumentContent;
};

const contractOfThis = contractOfDocument(sql`"documents"`);

/** In the mailbox of this account, which still sees the contract: nobody reads anybody else's (Z2). */
const isReadBy = (accountId: string, today: CalendarDate) =>
	and(eq(documents.accountId, accountId), isWithinMandate(accountId, contractOfThis, today));

/** Where a document's snapshot is sealed. */
export const contentCell = (rowId: string, personId: string): Cell => ({
	table: 'documents',
	column: 'content',
	rowId,
	personId
});

type DocumentRow = typeof documents.$inferSelect;
type OpenedRow = {
	readonly document: DocumentRow;
	readonly person: typeof people.$inferSelect;
	readonly claimNumber: string | null;
};

const hasPdf = ({ kind, pdfFileId }: Pick<DocumentRow, 'kind' | 'pdfFileId'>) =>
	pdfFileId !== null || PRINTED_ON_DEMAND.includes(kind);

export type DocumentsRepository = ReturnType<typeof createDocumentsRepository>;

/** The mailbox. Rows are write-once (a trigger holds that); only the time of reading is added. */
export function createDocumentsRepository(cipher: Cipher) {
	// What a document is called lies in what is sealed: a list opens its rows, and so has a limit.
	const selectEntries = () =>
		sqlBuilder
			.select({ document: documents, person: people, claimNumber: claims.number })
			.from(documents)
			.innerJoin(people, eq(people.id, documents.personId))
			.leftJoin(claims, eq(claims.id, documents.claimId))
			.$dynamic();

	async function openContent({
		document,
		person
	}: Pick<OpenedRow, 'document' | 'person'>): Promise<DocumentContent> {
		await cipher.learn(person.id, person);
		const cell = contentCell(document.id, document.personId);
		return parseDocumentContent(await cipher.openJson(cell, document.content));
	}

	async function openEntry(row: OpenedRow): Promise<OpenedEntry> {
		const { id, createdAtMs, readAtMs } = row.document;
		const content = await openContent(row);
		const entry = {
			...{ id, createdAtMs, readAtMs, claimNumber: row.claimNumber },
			name: nameOfDocument(content),
			policyNumberMasked: policyNumberIn(content),
			hasPdf: hasPdf(row.document)
		};
		return { entry, content };
	}
	const openEntries = (rows: readonly OpenedRow[]): Promise<readonly DocumentEntry[]> =>
		Promise.all(rows.map(async (row) => (await openEntry(row)).entry));

	return {
		/** Puts a document into the mailbox, in the batch of the act that causes it. */
		async insert({ content, ...document }: NewDocument): Promise<Write> {
			const sealed = await cipher.sealJson(contentCell(document.id, document.personId), content);
			return write(
				sqlBuilder.insert(documents).values({ ...document, kind: content.kind, content: sealed })
			);
		},

		/** The account's documents behind a cursor, newest first; one more when a page follows. */
		listNewest(
			accountId: string,
			after: MailboxCursor | null,
			onlyUnread: boolean,
			today: CalendarDate,
			limit: number = MAILBOX_PAGE + 1
		): Read<readonly DocumentEntry[]> {
			return read(
				selectEntries()
					.where(
						and(
							isReadBy(accountId, today),
							after
								? sql`(${documents.createdAtMs}, ${documents.id}) < (${after.atMs}, ${after.id})`
								: undefined,
							onlyUnread ? isNull(documents.readAtMs) : undefined
						)
					)
					.orderBy(desc(documents.createdAtMs), desc(documents.id))
					.limit(limit),
				openEntries
			);
		},

		/** The account's newest documents, opened: for a search. */
		listContentsOf(
			accountId: string,
			limit: number,
			today: CalendarDate
		): Read<readonly OpenedEntry[]> {
			return read(
				selectEntries()
					.where(isReadBy(accountId, today))
					.orderBy(desc(documents.createdAtMs), desc(documents.id))
					.limit(limit),
				(rows) => Promise.all(rows.map(openEntry))
			);
		},

		/** The documents about one claim, oldest first. */
		listOfClaim(claimId: string, accountId: string): Read<readonly DocumentEntry[]> {
			return read(
				selectEntries()
					.where(and(eq(documents.claimId, claimId), eq(documents.accountId, accountId)))
					.orderBy(documents.createdAtMs, documents.id)
					.limit(DOCUMENTS_OF_CLAIM),
				openEntries
			);
		},

		/**
		 * The newest of this account's documents about one contract: only what lies in its own mailbox, so
		 * nobody's statement is seen by whoever else sees the contract (decision 0064).
		 */
		listOfContract(
			contractId: string,
			accountId: string,
			today: CalendarDate
		): Read<readonly DocumentEntry[]> {
			return read(
				selectEntries()
					.where(and(isReadBy(accountId, today), sql`${contractOfThis} = ${contractId}`))
					.orderBy(desc(documents.createdAtMs), desc(documents.id))
					.limit(DOCUMENTS_OF_CONTRACT),
				openEntries
			);
		},

		countUnread(accountId: string, today: CalendarDate): Read<number> {
			return read(
				sqlBuilder
					.select({ unread: count() })
					.from(documents)
					.where(and(isReadBy(accountId, today), isNull(documents.readAtMs))),
				([row]) => row?.unread ?? 0
			);
		},

		/** The document of this account with its snapshot opened, else null. */
		find(id: string, accountId: string): Read<StoredDocument | null> {
			return read(
				sqlBuilder
					.select({ document: documents, person: people })
					.from(documents)
					.innerJoin(people, eq(people.id, documents.personId))
					.where(and(eq(documents.id, id), eq(documents.accountId, accountId))),
				async ([row]) => {
					if (!row) return null;
					const { document } = row;
					return {
						id: document.id,
						claimId: document.claimId,
						createdAtMs: document.createdAtMs,
						readAtMs: document.readAtMs,
						hasPdf: hasPdf(document),
						content: await openContent(row)
					};
				}
			);
		},

		/** The last statement of a claim that its owner lets this account read now, else null (decision 0075). */
		findReleasedStatement(claimId: string, readerId: string): Read<BenefitStatement | null> {
			return read(
				sqlBuilder
					.select({ document: documents, person: people })
					.from(documents)
					.innerJoin(people, eq(people.id, documents.personId))
					.innerJoin(claims, eq(claims.id, documents.claimId))
					.where(
						and(
							eq(claims.id, claimId),
							eq(documents.kind, 'benefit-statement'),
							eq(documents.accountId, claims.accountId),
							isReleasedTo(readerId)
						)
					)
					.orderBy(desc(documents.createdAtMs), desc(documents.id))
					.limit(1),
				async ([row]) => {
					const content = row && (await openContent(row));
					return content?.kind === 'benefit-statement' ? content : null;
				}
			);
		},

		/**
		 * Undoes the batch when this account has no such document, or none with a PDF where one is
		 * asked for: nothing is logged about it then.
		 */
		requireOf(
			id: string,
			accountId: string,
			part: 'page' | 'pdf',
			today: CalendarDate,
			unmet: Unmet
		): Write {
			return requireFound(
				sqlBuilder
					.select({ id: documents.id })
					.from(documents)
					.where(
						and(
							eq(documents.id, id),
							isReadBy(accountId, today),
							part === 'pdf'
								? or(
										isNotNull(documents.pdfFileId),
										inArray(documents.kind, [...PRINTED_ON_DEMAND])
									)
								: undefined
						)
					),
				unmet
			);
		},

		/** Notes the first reading; later ones change nothing. */
		markRead(id: string, accountId: string, nowMs: number): Write {
			return write(
				sqlBuilder
					.update(documents)
					.set({ readAtMs: nowMs })
					.where(
						and(
							eq(documents.id, id),
							eq(documents.accountId, accountId),
							isNull(documents.readAtMs)
						)
					)
			);
		}
	};
}
