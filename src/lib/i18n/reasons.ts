import type { ReductionReason } from '#lib/domain/claims/decision.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { m } from './generated/messages.js';

const CUSTOMER_TEXTS = {
	none: m.staff_reason_none,
	'not-covered': m.staff_reason_not_covered,
	'outside-cover': m.staff_reason_outside_cover,
	'pre-existing': m.staff_reason_pre_existing,
	'fee-too-high': m.staff_reason_fee_too_high,
	'plan-limit': m.staff_reason_plan_limit,
	'other-payer': m.staff_reason_other_payer,
	'proof-missing': m.staff_reason_proof_missing,
	duplicate: m.staff_reason_duplicate
} satisfies Record<ReductionReason, unknown>;

/** Why a line is paid in part or not at all, as the customer reads it; the page's language unless named. */
export function reasonText(reason: ReductionReason, locale?: Language): string {
	return CUSTOMER_TEXTS[reason]({}, locale ? { locale } : {});
}
