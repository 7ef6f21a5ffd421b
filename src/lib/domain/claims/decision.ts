import type { CalendarDate } from '../calendar.ts';
import { isSameYear, type CoverUse, type InsuredYear, type YearRest } from '../contracts/cover.ts';
import { MAX_AMOUNT_MINOR, convertMoney, sumMoney, type Money } from '../money.ts';
import { failed, ok, type Result } from '../result.ts';
import type { ClaimState } from './claim.ts';
import { coverIssues, useOfLine } from './decision-cover.ts';

/** Why less than billed is paid. `none` only when the line is recognised in full. */
export const REDUCTION_REASONS = [
	'none',
	'not-covered',
	'outside-cover',
	'pre-existing',
	'fee-too-high',
	'plan-limit',
	'other-payer',
	'proof-missing',
	'duplicate'
] as const;
export type ReductionReason = (typeof REDUCTION_REASONS)[number];

/** Clause of the policy terms each reason rests on (demo terms AVB-AK 2026). */
export const REASON_CLAUSES: Readonly<Record<ReductionReason, string | null>> = {
	none: null,
	'not-covered': 'AVB-AK § 5 (1)',
	'outside-cover': 'AVB-AK § 2 (1)',
	'pre-existing': 'AVB-AK § 5 (1) a',
	'fee-too-high': 'AVB-AK § 4 (3)',
	'plan-limit': 'AVB-AK § 4 (1)',
	'other-payer': 'AVB-AK § 9 (1)',
	'proof-missing': 'AVB-AK § 6 (2)',
	duplicate: 'AVB-AK § 6 (4)'
};

export type ExchangeRate = {
	/** Foreign units per one unit of the contract's currency, decimal text. */
	readonly rate: string;
	readonly date: CalendarDate;
	readonly source: string;
};

/** What one invoice is decided with; amounts in the contract's minor unit. */
export type LineInput = {
	readonly invoiceId: string;
	readonly recognisedMinor: number;
	readonly deductibleMinor: number;
	readonly reason: ReductionReason;
	readonly exchangeRate: ExchangeRate | null;
};

/** What the clerk typed for one invoice: a null amount is left to `completeLines`. */
export type LineEntry = Omit<LineInput, 'recognisedMinor' | 'deductibleMinor'> & {
	readonly recognisedMinor: number | null;
	readonly deductibleMinor: number | null;
};

/** What a decision rests on besides the invoices. */
export type DecisionTerms = {
	readonly currency: string;
	/** What earlier decisions have left, for the person and the insurance year of every line. */
	readonly years: readonly YearRest[];
	readonly today: CalendarDate;
};

/** A bill, with whose it is and the insurance year in which the treatment began. */
export type BilledLine = InsuredYear & {
	readonly invoiceId: string;
	readonly issuer: string;
	readonly invoiceDate: string;
	readonly billed: Money;
};

export type DecidedLine = Omit<BilledLine, keyof InsuredYear> & {
	/** What was billed, in the contract's currency. */
	readonly billedConverted: Money;
	readonly exchangeRate: ExchangeRate | null;
	readonly recognised: Money;
	readonly deductible: Money;
	readonly paid: Money;
	readonly reason: ReductionReason;
	readonly clause: string | null;
};

export type Decision = {
	readonly lines: readonly DecidedLine[];
	readonly totals: {
		readonly billed: Money;
		readonly recognised: Money;
		readonly deductible: Money;
		readonly paid: Money;
	};
	readonly outcome: Extract<ClaimState, 'approved' | 'partially_approved' | 'rejected'>;
};

/**
 * Fills in what the clerk left empty: everything billed is recognised, and the deductible of each
 * person's insurance year is taken from its first lines until what typed amounts leave of it is used up. A
 * foreign line without a rate gets nothing; `decideClaim` then asks for the rate.
 */
export function completeLines(
	billed: readonly BilledLine[],
	entries: readonly LineEntry[],
	terms: Pick<DecisionTerms, 'currency' | 'years'>
): readonly LineInput[] {
	const entryOf = (line: BilledLine) =>
		entries.find((candidate) => candidate.invoiceId === line.invoiceId);
	const untyped = terms.years.map((year) => {
		const typedMinor = billed
			.filter((line) => isSameYear(line, year))
			.reduce((sum, line) => sum + (entryOf(line)?.deductibleMinor ?? 0), 0);
		return { ...year, leftMinor: Math.max(0, year.deductibleLeftMinor - typedMinor) };
	});
	return billed.flatMap((line) => {
		const entry = entryOf(line);
		if (!entry) return [];
		const year = untyped.find((one) => isSameYear(one, line));
		const converted = convertLine(line, entry.exchangeRate, terms.currency);
		const recognisedMinor = entry.recognisedMinor ?? converted?.amountMinor ?? 0;
		const deductibleMinor =
			entry.deductibleMinor ?? Math.min(year?.leftMinor ?? 0, recognisedMinor);
		if (entry.deductibleMinor === null && year) year.leftMinor -= deductibleMinor;
		return [{ ...entry, recognisedMinor, deductibleMinor }];
	});
}

/** What the form proposes before anything was typed: every line in full, the deductible first come. */
export function proposeDecision(
	billed: readonly BilledLine[],
	terms: Pick<DecisionTerms, 'currency' | 'years'>
): readonly LineInput[] {
	const untouched = billed.map(({ invoiceId }) => ({
		invoiceId,
		recognisedMinor: null,
		deductibleMinor: null,
		reason: 'none' as const,
		exchangeRate: null
	}));
	return completeLines(billed, untouched, terms);
}

/**
 * Decides every line and sums up.
 * Fails with `portal/invalid-input` and the lines at fault: recognised above billed, a reduction
 * without reason, a reason without reduction, deductible above recognised, deductible or payment in
 * sum above what the insurance year has left of either, a foreign currency without rate, a rate of a
 * day to come, a line missing.
 */
export function decideClaim(
	billed: readonly BilledLine[],
	inputs: readonly LineInput[],
	terms: DecisionTerms
): Result<Decision> {
	const issues: Record<string, string> = {};
	const lines: DecidedLine[] = [];
	const used: CoverUse[] = [];
	billed.forEach((line, index) => {
		const at = `lines.${index}`;
		const input = inputs.find((candidate) => candidate.invoiceId === line.invoiceId);
		if (!input) {
			issues[`${at}.recognised`] = 'required';
			return;
		}
		const decided = decideLine(line, input, terms.currency);
		if (!decided) {
			issues[`${at}.rate`] = 'rate-missing';
			return;
		}
		used.push(useOfLine(decided, line));
		Object.assign(issues, coverIssues(used, terms.years, at));
		Object.assign(issues, lineIssues(decided, at, terms.today));
		lines.push(decided);
	});
	if (Object.keys(issues).length > 0) return failed('invalid', 'portal/invalid-input', issues);
	return ok({ lines, totals: totalsOf(lines, terms.currency), outcome: outcomeOf(lines) });
}

/** The amount in the contract's currency; null while the rate for it is missing. */
function convertLine(
	line: Pick<BilledLine, 'billed'>,
	exchangeRate: ExchangeRate | null,
	currency: string
): Money | null {
	if (line.billed.currency === currency) return line.billed;
	return exchangeRate && convertMoney(line.billed, exchangeRate.rate, currency);
}

function decideLine(
	{ insuredPersonId: _, yearStartsOn: __, ...line }: BilledLine,
	input: LineInput,
	currency: string
): DecidedLine | null {
	const billedConverted = convertLine(line, input.exchangeRate, currency);
	if (!billedConverted) return null;
	return {
		...line,
		billedConverted,
		exchangeRate: line.billed.currency === currency ? null : input.exchangeRate,
		recognised: { amountMinor: input.recognisedMinor, currency },
		deductible: { amountMinor: input.deductibleMinor, currency },
		paid: { amountMinor: input.recognisedMinor - input.deductibleMinor, currency },
		reason: input.reason,
		clause: REASON_CLAUSES[input.reason]
	};
}

function lineIssues(line: DecidedLine, at: string, today: CalendarDate): Record<string, string> {
	const issues: Record<string, string> = {};
	const { recognised, deductible, billedConverted, exchangeRate } = line;
	if (recognised.amountMinor < 0 || recognised.amountMinor > billedConverted.amountMinor) {
		issues[`${at}.recognised`] = 'above-billed';
	} else if (recognised.amountMinor < billedConverted.amountMinor && line.reason === 'none') {
		issues[`${at}.reason`] = 'reason-missing';
	} else if (recognised.amountMinor === billedConverted.amountMinor && line.reason !== 'none') {
		issues[`${at}.reason`] = 'reason-without-reduction';
	}
	if (deductible.amountMinor < 0 || deductible.amountMinor > recognised.amountMinor) {
		issues[`${at}.deductible`] = 'above-recognised';
	}
	// A misread rate blows the amount up past every bound.
	if (billedConverted.amountMinor > MAX_AMOUNT_MINOR) issues[`${at}.rate`] = 'rate-invalid';
	if (exchangeRate && exchangeRate.date > today) issues[`${at}.rateDate`] = 'date-in-future';
	return issues;
}

/** The sums of these lines: of a whole decision, or of one person's part of it. */
export function totalsOf(lines: readonly DecidedLine[], currency: string): Decision['totals'] {
	const total = (pick: (line: DecidedLine) => Money) => sumMoney(lines.map(pick), currency);
	return {
		billed: total((line) => line.billedConverted),
		recognised: total((line) => line.recognised),
		deductible: total((line) => line.deductible),
		paid: total((line) => line.paid)
	};
}

function outcomeOf(lines: readonly DecidedLine[]): Decision['outcome'] {
	if (lines.every((line) => line.reason === 'none')) return 'approved';
	return lines.every((line) => line.recognised.amountMinor === 0)
		? 'rejected'
		: 'partially_approved';
}
