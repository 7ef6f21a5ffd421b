import type { ClaimState } from '#lib/domain/claims/claim.ts';
import type { ReductionReason } from '#lib/domain/claims/decision.ts';
import type { LineFinding } from '#lib/domain/claims/line-checks.ts';
import type { LegalClock } from '#lib/domain/claims/legal-clock.ts';
import { formatMoney } from '#lib/i18n/format.ts';
import { m } from '#lib/i18n/generated/messages.js';
import type { Locale } from '#lib/ui/shell.ts';

export const STATE_TEXTS = {
	submitted: m.staff_state_submitted,
	in_review: m.staff_state_in_review,
	documents_requested: m.requests_staff_state,
	approved: m.staff_state_approved,
	partially_approved: m.staff_state_partially_approved,
	rejected: m.staff_state_rejected
} satisfies Record<ClaimState, unknown>;

export const STATE_TONES = {
	submitted: 'info',
	in_review: 'info',
	documents_requested: 'warning',
	approved: 'success',
	partially_approved: 'warning',
	rejected: 'neutral'
} as const satisfies Record<ClaimState, unknown>;

/** The reasons as clerks pick them: a leading digit, so that one key chooses one. */
export const PICK_TEXTS = {
	none: m.staff_pick_none,
	'not-covered': m.staff_pick_not_covered,
	'outside-cover': m.staff_pick_outside_cover,
	'pre-existing': m.staff_pick_pre_existing,
	'fee-too-high': m.staff_pick_fee_too_high,
	'plan-limit': m.staff_pick_plan_limit,
	'other-payer': m.staff_pick_other_payer,
	'proof-missing': m.staff_pick_proof_missing,
	duplicate: m.staff_pick_duplicate
} satisfies Record<ReductionReason, unknown>;

/** What a rule has found on an invoice, and with it what to look at. */
export function findingText(finding: LineFinding, currency: string, locale: Locale): string {
	switch (finding.kind) {
		case 'outside-cover':
			return m.staff_form_outside();
		case 'partly-covered':
			return m.staff_form_partly();
		case 'billed-before-treatment':
			return m.desk_finding_billed_before();
		case 'duplicate':
			return finding.isSameClaim
				? m.desk_finding_duplicate_here()
				: m.desk_finding_duplicate({ number: finding.claimNumber });
		case 'above-maximum':
			return m.desk_finding_above_maximum({
				left: formatMoney({ amountMinor: finding.leftMinor, currency }, locale)
			});
		case 'rate-needed':
			return m.desk_finding_rate_needed({ currency: finding.currency });
		default:
			return finding satisfies never;
	}
}

/** How much of the legal month is left, in words. */
export function clockText({ state, daysLeft }: LegalClock): string {
	const left = daysLeft;
	switch (state) {
		case 'on-time':
			return m.staff_clock_on_time({ left });
		case 'soon':
			return m.staff_clock_soon({ left });
		case 'urgent':
			// Only where the last day still counts; a claim's month is over on it.
			if (left === 0) return m.inquiries_staff_last_day();
			return left === 1 ? m.staff_clock_urgent_one() : m.staff_clock_urgent({ left });
		case 'overdue':
			return m.staff_clock_overdue();
		default:
			return state satisfies never;
	}
}

export function ageText({ ageDays }: LegalClock): string {
	if (ageDays <= 0) return m.staff_age_today();
	return ageDays === 1 ? m.staff_age_one() : m.staff_age({ days: ageDays });
}
