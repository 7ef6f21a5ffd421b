import { and, eq, isNull, notExists, or, sql, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { legalHolds } from '#lib/server/db/tables/privacy.ts';

/** No hold lies on any of these. Ids are unique over all tables, so the id alone says what is held. */
export function isFree(...ids: readonly SQLiteColumn[]): SQL {
	return notExists(
		sqlBuilder
			.select({ found: sql`1` })
			.from(legalHolds)
			.where(
				and(isNull(legalHolds.liftedAtMs), or(...ids.map((id) => eq(legalHolds.subjectId, id))))
			)
	);
}
