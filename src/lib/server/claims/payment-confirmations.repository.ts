import { and, asc, eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { parseContact } from '#lib/domain/accounts/profile.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { ADVANCE_NO } from '#lib/domain/claims/payout.ts';
import { parseDocumentContent } from '#lib/domain/documents/document.ts';
import type { PaidClaim } from '#lib/domain/documents/processing.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, requireFound, type Read, type Unmet, type Write } from '#lib/server/db/client.ts';
import { isWithinMandate } from '#lib/server/db/mandate.ts';
import { openName } from '#lib/server/db/people.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { payoutItems, payoutRuns, payouts } from '#lib/server/db/tables/payouts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { LetterRecipient } from './letters.ts';
import { openItem } from './payout-runs.repository.ts';

const MEANWHILE = { kind: 'conflict', code: 'payouts/changed-meanwhile' } as const satisfies Unmet;

/** A payment of a run that the customer is to hear of. */
export type ConfirmablePayment = {
	readonly claimId: string;
	readonly accountId: string;
	readonly personId: string;
	readonly claim: PaidClaim;
	/** Null where nobody is there to be told: the account is closed, or a mandate is over. */
	readonly recipient: LetterRecipient | null;
};

const keyHolder = alias(people, 'key_holder');
const owner = alias(people, 'owner');

/** The payment of an item is still on its way: not come back, and no other version of it. */
const isOnItsWay = sql`${payouts.state} = 'ordered' and ${payouts.version} = ${payoutItems.payoutVersion}`;

/** The statement at hand is that of the decision which is paid: statements are counted as decisions are. */
const isOfDecision = sql`${payouts.decisionNo} = 1 + (select count(*) from ${documents} e
	where e.claim_id = "documents"."claim_id" and e.kind = 'benefit-statement'
		and (e.created_at_ms, e.id) < ("documents"."created_at_ms", "documents"."id"))`;

export type PaymentConfirmationsRepository = ReturnType<
	typeof createPaymentConfirmationsRepository
>;

export function createPaymentConfirmationsRepository(cipher: Cipher) {
	async function openStatement(row: typeof documents.$inferSelect) {
		const { id: rowId, personId } = row;
		const cell = { table: 'documents', column: 'content', rowId, personId };
		const content = parseDocumentContent(await cipher.openJson(cell, row.content));
		if (content.kind !== 'benefit-statement') throw new Error('no statement under its kind');
		return { ...content, id: rowId };
	}

	async function openRecipient(
		account: typeof accounts.$inferSelect,
		person: typeof people.$inferSelect
	): Promise<LetterRecipient> {
		const name = await openName(cipher, person);
		const cell = { table: 'accounts', column: 'contact', rowId: account.id, personId: person.id };
		const { email: to } = parseContact(await cipher.openJson(cell, account.contact));
		return { personId: person.id, to, language: account.language, name };
	}

	return {
		/**
		 * The payments of a run that are on their way, in its order. Null stands for one that does not
		 * open: what the bank has done is booked whoever of its receivers cannot be read.
		 */
		listOfRun(runId: string, today: CalendarDate): Read<readonly (ConfirmablePayment | null)[]> {
			return read(
				sqlBuilder
					.select({
						...{ item: payoutItems, claim: claims, account: accounts, document: documents },
						...{ keyHolder, owner, decisionNo: payouts.decisionNo },
						files: sql<number>`(select count(*) from claim_files f where f.claim_id = ${claims.id})`,
						isReached: sql<number>`${accounts.status} = 'active' and ${isWithinMandate(
							sql`${accounts.id}`,
							sql`${claims.contractId}`,
							today
						)}`
					})
					.from(payoutItems)
					.innerJoin(payouts, eq(payouts.id, payoutItems.payoutId))
					.innerJoin(claims, eq(claims.id, payouts.claimId))
					.innerJoin(accounts, eq(accounts.id, payouts.accountId))
					.innerJoin(keyHolder, eq(keyHolder.id, payouts.personId))
					.innerJoin(owner, eq(owner.id, accounts.personId))
					.leftJoin(
						documents,
						and(
							eq(documents.claimId, claims.id),
							eq(documents.kind, 'benefit-statement'),
							isOfDecision
						)
					)
					.where(and(eq(payoutItems.runId, runId), isOnItsWay))
					.orderBy(asc(payoutItems.position)),
				(rows) =>
					Promise.all(
						rows.map(async (row): Promise<ConfirmablePayment | null> => {
							const { claim, account, document } = row;
							if (!document && row.decisionNo !== ADVANCE_NO) return null;
							try {
								await cipher.learn(row.keyHolder.id, row.keyHolder);
								return {
									...{ claimId: claim.id, accountId: account.id, personId: row.keyHolder.id },
									claim: {
										claimNumber: claim.number,
										language: account.language,
										submittedAtMs: claim.submittedAtMs,
										isByPost: claim.capturedAtMs !== null,
										files: row.files,
										statement: document && (await openStatement(document)),
										item: await openItem(cipher, row.item)
									},
									recipient: row.isReached ? await openRecipient(account, row.owner) : null
								};
							} catch {
								return null;
							}
						})
					)
			);
		},

		/** Undoes the batch when a payment of the run has come back since so many were counted. */
		requireStill: (runId: string, count: number): Write =>
			requireFound(
				sqlBuilder
					.select({ id: payoutRuns.id })
					.from(payoutRuns)
					.where(
						and(
							eq(payoutRuns.id, runId),
							sql`${count} = (select count(*) from ${payoutItems}
								inner join ${payouts} on ${payouts.id} = ${payoutItems.payoutId}
								where ${payoutItems.runId} = ${runId} and ${isOnItsWay})`
						)
					),
				MEANWHILE
			)
	};
}
