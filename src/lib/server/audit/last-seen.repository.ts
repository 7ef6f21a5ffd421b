import { and, count, desc, eq, gt, notLike, sql } from 'drizzle-orm';
import type { AuditEventKind } from '#lib/domain/audit/audit.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, type Read } from '#lib/server/db/client.ts';
import { auditEvents, auditPersonal } from '#lib/server/db/tables/audit.ts';

export type SeenAct = {
	readonly event: AuditEventKind;
	readonly atMs: number;
	readonly ip: string;
	readonly userAgent: string;
};

/** What an owner needs to notice a stranger in their account (L6), for the batch of a page. */
export const lastSeenRepository = {
	/** The newest sign-ins: the present one and the one before it. */
	signIns(accountId: string): Read<readonly SeenAct[]> {
		return read(
			acts()
				.where(
					and(eq(auditPersonal.accountId, accountId), eq(auditEvents.event, 'account/signed-in'))
				)
				.orderBy(desc(auditPersonal.atMs))
				.limit(2),
			(rows) => rows.map(toAct)
		);
	},

	/** Sign-ins that failed since the one before the present one. */
	failuresSince(accountId: string): Read<number> {
		const previous = sql`coalesce((select p.at_ms from ${auditPersonal} p join ${auditEvents} e
			on e.id = p.event_id where p.account_id = ${accountId} and e.event = 'account/signed-in'
			order by p.at_ms desc limit 1 offset 1), 0)`;
		return read(
			sqlBuilder
				.select({ failures: count() })
				.from(auditPersonal)
				.innerJoin(auditEvents, eq(auditEvents.id, auditPersonal.eventId))
				.where(
					and(
						eq(auditPersonal.accountId, accountId),
						eq(auditEvents.event, 'account/sign-in-failed'),
						gt(auditPersonal.atMs, previous)
					)
				),
			([row]) => row?.failures ?? 0
		);
	},

	/** The newest thing the owner did beside signing in and out. */
	lastAct(accountId: string): Read<SeenAct | null> {
		return read(
			acts()
				.where(
					and(
						eq(auditPersonal.accountId, accountId),
						eq(auditEvents.outcome, 'success'),
						notLike(auditEvents.event, 'account/%')
					)
				)
				.orderBy(desc(auditPersonal.atMs))
				.limit(1),
			([row]) => (row ? toAct(row) : null)
		);
	}
};

function acts() {
	return sqlBuilder
		.select({
			event: auditEvents.event,
			atMs: auditPersonal.atMs,
			ip: auditPersonal.ip,
			userAgent: auditPersonal.userAgent
		})
		.from(auditPersonal)
		.innerJoin(auditEvents, eq(auditEvents.id, auditPersonal.eventId));
}

function toAct(row: { event: string; atMs: number; ip: string; userAgent: string }): SeenAct {
	return { ...row, event: row.event as AuditEventKind };
}
