// What staff look up by a name has a day's share and leaves behind whom it showed (decision 0071).
import type { Limit } from '#lib/domain/accounts/throttle.ts';
import type { Actor } from '#lib/domain/actor.ts';
import type { Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Answers, Database, Read, Write } from '#lib/server/db/client.ts';

export type SearchParts = {
	readonly db: Database;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
};

/** A kind of search: whose count it is, and what the log calls it. */
export type MeasuredSearch = {
	readonly scope: string;
	readonly limit: Limit;
	readonly event: AuditNote['event'];
	/** What kind of records it shows: `contracts`. */
	readonly things: string;
	/** Stands in the log where nothing was found. */
	readonly nothing: string;
};

/**
 * The answers of one search, which is counted, and logged with the ids of what it shows before it is
 * shown: without them nobody could say afterwards whom a colleague has looked up. Fails with
 * `portal/limit-reached` after a day's share.
 */
export async function searchWithinMeasure<const R extends readonly Read<unknown>[]>(
	{ db, audit, throttle }: SearchParts,
	{ accountId }: Actor,
	{ scope, limit, event, things, nothing }: MeasuredSearch,
	reads: R,
	shownIds: (answers: Answers<R>) => readonly string[]
): Promise<Result<Answers<R>>> {
	const found = await db.commitAndRead([await throttle.reserve(scope, accountId, limit)], reads);
	if (!found.ok) {
		return found.error.code === 'portal/limit-reached'
			? throttle.refuse({ scope, key: accountId, limit, accountId })
			: found;
	}
	const ids = shownIds(found.value);
	const objectRef = ids.length > 0 ? `${things}:${ids.join(',')}` : nothing;
	const logged = await db.commit(await audit.record({ event, objectRef, accountId }));
	return logged.ok ? found : logged;
}
