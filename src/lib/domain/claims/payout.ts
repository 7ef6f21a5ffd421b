import { calendarDateOf, type CalendarDate } from '../calendar.ts';
import type { Money } from '../money.ts';
import { ibanOf, type Payee } from './payee-account.ts';
import { maskNumber } from './payee-view.ts';
import { isSepaCountry } from './sepa.ts';

/** The life of a payment to a customer (domain.md 3.1: `payout_ordered`, `paid`, `payout_failed`). */
export const PAYOUT_STATES = [
	'waiting',
	'ready',
	'refused',
	'ordered',
	'paid',
	'returned',
	'withdrawn'
] as const;
export type PayoutState = (typeof PAYOUT_STATES)[number];

/**
 * Every step there is; any other is refused. A refused or returned payment begins again with another
 * version of its content, for which no earlier approval counts. The decision of a claim withdraws an
 * advance that was not on its way, for good (decision 0077).
 */
export const PAYOUT_STEPS: Readonly<Record<PayoutState, readonly PayoutState[]>> = {
	waiting: ['ready', 'refused', 'withdrawn'],
	ready: ['ordered'],
	refused: ['waiting', 'withdrawn'],
	ordered: ['paid', 'returned'],
	paid: ['returned'],
	returned: ['waiting', 'withdrawn'],
	withdrawn: []
};

/** The states that a step to this one begins in. */
export function statesBefore(next: PayoutState): readonly PayoutState[] {
	return PAYOUT_STATES.filter((state) => PAYOUT_STEPS[state].includes(next));
}

/** Approved and on its way or there: what a decision takes off as paid. */
export const PAYING_STATES = ['ready', 'ordered', 'paid'] as const satisfies readonly PayoutState[];

export function isPaying(state: PayoutState): boolean {
	return (PAYING_STATES as readonly PayoutState[]).includes(state);
}

/**
 * The number an advance has in the place of its decision's. Part of the hash as every number but the
 * first is, so that no row becomes the other kind unseen; and the index of both allows one a claim.
 */
export const ADVANCE_NO = 0;

export type PayoutKind = 'decision' | 'advance';

export function payoutKindOf(decisionNo: number): PayoutKind {
	return decisionNo === ADVANCE_NO ? 'advance' : 'decision';
}

/** Why a second person must look before money leaves (Z7). */
export const SECOND_LOOKS = [
	'limit',
	'recovery',
	'new-account',
	'currency',
	'correction',
	'advance'
] as const;
export type SecondLook = (typeof SECOND_LOOKS)[number];

export const REFUSAL_REASONS = ['account-doubtful', 'amount-wrong', 'other'] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** What a bank says when it sends a payment back, as far as the customer can do something about it. */
export const RETURN_REASONS = ['account-closed', 'account-unknown', 'refused-by-bank'] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];

/** Everything an approval is for. Another word of it is another payment. */
export type PayoutContent = {
	readonly claimId: string;
	/** Which decision of the claim it pays, counted from 1; `ADVANCE_NO` before any. */
	readonly decisionNo: number;
	readonly version: number;
	readonly amount: Money;
	readonly payee: Payee;
};

/**
 * The text whose keyed hash an approval is bound to (Z7). Each part with its length, so that no two
 * contents share a text.
 */
export function contentText(content: PayoutContent): string {
	const { claimId, decisionNo, version, amount, payee } = content;
	return joinParts([
		claimId,
		String(version),
		String(amount.amountMinor),
		amount.currency,
		// More parts than an IBAN has, so that neither kind of account passes for the other.
		...('iban' in payee ? [payee.iban] : [payee.accountNumber, payee.bic, payee.bankName]),
		payee.holder,
		// Left out for the first, as it has always been: what is stored was made of it.
		...(decisionNo === 1 ? [] : [String(decisionNo)])
	]);
}

/** How a payment has come to where it is: who made it, why somebody must look, who has, with what answer. */
export type PayoutApproval = {
	readonly secondLook: SecondLook | null;
	/** Null where rules have decided the claim (decision 0072). */
	readonly madeBy: string | null;
	readonly checkedBy: string | null;
	readonly answer: 'approved' | 'refused' | null;
};

/**
 * The text whose keyed hash seals an approval (Z7): another checker, no second look where one was due, or
 * another answer is another text.
 */
export function approvalText(contentHash: string, approval: PayoutApproval): string {
	const { secondLook, madeBy, checkedBy, answer } = approval;
	return joinParts([contentHash, secondLook ?? '', madeBy ?? '', checkedBy ?? '', answer ?? '']);
}

/** Whether money may leave after this: approved by somebody else where a second look was due. */
export function isApproved({ secondLook, madeBy, checkedBy, answer }: PayoutApproval): boolean {
	if (secondLook === null) return true;
	return answer === 'approved' && checkedBy !== null && checkedBy !== madeBy;
}

function joinParts(parts: readonly string[]): string {
	return parts.map((part) => `${part.length}:${part}`).join('|');
}

/**
 * Why this payment needs a second person; null when one is enough. `limitMinor`: largest amount in
 * `limitCurrency` that one person may pay out. `isNewAccount`: not the account the contract has had.
 * `isCorrection`: more for a claim that was decided already, which is never one person's to give.
 * `isAfterRecovery`: the owner came back by letter days ago, or the account was asked for in those days
 * (security.md 3.5, decision 0061).
 */
export function secondLookOf(
	amount: Money,
	isNewAccount: boolean,
	limit: { readonly amountMinor: number; readonly currency: string },
	{ isCorrection, isAfterRecovery }: { isCorrection: boolean; isAfterRecovery: boolean }
): SecondLook | null {
	if (isAfterRecovery) return 'recovery';
	if (isNewAccount) return 'new-account';
	// What is no euro cannot be measured against a limit in euro.
	if (amount.currency !== limit.currency) return 'currency';
	if (amount.amountMinor > limit.amountMinor) return 'limit';
	return isCorrection ? 'correction' : null;
}

/** How a payment leaves: in a SEPA file, or by the list for payments abroad. */
export type PayoutRoute = 'sepa' | 'abroad';

/** SEPA carries euro to IBANs of its own countries and nothing else. */
export function routeOf(amount: Money, payee: Payee): PayoutRoute {
	const country = ibanOf(payee)?.slice(0, 2);
	const isSepa = amount.currency === 'EUR' && country !== undefined && isSepaCountry(country);
	return isSepa ? 'sepa' : 'abroad';
}

/** A route is a cell beside the sealed account: bent, it must not bring a mere number into a SEPA file. */
export function isPossibleRoute(route: PayoutRoute, payee: Payee): boolean {
	return route === 'abroad' || ibanOf(payee) !== null;
}

/** A payment as its owner sees it: never the whole account number. */
export type OwnPayoutView = {
	readonly kind: PayoutKind;
	readonly amount: Money;
	readonly state: PayoutState;
	readonly accountMasked: string;
	readonly paidOn: CalendarDate | null;
	readonly returnReason: ReturnReason | null;
};

export function viewOwnPayout(payout: {
	readonly kind: PayoutKind;
	readonly amount: Money;
	readonly state: PayoutState;
	readonly payee: Payee;
	readonly paidAtMs: number | null;
	readonly returnReason: ReturnReason | null;
}): OwnPayoutView {
	const { kind, amount, state, payee, paidAtMs, returnReason } = payout;
	const paidOn = paidAtMs === null ? null : calendarDateOf(paidAtMs);
	return { kind, amount, state, accountMasked: maskNumber(payee), paidOn, returnReason };
}

/** Why somebody may not name the next account of a payment: it is for their own claim, or they have booked it back. */
export type RenewalBar = 'own-claim' | 'booked-back';
