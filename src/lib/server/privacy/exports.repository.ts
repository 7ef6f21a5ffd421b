import { and, eq, gt, inArray, lt, or, sql } from 'drizzle-orm';
import { EXPORT_DOWNLOADS, EXPORT_LIFETIME_MS } from '#lib/domain/privacy/erasure.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, writeIfHolds, type Read, type Write } from '#lib/server/db/client.ts';
import { isoTime, type PersonalSection } from '#lib/server/db/personal-section.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { dataExports, legalHolds } from '#lib/server/db/tables/privacy.ts';

export type OpenExport = { readonly id: string; readonly expiresAtMs: number };

const ENDED = { kind: 'conflict', code: 'privacy/export-ended' } as const;

/** Still open, for this session and no other. */
const isOpen = (owner: { accountId: string; sessionId: string }, nowMs: number) =>
	and(
		eq(dataExports.accountId, owner.accountId),
		eq(dataExports.sessionId, owner.sessionId),
		gt(dataExports.expiresAtMs, nowMs),
		lt(dataExports.downloads, EXPORT_DOWNLOADS)
	);

export const exportsRepository = {
	insert(one: {
		readonly id: string;
		readonly accountId: string;
		readonly sessionId: string;
		readonly nowMs: number;
	}): Write {
		const { nowMs, ...owned } = one;
		return write(
			sqlBuilder
				.insert(dataExports)
				.values({ ...owned, createdAtMs: nowMs, expiresAtMs: nowMs + EXPORT_LIFETIME_MS })
		);
	},

	/** The download that is open to this session, for the page. */
	findOpen(
		owner: { readonly accountId: string; readonly sessionId: string },
		nowMs: number
	): Read<OpenExport | null> {
		return read(
			sqlBuilder
				.select({ id: dataExports.id, expiresAtMs: dataExports.expiresAtMs })
				.from(dataExports)
				.where(isOpen(owner, nowMs))
				.limit(1),
			([row]) => row ?? null
		);
	},

	/** Books a download before a byte is read. */
	book(
		id: string,
		owner: { readonly accountId: string; readonly sessionId: string },
		nowMs: number
	): Write {
		return writeIfHolds(
			sqlBuilder
				.update(dataExports)
				.set({ downloads: sql`${dataExports.downloads} + 1` })
				.where(and(eq(dataExports.id, id), isOpen(owner, nowMs))),
			ENDED
		);
	}
};

export const privacySections: readonly PersonalSection[] = [
	{
		name: 'exports',
		read: ({ accountId }) =>
			read(
				sqlBuilder.select().from(dataExports).where(eq(dataExports.accountId, accountId)),
				(rows) =>
					rows.map(({ createdAtMs, downloads }) => ({ createdAt: isoTime(createdAtMs), downloads }))
			)
	},
	{
		name: 'holds',
		read({ accountId }) {
			const own = sqlBuilder
				.select({ id: claims.id })
				.from(claims)
				.where(eq(claims.accountId, accountId));
			return read(
				sqlBuilder
					.select()
					.from(legalHolds)
					// One on a contract may be about somebody else who is linked to it.
					.where(or(eq(legalHolds.subjectId, accountId), inArray(legalHolds.subjectId, own))),
				(rows) =>
					rows.map((row) => ({
						on: row.subject,
						reason: row.reason,
						reviewOn: row.reviewOn,
						placedAt: isoTime(row.placedAtMs),
						liftedAt: isoTime(row.liftedAtMs)
					}))
			);
		}
	}
];
