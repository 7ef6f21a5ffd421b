import type { CalendarDate } from '../calendar.ts';

/** What a contract says about money: each counts for one insured person in one insurance year (decision 0063). */
export type CoverTerms = {
	readonly startsOn: CalendarDate;
	readonly deductibleMinor: number;
	/** Null where the plan has no maximum. */
	readonly maximumMinor: number | null;
};

/** What deductible and maximum are of: one insured person in one insurance year, by its first day. */
export type InsuredYear = { readonly insuredPersonId: string; readonly yearStartsOn: CalendarDate };

/** What decided claims of one insured person have used in one insurance year. */
export type CoverUse = InsuredYear & {
	readonly deductibleMinor: number;
	readonly paidMinor: number;
};

/** A use with the word whether it is of the very claim that is decided. */
export type KnownUse = CoverUse & { readonly isOfThisClaim: boolean };

/** What one insured person has left in one insurance year. */
export type YearRest = InsuredYear & {
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

/** Whether two are of the same person in the same year. */
export function isSameYear(one: InsuredYear, other: InsuredYear): boolean {
	return one.insuredPersonId === other.insuredPersonId && one.yearStartsOn === other.yearStartsOn;
}

/** Every person's every year once, the earliest first and within it in the order they came. */
export function yearsOf(years: readonly InsuredYear[]): readonly InsuredYear[] {
	return years
		.filter((year, index) => years.findIndex((other) => isSameYear(year, other)) === index)
		.map(({ insuredPersonId, yearStartsOn }) => ({ insuredPersonId, yearStartsOn }))
		.toSorted((one, other) => one.yearStartsOn.localeCompare(other.yearStartsOn));
}

/**
 * What is left of a year: the one rule for the customer's bar, the desk's proposal and the decision.
 * Never below nothing, and for a claim that is decided again never below what it was granted before,
 * even where the contract has less by now: a correction takes nothing back (decision 0053).
 */
export function restOfYear(
	terms: CoverTerms,
	uses: readonly KnownUse[],
	year: InsuredYear
): YearRest {
	const ofYear = uses.filter((use) => isSameYear(use, year));
	const left = (whole: number, field: 'deductibleMinor' | 'paidMinor') => {
		const sum = (isOfThisClaim: boolean) =>
			ofYear.reduce((all, use) => all + (use.isOfThisClaim === isOfThisClaim ? use[field] : 0), 0);
		return Math.max(0, sum(true), whole - sum(false));
	};
	return {
		...year,
		deductibleLeftMinor: left(terms.deductibleMinor, 'deductibleMinor'),
		maximumLeftMinor: terms.maximumMinor === null ? null : left(terms.maximumMinor, 'paidMinor')
	};
}

/** What each person has left in every insurance year that their days lie in, the earliest first. */
export function restsOn(
	terms: CoverTerms,
	uses: readonly KnownUse[],
	visits: readonly { readonly insuredPersonId: string; readonly day: CalendarDate }[]
): readonly YearRest[] {
	const years = visits.map(({ insuredPersonId, day }) => ({
		insuredPersonId,
		yearStartsOn: insuranceYearOf(terms.startsOn, day)
	}));
	return yearsOf(years).map((year) => restOfYear(terms, uses, year));
}

/** The bars of these years: what there is, and what of it is left. */
export function coverOf(terms: CoverTerms, rests: readonly YearRest[]): readonly YearCover[] {
	const { deductibleMinor, maximumMinor } = terms;
	return rests.map((rest) => ({ ...rest, deductibleMinor, maximumMinor }));
}

/**
 * The years a contract's page shows of a person, whose uses these are, on a day: the one that runs, before the cover its
 * first and after it its last, and every other one in which something was used.
 */
export function coverYears(
	terms: CoverTerms & { readonly endsOn: CalendarDate | null },
	insuredPersonId: string,
	uses: readonly CoverUse[],
	today: CalendarDate
): readonly YearCover[] {
	const last = terms.endsOn !== null && terms.endsOn < today ? terms.endsOn : today;
	const used = uses
		.filter(({ deductibleMinor, paidMinor }) => deductibleMinor + paidMinor > 0)
		.map(({ yearStartsOn }) => yearStartsOn);
	const known = uses.map((use) => ({ ...use, isOfThisClaim: false }));
	const visits = [...used, last].map((day) => ({ insuredPersonId, day }));
	return coverOf(terms, restsOn(terms, known, visits));
}
