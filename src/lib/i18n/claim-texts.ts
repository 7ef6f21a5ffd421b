import { nextActor, type ClaimState } from '#lib/domain/claims/claim.ts';
import type { DocumentKind } from '#lib/domain/documents/document.ts';
import { m } from './generated/messages.js';

const STATE_TEXTS: Readonly<Record<ClaimState, () => string>> = {
	submitted: m.claims_state_submitted,
	in_review: m.claims_state_in_review,
	documents_requested: m.requests_state,
	approved: m.claims_state_approved,
	partially_approved: m.claims_state_partially_approved,
	rejected: m.claims_state_rejected
};

const KIND_TEXTS: Readonly<Record<DocumentKind, () => string>> = {
	'receipt-confirmation': m.documents_kind_receipt_confirmation,
	'benefit-statement': m.documents_kind_benefit_statement,
	'processing-confirmation': m.documents_kind_processing_confirmation,
	'contract-notice': m.documents_kind_contract_notice
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

/** What a document is called; a notice can be about a claim, too. */
export function documentKindText(kind: DocumentKind, isAboutClaim: boolean): string {
	if (kind === 'contract-notice' && isAboutClaim) return m.documents_kind_claim_notice();
	return KIND_TEXTS[kind]();
}
