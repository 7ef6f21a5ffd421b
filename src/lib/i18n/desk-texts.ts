import type { AccountReason, LookReason } from '#lib/domain/claims/access.ts';
import { m } from './generated/messages.js';

const REASON_TEXTS = {
	'customer-asked': m.desk_reason_customer_asked,
	'colleague-absent': m.desk_reason_colleague_absent,
	complaint: m.desk_reason_complaint,
	'account-compared': m.desk_reason_account_compared,
	'account-asked': m.desk_reason_account_asked,
	'account-checked': m.desk_reason_account_checked,
	'account-returned': m.desk_reason_account_returned,
	'given-back': m.desk_reason_given_back,
	'payout-check': m.desk_reason_payout_check,
	'quality-check': m.desk_reason_quality_check,
	released: m.access_visits_why
} satisfies Record<LookReason, unknown>;

/** Why somebody opened a claim that is not theirs, or looked at a whole account number, for customers and staff alike. */
export function openingReasonText(reason: LookReason): string {
	return REASON_TEXTS[reason]();
}

/** The same reasons as whoever asks for a whole account number reads them. */
export const ACCOUNT_REASON_TEXTS = {
	'account-compared': m.desk_account_why_compared,
	'account-asked': m.desk_account_why_asked,
	'account-checked': m.desk_account_why_checked,
	'account-returned': m.desk_account_why_returned
} satisfies Record<AccountReason, unknown>;
