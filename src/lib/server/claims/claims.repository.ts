import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import * as v from 'valibot';
import type { AutomaticCheck } from '#lib/domain/claims/automatic.ts';
import { claimContentSchema, type ClaimContent } from '#lib/domain/claims/claim.schema.ts';
import type { ClaimState } from '#lib/domain/claims/claim.ts';
import { personsOfClaim } from '#lib/domain/claims/insured-persons.ts';
import type { HandedInBill } from '#lib/domain/claims/same-bill.ts';
import { parseDecision } from '#lib/domain/claims/decision.schema.ts';
import type { Decision } from '#lib/domain/claims/decision.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	write,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { isWithinMandate } from '#lib/server/db/mandate.ts';
import { openName } from '#lib/server/db/people.ts';
import { isReleasedTo } from '#lib/server/db/release.ts';
import { claimCoInsured, claimFiles, claims } from '#lib/server/db/tables/claims.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';
import { automaticCheckOf } from './automatic.repository.ts';

/** Claims of one page of the list. */
export const CLAIMS_PAGE = 50;
/** Claims whose bills a device knows. An older duplicate is found at the desk. */
const CLAIMS_ON_DEVICE = 100;

/** A claim as its owner's room sees it, opened. */
export type OwnClaim = {
	readonly id: string;
	readonly number: string;
	readonly state: ClaimState;
	readonly submittedAtMs: number;
	readonly decidedAtMs: number | null;
	/** When its owner was told that it takes longer. */
	readonly interimAtMs: number | null;
	/** By its last decision. */
	readonly isDecidedByRules: boolean;
	/** What rules have made of it; null where they have not looked. */
	readonly automaticCheck: AutomaticCheck | null;
	/** Decided, and looked at once more since. */
	readonly isUnderReview: boolean;
	/** A payment of it came back from the bank and waits for another account. */
	readonly hasReturnedPayout: boolean;
	/** Typed in by somebody here, from paper. */
	readonly cameByPost: boolean;
	readonly insuredPersonName: string;
	/** It hands in bills of others besides. */
	readonly isOfSeveral: boolean;
	readonly content: ClaimContent;
	readonly decision: Decision | null;
};

/** Somebody whose bills a claim hands in besides. */
export type CoInsured = { readonly personId: string; readonly name: string };

export type NewClaim = {
	readonly id: string;
	readonly number: string;
	readonly accountId: string;
	readonly personId: string;
	readonly submissionId: string;
	readonly submittedAtMs: number;
	readonly content: ClaimContent;
	/** In the order the customer gave them. */
	readonly fileIds: readonly string[];
	/** Who typed it in and when, where it came by post. */
	readonly capturedBy?: string;
	readonly capturedAtMs?: number;
};

const cell = (column: 'content' | 'decision', rowId: string, personId: string): Cell => ({
	table: 'claims',
	column,
	rowId,
	personId
});

/** Reviews that wait for their answer, beside the row of `claims`. */
export const openReviews = sql<number>`(select count(*) from claim_reviews r where r.claim_id = "claims"."id" and r.closed_at_ms is null)`;

const returnedPayouts = sql<number>`(select count(*) from payouts p where p.claim_id = "claims"."id" and p.state = 'returned')`;

/** What a claim is opened from. */
const sealedContent = { personId: claims.personId, content: claims.content };
const openable = { claim: claims, insured: people, openReviews, returnedPayouts };

export type ClaimsRepository = ReturnType<typeof createClaimsRepository>;

export function createClaimsRepository(cipher: Cipher) {
	async function openContent(claim: {
		readonly id: string;
		readonly personId: string;
		readonly content: Uint8Array;
	}): Promise<ClaimContent> {
		const sealed = cell('content', claim.id, claim.personId);
		return v.parse(claimContentSchema, await cipher.openJson(sealed, claim.content));
	}
	async function openClaim({
		claim,
		insured,
		openReviews,
		returnedPayouts
	}: {
		claim: typeof claims.$inferSelect;
		insured: typeof people.$inferSelect;
		openReviews: number;
		returnedPayouts: number;
	}): Promise<OwnClaim> {
		const content = await openContent(claim);
		const decision =
			claim.decision &&
			(await cipher.openJson(cell('decision', claim.id, claim.personId), claim.decision));
		return {
			id: claim.id,
			number: claim.number,
			state: claim.state,
			submittedAtMs: claim.submittedAtMs,
			decidedAtMs: claim.decidedAtMs,
			interimAtMs: claim.interimAtMs,
			isDecidedByRules: claim.decidedAtMs !== null && claim.decidedBy === null,
			automaticCheck: automaticCheckOf(claim),
			isUnderReview: openReviews > 0,
			hasReturnedPayout: returnedPayouts > 0,
			cameByPost: claim.capturedAtMs !== null,
			insuredPersonName: await openName(cipher, insured),
			isOfSeveral: personsOfClaim(content).length > 1,
			content,
			decision: decision === null ? null : parseDecision(decision)
		};
	}
	const selectOwn = () =>
		sqlBuilder
			.select(openable)
			.from(claims)
			.innerJoin(people, eq(people.id, claims.insuredPersonId))
			.$dynamic();

	return {
		/** The claim a submission becomes, with its files. `unmet`: the number is taken already. */
		async insertSubmitted({ content, fileIds, ...claim }: NewClaim, unmet: Unmet): Promise<Write> {
			const inserted = write(
				sqlBuilder.insert(claims).values({
					...claim,
					contractId: content.contractId,
					insuredPersonId: content.insuredPersonId,
					state: 'submitted',
					content: await cipher.sealJson(cell('content', claim.id, claim.personId), content)
				}),
				unmet
			);
			const [, ...others] = personsOfClaim(content);
			const named = others.map((personId) =>
				write(sqlBuilder.insert(claimCoInsured).values({ claimId: claim.id, personId }))
			);
			const linked = write(
				sqlBuilder
					.insert(claimFiles)
					.values(fileIds.map((fileId, position) => ({ claimId: claim.id, fileId, position })))
			);
			return joinWrites(inserted, ...named, linked);
		},

		/** One page of an account's claims, newest first, with one more when there is a next page. */
		listOf(accountId: string, page: number, today: CalendarDate): Read<readonly OwnClaim[]> {
			return read(
				selectOwn()
					.where(
						and(
							eq(claims.accountId, accountId),
							isWithinMandate(accountId, claims.contractId, today)
						)
					)
					.orderBy(desc(claims.submittedAtMs), desc(claims.id))
					.limit(CLAIMS_PAGE + 1)
					.offset((page - 1) * CLAIMS_PAGE),
				(rows) => Promise.all(rows.map(openClaim))
			);
		},

		/** Bills of the newest claims of an account, oldest first. */
		listBillsOf(accountId: string, today: CalendarDate): Read<readonly HandedInBill[]> {
			return read(
				sqlBuilder
					.select({ id: claims.id, number: claims.number, ...sealedContent })
					.from(claims)
					.where(
						and(
							eq(claims.accountId, accountId),
							isWithinMandate(accountId, claims.contractId, today)
						)
					)
					.orderBy(desc(claims.submittedAtMs), desc(claims.id))
					.limit(CLAIMS_ON_DEVICE),
				async (rows) => {
					const bills = rows.map(async (claim) => {
						const { invoices } = await openContent(claim);
						return invoices.map(({ number, invoiceDate, amountMinor, currency }) => ({
							...{ claimId: claim.id, claimNumber: claim.number },
							...{ number, invoiceDate, amountMinor, currency }
						}));
					});
					return (await Promise.all(bills)).reverse().flat();
				}
			);
		},

		/** Whose bills a claim of this account hands in besides those of its own person. */
		listCoInsured(id: string, accountId: string): Read<readonly CoInsured[]> {
			return read(
				sqlBuilder
					.select({ person: people })
					.from(claimCoInsured)
					.innerJoin(claims, eq(claims.id, claimCoInsured.claimId))
					.innerJoin(people, eq(people.id, claimCoInsured.personId))
					.where(and(eq(claims.id, id), eq(claims.accountId, accountId)))
					.orderBy(people.id),
				(rows) =>
					Promise.all(
						rows.map(async ({ person }) => ({
							personId: person.id,
							name: await openName(cipher, person)
						}))
					)
			);
		},

		/** All of them, oldest first: for the owner's copy of their data. */
		listAllOf(accountId: string): Read<readonly OwnClaim[]> {
			return read(
				selectOwn()
					.where(eq(claims.accountId, accountId))
					.orderBy(asc(claims.submittedAtMs), asc(claims.id)),
				(rows) => Promise.all(rows.map(openClaim))
			);
		},

		/** The claim if this account handed it in, and not for somebody it no longer acts for, else null. */
		findOf(id: string, accountId: string, today: CalendarDate): Read<OwnClaim | null> {
			return read(
				selectOwn().where(
					and(
						eq(claims.id, id),
						eq(claims.accountId, accountId),
						isWithinMandate(accountId, claims.contractId, today)
					)
				),
				async ([row]) => (row ? openClaim(row) : null)
			);
		},

		/** The claim if whoever handed it in lets this account read it now, else null (decision 0075). */
		findReleased(id: string, readerId: string): Read<OwnClaim | null> {
			const keyHolder = alias(people, 'key_holder');
			return read(
				sqlBuilder
					.select({ ...openable, keyHolder })
					.from(claims)
					.innerJoin(people, eq(people.id, claims.insuredPersonId))
					.innerJoin(keyHolder, eq(keyHolder.id, claims.personId))
					.where(and(eq(claims.id, id), isReleasedTo(readerId))),
				async ([row]) => {
					if (!row) return null;
					await cipher.learn(row.keyHolder.id, row.keyHolder);
					return openClaim(row);
				}
			);
		}
	};
}
