import type { DocumentReturn, RequestKind } from '#lib/domain/claims/document-request.ts';
import { m } from './generated/messages.js';

type Words = {
	readonly title: () => string;
	readonly why: () => string;
	readonly example: () => string;
};

/** What a missing document is called, why we need it, and an example of one. */
export const REQUEST_TEXTS: Readonly<Record<RequestKind, Words>> = {
	'itemised-invoice': {
		title: m.requests_kind_itemised_invoice,
		why: m.requests_why_itemised_invoice,
		example: m.requests_example_itemised_invoice
	},
	'proof-of-payment': {
		title: m.requests_kind_proof_of_payment,
		why: m.requests_why_proof_of_payment,
		example: m.requests_example_proof_of_payment
	},
	prescription: {
		title: m.requests_kind_prescription,
		why: m.requests_why_prescription,
		example: m.requests_example_prescription
	},
	'medical-report': {
		title: m.requests_kind_medical_report,
		why: m.requests_why_medical_report,
		example: m.requests_example_medical_report
	},
	referral: {
		title: m.requests_kind_referral,
		why: m.requests_why_referral,
		example: m.requests_example_referral
	},
	'other-insurer': {
		title: m.requests_kind_other_insurer,
		why: m.requests_why_other_insurer,
		example: m.requests_example_other_insurer
	},
	translation: {
		title: m.requests_kind_translation,
		why: m.requests_why_translation,
		example: m.requests_example_translation
	},
	'exchange-proof': {
		title: m.requests_kind_exchange_proof,
		why: m.requests_why_exchange_proof,
		example: m.requests_example_exchange_proof
	},
	'accident-report': {
		title: m.requests_kind_accident_report,
		why: m.requests_why_accident_report,
		example: m.requests_example_accident_report
	},
	'travel-proof': {
		title: m.requests_kind_travel_proof,
		why: m.requests_why_travel_proof,
		example: m.requests_example_travel_proof
	},
	'confidentiality-release': {
		title: m.requests_kind_confidentiality_release,
		why: m.requests_why_confidentiality_release,
		example: m.requests_example_confidentiality_release
	}
};

const FAULT_TEXTS: Readonly<Record<DocumentReturn, () => string>> = {
	unreadable: m.requests_fault_unreadable,
	incomplete: m.requests_fault_incomplete,
	'wrong-document': m.requests_fault_wrong_document
};

/** What was wrong with the file before, for the customer. */
export function documentFaultText(fault: DocumentReturn): string {
	return FAULT_TEXTS[fault]();
}

/** What a request is for: the whole claim, or one invoice with who wrote it. */
export function requestScopeText(line: number, issuer?: string): string {
	if (line === 0) return m.requests_of_claim();
	return issuer
		? m.requests_of_line_named({ position: line, issuer })
		: m.requests_of_line({ position: line });
}
