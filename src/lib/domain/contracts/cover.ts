import type { CalendarDate } from '../calendar.ts';

/** What a contract says about money: each counts for one insured person in one insurance year (decision 0063). */
export type CoverTerms = {
	readonly startsOn: CalendarDate;
	readonly deductibleMinor: number;
	/** Null where the plan has no maximum. */
	readonly maximumMinor: number | null;
};

/** What decided claims of one insured person have used in one insurance year. */
export type CoverUse = {
	readonly yearStartsOn: CalendarDate;
	readonly deductibleMinor: number;
	readonly paidMinor: number;
};

/** A use with the word whether it is of the very claim that is decided. */
export type KnownUse = CoverUse & { readonly isOfThisClaim: boolean };

/** What one insured person has left in one insurance year. */
export type YearRest = {
	readonly yearStartsOn: CalendarDate;
	readonly deductibleLeftMinor: number;
	readonly maximumLeftMinor: number | null;
};

/** The same with what it was of, for a bar. */
export type YearCover = YearRest & Omit<CoverTerms, 'startsOn'>;

/**
 * The first day of the insurance year that a day lies in. A year begins on the day of the contract's
 * start; after 29 February on 1 March where there is none (§ 188 (2) BGB). Days before the start
 * count to the first year.
 */
export function insuranceYearOf(startsOn: CalendarDate, day: CalendarDate): CalendarDate {
	const beginsIn = (year: number) => {
		const [, month = 1, dayOfMonth = 1] = startsOn.split('-').map(Number);
		return new Date(Date.UTC(year, month - 1, dayOfMonth)).toISOString().slice(0, 10);
	};
	const year = Number(day.slice(0, 4));
	const inThisYear = beginsIn(year);
	const found = inThisYear > day ? beginsIn(year - 1) : inThisYear;
	return (found < startsOn ? startsOn : found) as CalendarDate;
}

/**
 * What is left of a year: the one rule for the customer's bar, the desk's proposal and the decision.
 * Never below nothing, and for a claim that is decided again never below what it was granted before,
 * even where the contract has less by now: a correction takes nothing back (decision 0053).
 */
export function restOfYear(
	terms: CoverTerms,
	uses: readonly KnownUse[],
	yearStartsOn: CalendarDate
): YearRest {
	const ofYear = uses.filter((use) => use.yearStartsOn === yearStartsOn);
	const left = (whole: number, field: 'deductibleMinor' | 'paidMinor') => {
		const sum = (isOfThisClaim: boolean) =>
			ofYear.reduce((all, use) => all + (use.isOfThisClaim === isOfThisClaim ? use[field] : 0), 0);
		return Math.max(0, sum(true), whole - sum(false));
	};
	return {
		yearStartsOn,
		deductibleLeftMinor: left(terms.deductibleMinor, 'deductibleMinor'),
		maximumLeftMinor: terms.maximumMinor === null ? null : left(terms.maximumMinor, 'paidMinor')
	};
}

/** What is left in every insurance year that these days lie in, the earliest first. */
export function restsOn(
	terms: CoverTerms,
	uses: readonly KnownUse[],
	days: readonly CalendarDate[]
): readonly YearRest[] {
	const years = new Set(days.map((day) => insuranceYearOf(terms.startsOn, day)));
	return [...years].toSorted().map((year) => restOfYear(terms, uses, year));
}

/** The bars of these years: what there is, and what of it is left. */
export function coverOf(terms: CoverTerms, rests: readonly YearRest[]): readonly YearCover[] {
	const { deductibleMinor, maximumMinor } = terms;
	return rests.map((rest) => ({ ...rest, deductibleMinor, maximumMinor }));
}

/**
 * The years a contract's page shows of a person on a day: the one that runs, before the cover its
 * first and after it its last, and every other one in which something was used.
 */
export function coverYears(
	terms: CoverTerms & { readonly endsOn: CalendarDate | null },
	uses: readonly CoverUse[],
	today: CalendarDate
): readonly YearCover[] {
	const last = terms.endsOn !== null && terms.endsOn < today ? terms.endsOn : today;
	const used = uses
		.filter(({ deductibleMinor, paidMinor }) => deductibleMinor + paidMinor > 0)
		.map(({ yearStartsOn }) => yearStartsOn);
	const known = uses.map((use) => ({ ...use, isOfThisClaim: false }));
	return coverOf(terms, restsOn(terms, known, [...used, last]));
}
