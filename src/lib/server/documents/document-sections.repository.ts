// The mailbox and the stored files of a customer, for the copy of their data.
import { asc, eq } from 'drizzle-orm';
import { parseDocumentContent } from '#lib/domain/documents/document.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, type Read } from '#lib/server/db/client.ts';
import { isoTime, type PersonalSection } from '#lib/server/db/personal-section.ts';
import { claimFiles, claims } from '#lib/server/db/tables/claims.ts';
import {
	coverageInquiries,
	coverageInquiryFiles
} from '#lib/server/db/tables/coverage-inquiries.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { files } from '#lib/server/db/tables/files.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { createFileRows, fileColumns } from './file-rows.ts';
import { contentCell } from './documents.repository.ts';

/** A stored file and where it belongs, for its place in the archive. */
export type OwnFile = {
	readonly id: string;
	readonly name: string;
	readonly type: string;
	readonly sizeBytes: number;
	readonly sha256: string;
	readonly state: 'open' | 'complete' | 'refused';
	readonly createdAtMs: number;
	/** Null while in quarantine: nobody opens it then, its owner included (F5). */
	readonly releasedAtMs: number | null;
	/** The claim it was handed in with, and its place among the receipts. */
	readonly claimNumber: string | null;
	readonly position: number | null;
	/** The cost inquiry it came with. */
	readonly inquiryReference: string | null;
	readonly isDocument: boolean;
};

export function documentSections(cipher: Cipher): readonly PersonalSection[] {
	return [
		{
			name: 'documents',
			read: ({ accountId }) =>
				read(
					sqlBuilder
						.select({ document: documents, person: people })
						.from(documents)
						.innerJoin(people, eq(people.id, documents.personId))
						.where(eq(documents.accountId, accountId))
						.orderBy(asc(documents.createdAtMs)),
					(rows) =>
						Promise.all(
							rows.map(async ({ document, person }) => {
								await cipher.learn(person.id, person);
								const cell = contentCell(document.id, document.personId);
								return {
									id: document.id,
									claimId: document.claimId,
									contractId: document.contractId,
									createdAt: isoTime(document.createdAtMs),
									readAt: isoTime(document.readAtMs),
									pdfFileId: document.pdfFileId,
									content: parseDocumentContent(await cipher.openJson(cell, document.content))
								};
							})
						)
				)
		}
	];
}

/** Every file of an account. Its bytes are read one by one, as the archive grows. */
export function listOwnFiles(
	cipher: Cipher,
	randomBytes: (length: number) => Uint8Array
): (accountId: string) => Read<readonly OwnFile[]> {
	const fileRows = createFileRows(cipher, randomBytes);
	return (accountId) =>
		read(
			sqlBuilder
				.select({
					...fileColumns,
					claimNumber: claims.number,
					position: claimFiles.position,
					inquiryReference: coverageInquiries.reference,
					documentId: documents.id
				})
				.from(files)
				.innerJoin(people, eq(people.id, files.personId))
				.leftJoin(claimFiles, eq(claimFiles.fileId, files.id))
				.leftJoin(claims, eq(claims.id, claimFiles.claimId))
				.leftJoin(coverageInquiryFiles, eq(coverageInquiryFiles.fileId, files.id))
				.leftJoin(coverageInquiries, eq(coverageInquiries.id, coverageInquiryFiles.inquiryId))
				.leftJoin(documents, eq(documents.pdfFileId, files.id))
				.where(eq(files.accountId, accountId))
				.orderBy(asc(files.createdAtMs), asc(files.id)),
			(rows) =>
				Promise.all(
					rows.map(async ({ claimNumber, position, inquiryReference, documentId, ...row }) => {
						const file = await fileRows.open(row);
						return {
							id: file.id,
							name: file.name,
							type: file.type,
							sizeBytes: file.sizeBytes,
							sha256: file.sha256,
							state: file.state,
							createdAtMs: file.createdAtMs,
							releasedAtMs: file.releasedAtMs,
							claimNumber,
							position,
							inquiryReference,
							isDocument: documentId !== null
						};
					})
				)
		);
}
