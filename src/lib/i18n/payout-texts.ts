import type {
	PayoutRoute,
	PayoutState,
	RefusalReason,
	ReturnReason,
	SecondLook
} from '#lib/domain/claims/payout.ts';
import { m } from './generated/messages.js';

export const PAYOUT_STATE_TEXTS = {
	waiting: m.payouts_state_waiting,
	ready: m.payouts_state_ready,
	refused: m.payouts_state_refused,
	ordered: m.payouts_state_ordered,
	paid: m.payouts_state_paid,
	returned: m.payouts_state_returned,
	withdrawn: m.advances_state_withdrawn
} satisfies Record<PayoutState, unknown>;

export const PAYOUT_STATE_TONES = {
	waiting: 'action',
	ready: 'info',
	refused: 'warning',
	ordered: 'info',
	paid: 'success',
	returned: 'warning',
	withdrawn: 'neutral'
} as const satisfies Record<PayoutState, unknown>;

export const SECOND_LOOK_TEXTS = {
	limit: m.payouts_look_limit,
	recovery: m.payouts_look_recovery,
	'new-account': m.payouts_look_new_account,
	currency: m.payouts_look_currency,
	correction: m.reviews_look_correction,
	advance: m.advances_look
} satisfies Record<SecondLook, unknown>;

export const ROUTE_TEXTS = {
	sepa: m.payouts_route_sepa,
	abroad: m.payouts_route_abroad
} satisfies Record<PayoutRoute, unknown>;

export const REFUSAL_TEXTS = {
	'account-doubtful': m.payouts_refusal_account_doubtful,
	'amount-wrong': m.payouts_refusal_amount_wrong,
	other: m.payouts_refusal_other
} satisfies Record<RefusalReason, unknown>;

export const RETURN_TEXTS = {
	'account-closed': m.payouts_return_account_closed,
	'account-unknown': m.payouts_return_account_unknown,
	'refused-by-bank': m.payouts_return_refused_by_bank
} satisfies Record<ReturnReason, unknown>;

/** The bank's reason inside a sentence to the customer. */
export const OWN_RETURN_TEXTS = {
	'account-closed': m.payouts_own_return_account_closed,
	'account-unknown': m.payouts_own_return_account_unknown,
	'refused-by-bank': m.payouts_own_return_refused_by_bank
} satisfies Record<ReturnReason, unknown>;
