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

const holdsWhere = (subjectIds: SQL): SQL =>
	sql`not exists (select 1 from ${legalHolds} h where h.lifted_at_ms is null and h.subject_id in (${subjectIds}))`;

/** Whether no legal hold is on a contract or a claim of an account. */
export const isFreeOfItsOwn = (accountId: SQLiteColumn): SQL =>
	sql`(${holdsWhere(sql`select l.contract_id from contract_links l where l.account_id = ${accountId}`)}
		and ${holdsWhere(sql`select c.id from claims c where c.account_id = ${accountId}`)})`;

/** Whether no legal hold is on an account that sees this contract. */
export const isFreeOfItsReaders = (contractId: SQLiteColumn): SQL =>
	holdsWhere(sql`select l.account_id from contract_links l where l.contract_id = ${contractId}`);
