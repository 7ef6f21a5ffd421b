/** Devices that are told of news, and which of them wait to be told. */
import { and, asc, count, eq, lte, sql } from 'drizzle-orm';
import * as v from 'valibot';
import type { Actor } from '#lib/domain/actor.ts';
import {
	MAX_PUSH_DEVICES,
	pushSubscriptionSchema,
	type PushSubscription
} from '#lib/domain/messages/push.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	write,
	writeIfHolds,
	type Read,
	type Write
} from '#lib/server/db/client.ts';
import { accounts, knownDevices, sessions } from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { pushSubscriptions } from '#lib/server/db/tables/push.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';

export type WaitingPush = {
	readonly id: string;
	readonly tries: number;
	readonly dueAtMs: number;
	/** Null where what is stored does not open: the others are told all the same. */
	readonly subscription: PushSubscription | null;
};

const TAKEN = { kind: 'conflict', code: 'claims/changed-meanwhile' } as const;
export const DEVICE_UNKNOWN = { kind: 'conflict', code: 'messages/push-device-unknown' } as const;

const subscriptionCell = (rowId: string, personId: string): Cell => ({
	table: 'push_subscriptions',
	column: 'subscription',
	rowId,
	personId
});

/** There is news for everybody who signs in as this person: a mark in the batch of the act. */
export function markNews(personId: string, nowMs: number): Write {
	return write(
		sqlBuilder
			.update(pushSubscriptions)
			.set({
				newsAtMs: nowMs,
				// A service that has asked for a pause gets it.
				dueAtMs: sql`coalesce(${pushSubscriptions.dueAtMs}, ${nowMs})`
			})
			.where(
				sql`${pushSubscriptions.accountId} in (select a.id from ${accounts} a
					where a.person_id = ${personId} and a.status = 'active')`
			)
	);
}

export type PushRepository = ReturnType<typeof createPushRepository>;

export function createPushRepository(cipher: Cipher) {
	async function open(
		{ id, subscription }: typeof pushSubscriptions.$inferSelect,
		person: typeof people.$inferSelect
	): Promise<PushSubscription> {
		await cipher.learn(person.id, person);
		const opened = await cipher.openJson(subscriptionCell(id, person.id), subscription);
		return v.parse(pushSubscriptionSchema, opened);
	}

	return {
		/**
		 * Keeps what the browser of this session has handed out, in the place of whatever was kept of that
		 * browser before, whoever's it was. The person's key must have been read in this request.
		 */
		async keep(
			{ accountId, personId }: Actor,
			sessionId: string,
			kept: {
				readonly id: string;
				readonly subscription: PushSubscription;
				readonly nowMs: number;
			}
		): Promise<Write> {
			const { id, subscription, nowMs } = kept;
			const sealed = await cipher.sealJson(subscriptionCell(id, personId), subscription);
			return joinWrites(
				writeIfHolds(
					sqlBuilder
						.insert(pushSubscriptions)
						.select(
							sqlBuilder
								.select({
									id: sql<string>`${id}`.as('id'),
									accountId: sessions.accountId,
									deviceHash: knownDevices.tokenHash,
									subscription: sql<Uint8Array>`${sealed}`.as('subscription'),
									createdAtMs: sql<number>`${nowMs}`.as('created_at_ms'),
									newsAtMs: sql<null>`null`.as('news_at_ms'),
									dueAtMs: sql<null>`null`.as('due_at_ms'),
									tries: sql<number>`0`.as('tries')
								})
								.from(sessions)
								.innerJoin(
									knownDevices,
									and(
										eq(knownDevices.tokenHash, sessions.deviceHash),
										eq(knownDevices.accountId, sessions.accountId)
									)
								)
								.where(and(eq(sessions.id, sessionId), eq(sessions.accountId, accountId)))
						)
						.onConflictDoUpdate({
							target: pushSubscriptions.id,
							set: {
								accountId: sql`excluded.account_id`,
								deviceHash: sql`excluded.device_hash`,
								subscription: sql`excluded.subscription`,
								createdAtMs: nowMs,
								...{ newsAtMs: null, dueAtMs: null, tries: 0 }
							}
						}),
					DEVICE_UNKNOWN
				),
				write(
					sqlBuilder.delete(pushSubscriptions).where(
						and(
							eq(pushSubscriptions.accountId, accountId),
							sql`${pushSubscriptions.id} not in (select p.id from ${pushSubscriptions} p
								where p.account_id = ${accountId}
								order by p.created_at_ms desc, p.rowid desc limit ${MAX_PUSH_DEVICES})`
						)
					)
				)
			);
		},

		/** Ends one of the owner's, or all without an id. `DEVICE_UNKNOWN` undoes the batch where none is on. */
		end(accountId: string, id: string | null): Write {
			return writeIfHolds(
				sqlBuilder
					.delete(pushSubscriptions)
					.where(
						and(
							eq(pushSubscriptions.accountId, accountId),
							id === null ? undefined : eq(pushSubscriptions.id, id)
						)
					),
				DEVICE_UNKNOWN
			);
		},

		/** How many devices of the account are told, and whether the one of this session is. */
		count(
			accountId: string,
			sessionId: string
		): Read<{ readonly devices: number; readonly isOnHere: boolean }> {
			return read(
				sqlBuilder
					.select({
						devices: count(),
						here: sql<number>`coalesce(sum(${pushSubscriptions.deviceHash} =
							(select s.device_hash from ${sessions} s where s.id = ${sessionId})), 0)`
					})
					.from(pushSubscriptions)
					.where(eq(pushSubscriptions.accountId, accountId)),
				([row]) => ({ devices: row?.devices ?? 0, isOnHere: (row?.here ?? 0) > 0 })
			);
		},

		listDue(nowMs: number, limit: number): Read<readonly WaitingPush[]> {
			return read(
				sqlBuilder
					.select()
					.from(pushSubscriptions)
					.innerJoin(accounts, eq(accounts.id, pushSubscriptions.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(and(lte(pushSubscriptions.dueAtMs, nowMs), eq(accounts.status, 'active')))
					.orderBy(asc(pushSubscriptions.dueAtMs))
					.limit(limit),
				(rows) =>
					Promise.all(
						rows.map(async ({ push_subscriptions: row, people: person }) => ({
							id: row.id,
							tries: row.tries,
							dueAtMs: row.dueAtMs ?? nowMs,
							subscription: await open(row, person).catch(() => null)
						}))
					)
			);
		},

		/** Takes a notice for sending by moving its next try: only one sender can move it from here. */
		take({ id, dueAtMs, tries }: WaitingPush, nextTryAtMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(pushSubscriptions)
					.set({ dueAtMs: nextTryAtMs, tries: tries + 1 })
					.where(and(eq(pushSubscriptions.id, id), eq(pushSubscriptions.dueAtMs, dueAtMs))),
				TAKEN
			);
		},

		/** Nothing waits any more, unless there was more news since `takenAtMs`. */
		settle(id: string, takenAtMs: number): Write {
			const { newsAtMs } = pushSubscriptions;
			return write(
				sqlBuilder
					.update(pushSubscriptions)
					.set({
						dueAtMs: sql`case when ${newsAtMs} > ${takenAtMs} then ${newsAtMs} end`,
						tries: 0
					})
					.where(eq(pushSubscriptions.id, id))
			);
		},

		postpone(id: string, nextTryAtMs: number): Write {
			return write(
				sqlBuilder
					.update(pushSubscriptions)
					.set({ dueAtMs: nextTryAtMs })
					.where(eq(pushSubscriptions.id, id))
			);
		},

		/** Nobody is there any more. */
		remove(id: string): Write {
			return write(sqlBuilder.delete(pushSubscriptions).where(eq(pushSubscriptions.id, id)));
		}
	};
}
