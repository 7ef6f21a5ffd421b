import { desc, eq, or, sql } from 'drizzle-orm';
import type { AuditEvent } from '#lib/domain/audit/audit.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { auditEvents, auditPersonal } from '#lib/server/db/tables/audit.ts';
import { claims } from '#lib/server/db/tables/claims.ts';

export type AuditRow = {
	readonly id: string;
	readonly atMs: number;
	readonly event: string;
	readonly outcome: 'success' | 'failure';
	readonly ip: string;
	readonly userAgent: string;
	readonly actorAccountId: string | null;
};

const LEAF_PREFIX = 0x00;

export const auditRepository = {
	/**
	 * The rows of one event. The leaf hash covers the personal part only through its commitment.
	 * The owner of a claim is looked up by the statement itself; the commitment leaves them out then,
	 * because `objectRef` names the claim and with it the owner.
	 */
	async insert(
		event: AuditEvent,
		salt: Uint8Array,
		subjectOfClaimId: string | null = null
	): Promise<Write> {
		const personalCommitment = await commitment(event.personal, salt);
		const { personal, ...open } = event;
		const leafHash = await hashLeaf(open, personalCommitment);
		return {
			statements: [
				...write(sqlBuilder.insert(auditEvents).values({ ...open, personalCommitment, leafHash }))
					.statements,
				...write(
					sqlBuilder.insert(auditPersonal).values({
						eventId: event.id,
						...personal,
						...(subjectOfClaimId && { subjectAccountId: ownerOfClaim(subjectOfClaimId) }),
						salt,
						atMs: event.atMs
					})
				).statements
			]
		};
	},

	/** The newest events a person did or that touched their data. */
	listOfAccount(accountId: string, limit: number): Read<readonly AuditRow[]> {
		return read(
			sqlBuilder
				.select({
					id: auditEvents.id,
					atMs: auditEvents.atMs,
					event: auditEvents.event,
					outcome: auditEvents.outcome,
					ip: auditPersonal.ip,
					userAgent: auditPersonal.userAgent,
					actorAccountId: auditPersonal.accountId
				})
				.from(auditPersonal)
				.innerJoin(auditEvents, eq(auditEvents.id, auditPersonal.eventId))
				.where(
					or(eq(auditPersonal.accountId, accountId), eq(auditPersonal.subjectAccountId, accountId))
				)
				.orderBy(desc(auditPersonal.atMs))
				.limit(limit),
			(rows) => rows
		);
	}
};

const ownerOfClaim = (claimId: string) =>
	sql`(select ${claims.accountId} from ${claims} where ${claims.id} = ${claimId})`;

/** SHA-256 over salt and the personal part in fixed order (security.md 3.11). */
async function commitment(personal: AuditEvent['personal'], salt: Uint8Array): Promise<Uint8Array> {
	const canonical = JSON.stringify([
		personal.accountId,
		personal.subjectAccountId,
		personal.ip,
		personal.userAgent
	]);
	return sha256(salt, new TextEncoder().encode(canonical));
}

/** RFC 6962 leaf: SHA-256 over 0x00 and the canonical row. */
async function hashLeaf(
	event: Omit<AuditEvent, 'personal'>,
	personalCommitment: Uint8Array
): Promise<Uint8Array> {
	const canonical = JSON.stringify([
		event.id,
		event.atMs,
		event.event,
		event.outcome,
		event.objectRef,
		event.requestId,
		[...personalCommitment]
	]);
	return sha256(Uint8Array.of(LEAF_PREFIX), new TextEncoder().encode(canonical));
}

async function sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
	const whole = new Uint8Array(parts.flatMap((part) => [...part]));
	return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
}
