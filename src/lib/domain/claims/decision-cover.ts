import type { CalendarDate } from '../calendar.ts';
import type { CoverUse, YearRest } from '../contracts/cover.ts';
import type { Money } from '../money.ts';

type DecidedAmounts = { readonly deductible: Money; readonly paid: Money };

/** What one decided line uses of its insurance year. */
export function useOfLine(
	{ deductible, paid }: DecidedAmounts,
	yearStartsOn: CalendarDate
): CoverUse {
	return { yearStartsOn, deductibleMinor: deductible.amountMinor, paidMinor: paid.amountMinor };
}

/** What a decision uses of the cover, one entry for each insurance year of its lines. */
export function usesOf(
	billed: readonly { readonly invoiceId: string; readonly yearStartsOn: CalendarDate }[],
	lines: readonly (DecidedAmounts & { readonly invoiceId: string })[]
): readonly CoverUse[] {
	const uses = billed.map(({ invoiceId, yearStartsOn }) => {
		const line = lines.find((candidate) => candidate.invoiceId === invoiceId);
		if (!line) throw new Error('an invoice was not decided');
		return useOfLine(line, yearStartsOn);
	});
	const years = new Set(uses.map(({ yearStartsOn }) => yearStartsOn));
	return [...years].map((year) => sumOfYear(uses, year));
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
	const yearStartsOn = uses.at(-1)?.yearStartsOn;
	const rest = years.find((year) => year.yearStartsOn === yearStartsOn);
	if (!rest) throw new Error('nobody has said what the year of a line has left');
	const { deductibleMinor, paidMinor } = sumOfYear(uses, rest.yearStartsOn);
	const { deductibleLeftMinor, maximumLeftMinor } = rest;
	const isAbove = maximumLeftMinor !== null && paidMinor > maximumLeftMinor;
	return {
		...(deductibleMinor > deductibleLeftMinor && { [`${at}.deductible`]: 'deductible-exceeded' }),
		...(isAbove && { [`${at}.recognised`]: 'maximum-exceeded' })
	};
}

/** What the deductible has left after a decision, in the last insurance year that it is about. */
export function deductibleLeftAfter(years: readonly YearRest[], uses: readonly CoverUse[]): number {
	const last = years.toSorted((a, b) => (a.yearStartsOn < b.yearStartsOn ? -1 : 1)).at(-1);
	if (!last) throw new Error('a decision is about one year at least');
	return last.deductibleLeftMinor - sumOfYear(uses, last.yearStartsOn).deductibleMinor;
}

function sumOfYear(uses: readonly CoverUse[], yearStartsOn: CalendarDate): CoverUse {
	const ofYear = uses.filter((use) => use.yearStartsOn === yearStartsOn);
	const sum = (field: 'deductibleMinor' | 'paidMinor') =>
		ofYear.reduce((all, use) => all + use[field], 0);
	return { yearStartsOn, deductibleMinor: sum('deductibleMinor'), paidMinor: sum('paidMinor') };
}
