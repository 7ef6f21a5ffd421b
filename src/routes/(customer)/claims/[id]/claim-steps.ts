import { calendarDateOf } from '#lib/domain/calendar.ts';
import type { ClaimState } from '#lib/domain/claims/claim.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { formatDate } from '#lib/ui/format.ts';
import type { Locale } from '#lib/ui/shell.ts';
import type { TimelineStep } from '#lib/ui/timeline.ts';

/** The road of a claim: what is behind, where it is, what comes. */
export function stepsOf(
	claim: {
		readonly state: ClaimState;
		readonly submittedAtMs: number;
		readonly decidedAtMs: number | null;
		readonly decisionUsualBy: string;
	},
	locale: Locale
): readonly TimelineStep[] {
	const dateOf = (atMs: number) => formatDate(calendarDateOf(atMs), locale);
	const isDecided = claim.decidedAtMs !== null;
	return [
		{
			title: m.claims_step_submitted(),
			state: 'done',
			dateText: dateOf(claim.submittedAtMs)
		},
		{ title: m.claims_step_review(), state: isDecided ? 'done' : 'current' },
		{
			title: m.claims_step_decided(),
			state: isDecided ? 'done' : 'next',
			dateText:
				claim.decidedAtMs !== null
					? dateOf(claim.decidedAtMs)
					: m.claims_step_usual({ date: formatDate(claim.decisionUsualBy, locale) })
		}
	];
}
