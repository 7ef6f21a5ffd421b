import { and, asc, desc, eq, inArray, isNull, max, ne, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { parseCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import type { PaymentItem, PaymentRun } from '#lib/domain/claims/payment-file.ts';
import type { Actor } from '#lib/domain/actor.ts';
import type { PayoutRoute, PayoutState, RenewalBar } from '#lib/domain/claims/payout.ts';
import type { Money } from '#lib/domain/money.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { payeeSchema } from '#lib/server/db/stored-payee.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { payoutItems, payoutRuns, payouts } from '#lib/server/db/tables/payouts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';
import { isOwnOf } from './own-claims.ts';

/** Runs the list shows: the newest. */
const RUNS_LIMIT = 20;

const MEANWHILE = { kind: 'conflict', code: 'payouts/changed-meanwhile' } as const satisfies Unmet;

const debtorSchema = v.strictObject({ name: v.string(), iban: v.string(), bic: v.string() });
const itemSchema = v.strictObject({
	endToEndId: v.string(),
	amount: v.strictObject({ amountMinor: v.number(), currency: v.string() }),
	payee: payeeSchema,
	purpose: v.string()
});

export type RunSummary = {
	readonly id: string;
	readonly number: number;
	readonly route: PayoutRoute;
	readonly createdAtMs: number;
	readonly executesOn: CalendarDate;
	readonly items: number;
	readonly sha256: string;
	readonly confirmedAtMs: number | null;
};

/** A payment as the list of a run shows it. */
export type RunPayment = {
	readonly runId: string;
	readonly payoutId: string;
	readonly claimNumber: string;
	readonly amount: Money;
	/** What became of it in this run: one that came back may wait for another account by now. */
	readonly state: PayoutState;
};

export type RunItem = PaymentItem & {
	readonly payoutId: string;
	readonly payoutVersion: number;
	readonly personId: string;
};

const itemCell = (item: Pick<RunItem, 'payoutId' | 'payoutVersion' | 'personId'>): Cell => ({
	table: 'payout_items',
	column: 'content',
	rowId: `${item.payoutId}:${item.payoutVersion}`,
	personId: item.personId
});

/** A payment as it stands in the file; its person's key must be learnt. */
export async function openItem(
	cipher: Cipher,
	item: typeof payoutItems.$inferSelect
): Promise<PaymentItem> {
	return v.parse(itemSchema, await cipher.openJson(itemCell(item), item.content));
}

export type PayoutRunsRepository = ReturnType<typeof createPayoutRunsRepository>;

export function createPayoutRunsRepository(cipher: Cipher) {
	return {
		/** The number of the next run; its uniqueness is the database's. */
		nextNumber(): Read<number> {
			return read(
				sqlBuilder.select({ last: max(payoutRuns.number) }).from(payoutRuns),
				([row]) => (row?.last ?? 0) + 1
			);
		},

		/** The run with its payments. Of two runs with one number, or one payment, one is undone. */
		async insert(
			run: Omit<PaymentRun, 'items'> & {
				readonly id: string;
				readonly createdBy: string;
				readonly sha256: string;
			},
			items: readonly RunItem[]
		): Promise<Write> {
			const inserted = write(
				sqlBuilder
					.insert(payoutRuns)
					.values({ ...run, debtor: JSON.stringify(run.debtor), items: items.length }),
				MEANWHILE
			);
			const rows = await Promise.all(
				items.map(async (item, position) => {
					const { payoutId, payoutVersion, personId, ...content } = item;
					const sealed = await cipher.sealJson(itemCell(item), content);
					const place = { runId: run.id, position, content: sealed };
					return { payoutId, payoutVersion, personId, ...place };
				})
			);
			const linked = write(sqlBuilder.insert(payoutItems).values(rows), MEANWHILE);
			return { statements: [...inserted.statements, ...linked.statements] };
		},

		listNewest(): Read<readonly RunSummary[]> {
			return read(
				sqlBuilder.select().from(payoutRuns).orderBy(desc(payoutRuns.number)).limit(RUNS_LIMIT),
				(rows) => rows.map(summarise)
			);
		},

		/** The payments of the runs that `listNewest` shows, in the order of their files. */
		listPaymentsOfNewest(): Read<readonly RunPayment[]> {
			const newest = sqlBuilder
				.select({ id: payoutRuns.id })
				.from(payoutRuns)
				.orderBy(desc(payoutRuns.number))
				.limit(RUNS_LIMIT);
			// An advance may be another amount in its next version: then the file's own is opened.
			const isOlder = ne(payoutItems.payoutVersion, payouts.version);
			return read(
				sqlBuilder
					.select({
						payout: {
							...{ amountMinor: payouts.amountMinor, currency: payouts.currency },
							state: payouts.state
						},
						item: {
							...{ runId: payoutItems.runId, payoutId: payoutItems.payoutId },
							...{ payoutVersion: payoutItems.payoutVersion, personId: payoutItems.personId },
							returnedAtMs: payoutItems.returnedAtMs
						},
						content: sql`case when ${isOlder} then ${payoutItems.content} end`.mapWith(
							payoutItems.content
						),
						...{ claimNumber: claims.number, person: people }
					})
					.from(payoutItems)
					.innerJoin(payouts, eq(payouts.id, payoutItems.payoutId))
					.innerJoin(claims, eq(claims.id, payouts.claimId))
					.leftJoin(people, and(eq(people.id, payoutItems.personId), isOlder))
					.where(inArray(payoutItems.runId, newest))
					.orderBy(asc(payoutItems.runId), asc(payoutItems.position)),
				(rows) =>
					Promise.all(
						rows.map(async ({ payout, item, content, claimNumber, person }) => {
							const { amountMinor, currency, state } = payout;
							if (person) await cipher.learn(person.id, person);
							const amount =
								person === null
									? { amountMinor, currency }
									: v.parse(itemSchema, await cipher.openJson(itemCell(item), content)).amount;
							const { runId, payoutId, returnedAtMs } = item;
							const became = returnedAtMs === null ? state : 'returned';
							return { runId, payoutId, claimNumber, amount, state: became };
						})
					)
			);
		},

		/** Why this reader may not give a payment its next account; what `renew` refuses in its batch. */
		findRenewalBar(payoutId: string, { accountId, personId }: Actor): Read<RenewalBar | null> {
			const isBooker = sql<number>`exists (select 1 from ${payoutItems} i where i.payout_id = ${payouts.id}
				and i.payout_version = ${payouts.version} and i.returned_by = ${accountId})`;
			return read(
				sqlBuilder
					.select({ isOwn: sql<number>`${isOwnOf(sql`${accountId}`, sql`${personId}`)}`, isBooker })
					.from(payouts)
					.innerJoin(claims, eq(claims.id, payouts.claimId))
					.where(eq(payouts.id, payoutId)),
				([row]) => (row?.isOwn === 1 ? 'own-claim' : row?.isBooker === 1 ? 'booked-back' : null)
			);
		},

		/** Everything a run's file is made of, with what its file must be; null where there is none. */
		find(id: string): Read<(RunSummary & Pick<PaymentRun, 'debtor'>) | null> {
			return read(sqlBuilder.select().from(payoutRuns).where(eq(payoutRuns.id, id)), ([row]) =>
				row ? { ...summarise(row), debtor: v.parse(debtorSchema, JSON.parse(row.debtor)) } : null
			);
		},

		listItems(runId: string): Read<readonly PaymentItem[]> {
			return read(
				sqlBuilder
					.select({ item: payoutItems, person: people })
					.from(payoutItems)
					.innerJoin(people, eq(people.id, payoutItems.personId))
					.where(eq(payoutItems.runId, runId))
					.orderBy(asc(payoutItems.position)),
				(rows) =>
					Promise.all(
						rows.map(async ({ item, person }) => {
							await cipher.learn(person.id, person);
							return openItem(cipher, item);
						})
					)
			);
		},

		/** The bank has carried it out; said once. */
		confirm(id: string, by: { readonly accountId: string; readonly nowMs: number }): Write {
			return writeIfHolds(
				sqlBuilder
					.update(payoutRuns)
					.set({ confirmedAtMs: by.nowMs, confirmedBy: by.accountId })
					.where(and(eq(payoutRuns.id, id), isNull(payoutRuns.confirmedAtMs))),
				MEANWHILE
			);
		}
	};
}

function summarise(row: typeof payoutRuns.$inferSelect): RunSummary {
	const { id, number, route, createdAtMs, items, sha256, confirmedAtMs } = row;
	const executesOn = parseCalendarDate(row.executesOn);
	if (executesOn === null) throw new Error('a stored date is not a calendar date');
	return { id, number, route, createdAtMs, executesOn, items, sha256, confirmedAtMs };
}
