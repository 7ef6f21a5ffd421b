import type { CoverState } from '#lib/domain/contracts/contract.ts';
import { formatDate } from '#lib/ui/format.ts';
import { m } from './generated/messages.js';

type Cover = {
	readonly startsOn: string;
	readonly endsOn: string | null;
	readonly coverState: CoverState;
};

/** The state of cover as a sentence: what holds, and until when. */
export function coverText(cover: Cover, locale: 'de' | 'en'): string {
	const from = formatDate(cover.startsOn, locale);
	const to = cover.endsOn === null ? null : formatDate(cover.endsOn, locale);
	switch (cover.coverState) {
		case 'coming':
			return m.contracts_cover_coming({ from });
		case 'active':
			return to === null
				? m.contracts_cover_open({ from })
				: m.contracts_cover_active({ from, to });
		case 'ended':
			return m.contracts_cover_ended({ from, to: to ?? '' });
		default:
			return cover.coverState satisfies never;
	}
}

/** Since when a version of the terms holds for a contract, or for which time it did. */
export function termsSpanText(
	terms: { readonly since: string; readonly until: string | null; readonly isToCome: boolean },
	locale: 'de' | 'en'
): string {
	const since = formatDate(terms.since, locale);
	if (terms.isToCome) return m.contracts_terms_coming({ since });
	return terms.until === null
		? m.contracts_terms_since({ since })
		: m.contracts_terms_span({ since, until: formatDate(terms.until, locale) });
}
