import type { NoticeName } from '#lib/domain/contracts/notice.ts';
import type { DocumentName } from '#lib/domain/documents/document-name.ts';
import { requestKindText } from './contract-request-texts.ts';
import { m } from './generated/messages.js';
import { PROOF_TEXTS } from './proof-texts.ts';
import { REQUEST_TEXTS } from './request-texts.ts';

/** What a document is called: the same in every list, on its page, in the tab, and for a search. */
export function documentTitle(name: DocumentName): string {
	switch (name.kind) {
		case 'receipt-confirmation':
			return m.documents_kind_receipt_confirmation();
		case 'benefit-statement':
			return statementTitle(name);
		case 'processing-confirmation':
			return confirmationTitle(name);
		case 'contract-notice':
			return noticeTitle(name.notice);
		default:
			return name satisfies never;
	}
}

const titleAbout = (title: string, about: string) => m.documents_title_about({ title, about });
const receiptOf = (about: string) => titleAbout(m.documents_kind_receipt_confirmation(), about);

/** A corrected claim is paid more than once: each payment says of which statement it is. */
function confirmationTitle({ no }: Extract<DocumentName, { kind: 'processing-confirmation' }>) {
	const title = m.documents_kind_processing_confirmation();
	if (no === null) return titleAbout(title, m.documents_confirmation_advance());
	return no === 1 ? title : m.documents_confirmation_no({ title, no });
}

/** A statement that takes the place of another one says so, and which of them it is. */
function statementTitle({ no, outcome }: Extract<DocumentName, { kind: 'benefit-statement' }>) {
	const title = m.documents_kind_benefit_statement();
	if (outcome === null) return title;
	return outcome === 'changed'
		? m.documents_statement_changed({ title, no })
		: m.documents_statement_upheld({ title, no });
}

/** The title of a notice. */
export function noticeTitle(name: NoticeName): string {
	switch (name.topic) {
		case 'account-changing':
			return m.contracts_notice_account_changing_title();
		case 'account-kept':
			return m.contracts_notice_account_kept_title();
		case 'access-used':
			return m.access_notice_used_title();
		case 'access-ended':
			return m.access_notice_ended_title();
		case 'request-received':
			return titleAbout(m.contracts_notice_received_title(), requestKindText(name.request));
		case 'request-answered':
			return titleAbout(
				name.outcome === 'accepted'
					? m.contracts_notice_accepted_title()
					: m.contracts_notice_refused_title(),
				requestKindText(name.request)
			);
		case 'inquiry-received':
			return m.inquiries_notice_received_title();
		case 'inquiry-answered':
			return m.inquiries_notice_answered_title();
		case 'claim-interim':
			return m.claims_interim_title();
		case 'documents-missing':
			return name.isLast ? m.requests_reminder_last_title() : m.requests_reminder_title();
		case 'claim-advance':
			return name.isPaid ? m.advances_notice_title_paid() : m.advances_notice_title_refused();
		case 'document-received':
			return receiptOf(REQUEST_TEXTS[name.document].title());
		case 'objection-received':
			return receiptOf(
				name.isAgainstRules
					? m.reviews_receipt_about_rules({ position: name.line })
					: m.reviews_receipt_about({ position: name.line })
			);
		case 'proof-received':
			return receiptOf(PROOF_TEXTS[name.proof].title());
		default:
			return name satisfies never;
	}
}
