import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';

/**
 * Whether what an account once handed in is still its to see: not for a representative whose last day
 * is over (decision 0064). `contractId` may be a subselect; without a contract there is no mandate.
 */
export function isWithinMandate(
	accountId: string | SQL,
	contractId: SQLWrapper,
	today: CalendarDate
): SQL {
	return sql`not exists (select 1 from contract_links mandate where mandate.account_id = ${accountId}
		and mandate.contract_id = ${contractId} and mandate.ends_on < ${today})`;
}

/** The contract that a document is about, itself or by its claim or inquiry; null without one. */
export const contractOfDocument = (document: SQL): SQL => sql`coalesce(
	${document}.contract_id,
	(select c.contract_id from claims c where c.id = ${document}.claim_id),
	(select q.contract_id from coverage_inquiries q where q.receipt_id = ${document}.id),
	(select q.contract_id from coverage_inquiries q where q.answer_id = ${document}.id))`;
