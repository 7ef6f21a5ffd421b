import { and, asc, eq, lte, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Decision } from '#lib/domain/claims/decision.ts';
import type { ReviewKind, ReviewOutcome } from '#lib/domain/claims/review.ts';
import { parseDocumentContent } from '#lib/domain/documents/document.ts';
import { toPayOf } from '#lib/domain/documents/statement.ts';
import type { Money } from '#lib/domain/money.ts';
import type { FeedCursor } from '#lib/domain/operations/service-token.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, type Read } from '#lib/server/db/client.ts';
import { openPolicyNumber } from '#lib/server/db/policy-number.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { contracts } from '#lib/server/db/tables/contracts.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';

/** One decision: a claim has another one when it was corrected. */
export type FeedDecision = {
	/** Of the claim. */
	readonly id: string;
	readonly number: string;
	/** As the statement's number null where the state is `unreadable`. */
	readonly policyNumber: string | null;
	/** Number of the statement, different for each decision. */
	readonly statement: string | null;
	/** Null for the first decision of a claim. */
	readonly correction: {
		/** Number of the statement whose place this one takes. */
		readonly of: string;
		readonly why: ReviewKind;
		readonly outcome: ReviewOutcome;
	} | null;
	/** `unreadable` where what is stored does not open: the entry keeps its place and says nothing else. */
	readonly state: Decision['outcome'] | 'unreadable';
	/** What the claim is paid in all after this decision; null for nothing. */
	readonly paid: Money | null;
	/** What this decision adds to what was paid before it, in advance or by the one before; null for nothing. */
	readonly toPay: Money | null;
	readonly decidedAtMs: number;
	/** Where it stands in the feed. */
	readonly documentId: string;
};

export type FeedStatement = {
	readonly id: string;
	readonly claimNumber: string;
	readonly createdAtMs: number;
	readonly readAtMs: number | null;
};

export type FeedSpan = {
	readonly after: FeedCursor | null;
	readonly untilMs: number;
	readonly limit: number;
};

const holder = alias(people, 'holder');
const keyHolder = alias(people, 'key_holder');

export type ClaimFeedRepository = ReturnType<typeof createClaimFeedRepository>;

type DecisionRow = {
	readonly document: typeof documents.$inferSelect;
	readonly claim: typeof claims.$inferSelect;
	readonly contract: typeof contracts.$inferSelect;
	readonly holder: typeof people.$inferSelect;
	readonly keyHolder: typeof people.$inferSelect;
};

/** What the insurer's own system is told of claims: numbers, states and sums, nothing about health. */
export function createClaimFeedRepository(cipher: Cipher) {
	async function openDecision(row: DecisionRow): Promise<FeedDecision> {
		const { document, claim } = row;
		await cipher.learn(row.keyHolder.id, row.keyHolder);
		const { id, personId } = document;
		const cell = { table: 'documents', column: 'content', rowId: id, personId };
		const statement = parseDocumentContent(await cipher.openJson(cell, document.content));
		if (statement.kind !== 'benefit-statement') throw new Error('no statement under its kind');
		const { correction = null, totals } = statement;
		return {
			id: claim.id,
			number: claim.number,
			policyNumber: await openPolicyNumber(cipher, row.contract, row.holder),
			statement: statement.statementNumber,
			correction: correction && {
				of: correction.previousNumber,
				why: correction.why,
				outcome: correction.outcome
			},
			state: statement.outcome,
			paid: orNull(totals.paid),
			toPay: orNull(toPayOf(statement)),
			decidedAtMs: document.createdAtMs,
			documentId: id
		};
	}

	/** One row that was damaged must not stop the feed for all that come behind it. */
	const openOrSaySo = async (row: DecisionRow): Promise<FeedDecision> => {
		try {
			return await openDecision(row);
		} catch {
			return {
				...{ id: row.claim.id, number: row.claim.number, policyNumber: null, statement: null },
				...{ correction: null, state: 'unreadable', paid: null, toPay: null },
				...{ decidedAtMs: row.document.createdAtMs, documentId: row.document.id }
			};
		}
	};

	return {
		/** Each decision by the statement it made, which nothing changes afterwards. */
		listDecided({ after, untilMs, limit }: FeedSpan): Read<readonly FeedDecision[]> {
			return read(
				sqlBuilder
					.select({ document: documents, claim: claims, contract: contracts, holder, keyHolder })
					.from(documents)
					.innerJoin(claims, eq(claims.id, documents.claimId))
					.innerJoin(contracts, eq(contracts.id, claims.contractId))
					.innerJoin(holder, eq(holder.id, contracts.policyholderId))
					.innerJoin(keyHolder, eq(keyHolder.id, documents.personId))
					.where(isStatement(after, untilMs))
					.orderBy(asc(documents.createdAtMs), asc(documents.id))
					.limit(limit),
				(rows) => Promise.all(rows.map(openOrSaySo))
			);
		},

		listStatements({ after, untilMs, limit }: FeedSpan): Read<readonly FeedStatement[]> {
			return read(
				sqlBuilder
					.select({
						id: documents.id,
						claimNumber: claims.number,
						createdAtMs: documents.createdAtMs,
						readAtMs: documents.readAtMs
					})
					.from(documents)
					.innerJoin(claims, eq(claims.id, documents.claimId))
					.where(isStatement(after, untilMs))
					.orderBy(asc(documents.createdAtMs), asc(documents.id))
					.limit(limit),
				(rows) => rows
			);
		}
	};
}

/** Statements behind the cursor. Their kind stands in the text: only so is the index of statements found. */
function isStatement(after: FeedCursor | null, untilMs: number): SQL | undefined {
	return and(
		sql`${documents.kind} = 'benefit-statement'`,
		lte(documents.createdAtMs, untilMs),
		after
			? sql`(${documents.createdAtMs}, ${documents.id}) > (${after.atMs}, ${after.id})`
			: undefined
	);
}

function orNull(money: Money): Money | null {
	return money.amountMinor === 0 ? null : money;
}
