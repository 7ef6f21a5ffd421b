import { and, eq, exists, isNotNull, ne, sql, type SQL } from 'drizzle-orm';
import type { ManifestFile } from '#lib/domain/claims/claim.schema.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, writeIfHolds, type Read, type Unmet, type Write } from '#lib/server/db/client.ts';
import { submissions } from '#lib/server/db/tables/claims.ts';
import { fileChunks, files } from '#lib/server/db/tables/files.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { createFileRows, type Owner, type StoredFile, type StoredUpload } from './file-rows.ts';
import type { UploadCheck } from './upload-check.ts';

const OFFSET_MOVED = { kind: 'conflict', code: 'claims/changed-meanwhile' } as const;
/** Uploads of one submission, refused tries included. */
const LISTED_UPLOADS = 200;

const hasSubmission = (state: 'open' | 'withdrawn') =>
	exists(
		sqlBuilder
			.select({ one: sql`1` })
			.from(submissions)
			.where(and(eq(submissions.id, files.submissionId), eq(submissions.state, state)))
	);

/** Still open, its owner's, and at the offset at which it was read. */
const isAt = (upload: StoredFile) =>
	and(
		eq(files.id, upload.id),
		eq(files.accountId, upload.accountId),
		eq(files.state, 'open'),
		eq(files.receivedBytes, upload.receivedBytes)
	);

const deletePieces = (fileId: string, condition?: SQL) =>
	sqlBuilder.delete(fileChunks).where(and(eq(fileChunks.fileId, fileId), condition));

const join = (...writes: readonly Write[]): Write => ({
	statements: writes.flatMap((one) => one.statements)
});

export type UploadsRepository = ReturnType<typeof createUploadsRepository>;

/** Files on their way in. What may happen when is decided by the conditions of the SQL. */
export function createUploadsRepository(
	cipher: Cipher,
	randomBytes: (length: number) => Uint8Array
) {
	const rows = createFileRows(cipher, randomBytes);

	return {
		/** Begins an upload, once for each attachment: a repeated request changes nothing. */
		async insert(
			owner: Owner,
			upload: {
				readonly id: string;
				readonly submissionId: string;
				readonly announced: ManifestFile;
				readonly nowMs: number;
			}
		): Promise<Write> {
			const { id: attachmentId, ...announced } = upload.announced;
			const row = await rows.seal(owner, {
				...announced,
				id: upload.id,
				submissionId: upload.submissionId,
				attachmentId,
				receivedBytes: 0,
				state: 'open',
				createdAtMs: upload.nowMs,
				releasedAtMs: null
			});
			return write(sqlBuilder.insert(files).values(row).onConflictDoNothing());
		},

		/**
		 * Appends pieces, only where the upload stands at its last known offset: of two at once one is
		 * undone. With the last byte the verdict is in the same batch; a refused file keeps no bytes.
		 */
		async append(
			upload: StoredFile,
			more: {
				readonly pieces: readonly Uint8Array[];
				readonly check: UploadCheck;
				readonly state: StoredFile['state'];
			}
		): Promise<Write> {
			const { pieces, check, state } = more;
			const isOpen = state === 'open';
			const moved = writeIfHolds(
				sqlBuilder
					.update(files)
					.set({
						receivedBytes: check.seenBytes,
						state,
						checkState: isOpen ? await rows.sealCheck(upload, check) : null
					})
					.where(and(isAt(upload), hasSubmission('open'))),
				OFFSET_MOVED
			);
			if (state === 'refused') return join(moved, write(deletePieces(upload.id)));
			let at = upload.receivedBytes;
			const writes = [moved];
			for (const piece of pieces) {
				writes.push(await rows.insertPiece(upload, at, piece));
				at += piece.length;
			}
			return join(...writes);
		},

		/** Forgets an upload that nobody can go on with, unless it has moved meanwhile. */
		drop: (upload: StoredFile): Write =>
			join(
				write(
					deletePieces(
						upload.id,
						exists(
							sqlBuilder
								.select({ one: sql`1` })
								.from(files)
								.where(isAt(upload))
						)
					)
				),
				write(sqlBuilder.delete(files).where(isAt(upload)))
			),

		/** Drops what was uploaded for a submission that has been withdrawn. */
		deleteOfWithdrawn(submissionId: string, accountId: string): Write {
			const isDropped = and(
				eq(files.submissionId, submissionId),
				eq(files.accountId, accountId),
				hasSubmission('withdrawn')
			);
			const pieces = sqlBuilder.delete(fileChunks).where(
				exists(
					sqlBuilder
						.select({ one: sql`1` })
						.from(files)
						.where(and(eq(files.id, fileChunks.fileId), isDropped))
				)
			);
			const uploads = sqlBuilder.delete(files).where(isDropped);
			return join(write(pieces), write(uploads));
		},

		/**
		 * Undoes the batch when the uploads of this account that are not in a claim yet come to more.
		 * Stands after the insert, so that two at once cannot both slip under the limit.
		 */
		requireQuota(accountId: string, maxBytes: number, unmet: Unmet): Write {
			return {
				statements: [
					{
						statement: {
							sql: `insert into must_change (n)
								select coalesce(sum(files.size_bytes), 0) <= ? from files
								join submissions on submissions.id = files.submission_id
								where files.account_id = ? and files.state <> 'refused'
								and submissions.state = 'open'`,
							args: [maxBytes, accountId]
						},
						unmet
					}
				]
			};
		},

		/** An upload of this customer, else null. */
		find: (uploadId: string, accountId: string): Read<StoredUpload | null> =>
			rows.findUpload(
				and(eq(files.id, uploadId), eq(files.accountId, accountId), isNotNull(files.submissionId))
			),

		/** The upload of an attachment that has not been refused. */
		findOfAttachment: (
			submissionId: string,
			attachmentId: string,
			accountId: string
		): Read<StoredUpload | null> =>
			rows.findUpload(
				and(
					eq(files.submissionId, submissionId),
					eq(files.attachmentId, attachmentId),
					eq(files.accountId, accountId),
					ne(files.state, 'refused')
				)
			),

		/** All uploads of a submission, refused ones included, oldest first. */
		listOfSubmission: (submissionId: string, accountId: string): Read<readonly StoredFile[]> =>
			rows.list(
				and(eq(files.submissionId, submissionId), eq(files.accountId, accountId)),
				LISTED_UPLOADS
			)
	};
}
