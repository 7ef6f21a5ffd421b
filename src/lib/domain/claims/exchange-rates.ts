import * as v from 'valibot';
import {
	calendarDateOf,
	DAY_MS,
	daysBetween,
	OPERATOR_TIME_ZONE,
	parseCalendarDate,
	type CalendarDate
} from '../calendar.ts';
import { compareRates, listCurrencies, parseRate } from '../money.ts';
import { failed, ok, type Result } from '../result.ts';
import type { TypedLine } from './decision-form.schema.ts';
import type { BilledLine, ExchangeRate } from './decision.ts';

/** What recorded rates are quoted for one unit of: the ECB quotes foreign units per euro. */
export const RATE_BASE = 'EUR';

/** How the bank is named in a row; statements say it in the reader's language. */
export const ECB_SOURCE = 'ECB';

/** What people call it, and what a form fills in for it. */
const ECB_NAMES = [ECB_SOURCE, 'EZB'];

/** From the bank's own file, or typed with evidence and looked at by a second person. */
export const RATE_KINDS = ['ecb', 'second'] as const;
export type RateKind = (typeof RATE_KINDS)[number];

/** Which day's rate an invoice is converted at; the plan's terms say so (domain.md section 2). */
export const RATE_DAY_RULES = ['received', 'invoice', 'treatment'] as const;
export type RateDayRule = (typeof RATE_DAY_RULES)[number];

/**
 * How many days back a rate still counts. The ECB's longest break is five days (Easter, Christmas);
 * what is older belongs to a currency it has ceased to quote (RUB since 2022). Second sources
 * publish once a month.
 */
export const LONGEST_AGE_DAYS: Readonly<Record<RateKind, number>> = { ecb: 10, second: 31 };

/** Claims come in up to three years after the treatment (§ 195 BGB counts from the year's end). */
const LATEST_CLAIM_DAYS = 4 * 366;

/** How many days before a claim came in the days lie that these rules ask for. */
export function rateWindowDays(rules: readonly RateDayRule[]): number {
	return rules.every((rule) => rule === 'received') ? 0 : LATEST_CLAIM_DAYS;
}

/** From this hour on, in Frankfurt, the bank's file is the one of the day. */
const PUBLISHED_AT_HOUR = 17;
const HOUR_IN_FRANKFURT = new Intl.DateTimeFormat('en', {
	...{ timeZone: OPERATOR_TIME_ZONE, hour: 'numeric', hourCycle: 'h23' }
});

/** The last day of which the bank has published by now; its holidays are not known here. */
export function bankDayBefore(nowMs: number): CalendarDate {
	const isOut = Number(HOUR_IN_FRANKFURT.format(nowMs)) >= PUBLISHED_AT_HOUR;
	let atMs = isOut ? nowMs : nowMs - DAY_MS;
	while ([0, 6].includes(new Date(calendarDateOf(atMs)).getUTCDay())) atMs -= DAY_MS;
	return calendarDateOf(atMs);
}

/** A rate that is fixed: by currency and day, and never changed (decision 0058). */
export type RecordedRate = ExchangeRate & {
	readonly currency: string;
	readonly kind: RateKind;
};

/** The day whose rate counts for an invoice, by the rule of its plan. */
export function rateDayOf(
	invoice: { readonly invoiceDate: CalendarDate; readonly treatmentTo: CalendarDate },
	rule: RateDayRule,
	receivedOn: CalendarDate
): CalendarDate {
	switch (rule) {
		case 'received':
			return receivedOn;
		case 'invoice':
			return invoice.invoiceDate;
		case 'treatment':
			return invoice.treatmentTo;
		default:
			return rule satisfies never;
	}
}

/**
 * The rate of a day: of that day, or on weekends and holidays of the last one before. Null when
 * there is none, or only one that is older than its source's longest break.
 */
export function findRate(
	rates: readonly RecordedRate[],
	currency: string,
	day: CalendarDate
): ExchangeRate | null {
	let found: RecordedRate | null = null;
	for (const rate of rates) {
		if (rate.currency !== currency || rate.date > day) continue;
		if (daysBetween(rate.date, day) > LONGEST_AGE_DAYS[rate.kind]) continue;
		if (!found || rate.date > found.date) found = rate;
	}
	return found && { rate: found.rate, date: found.date, source: found.source };
}

/**
 * Puts the recorded rate into every foreign line, and lets another one stand only where a proof of
 * the customer's own rate is better for them (domain.md section 2). Fails with
 * `portal/invalid-input`: `rate-not-recorded` where there is none for the day, `rate-above-recorded`
 * where the typed one would pay less, `rate-proof` where it names no source of its own.
 * Contracts in another currency than the base keep what was typed.
 */
export function settleRates(
	billed: readonly BilledLine[],
	typed: readonly TypedLine[],
	recorded: readonly (ExchangeRate | null)[],
	currency: string
): Result<readonly TypedLine[]> {
	if (currency !== RATE_BASE) return ok(typed);
	const issues: Record<string, string> = {};
	const settled = typed.map((line) => {
		const index = billed.findIndex((one) => one.invoiceId === line.invoiceId);
		const invoice = billed[index];
		if (!invoice || invoice.billed.currency === currency) return line;
		const rate = recorded[index] ?? null;
		if (!rate) {
			issues[`lines.${index}.rate`] = 'rate-not-recorded';
			return line;
		}
		const ownRate = parseRate(line.rate);
		// What is no rate at all is for the form to complain about.
		if (line.rate !== '' && ownRate === null) return line;
		const difference = ownRate === null ? 0 : compareRates(ownRate, rate.rate);
		if (difference > 0) issues[`lines.${index}.rate`] = 'rate-above-recorded';
		if (difference < 0) {
			if (isSameSource(line.rateSource, rate.source))
				issues[`lines.${index}.rateSource`] = 'rate-proof';
			return line;
		}
		return { ...line, rate: rate.rate, rateDate: rate.date, rateSource: rate.source };
	});
	return Object.keys(issues).length > 0
		? failed('invalid', 'portal/invalid-input', issues)
		: ok(settled);
}

function isSameSource(typed: string, recorded: string): boolean {
	if (typed === recorded) return true;
	return recorded === ECB_SOURCE && ECB_NAMES.includes(typed.toUpperCase());
}

const shortText = (most: number) =>
	v.pipe(v.string('required'), v.trim(), v.minLength(1, 'required'), v.maxLength(most, 'too-long'));

/** What a member of staff records from a second source. */
export const rateProposalSchema = v.object({
	currency: v.pipe(
		v.string('required'),
		v.minLength(1, 'required'),
		v.check((code) => code !== RATE_BASE && listCurrencies().includes(code), 'currency-unknown')
	),
	day: v.pipe(
		v.string('required'),
		v.minLength(1, 'required'),
		v.maxLength(10, 'date-invalid'),
		v.rawTransform(({ dataset, addIssue, NEVER }) => {
			const date = parseCalendarDate(dataset.value);
			if (date) return date;
			addIssue({ message: 'date-invalid' });
			return NEVER;
		})
	),
	rate: v.pipe(
		v.string('required'),
		v.minLength(1, 'required'),
		v.maxLength(20, 'rate-invalid'),
		v.rawTransform(({ dataset, addIssue, NEVER }) => {
			const rate = parseRate(dataset.value);
			if (rate) return rate;
			addIssue({ message: 'rate-invalid' });
			return NEVER;
		})
	),
	source: shortText(60),
	/** Where a second person can look it up: an address, or the reference of a stored file. */
	evidence: shortText(300)
});
export type RateProposalInput = v.InferOutput<typeof rateProposalSchema>;

export const rateProposalIdSchema = v.object({
	proposal: v.pipe(v.string('required'), v.uuid('invalid'))
});
