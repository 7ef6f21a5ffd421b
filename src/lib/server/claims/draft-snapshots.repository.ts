import { and, asc, count, desc, eq, gt, lt, lte, notInArray, sql, sum } from 'drizzle-orm';
import * as v from 'valibot';
import type { Sighting } from '#lib/domain/claims/draft-canary.ts';
import {
	MAX_PARTS_BYTES_OF_ACCOUNT,
	MAX_SNAPSHOTS,
	type SnapshotEntry
} from '#lib/domain/claims/draft-snapshot.ts';
import { SNAPSHOT_LIFETIME_MS, TOMBSTONE_LIFETIME_MS } from '#lib/domain/claims/draft-times.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Write
} from '#lib/server/db/client.ts';
import { draftDevices, draftParts, draftSnapshots } from '#lib/server/db/tables/drafts.ts';

const CHANGED = { kind: 'conflict', code: 'claims/draft-changed' } as const;
const NO_SPACE = { kind: 'rate-limited', code: 'claims/draft-space' } as const;
const NOT_HERE = { kind: 'not-found', code: 'portal/not-found' } as const;

/** What one account may leave here beside its drafts; more than anybody has who uses the portal. */
const MAX_TOMBSTONES = 500;
const MAX_DEVICES = 20;
const MAX_SIGHTINGS = 500;

const sightingsSchema: v.GenericSchema<unknown, Sighting[]> = v.array(
	v.object({ id: v.string(), rev: v.number(), seenAtMs: v.number() })
);

export type ExpiringSnapshots = { readonly accountId: string; readonly warnings: number };

const entryOf = (row: Omit<typeof draftSnapshots.$inferSelect, 'sealed'> & { size: number }) => ({
	id: row.draftId,
	rev: row.rev,
	isDeleted: row.isDeleted,
	sizeBytes: row.size,
	updatedAtMs: row.updatedAtMs,
	expiresAtMs: row.expiresAtMs
});

const entryColumns = {
	accountId: draftSnapshots.accountId,
	draftId: draftSnapshots.draftId,
	rev: draftSnapshots.rev,
	isDeleted: draftSnapshots.isDeleted,
	updatedAtMs: draftSnapshots.updatedAtMs,
	expiresAtMs: draftSnapshots.expiresAtMs,
	warnings: draftSnapshots.warnings,
	size: sql<number>`length(${draftSnapshots.sealed})`
};

const isOwn = (accountId: string, draftId: string) =>
	and(eq(draftSnapshots.accountId, accountId), eq(draftSnapshots.draftId, draftId));
const isPartOf = (accountId: string, draftId: string) =>
	and(eq(draftParts.accountId, accountId), eq(draftParts.draftId, draftId));

const newestTombstones = (accountId: string) =>
	sqlBuilder
		.select({ draftId: draftSnapshots.draftId })
		.from(draftSnapshots)
		.where(and(eq(draftSnapshots.accountId, accountId), eq(draftSnapshots.isDeleted, true)))
		.orderBy(desc(draftSnapshots.updatedAtMs))
		.limit(MAX_TOMBSTONES);

/** Copies of drafts. Their content was sealed on a device: there is nothing here to encrypt. */
export const draftSnapshotsRepository = {
	listOf(accountId: string): Read<readonly SnapshotEntry[]> {
		return read(
			sqlBuilder
				.select(entryColumns)
				.from(draftSnapshots)
				.where(eq(draftSnapshots.accountId, accountId))
				.orderBy(asc(draftSnapshots.updatedAtMs)),
			(rows) => rows.map(entryOf)
		);
	},

	find(accountId: string, draftId: string): Read<(SnapshotEntry & { sealed: Uint8Array }) | null> {
		return read(
			sqlBuilder
				.select({ ...entryColumns, sealed: draftSnapshots.sealed })
				.from(draftSnapshots)
				.where(isOwn(accountId, draftId)),
			([row]) => (row ? { ...entryOf(row), sealed: row.sealed } : null)
		);
	},

	/** Keeps the change that comes right after `baseRev`; a draft whose copy has expired begins anew. */
	put(
		accountId: string,
		change: {
			readonly draftId: string;
			readonly baseRev: number;
			readonly sealed: Uint8Array;
			readonly nowMs: number;
		}
	): Write {
		const next = {
			rev: change.baseRev + 1,
			isDeleted: false,
			sealed: change.sealed,
			updatedAtMs: change.nowMs,
			expiresAtMs: change.nowMs + SNAPSHOT_LIFETIME_MS,
			warnings: 0
		};
		const live = sqlBuilder
			.select({ drafts: count() })
			.from(draftSnapshots)
			.where(and(eq(draftSnapshots.accountId, accountId), eq(draftSnapshots.isDeleted, false)))
			.having(({ drafts }) => lt(drafts, MAX_SNAPSHOTS + 1));
		return joinWrites(
			writeIfHolds(
				sqlBuilder
					.insert(draftSnapshots)
					.values({ accountId, draftId: change.draftId, ...next })
					.onConflictDoUpdate({
						target: [draftSnapshots.accountId, draftSnapshots.draftId],
						set: next,
						setWhere: sql`${eq(draftSnapshots.rev, change.baseRev)} and ${eq(draftSnapshots.isDeleted, false)}`
					}),
				CHANGED
			),
			requireFound(live, NO_SPACE)
		);
	},

	/** Puts the owner's word in the place of the draft and drops its files. Deleting is never refused. */
	bury(accountId: string, draftId: string, proof: Uint8Array, nowMs: number): Write {
		const tombstone = {
			isDeleted: true,
			sealed: proof,
			updatedAtMs: nowMs,
			expiresAtMs: nowMs + TOMBSTONE_LIFETIME_MS,
			warnings: 0
		};
		return joinWrites(
			write(
				sqlBuilder
					.insert(draftSnapshots)
					.values({ accountId, draftId, rev: 1, ...tombstone })
					.onConflictDoUpdate({
						target: [draftSnapshots.accountId, draftSnapshots.draftId],
						set: { ...tombstone, rev: sql`${draftSnapshots.rev} + 1` }
					})
			),
			write(sqlBuilder.delete(draftParts).where(isPartOf(accountId, draftId))),
			// Ids are the devices' own: whoever makes them up must not fill the table (B2).
			write(
				sqlBuilder
					.delete(draftSnapshots)
					.where(
						and(
							eq(draftSnapshots.accountId, accountId),
							eq(draftSnapshots.isDeleted, true),
							notInArray(draftSnapshots.draftId, newestTombstones(accountId))
						)
					)
			)
		);
	},

	listParts(accountId: string, draftId: string): Read<readonly string[]> {
		return read(
			sqlBuilder
				.select({ name: draftParts.name })
				.from(draftParts)
				.where(isPartOf(accountId, draftId))
				.orderBy(asc(draftParts.name)),
			(rows) => rows.map(({ name }) => name)
		);
	},

	findPart(accountId: string, draftId: string, name: string): Read<Uint8Array | null> {
		return read(
			sqlBuilder
				.select({ sealed: draftParts.sealed })
				.from(draftParts)
				.where(and(isPartOf(accountId, draftId), eq(draftParts.name, name))),
			([row]) => row?.sealed ?? null
		);
	},

	/** Keeps a part of a file of a draft that is here, as far as the account's space goes. */
	putPart(accountId: string, draftId: string, name: string, sealed: Uint8Array): Write {
		const living = sqlBuilder
			.select({ draftId: draftSnapshots.draftId })
			.from(draftSnapshots)
			.where(and(isOwn(accountId, draftId), eq(draftSnapshots.isDeleted, false)));
		const space = sqlBuilder
			.select({ used: sum(sql`length(${draftParts.sealed})`) })
			.from(draftParts)
			.where(eq(draftParts.accountId, accountId))
			.having(({ used }) => lte(used, MAX_PARTS_BYTES_OF_ACCOUNT));
		return joinWrites(
			requireFound(living, NOT_HERE),
			write(
				sqlBuilder
					.insert(draftParts)
					.values({ accountId, draftId, name, sealed })
					.onConflictDoUpdate({
						target: [draftParts.accountId, draftParts.draftId, draftParts.name],
						set: { sealed }
					})
			),
			requireFound(space, NO_SPACE)
		);
	},

	/** Drops the parts of files that the draft does not name any more. */
	keepPartsOf(accountId: string, draftId: string, attachmentIds: readonly string[]): Write {
		const names = JSON.stringify(attachmentIds);
		return write(
			sqlBuilder
				.delete(draftParts)
				.where(
					and(
						isPartOf(accountId, draftId),
						sql`substr(${draftParts.name}, 1, 36) not in (select value from json_each(${names}))`
					)
				)
		);
	},

	findSightings(accountId: string, deviceHash: Uint8Array): Read<readonly Sighting[]> {
		return read(
			sqlBuilder
				.select({ sightings: draftDevices.sightings })
				.from(draftDevices)
				.where(and(eq(draftDevices.accountId, accountId), eq(draftDevices.deviceHash, deviceHash))),
			([row]) => (row ? v.parse(sightingsSchema, JSON.parse(row.sightings)) : [])
		);
	},

	keepSightings(
		accountId: string,
		deviceHash: Uint8Array,
		known: readonly Sighting[],
		nowMs: number
	): Write {
		const kept = { sightings: JSON.stringify(known.slice(-MAX_SIGHTINGS)), seenAtMs: nowMs };
		const newest = sqlBuilder
			.select({ deviceHash: draftDevices.deviceHash })
			.from(draftDevices)
			.where(eq(draftDevices.accountId, accountId))
			.orderBy(desc(draftDevices.seenAtMs))
			.limit(MAX_DEVICES);
		return joinWrites(
			write(
				sqlBuilder
					.insert(draftDevices)
					.values({ accountId, deviceHash, ...kept })
					.onConflictDoUpdate({
						target: [draftDevices.accountId, draftDevices.deviceHash],
						set: kept
					})
			),
			// A device's word is its own cookie: made-up ones push out each other, not the table's end (B2).
			write(
				sqlBuilder
					.delete(draftDevices)
					.where(
						and(eq(draftDevices.accountId, accountId), notInArray(draftDevices.deviceHash, newest))
					)
			)
		);
	},

	/** Accounts with a copy that goes within `withinMs` and of which they were told fewer than `told` times. */
	listExpiring(
		nowMs: number,
		withinMs: number,
		told: number,
		limit: number
	): Read<readonly string[]> {
		return read(
			sqlBuilder
				.selectDistinct({ accountId: draftSnapshots.accountId })
				.from(draftSnapshots)
				.where(isExpiring(nowMs, withinMs, told))
				.limit(limit),
			(rows) => rows.map(({ accountId }) => accountId)
		);
	},

	/** Of two jobs at once only one tells. */
	markWarned(accountId: string, nowMs: number, withinMs: number, told: number): Write {
		return writeIfHolds(
			sqlBuilder
				.update(draftSnapshots)
				.set({ warnings: told })
				.where(and(eq(draftSnapshots.accountId, accountId), isExpiring(nowMs, withinMs, told))),
			CHANGED
		);
	},

	/** Deletes what is over: copies, words of deletion, and devices that were not here for long. */
	purge(nowMs: number): Write {
		const over = sqlBuilder
			.select({ one: sql`1` })
			.from(draftSnapshots)
			.where(
				and(
					eq(draftSnapshots.accountId, draftParts.accountId),
					eq(draftSnapshots.draftId, draftParts.draftId),
					lte(draftSnapshots.expiresAtMs, nowMs)
				)
			);
		return joinWrites(
			write(sqlBuilder.delete(draftParts).where(sql`exists ${over}`)),
			write(sqlBuilder.delete(draftSnapshots).where(lte(draftSnapshots.expiresAtMs, nowMs))),
			write(
				sqlBuilder
					.delete(draftDevices)
					.where(lt(draftDevices.seenAtMs, nowMs - TOMBSTONE_LIFETIME_MS))
			)
		);
	}
};

export type DraftSnapshotsRepository = typeof draftSnapshotsRepository;

function isExpiring(nowMs: number, withinMs: number, told: number) {
	return and(
		eq(draftSnapshots.isDeleted, false),
		gt(draftSnapshots.expiresAtMs, nowMs),
		lte(draftSnapshots.expiresAtMs, nowMs + withinMs),
		lt(draftSnapshots.warnings, told)
	);
}
