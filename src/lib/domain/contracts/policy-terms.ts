import { addDays, type CalendarDate } from '../calendar.ts';

/** One version of the policy terms, as data of the operator (decision 0011). */
export type PolicyTerms = {
	/** Part of the address of its page; never given to another version. */
	readonly id: string;
	readonly name: string;
	/** New contracts are made under it from this day on. */
	readonly effectiveFrom: CalendarDate;
	/** Contracts that run already come under it on this day; null where they keep what they have. */
	readonly runningFrom: CalendarDate | null;
	/** The German text counts; the English one is a help to read it. */
	readonly text: Readonly<Record<'de' | 'en', readonly TermsClause[]>>;
};

/** A paragraph sign's worth of text: its heading and numbered sentences. */
export type TermsClause = { readonly title: string; readonly parts: readonly string[] };

/** A version as one contract knows it. */
export type HeldTerms = {
	readonly terms: PolicyTerms;
	readonly since: CalendarDate;
	/** Last day; null while it holds. */
	readonly until: CalendarDate | null;
};

/**
 * Which versions hold for a contract and since when, the newest first: the one of its first day, and
 * every later one that was extended to running contracts. Days to come count too: a customer may
 * read what will hold. Empty where the operator has no terms for that day.
 */
export function termsOfContract(
	versions: readonly PolicyTerms[],
	contract: { readonly startsOn: CalendarDate; readonly endsOn: CalendarDate | null }
): readonly HeldTerms[] {
	const sorted = versions.toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
	const first = sorted.findLast(({ effectiveFrom }) => effectiveFrom <= contract.startsOn);
	if (!first) return [];
	const begins = [
		{ terms: first, since: contract.startsOn },
		...sorted.flatMap((terms) => {
			const since = terms.runningFrom;
			const isLater = terms.effectiveFrom > first.effectiveFrom;
			if (since === null || !isLater) return [];
			return contract.endsOn !== null && since > contract.endsOn ? [] : [{ terms, since }];
		})
	];
	return begins
		.map((one, index) => {
			const next = begins[index + 1];
			return { ...one, until: next ? addDays(next.since, -1) : null };
		})
		.toReversed();
}
