import {
	FEED_LAG_MS,
	FEED_PAGE,
	requireScope,
	writeFeedCursor,
	type FeedCursor,
	type ServiceCaller
} from '#lib/domain/operations/service-token.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
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
	readonly claimFeed: ClaimFeedRepository;
}) {
	const { db, clock, claimFeed } = parts;
	const spanOf = (after: FeedCursor | null) => ({
		after,
		untilMs: clock.nowMs() - FEED_LAG_MS,
		limit: FEED_PAGE + 1
	});

	return {
		/** Decisions since the cursor, the first one first; a correction is one of its own. */
		async listDecided(
			caller: ServiceCaller,
			after: FeedCursor | null
		): Promise<Result<FeedPage<FeedDecision>>> {
			const permission = requireScope(caller, 'claims:read');
			if (!permission.ok) return permission;
			const [rows] = await db.read(claimFeed.listDecided(spanOf(after)));
			return ok(
				pageOf(rows, after, ({ decidedAtMs, documentId: id }) => ({ atMs: decidedAtMs, id }))
			);
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
