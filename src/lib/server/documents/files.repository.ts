import { and, asc, eq, gte, lt } from 'drizzle-orm';
import type { FileType } from '#lib/domain/claims/claim.schema.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { claimFiles } from '#lib/server/db/tables/claims.ts';
import { messageFiles, messages } from '#lib/server/db/tables/conversations.ts';
import { coverageInquiryFiles } from '#lib/server/db/tables/coverage-inquiries.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { fileChunks, files } from '#lib/server/db/tables/files.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { insurabilityProofs } from '#lib/server/db/tables/proofs.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { sha256Hex } from '#lib/server/platform/sha256.ts';
import {
	createFileRows,
	fileColumns,
	PIECE_BYTES,
	pieceColumns,
	type Owner,
	type StoredFile
} from './file-rows.ts';

/** What one round trip fetches of a file at most. */
export const WINDOW_BYTES = 8 * PIECE_BYTES;

export type FilesRepository = ReturnType<typeof createFilesRepository>;

/** Stored files: whole ones of our own, and reading of all. Uploads grow in `uploads.repository.ts`. */
export function createFilesRepository(cipher: Cipher, randomBytes: (length: number) => Uint8Array) {
	const rows = createFileRows(cipher, randomBytes);
	const selectPieces = () =>
		sqlBuilder
			.select(pieceColumns)
			.from(fileChunks)
			.innerJoin(files, eq(files.id, fileChunks.fileId))
			.innerJoin(people, eq(people.id, files.personId))
			.orderBy(asc(fileChunks.startByte))
			.$dynamic();
	const selectOfClaim = () =>
		sqlBuilder
			.select(fileColumns)
			.from(claimFiles)
			.innerJoin(files, eq(files.id, claimFiles.fileId))
			.innerJoin(people, eq(people.id, files.personId))
			.orderBy(asc(claimFiles.position))
			.$dynamic();

	const selectOfConversation = () =>
		sqlBuilder
			.select({ ...fileColumns, messageId: messageFiles.messageId })
			.from(messageFiles)
			.innerJoin(messages, eq(messages.id, messageFiles.messageId))
			.innerJoin(files, eq(files.id, messageFiles.fileId))
			.innerJoin(people, eq(people.id, files.personId))
			.orderBy(asc(messageFiles.position))
			.$dynamic();

	const selectOfInquiry = () =>
		sqlBuilder
			.select(fileColumns)
			.from(coverageInquiryFiles)
			.innerJoin(files, eq(files.id, coverageInquiryFiles.fileId))
			.innerJoin(people, eq(people.id, files.personId))
			.orderBy(asc(coverageInquiryFiles.position))
			.$dynamic();

	return {
		/** A complete file of our own making, in the batch of the act that makes it. */
		async insertWhole(
			file: Owner & {
				readonly id: string;
				readonly name: string;
				readonly type: FileType;
				readonly bytes: Uint8Array;
				readonly nowMs: number;
			}
		): Promise<Write> {
			const sizeBytes = file.bytes.length;
			const row = await rows.seal(file, {
				id: file.id,
				submissionId: null,
				attachmentId: null,
				name: file.name,
				type: file.type,
				sizeBytes,
				receivedBytes: sizeBytes,
				sha256: await sha256Hex(file.bytes),
				state: 'complete',
				createdAtMs: file.nowMs,
				releasedAtMs: file.nowMs
			});
			const writes = [write(sqlBuilder.insert(files).values(row))];
			for (let at = 0; at < sizeBytes; at += PIECE_BYTES) {
				writes.push(
					await rows.insertPiece(
						{ id: file.id, sizeBytes },
						at,
						file.bytes.subarray(at, at + PIECE_BYTES)
					)
				);
			}
			return { statements: writes.flatMap((one) => one.statements) };
		},

		/** A file by its id. No access check: that is its caller's. */
		find: (fileId: string): Read<StoredFile | null> => rows.find(eq(files.id, fileId)),

		/** The files of a claim in the order the customer gave them. No access check. */
		listOfClaim(claimId: string): Read<readonly StoredFile[]> {
			return read(selectOfClaim().where(eq(claimFiles.claimId, claimId)), (found) =>
				Promise.all(found.map(rows.open))
			);
		},

		findOfClaim(claimId: string, fileId: string): Read<StoredFile | null> {
			return read(
				selectOfClaim().where(and(eq(claimFiles.claimId, claimId), eq(claimFiles.fileId, fileId))),
				async ([row]) => (row ? rows.open(row) : null)
			);
		},

		/** The PDF of a document of this account. */
		findOfDocument(documentId: string, accountId: string): Read<StoredFile | null> {
			return read(
				sqlBuilder
					.select(fileColumns)
					.from(documents)
					.innerJoin(files, eq(files.id, documents.pdfFileId))
					.innerJoin(people, eq(people.id, files.personId))
					.where(and(eq(documents.id, documentId), eq(documents.accountId, accountId))),
				async ([row]) => (row ? rows.open(row) : null)
			);
		},

		/** Files that came with the messages of a conversation. No access check. */
		listOfConversation(
			conversationId: string
		): Read<readonly { readonly messageId: string; readonly file: StoredFile }[]> {
			return read(
				selectOfConversation().where(eq(messages.conversationId, conversationId)),
				(found) =>
					Promise.all(
						found.map(async ({ messageId, ...row }) => ({ messageId, file: await rows.open(row) }))
					)
			);
		},

		findOfConversation(conversationId: string, fileId: string): Read<StoredFile | null> {
			return read(
				selectOfConversation().where(
					and(eq(messages.conversationId, conversationId), eq(messageFiles.fileId, fileId))
				),
				async ([found]) => {
					if (!found) return null;
					const { messageId: _message, ...row } = found;
					return rows.open(row);
				}
			);
		},

		/** Files that came with an inquiry, in the order they were chosen. No access check. */
		listOfInquiry(inquiryId: string): Read<readonly StoredFile[]> {
			return read(selectOfInquiry().where(eq(coverageInquiryFiles.inquiryId, inquiryId)), (found) =>
				Promise.all(found.map(rows.open))
			);
		},

		findOfInquiry(inquiryId: string, fileId: string): Read<StoredFile | null> {
			return read(
				selectOfInquiry().where(
					and(
						eq(coverageInquiryFiles.inquiryId, inquiryId),
						eq(coverageInquiryFiles.fileId, fileId)
					)
				),
				async ([row]) => (row ? rows.open(row) : null)
			);
		},

		/** The file that answers a proof of insurability at this moment. No access check. */
		findOfProof(proofId: string): Read<StoredFile | null> {
			return read(
				sqlBuilder
					.select(fileColumns)
					.from(insurabilityProofs)
					.innerJoin(files, eq(files.id, insurabilityProofs.fileId))
					.innerJoin(people, eq(people.id, files.personId))
					.where(eq(insurabilityProofs.id, proofId)),
				async ([row]) => (row ? rows.open(row) : null)
			);
		},

		/** The plain pieces of a file whose first byte lies in the window that begins at `fromByte`. */
		pieces(fileId: string, fromByte: number): Read<readonly Uint8Array[]> {
			return read(
				selectPieces().where(
					and(
						eq(fileChunks.fileId, fileId),
						gte(fileChunks.startByte, fromByte),
						lt(fileChunks.startByte, fromByte + WINDOW_BYTES)
					)
				),
				rows.openPieces
			);
		},

		/** The first window of a document's PDF, for the batch that also finds the document. */
		firstPiecesOfDocument(documentId: string, accountId: string): Read<readonly Uint8Array[]> {
			return read(
				selectPieces()
					.innerJoin(documents, eq(documents.pdfFileId, files.id))
					.where(
						and(
							eq(documents.id, documentId),
							eq(documents.accountId, accountId),
							lt(fileChunks.startByte, WINDOW_BYTES)
						)
					),
				rows.openPieces
			);
		}
	};
}
