import { and, desc, eq, or, sql } from 'drizzle-orm';
import type { AuditEvent } from '#lib/domain/audit/audit.ts';
import { commitmentOf, leafHashOf, leafText, personalText } from '#lib/domain/audit/leaf.ts';
import type { LogCursor } from '#lib/domain/audit/own-log.ts';
import type { LoggedPersonal } from '#lib/domain/audit/row.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { recoveryCases } from '#lib/server/db/tables/accounts.ts';
import { auditEvents, auditPersonal } from '#lib/server/db/tables/audit.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { contractLinks } from '#lib/server/db/tables/contracts.ts';
import { conversations } from '#lib/server/db/tables/conversations.ts';
import { coverageInquiries } from '#lib/server/db/tables/coverage-inquiries.ts';
import { insurabilityProofs } from '#lib/server/db/tables/proofs.ts';
import { payouts } from '#lib/server/db/tables/payouts.ts';
import type { AuditSignature } from '#lib/server/platform/audit-signature.ts';
import { sha256 } from '#lib/server/platform/sha256.ts';

export type AuditRow = {
	readonly id: string;
	readonly atMs: number;
	readonly event: string;
	readonly outcome: 'success' | 'failure';
	readonly ip: string;
	readonly userAgent: string;
	readonly actorAccountId: string | null;
};

export const auditRepository = {
	/**
	 * The rows of one event. The leaf hash covers the personal part only through its commitment.
	 * The owner of a claim is looked up by the statement itself; the commitment leaves them out then,
	 * because `objectRef` names the claim and with it the owner.
	 */
	async insert(
		signature: AuditSignature,
		event: AuditEvent,
		salt: Uint8Array,
		subjectOf: SubjectOf | null = null
	): Promise<Write> {
		const { personal, ...open } = event;
		const personalCommitment = commitmentOf(sha256, salt, personalText(personal));
		const leafHash = leafHashOf(sha256, leafText(open, personalCommitment));
		const tag = await signature.tag(leafHash);
		return {
			statements: [
				...write(
					sqlBuilder.insert(auditEvents).values({
						...open,
						personalCommitment,
						leafHash,
						previousLeafHash: NEWEST_LEAF_HASH,
						tag
					})
				).statements,
				...write(
					sqlBuilder.insert(auditPersonal).values({
						eventId: event.id,
						...personal,
						...(subjectOf && { subjectAccountId: ownerOf(subjectOf) }),
						salt,
						atMs: event.atMs
					})
				).statements
			]
		};
	},

	/** The newest events a person did or that touched their data. */
	listOfAccount(
		accountId: string,
		limit: number,
		before: LogCursor | null
	): Read<readonly AuditRow[]> {
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
				.where(isOf(accountId, before))
				.orderBy(desc(auditPersonal.atMs), desc(auditPersonal.eventId))
				.limit(limit),
			(rows) => rows
		);
	},

	/** The same rows with everything their leaves are made of. */
	listLeavesOfAccount(
		accountId: string,
		limit: number,
		before: LogCursor | null
	): Read<readonly AuditLeaf[]> {
		return read(
			sqlBuilder
				.select({ event: auditEvents, personal: auditPersonal })
				.from(auditPersonal)
				.innerJoin(auditEvents, eq(auditEvents.id, auditPersonal.eventId))
				.where(isOf(accountId, before))
				.orderBy(desc(auditPersonal.atMs), desc(auditPersonal.eventId))
				.limit(limit),
			(rows) =>
				rows.map(({ event: { seq, personalCommitment, ...event }, personal }) => ({
					...{ seq, personalCommitment, event, personal }
				}))
		);
	}
};

export type AuditLeaf = {
	readonly seq: number;
	readonly personalCommitment: Uint8Array;
	readonly event: Omit<AuditEvent, 'personal' | 'event'> & { readonly event: string };
	readonly personal: LoggedPersonal;
};

/** What a person did, or what touched their data, older than the cursor. */
const isOf = (accountId: string, before: LogCursor | null) =>
	and(
		or(eq(auditPersonal.accountId, accountId), eq(auditPersonal.subjectAccountId, accountId)),
		before
			? sql`(${auditPersonal.atMs}, ${auditPersonal.eventId}) < (${before.atMs}, ${before.id})`
			: undefined
	);

/** Inside the act's own batch nobody else writes: the row before is the row before. */
const NEWEST_LEAF_HASH = sql<Uint8Array>`(select ${auditEvents.leafHash} from ${auditEvents} order by ${auditEvents.seq} desc limit 1)`;

/** Whose data were looked at, where nothing was read beforehand: the owner of this record. */
export type SubjectOf =
	| { readonly claimId: string }
	| { readonly payoutId: string }
	| { readonly conversationId: string }
	/** Whoever linked the contract first. */
	| { readonly contractId: string }
	/** The insured person whose account sees the contract as them. */
	| { readonly contractId: string; readonly insuredPersonId: string }
	| { readonly inquiryId: string }
	/** Whoever linked the proof's contract first. */
	| { readonly proofId: string }
	| { readonly recoveryCaseId: string };

function ownerOf(subject: SubjectOf) {
	if ('claimId' in subject)
		return sql`(select ${claims.accountId} from ${claims} where ${claims.id} = ${subject.claimId})`;
	if ('payoutId' in subject)
		return sql`(select ${payouts.accountId} from ${payouts} where ${payouts.id} = ${subject.payoutId})`;
	if ('conversationId' in subject)
		return sql`(select ${conversations.accountId} from ${conversations} where ${conversations.id} = ${subject.conversationId})`;
	if ('insuredPersonId' in subject)
		return sql`(select ${contractLinks.accountId} from ${contractLinks} where ${contractLinks.contractId} = ${subject.contractId} and ${contractLinks.personId} = ${subject.insuredPersonId} and ${contractLinks.role} = 'insured-person' limit 1)`;
	if ('contractId' in subject)
		return sql`(select ${contractLinks.accountId} from ${contractLinks} where ${contractLinks.contractId} = ${subject.contractId} order by ${contractLinks.linkedAtMs} limit 1)`;
	if ('inquiryId' in subject)
		return sql`(select ${coverageInquiries.accountId} from ${coverageInquiries} where ${coverageInquiries.id} = ${subject.inquiryId})`;
	if ('proofId' in subject)
		return sql`(select ${contractLinks.accountId} from ${contractLinks} join ${insurabilityProofs} on ${insurabilityProofs.contractId} = ${contractLinks.contractId} where ${insurabilityProofs.id} = ${subject.proofId} order by ${contractLinks.linkedAtMs} limit 1)`;
	return sql`(select ${recoveryCases.accountId} from ${recoveryCases} where ${recoveryCases.id} = ${subject.recoveryCaseId})`;
}
