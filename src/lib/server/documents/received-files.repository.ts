import { and, eq } from 'drizzle-orm';
import type { FileType } from '#lib/domain/claims/claim.schema.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, writeIfHolds, type Write } from '#lib/server/db/client.ts';
import { files } from '#lib/server/db/tables/files.ts';
import { PIECE_BYTES, type createFileRows, type Owner } from './file-rows.ts';

const GONE = { kind: 'conflict', code: 'claims/changed-meanwhile' } as const;

export type ReceivedRow = {
	readonly id: string;
	readonly name: string;
	readonly type: FileType;
	readonly sizeBytes: number;
	readonly sha256: string;
	readonly nowMs: number;
};

/** Rows of a file that came whole. Begun and never completed ones go with the unsent uploads. */
export function createReceivedRows(rows: ReturnType<typeof createFileRows>) {
	return {
		async insert(owner: Owner, { nowMs, ...file }: ReceivedRow): Promise<Write> {
			const row = await rows.seal(owner, {
				...file,
				submissionId: null,
				attachmentId: null,
				receivedBytes: 0,
				state: 'open',
				createdAtMs: nowMs,
				releasedAtMs: null
			});
			return write(sqlBuilder.insert(files).values(row));
		},

		async insertPieces(
			file: Pick<ReceivedRow, 'id' | 'sizeBytes'>,
			from: number,
			bytes: Uint8Array
		): Promise<readonly Write[]> {
			const writes: Write[] = [];
			for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
				const piece = bytes.subarray(at, at + PIECE_BYTES);
				writes.push(await rows.insertPiece(file, from + at, piece));
			}
			return writes;
		},

		/** Whole, and in quarantine like every file of a customer. */
		complete: ({ accountId }: Owner, { id, sizeBytes }: ReceivedRow): Write =>
			writeIfHolds(
				sqlBuilder
					.update(files)
					.set({ state: 'complete', receivedBytes: sizeBytes })
					.where(and(eq(files.id, id), eq(files.accountId, accountId), eq(files.state, 'open'))),
				GONE
			)
	};
}
