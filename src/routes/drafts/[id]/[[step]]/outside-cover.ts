import type { OfflineContract } from '#lib/domain/claims/submission.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { formatDate } from '#lib/ui/format.ts';
import type { Locale } from '#lib/ui/shell.ts';

/** While a year is being typed its field holds 0002, 0020 and 0202. */
const FIRST_WHOLE_YEAR = '1000';

/**
 * Which of the typed days, the first, lies outside the cover as this device knows it; null while no
 * contract is chosen. A hint and no refusal: the cover may have changed, and a person decides (§ 37 BDSG).
 * Days to come are refused for being so.
 */
export function outsideCoverText(
	days: readonly string[],
	cover: Pick<OfflineContract, 'startsOn' | 'endsOn'> | undefined,
	today: string,
	locale: Locale
): string | null {
	if (!cover) return null;
	const { startsOn, endsOn } = cover;
	const found = days
		.filter((day) => day >= FIRST_WHOLE_YEAR && day <= today)
		.find((day) => day < startsOn || (endsOn !== null && day > endsOn));
	if (!found) return null;
	const told = { date: formatDate(found, locale), from: formatDate(startsOn, locale) };
	return endsOn === null
		? m.drafts_outside_cover_open(told)
		: m.drafts_outside_cover({ ...told, to: formatDate(endsOn, locale) });
}
