import { and, eq, gte, isNull, or } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { ContractLink } from '#lib/domain/contracts/contract-access.ts';
import { requireDate } from '#lib/server/db/stored-date.ts';
import { contractLinks } from '#lib/server/db/tables/contracts.ts';

/** A link that counts on this day; without a day one that has counted at some time. */
export const isOwn = (accountId: string, today: CalendarDate | null) =>
	and(
		eq(contractLinks.accountId, accountId),
		today === null ? undefined : or(isNull(contractLinks.endsOn), gte(contractLinks.endsOn, today))
	);

export const linkOf = (row: typeof contractLinks.$inferSelect): ContractLink => ({
	role: row.role,
	personId: row.personId,
	scope: row.scope,
	endsOn: row.endsOn === null ? null : requireDate(row.endsOn),
	release:
		row.releasedAtMs === null || row.releaseScope === null
			? null
			: { scope: row.releaseScope, atMs: row.releasedAtMs }
});
