import type { OpeningReason } from '#lib/domain/claims/access.ts';
import { m } from './generated/messages.js';

const REASON_TEXTS = {
	'customer-asked': m.desk_reason_customer_asked,
	'colleague-absent': m.desk_reason_colleague_absent,
	complaint: m.desk_reason_complaint,
	'given-back': m.desk_reason_given_back,
	'payout-check': m.desk_reason_payout_check,
	'quality-check': m.desk_reason_quality_check
} satisfies Record<OpeningReason, unknown>;

/** Why somebody opened a claim that is not theirs, for customers and staff alike. */
export function openingReasonText(reason: OpeningReason): string {
	return REASON_TEXTS[reason]();
}
