import {
	isSameYear,
	yearsOf,
	type CoverUse,
	type InsuredYear,
	type YearRest
} from '../contracts/cover.ts';
import type { Money } from '../money.ts';

type DecidedAmounts = { readonly deductible: Money; readonly paid: Money };

/** What one decided line uses of its person's insurance year. */
export function useOfLine(
	{ deductible, paid }: DecidedAmounts,
	{ insuredPersonId, yearStartsOn }: InsuredYear
): CoverUse {
	const year = { insuredPersonId, yearStartsOn };
	return { ...year, deductibleMinor: deductible.amountMinor, paidMinor: paid.amountMinor };
}

/** What a decision uses of the cover, one entry for each person's insurance year of its lines. */
export function usesOf(
	billed: readonly (InsuredYear & { readonly invoiceId: string })[],
	lines: readonly (DecidedAmounts & { readonly invoiceId: string })[]
): readonly CoverUse[] {
	const uses = billed.map((bill) => {
		const line = lines.find((candidate) => candidate.invoiceId === bill.invoiceId);
		if (!line) throw new Error('an invoice was not decided');
		return useOfLine(line, bill);
	});
	return yearsOf(uses).map((year) => sumOfYear(uses, year));
}

/**
 * Codes of what the last of these uses takes too much of, by the field at fault: `deductible-exceeded`
 * or `maximum-exceeded`.
 */
export function coverIssues(
	uses: readonly CoverUse[],
	years: readonly YearRest[],
	at: string
): Readonly<Record<string, string>> {
	const last = uses.at(-1);
	const rest = last && years.find((year) => isSameYear(year, last));
	if (!rest) throw new Error('nobody has said what the year of a line has left');
	const { deductibleMinor, paidMinor } = sumOfYear(uses, rest);
	const { deductibleLeftMinor, maximumLeftMinor } = rest;
	const isAbove = maximumLeftMinor !== null && paidMinor > maximumLeftMinor;
	return {
		...(deductibleMinor > deductibleLeftMinor && { [`${at}.deductible`]: 'deductible-exceeded' }),
		...(isAbove && { [`${at}.recognised`]: 'maximum-exceeded' })
	};
}

/**
 * What the deductible of a person has left after a decision, in the last insurance year that it is about;
 * null for somebody it is not about.
 */
export function deductibleLeftAfter(
	insuredPersonId: string,
	years: readonly YearRest[],
	uses: readonly CoverUse[]
): number | null {
	const last = years
		.filter((year) => year.insuredPersonId === insuredPersonId)
		.toSorted((one, other) => one.yearStartsOn.localeCompare(other.yearStartsOn))
		.at(-1);
	if (!last) return null;
	return last.deductibleLeftMinor - sumOfYear(uses, last).deductibleMinor;
}

function sumOfYear(uses: readonly CoverUse[], year: InsuredYear): CoverUse {
	const ofYear = uses.filter((use) => isSameYear(use, year));
	const sum = (field: 'deductibleMinor' | 'paidMinor') =>
		ofYear.reduce((all, use) => all + use[field], 0);
	const { insuredPersonId, yearStartsOn } = year;
	return {
		...{ insuredPersonId, yearStartsOn },
		...{ deductibleMinor: sum('deductibleMinor'), paidMinor: sum('paidMinor') }
	};
}
