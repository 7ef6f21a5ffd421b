import {
	FEED_LAG_MS,
	FEED_PAGE,
	requireScope,
	writeFeedCursor,
	type FeedCursor,
	type ServiceCaller
} from '#lib/domain/operations/service-token.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { logEvent } from '#lib/server/platform/log.ts';
import type { ClaimFeedRepository, FeedDecision, FeedStatement } from './claim-feed.repository.ts';

/** One page of a feed. `next` is where the following one begins: kept by the caller, also on the last. */
export type FeedPage<Item> = {
	readonly items: readonly Item[];
	readonly next: string | null;
	readonly hasMore: boolean;
};

export type ClaimFeedService = ReturnType<typeof createClaimFeedService>;

/** What became of claims, for the insurer's own system: in order, page by page, from a cursor on. */
export function createClaimFeedService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly claimFeed: ClaimFeedRepository;
}) {
	const { db, clock, audit, claimFeed } = parts;
	const spanOf = (after: FeedCursor | null) => ({
		after,
		untilMs: clock.nowMs() - FEED_LAG_MS,
		limit: FEED_PAGE + 1
	});

	/** What does not open was changed or moved in the database, or its key is gone (D2). */
	async function noteUnreadable(items: readonly FeedDecision[]): Promise<void> {
		const unreadable = items.filter(({ state }) => state === 'unreadable');
		if (unreadable.length === 0) return;
		logEvent('error', 'feed-statement-unreadable', { count: unreadable.length });
		const notes = unreadable.map(({ documentId }) =>
			audit.record({
				event: 'data/integrity-failed',
				outcome: 'failure',
				objectRef: `document:${documentId}`,
				accountId: null
			})
		);
		await db.commit(...(await Promise.all(notes)));
	}

	return {
		/**
		 * Decisions since the cursor, the first one first; a correction is one of its own. One whose
		 * statement does not open is `unreadable`, and the others come all the same.
		 */
		async listDecided(
			caller: ServiceCaller,
			after: FeedCursor | null
		): Promise<Result<FeedPage<FeedDecision>>> {
			const permission = requireScope(caller, 'claims:read');
			if (!permission.ok) return permission;
			const [rows] = await db.read(claimFeed.listDecided(spanOf(after)));
			const page = pageOf(rows, after, ({ decidedAtMs, documentId: id }) => ({
				...{ atMs: decidedAtMs, id }
			}));
			await noteUnreadable(page.items);
			return ok(page);
		},

		/** Statements made since the cursor, and whether their customers have read them. */
		async listStatements(
			caller: ServiceCaller,
			after: FeedCursor | null
		): Promise<Result<FeedPage<FeedStatement>>> {
			const permission = requireScope(caller, 'statements:read');
			if (!permission.ok) return permission;
			const [rows] = await db.read(claimFeed.listStatements(spanOf(after)));
			return ok(pageOf(rows, after, ({ createdAtMs, id }) => ({ atMs: createdAtMs, id })));
		}
	};
}

function pageOf<Item>(
	rows: readonly Item[],
	after: FeedCursor | null,
	placeOf: (item: Item) => FeedCursor
): FeedPage<Item> {
	const items = rows.slice(0, FEED_PAGE);
	const last = items.at(-1);
	const cursor = last ? placeOf(last) : after;
	return { items, next: cursor && writeFeedCursor(cursor), hasMore: rows.length > FEED_PAGE };
}
