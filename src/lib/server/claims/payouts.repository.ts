import { encodeHexLowerCase } from '@oslojs/encoding';
import { and, asc, eq, inArray, ne, notExists, or, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import * as v from 'valibot';
import { parseContact } from '#lib/domain/accounts/profile.ts';
import type { Actor } from '#lib/domain/actor.ts';
import type { Payee } from '#lib/domain/claims/payee-account.ts';
import {
	ADVANCE_NO,
	approvalText,
	contentText,
	isApproved,
	isPossibleRoute,
	payoutKindOf,
	statesBefore,
	type PayoutApproval,
	type PayoutContent,
	type PayoutKind,
	type PayoutRoute,
	type PayoutState,
	type RefusalReason,
	type ReturnReason,
	type SecondLook
} from '#lib/domain/claims/payout.ts';
import type { Money } from '#lib/domain/money.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { openName } from '#lib/server/db/people.ts';
import { payeeSchema } from '#lib/server/db/stored-payee.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { payoutItems, payouts } from '#lib/server/db/tables/payouts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';
import type { LetterRecipient } from './letters.ts';
import { isOwnOf, isTypedInBy } from './own-claims.ts';

/** Payments of one list at most: a longer one is worked off from its beginning. */
export const PAYOUTS_LIMIT = 100;

const HASH = 'payout/content';
const SEAL = 'payout/approval';
const GONE = { kind: 'not-found', code: 'portal/not-found' } as const satisfies Unmet;
const SECOND = { kind: 'forbidden', code: 'payouts/second-person' } as const satisfies Unmet;
const CHANGED = { kind: 'conflict', code: 'payouts/changed-meanwhile' } as const satisfies Unmet;

/** A payment, opened. */
export type Payout = {
	readonly id: string;
	readonly claimId: string;
	readonly claimNumber: string;
	readonly accountId: string;
	readonly personId: string;
	readonly decisionNo: number;
	readonly kind: PayoutKind;
	readonly version: number;
	readonly amount: Money;
	readonly payee: Payee;
	readonly route: PayoutRoute;
	readonly state: PayoutState;
	readonly secondLook: SecondLook | null;
	/** Null where rules have decided the claim. */
	readonly madeBy: string | null;
	readonly madeByName: string | null;
	readonly madeAtMs: number;
	/** When its owner last came back by letter. */
	readonly recoveredAtMs: number | null;
	readonly refusal: RefusalReason | null;
	readonly paidAtMs: number | null;
	readonly contentHash: Uint8Array;
	/** As it lies in the row: an answer to it names it. */
	readonly seal: Uint8Array | null;
	/** False when the row is not what its hashes were made of: somebody has bent it beside the portal. */
	readonly isGenuine: boolean;
};

export type NewPayout = PayoutContent & {
	readonly id: string;
	readonly accountId: string;
	readonly personId: string;
	readonly route: PayoutRoute;
	readonly secondLook: SecondLook | null;
	readonly madeBy: string | null;
	readonly madeAtMs: number;
};

/** What the customer learns of it. */
export type OwnPayout = {
	readonly kind: PayoutKind;
	readonly amount: Money;
	readonly state: PayoutState;
	readonly payee: Payee;
	readonly paidAtMs: number | null;
	readonly returnReason: ReturnReason | null;
	readonly returnedAtMs: number | null;
};

export const payeeCell = (rowId: string, personId: string): Cell => ({
	...{ table: 'payouts', column: 'payee', rowId, personId }
});
/**
 * Neither whoever made the payment, nor whoever decided its amount, nor whoever typed the bills in may
 * check it. After a colleague has
 * renewed the account the maker is another one, and the amount still the decider's.
 */
const isForSomebodyElse = (accountId: string) =>
	and(
		sql`${payouts.madeBy} is not ${accountId}`,
		notExists(
			sqlBuilder
				.select({ id: claims.id })
				.from(claims)
				.where(
					and(
						eq(claims.id, payouts.claimId),
						or(eq(claims.decidedBy, accountId), isTypedInBy(sql`${accountId}`))
					)
				)
		)
	);
const maker = alias(accounts, 'maker');
const makerPerson = alias(people, 'maker_person');
const keyHolder = alias(people, 'key_holder');
const owner = alias(accounts, 'owner_account');
/** When the bank last sent the payment at hand back, whichever account it went to. */
const lastReturn = sql<
	number | null
>`(select max(i.returned_at_ms) from payout_items i where i.payout_id = "payouts"."id")`;

export type PayoutsRepository = ReturnType<typeof createPayoutsRepository>;

export function createPayoutsRepository(cipher: Cipher) {
	const hashOf = (content: PayoutContent) => cipher.blindIndex(HASH, contentText(content));
	const sealOf = (contentHash: Uint8Array, approval: PayoutApproval) =>
		cipher.blindIndex(SEAL, approvalText(encodeHexLowerCase(contentHash), approval));
	/** Whether the seal is of this row, and money that is on its way was approved. */
	async function isSealed(row: typeof payouts.$inferSelect): Promise<boolean> {
		const approval = approvalOf(row);
		const text = approvalText(encodeHexLowerCase(row.contentHash), approval);
		const known = await cipher.blindIndexes(SEAL, text);
		const { seal, state } = row;
		const isDue = state === 'ready' || state === 'ordered' || state === 'paid';
		return (
			seal !== null && known.some((hash) => isSame(hash, seal)) && (!isDue || isApproved(approval))
		);
	}
	const openPayee = async (row: typeof payouts.$inferSelect): Promise<Payee> =>
		v.parse(payeeSchema, await cipher.openJson(payeeCell(row.id, row.personId), row.payee));

	const selectPayouts = () =>
		sqlBuilder
			.select({
				...{ payout: payouts, claimNumber: claims.number, keyHolder, makerPerson },
				recoveredAtMs: owner.recoveredAtMs
			})
			.from(payouts)
			.innerJoin(claims, eq(claims.id, payouts.claimId))
			.innerJoin(keyHolder, eq(keyHolder.id, payouts.personId))
			.innerJoin(owner, eq(owner.id, payouts.accountId))
			.leftJoin(maker, eq(maker.id, payouts.madeBy))
			.leftJoin(makerPerson, eq(makerPerson.id, maker.personId))
			.$dynamic();

	async function open(row: {
		payout: typeof payouts.$inferSelect;
		claimNumber: string;
		keyHolder: typeof people.$inferSelect;
		makerPerson: typeof people.$inferSelect | null;
		recoveredAtMs: number | null;
	}): Promise<Payout> {
		const { payout } = row;
		await cipher.learn(row.keyHolder.id, row.keyHolder);
		const payee = await openPayee(payout);
		const { claimId, decisionNo, version, amountMinor, currency } = payout;
		const amount = { amountMinor, currency };
		const text = contentText({ claimId, decisionNo, version, amount, payee });
		const known = await cipher.blindIndexes(HASH, text);
		return {
			...{ id: payout.id, claimId, claimNumber: row.claimNumber },
			...{ decisionNo, kind: payoutKindOf(decisionNo), version, amount, payee },
			accountId: payout.accountId,
			personId: payout.personId,
			route: payout.route,
			state: payout.state,
			secondLook: payout.secondLook,
			madeBy: payout.madeBy,
			madeByName: row.makerPerson && (await openName(cipher, row.makerPerson)),
			madeAtMs: payout.madeAtMs,
			recoveredAtMs: row.recoveredAtMs,
			refusal: payout.refusal,
			paidAtMs: payout.paidAtMs,
			contentHash: payout.contentHash,
			seal: payout.seal,
			isGenuine:
				isPossibleRoute(payout.route, payee) &&
				known.some((hash) => isSame(hash, payout.contentHash)) &&
				(await isSealed(payout))
		};
	}

	/** In the order of the decisions they pay. */
	function listOwn(which: SQL, accountId: string): Read<readonly OwnPayout[]> {
		return read(
			sqlBuilder
				.select({
					payout: payouts,
					keyHolder,
					returnReason: payoutItems.returnReason,
					returnedAtMs: lastReturn
				})
				.from(payouts)
				.innerJoin(keyHolder, eq(keyHolder.id, payouts.personId))
				.leftJoin(
					payoutItems,
					and(eq(payoutItems.payoutId, payouts.id), eq(payoutItems.payoutVersion, payouts.version))
				)
				.where(and(which, eq(payouts.accountId, accountId)))
				.orderBy(asc(payouts.decisionNo)),
			(rows) =>
				Promise.all(
					rows.map(async (row) => {
						await cipher.learn(row.keyHolder.id, row.keyHolder);
						const { decisionNo, amountMinor, currency } = row.payout;
						return {
							kind: payoutKindOf(decisionNo),
							amount: { amountMinor, currency },
							state: row.payout.state,
							payee: await openPayee(row.payout),
							paidAtMs: row.payout.paidAtMs,
							returnReason: row.returnReason,
							returnedAtMs: row.returnedAtMs
						};
					})
				)
		);
	}

	/** The only one there is of this number. */
	function findOwn(which: SQL, accountId: string): Read<OwnPayout | null> {
		const { query, map } = listOwn(which, accountId);
		return { query, map: async (rows) => (await map(rows))[0] ?? null };
	}

	return {
		/**
		 * A payment that waits for a second person, or is ready where one is enough. One of this number
		 * exists: `payouts/changed-meanwhile`.
		 */
		async insert(payout: NewPayout): Promise<Write> {
			const { amount, payee, ...rest } = payout;
			const contentHash = await hashOf(payout);
			const { secondLook, madeBy } = payout;
			return write(
				sqlBuilder.insert(payouts).values({
					...rest,
					...amount,
					payee: await cipher.sealJson(payeeCell(payout.id, payout.personId), payee),
					contentHash,
					seal: await sealOf(contentHash, { secondLook, madeBy, checkedBy: null, answer: null }),
					state: payout.secondLook === null ? 'ready' : 'waiting'
				}),
				CHANGED
			);
		},

		find(id: string): Read<Payout | null> {
			return read(selectPayouts().where(eq(payouts.id, id)), async ([row]) =>
				row ? open(row) : null
			);
		},

		/** The advance of a claim, whatever became of it; null without one. */
		findAdvance(claimId: string): Read<Payout | null> {
			const isAdvance = and(eq(payouts.claimId, claimId), eq(payouts.decisionNo, ADVANCE_NO));
			return read(selectPayouts().where(isAdvance), async ([row]) => (row ? open(row) : null));
		},

		/** To whom a mail about a payment goes; null where there is no payment. */
		findRecipient(id: string): Read<LetterRecipient | null> {
			return read(
				sqlBuilder
					.select({
						accountId: accounts.id,
						contact: accounts.contact,
						language: accounts.language,
						person: people
					})
					.from(payouts)
					.innerJoin(accounts, eq(accounts.id, payouts.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(eq(payouts.id, id)),
				async ([row]) => {
					if (!row) return null;
					const name = await openName(cipher, row.person);
					const cell = { table: 'accounts', column: 'contact', rowId: row.accountId };
					const contact = await cipher.openJson({ ...cell, personId: row.person.id }, row.contact);
					const { email: to } = parseContact(contact);
					return { personId: row.person.id, to, language: row.language, name };
				}
			);
		},

		/** Payments in these states, the oldest first. */
		listIn(states: readonly PayoutState[]): Read<readonly Payout[]> {
			return read(
				selectPayouts()
					.where(inArray(payouts.state, [...states]))
					.orderBy(asc(payouts.madeAtMs), asc(payouts.id))
					.limit(PAYOUTS_LIMIT),
				(rows) => Promise.all(rows.map(open))
			);
		},

		/** What is ready to leave by one way, the oldest first, without what is the actor's own. */
		listReady(route: PayoutRoute, { accountId, personId }: Actor): Read<readonly Payout[]> {
			const isOwn = isOwnOf(sql`${accountId}`, sql`${personId}`);
			return read(
				selectPayouts()
					.where(
						and(
							eq(payouts.state, 'ready'),
							eq(payouts.route, route),
							ne(payouts.accountId, accountId),
							ne(payouts.personId, personId),
							sql`not ${isOwn}`
						)
					)
					.orderBy(asc(payouts.madeAtMs), asc(payouts.id))
					.limit(PAYOUTS_LIMIT),
				(rows) => Promise.all(rows.map(open))
			);
		},

		/** Every payment of the decisions of a claim of this account, for its owner: a correction pays one more. */
		listOwn: (claimId: string, accountId: string): Read<readonly OwnPayout[]> =>
			listOwn(
				sql`${payouts.claimId} = ${claimId} and ${payouts.decisionNo} <> ${ADVANCE_NO}`,
				accountId
			),

		/** The advance on it. */
		findOwnAdvance: (claimId: string, accountId: string): Read<OwnPayout | null> =>
			findOwn(
				sql`${payouts.claimId} = ${claimId} and ${payouts.decisionNo} = ${ADVANCE_NO}`,
				accountId
			),

		/** The payment of the claim that a document of this account is about. */
		findOwnOfDocument: (documentId: string, accountId: string): Read<OwnPayout | null> =>
			findOwn(
				sql`${payouts.claimId} = (select d.claim_id from ${documents} d where d.id = ${documentId} and d.account_id = ${accountId})
					and ${payouts.decisionNo} = 1 + (select count(*) from ${documents} d, ${documents} e where d.id = ${documentId}
						and e.claim_id = d.claim_id and e.kind = 'benefit-statement' and (e.created_at_ms, e.id) < (d.created_at_ms, d.id))`,
				accountId
			),

		require: (id: string): Write =>
			requireFound(
				sqlBuilder.select({ id: payouts.id }).from(payouts).where(eq(payouts.id, id)),
				GONE
			),

		/** Undoes the batch when the actor made this payment or decided its amount (Z7). */
		requireOther: (id: string, accountId: string): Write =>
			requireFound(
				sqlBuilder
					.select({ id: payouts.id })
					.from(payouts)
					.where(and(eq(payouts.id, id), isForSomebodyElse(accountId))),
				SECOND
			),

		/**
		 * The second person's answer to exactly this content. Another version, another state or another
		 * answer that was faster: `payouts/changed-meanwhile`.
		 */
		async check(
			payout: Payout,
			contentHash: Uint8Array,
			by: {
				readonly accountId: string;
				readonly nowMs: number;
				readonly refusal: RefusalReason | null;
			}
		): Promise<Write> {
			const next = by.refusal === null ? 'ready' : 'refused';
			const { id, secondLook, madeBy, seal } = payout;
			const answer = by.refusal === null ? 'approved' : 'refused';
			const approval = { secondLook, madeBy, checkedBy: by.accountId, answer } as const;
			return writeIfHolds(
				sqlBuilder
					.update(payouts)
					.set({
						state: next,
						checkedBy: by.accountId,
						checkedAtMs: by.nowMs,
						approvedHash: by.refusal === null ? sql`${payouts.contentHash}` : null,
						refusal: by.refusal,
						seal: await sealOf(contentHash, approval)
					})
					.where(
						and(
							eq(payouts.id, id),
							inArray(payouts.state, [...statesBefore(next)]),
							eq(payouts.contentHash, contentHash),
							sql`${payouts.seal} is ${seal}`,
							isForSomebodyElse(by.accountId)
						)
					),
				CHANGED
			);
		},

		/**
		 * The same payment to another account, or an advance of another amount: a new version, which nobody
		 * has approved yet and a second person must.
		 */
		async renew(
			payout: Payout,
			content: {
				readonly payee: Payee;
				readonly route: PayoutRoute;
				readonly amount: Money;
				readonly secondLook: SecondLook;
			},
			by: { readonly accountId: string; readonly nowMs: number }
		): Promise<Write> {
			const version = payout.version + 1;
			const { payee, amount, secondLook } = content;
			const contentHash = await hashOf({ ...payout, payee, amount, version });
			const approval: PayoutApproval = {
				secondLook,
				madeBy: by.accountId,
				checkedBy: null,
				answer: null
			};
			return writeIfHolds(
				sqlBuilder
					.update(payouts)
					.set({
						version,
						...amount,
						route: content.route,
						payee: await cipher.sealJson(payeeCell(payout.id, payout.personId), payee),
						contentHash,
						seal: await sealOf(contentHash, approval),
						state: 'waiting',
						secondLook,
						madeBy: by.accountId,
						madeAtMs: by.nowMs,
						...{ checkedBy: null, checkedAtMs: null, approvedHash: null },
						...{ refusal: null, paidAtMs: null }
					})
					.where(
						and(
							eq(payouts.id, payout.id),
							eq(payouts.version, payout.version),
							inArray(payouts.state, [...statesBefore('waiting')])
						)
					),
				CHANGED
			);
		},

		/** Puts a ready payment into a run, if it is still what was read and still approved. */
		order(payout: Payout): Write {
			return writeIfHolds(
				sqlBuilder
					.update(payouts)
					.set({ state: 'ordered' })
					.where(
						and(
							eq(payouts.id, payout.id),
							inArray(payouts.state, [...statesBefore('ordered')]),
							eq(payouts.version, payout.version),
							eq(payouts.contentHash, payout.contentHash),
							sql`(${payouts.secondLook} is null or ${payouts.approvedHash} = ${payouts.contentHash})`
						)
					),
				CHANGED
			);
		},

		/** Everything of a run that has not come back is paid. */
		markPaid(runId: string, nowMs: number): Write {
			return write(
				sqlBuilder
					.update(payouts)
					.set({ state: 'paid', paidAtMs: nowMs })
					.where(
						and(
							inArray(payouts.state, [...statesBefore('paid')]),
							sql`exists (select 1 from ${payoutItems} i where i.run_id = ${runId} and i.payout_id = "payouts"."id" and i.payout_version = "payouts"."version")`
						)
					)
			);
		},

		/** Undoes the batch when the actor has booked this payment back: somebody else looks at it then. */
		requireOtherThanBooker: (payout: Payout, accountId: string): Write =>
			requireFound(
				sqlBuilder
					.select({ id: payouts.id })
					.from(payouts)
					.where(
						and(
							eq(payouts.id, payout.id),
							notExists(
								sqlBuilder
									.select({ id: payoutItems.payoutId })
									.from(payoutItems)
									.where(
										and(
											eq(payoutItems.payoutId, payout.id),
											eq(payoutItems.payoutVersion, payout.version),
											eq(payoutItems.returnedBy, accountId)
										)
									)
							)
						)
					),
				SECOND
			),

		markReturned(
			id: string,
			by: { readonly accountId: string; readonly nowMs: number },
			reason: ReturnReason
		): Write {
			const returned = writeIfHolds(
				sqlBuilder
					.update(payouts)
					.set({ state: 'returned', paidAtMs: null })
					.where(and(eq(payouts.id, id), inArray(payouts.state, [...statesBefore('returned')]))),
				CHANGED
			);
			const item = writeIfHolds(
				sqlBuilder
					.update(payoutItems)
					.set({ returnedAtMs: by.nowMs, returnReason: reason, returnedBy: by.accountId })
					.where(
						and(
							eq(payoutItems.payoutId, id),
							sql`"payout_items"."payout_version" = (select p.version from ${payouts} p where p.id = ${id})`
						)
					),
				CHANGED
			);
			return joinWrites(returned, item);
		}
	};
}

/** What the row says of its approval; the refusal and the approved hash are the two answers. */
function approvalOf(row: typeof payouts.$inferSelect): PayoutApproval {
	const { secondLook, madeBy, checkedBy, approvedHash, refusal } = row;
	const answer = refusal !== null ? 'refused' : approvedHash !== null ? 'approved' : null;
	return { secondLook, madeBy, checkedBy, answer };
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
	return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
