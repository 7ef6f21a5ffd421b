import { and, asc, desc, eq, gte, lte, max, ne, notExists, sql } from 'drizzle-orm';
import { parseCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import { LONGEST_AGE_DAYS, type RecordedRate } from '#lib/domain/claims/exchange-rates.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Write
} from '#lib/server/db/client.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { exchangeRates, rateProposals } from '#lib/server/db/tables/exchange-rates.ts';

export type NewRate = RecordedRate & {
	readonly evidence: string | null;
	readonly madeBy: string | null;
	readonly checkedBy: string | null;
};

export type RateProposal = {
	readonly id: string;
	readonly currency: string;
	readonly date: CalendarDate;
	readonly rate: string;
	readonly source: string;
	readonly evidence: string;
	readonly madeBy: string;
	readonly madeAtMs: number;
};

/** Ninety days of thirty currencies go in thirty statements. */
const ROWS_A_STATEMENT = 100;
const MAX_WAITING = 100;
/** Berlin is an hour or two ahead of UTC: no day of ours is later than this one. */
const AHEAD = '+2 hours';

const CHANGED = { kind: 'conflict', code: 'rates/changed-meanwhile' } as const;
const SECOND_PERSON = { kind: 'forbidden', code: 'rates/second-person' } as const;
const FIXED = { kind: 'conflict', code: 'rates/already-fixed' } as const;
const WAITING = { kind: 'conflict', code: 'rates/waiting' } as const;
const QUOTED = { kind: 'conflict', code: 'rates/quoted-by-ecb' } as const;

const insertRates = (rates: readonly NewRate[], nowMs: number) =>
	sqlBuilder
		.insert(exchangeRates)
		.values(rates.map(({ date, ...rate }) => ({ ...rate, day: date, recordedAtMs: nowMs })));

export type ExchangeRatesRepository = typeof exchangeRatesRepository;

export const exchangeRatesRepository = {
	/**
	 * Every rate a claim of this day may be decided with; `windowDays` is how far back its invoices'
	 * days can lie. Which one counts is the domain's to say.
	 */
	listFor(claimId: string, windowDays: number): Read<readonly RecordedRate[]> {
		const received = sqlBuilder
			.select({ day: sql`date(${claims.submittedAtMs} / 1000, 'unixepoch', ${AHEAD})` })
			.from(claims)
			.where(eq(claims.id, claimId));
		const back = (days: number) => sql`date((${received}), ${`-${days} days`})`;
		return read(
			sqlBuilder
				.select()
				.from(exchangeRates)
				.where(
					and(
						lte(exchangeRates.day, sql`(${received})`),
						gte(exchangeRates.day, back(windowDays + LONGEST_AGE_DAYS.second)),
						// The bank quotes daily: a third of the days, and most of the rows.
						sql`(${exchangeRates.kind} = 'second' or ${exchangeRates.day} >= ${back(windowDays + LONGEST_AGE_DAYS.ecb)})`
					)
				),
			(rows) => rows.map(viewRate)
		);
	},

	/** The newest rate of every currency. */
	listNewest(): Read<readonly RecordedRate[]> {
		return read(
			sqlBuilder
				.select({
					currency: exchangeRates.currency,
					// SQLite answers the row of the maximum for the columns beside it.
					day: sql<string>`max(${exchangeRates.day})`,
					rate: exchangeRates.rate,
					kind: exchangeRates.kind,
					source: exchangeRates.source
				})
				.from(exchangeRates)
				.groupBy(exchangeRates.currency)
				.orderBy(asc(exchangeRates.currency)),
			(rows) => rows.map(viewRate)
		);
	},

	listBetween(from: CalendarDate, to: CalendarDate): Read<readonly RecordedRate[]> {
		return read(
			sqlBuilder
				.select()
				.from(exchangeRates)
				.where(and(gte(exchangeRates.day, from), lte(exchangeRates.day, to))),
			(rows) => rows.map(viewRate)
		);
	},

	/** Of one currency; none for the base, which needs none. */
	listOfCurrency(
		currency: string,
		from: CalendarDate,
		to: CalendarDate
	): Read<readonly RecordedRate[]> {
		return read(
			sqlBuilder
				.select()
				.from(exchangeRates)
				.where(
					and(
						eq(exchangeRates.currency, currency),
						gte(exchangeRates.day, from),
						lte(exchangeRates.day, to)
					)
				),
			(rows) => rows.map(viewRate)
		);
	},

	findNewestEcbDay(): Read<CalendarDate | null> {
		return read(
			sqlBuilder
				.select({ day: max(exchangeRates.day) })
				.from(exchangeRates)
				.where(eq(exchangeRates.kind, 'ecb')),
			([row]) => (row?.day ? parseCalendarDate(row.day) : null)
		);
	},

	/** Adds what is not there yet; a rate that is stays as it came, also when two import at once. */
	insertMissing(rates: readonly NewRate[], nowMs: number): readonly Write[] {
		const writes: Write[] = [];
		for (let at = 0; at < rates.length; at += ROWS_A_STATEMENT) {
			const part = rates.slice(at, at + ROWS_A_STATEMENT);
			writes.push(write(insertRates(part, nowMs).onConflictDoNothing()));
		}
		return writes;
	},

	/** A second rate; `rates/already-fixed` when the day has one by now. */
	insert(rate: NewRate, nowMs: number): Write {
		return write(insertRates([rate], nowMs), FIXED);
	},

	/** A second source is for what the bank does not quote: else one could choose between the two. */
	requireNotQuoted({ currency, date }: Pick<RateProposal, 'currency' | 'date'>): Write {
		const from = sql`date(${date}, ${`-${LONGEST_AGE_DAYS.ecb} days`})`;
		const quoted = sqlBuilder
			.select({ day: exchangeRates.day })
			.from(exchangeRates)
			.where(
				and(
					eq(exchangeRates.currency, currency),
					eq(exchangeRates.kind, 'ecb'),
					lte(exchangeRates.day, date),
					gte(exchangeRates.day, from)
				)
			);
		return requireFound(
			sqlBuilder
				.select({ one: sql`1` })
				.from(sql`(select 1)`)
				.where(notExists(quoted)),
			QUOTED
		);
	},

	requireUnfixed({ currency, date }: Pick<RateProposal, 'currency' | 'date'>): Write {
		const fixed = sqlBuilder
			.select({ day: exchangeRates.day })
			.from(exchangeRates)
			.where(and(eq(exchangeRates.currency, currency), eq(exchangeRates.day, date)));
		return requireFound(
			sqlBuilder
				.select({ one: sql`1` })
				.from(sql`(select 1)`)
				.where(notExists(fixed)),
			FIXED
		);
	},

	propose({ date, ...proposal }: RateProposal): Write {
		return write(
			sqlBuilder.insert(rateProposals).values({ ...proposal, day: date, state: 'waiting' }),
			WAITING
		);
	},

	listWaiting(): Read<readonly RateProposal[]> {
		return read(
			sqlBuilder
				.select()
				.from(rateProposals)
				.where(eq(rateProposals.state, 'waiting'))
				.orderBy(desc(rateProposals.madeAtMs))
				.limit(MAX_WAITING),
			(rows) => rows.map(viewProposal)
		);
	},

	findProposal(id: string): Read<RateProposal | null> {
		return read(sqlBuilder.select().from(rateProposals).where(eq(rateProposals.id, id)), ([row]) =>
			row ? viewProposal(row) : null
		);
	},

	/** Whoever typed a rate never approves it (Z7). */
	requireOther(id: string, accountId: string): Write {
		return requireFound(
			sqlBuilder
				.select({ id: rateProposals.id })
				.from(rateProposals)
				.where(and(eq(rateProposals.id, id), ne(rateProposals.madeBy, accountId))),
			SECOND_PERSON
		);
	},

	close(
		id: string,
		state: 'approved' | 'refused',
		by: { readonly accountId: string; readonly nowMs: number }
	): Write {
		return writeIfHolds(
			sqlBuilder
				.update(rateProposals)
				.set({ state, checkedBy: by.accountId, checkedAtMs: by.nowMs })
				.where(and(eq(rateProposals.id, id), eq(rateProposals.state, 'waiting'))),
			CHANGED
		);
	}
};

function viewRate(row: {
	readonly currency: string;
	readonly day: string;
	readonly rate: string;
	readonly kind: RecordedRate['kind'];
	readonly source: string;
}): RecordedRate {
	const { currency, day, rate, kind, source } = row;
	return { currency, date: requireDay(day), rate, kind, source };
}

function viewProposal(row: typeof rateProposals.$inferSelect): RateProposal {
	const { id, currency, day, rate, source, evidence, madeBy, madeAtMs } = row;
	return { id, currency, date: requireDay(day), rate, source, evidence, madeBy, madeAtMs };
}

function requireDay(text: string): CalendarDate {
	const date = parseCalendarDate(text);
	if (date === null) throw new Error('a stored day is not a calendar date');
	return date;
}
