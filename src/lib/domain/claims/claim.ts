import { isWithin, type CalendarDate } from '../calendar.ts';
import { failed, ok, type Issues, type Result } from '../result.ts';
import type { ClaimContent } from './claim.schema.ts';

/** States of domain.md section 3.1 that this release reaches. */
export const CLAIM_STATES = [
	'submitted',
	'in_review',
	'documents_requested',
	'approved',
	'partially_approved',
	'rejected'
] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

export const OPEN_STATES: readonly ClaimState[] = ['submitted', 'in_review', 'documents_requested'];

/**
 * Every step there is (domain.md 3.1); any other is refused in the SQL of its act. A clerk may decide
 * on what is there while documents are missing, and the last document leads back to the clerk. A review
 * never takes back what was granted (decision 0053). Rules alone go from `submitted` straight to `approved`,
 * in the SQL of their act (decision 0072).
 */
export const CLAIM_STEPS: Readonly<Record<ClaimState, readonly ClaimState[]>> = {
	submitted: ['in_review'],
	in_review: ['documents_requested', 'approved', 'partially_approved', 'rejected'],
	documents_requested: ['in_review', 'approved', 'partially_approved', 'rejected'],
	approved: [],
	partially_approved: ['approved'],
	rejected: ['partially_approved', 'approved']
};

/** The states that a step to this one begins in. */
export function claimStatesBefore(next: ClaimState): readonly ClaimState[] {
	return CLAIM_STATES.filter((state) => CLAIM_STEPS[state].includes(next));
}

/**
 * Who has to act next on a claim in this state: the customer sees it as a sentence. A review leaves the
 * state as it was decided, and is the insurer's turn (decision 0053). Money that came back from the bank
 * waits for the customer, whatever else goes on.
 */
export function nextActor(
	state: ClaimState,
	isUnderReview = false,
	hasReturnedPayout = false
): 'customer' | 'insurer' | 'nobody' {
	if (hasReturnedPayout) return 'customer';
	if (isUnderReview) return 'insurer';
	if (state === 'documents_requested') return 'customer';
	return OPEN_STATES.includes(state) ? 'insurer' : 'nobody';
}

/**
 * Whether a claim may be handed in for one of these people.
 * Fails with `portal/invalid-input` (a treatment ends before it begins, a date lies in the future, a
 * person is not insured here). The days of the cover are not asked: a machine that turned the claim away
 * would be a refusal without a number, a reason or a way to object. A clerk refuses it (§ 37 BDSG).
 */
export function checkSubmittable(
	content: ClaimContent,
	insuredPersonIds: readonly string[],
	today: CalendarDate
): Result<void> {
	const issues: Record<string, string> = {};
	if (!insuredPersonIds.includes(content.insuredPersonId)) {
		issues['insuredPersonId'] = 'person-not-insured';
	}
	if (content.firstTreatmentOn > today) issues['firstTreatmentOn'] = 'date-in-future';
	content.invoices.forEach((invoice, index) => {
		if (invoice.insuredPersonId && !insuredPersonIds.includes(invoice.insuredPersonId)) {
			issues[`invoices.${index}.insuredPersonId`] = 'person-not-insured';
		}
		Object.assign(issues, invoiceDateIssues(invoice, index, today));
	});
	return Object.keys(issues).length === 0
		? ok(undefined)
		: failed('invalid', 'portal/invalid-input', issues);
}

/** Where a treatment lies against the cover dates, first and last day included. */
export function placeInCover(
	treatment: { readonly treatmentFrom: CalendarDate; readonly treatmentTo: CalendarDate },
	cover: { readonly startsOn: CalendarDate; readonly endsOn: CalendarDate | null }
): 'inside' | 'partly' | 'outside' {
	const { treatmentFrom, treatmentTo } = treatment;
	const isAfterEnd = cover.endsOn !== null && treatmentFrom > cover.endsOn;
	if (isAfterEnd || treatmentTo < cover.startsOn) return 'outside';
	const isWhole =
		isWithin(treatmentFrom, cover.startsOn, cover.endsOn) &&
		isWithin(treatmentTo, cover.startsOn, cover.endsOn);
	return isWhole ? 'inside' : 'partly';
}

/** Date rules of one invoice, shared by the device's form and the server. */
export function invoiceDateIssues(
	invoice: { invoiceDate: string; treatmentFrom: string; treatmentTo: string },
	index: number,
	today: string
): Issues {
	const issues: Record<string, string> = {};
	if (invoice.treatmentTo < invoice.treatmentFrom) {
		issues[`invoices.${index}.treatmentTo`] = 'ends-before-start';
	}
	if (invoice.invoiceDate > today) issues[`invoices.${index}.invoiceDate`] = 'date-in-future';
	if (invoice.treatmentFrom > today) issues[`invoices.${index}.treatmentFrom`] = 'date-in-future';
	return issues;
}
