import { and, eq, isNull, lte, sql } from 'drizzle-orm';
import { HOUR_MS, MINUTE_MS } from '#lib/domain/calendar.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { fileChunks, files } from '#lib/server/db/tables/files.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { createFileRows, type StoredFile } from './file-rows.ts';

/** Somebody else has judged this file meanwhile, or its owner took it back. */
export const JUDGED_MEANWHILE = { kind: 'conflict', code: 'claims/changed-meanwhile' } as const;

const isWaiting = and(eq(files.state, 'complete'), isNull(files.releasedAtMs));

export type InspectionsRepository = ReturnType<typeof createInspectionsRepository>;

/** Files in quarantine: complete, and opened by nobody until they have been looked through. */
export function createInspectionsRepository(
	cipher: Cipher,
	randomBytes: (length: number) => Uint8Array
) {
	const rows = createFileRows(cipher, randomBytes);
	const judge = (id: string, verdict: Partial<typeof files.$inferInsert>, unmet: Unmet): Write =>
		writeIfHolds(
			sqlBuilder
				.update(files)
				.set(verdict)
				.where(and(eq(files.id, id), isWaiting)),
			unmet
		);

	return {
		/** A file that waits, else null. */
		find: (id: string): Read<StoredFile | null> => rows.find(and(eq(files.id, id), isWaiting)),

		/**
		 * The files that wait, those on which the scanner was silent least often first, then by age: ten
		 * files that choke it hold up no line (F5).
		 */
		listWaiting: (nowMs: number, limit: number): Read<readonly StoredFile[]> =>
			rows.list(and(isWaiting, lte(files.inspectAfterMs, nowMs)), limit, files.inspectionTries),

		/** The scanner was silent: the file waits at the end of the line, each time a little longer. */
		postpone: (id: string, nowMs: number): Write =>
			write(
				sqlBuilder
					.update(files)
					.set({
						inspectionTries: sql`${files.inspectionTries} + 1`,
						inspectAfterMs: sql`case when ${files.inspectionTries} = 0 then ${nowMs}
							else ${nowMs} + min(${HOUR_MS}, ${MINUTE_MS} << min(${files.inspectionTries} - 1, 6)) end`
					})
					.where(and(eq(files.id, id), isWaiting))
			),

		release: (id: string, nowMs: number): Write =>
			judge(id, { releasedAtMs: nowMs }, JUDGED_MEANWHILE),

		/** Refuses a file for good. Its bytes go, its row stays: what was announced and refused is known. */
		refuse: (id: string): Write =>
			joinWrites(
				judge(id, { state: 'refused' }, JUDGED_MEANWHILE),
				write(sqlBuilder.delete(fileChunks).where(eq(fileChunks.fileId, id)))
			)
	};
}
