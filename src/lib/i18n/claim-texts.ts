import { nextActor, type ClaimState } from '#lib/domain/claims/claim.ts';
import { m } from './generated/messages.js';

const STATE_TEXTS: Readonly<Record<ClaimState, () => string>> = {
	submitted: m.claims_state_submitted,
	in_review: m.claims_state_in_review,
	documents_requested: m.requests_state,
	approved: m.claims_state_approved,
	partially_approved: m.claims_state_partially_approved,
	rejected: m.claims_state_rejected
};

/** The state as a sentence that says whose turn it is. */
export function claimStateText(
	state: ClaimState,
	isUnderReview = false,
	hasReturnedPayout = false
): string {
	if (hasReturnedPayout) return m.payouts_own_state_returned();
	if (isUnderReview) return m.reviews_state();
	return STATE_TEXTS[state]();
}

/** The same for a policyholder who reads a claim of somebody else (decision 0075). */
export function releasedStateText(state: ClaimState, isUnderReview: boolean): string {
	if (state === 'documents_requested') return m.access_claims_documents();
	if (nextActor(state) === 'insurer') return `${m.claims_step_review()}.`;
	return claimStateText(state, isUnderReview);
}
