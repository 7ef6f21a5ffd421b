import type { Notice } from '#lib/domain/contracts/notice.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { formatBytes, formatDateTime } from './format.ts';
import { m } from './generated/messages.js';
import type { NoticeWords } from './notice-words.ts';
import { PROOF_TEXTS } from './proof-texts.ts';
import { REQUEST_TEXTS, requestScopeText } from './request-texts.ts';

const RECEIPT_TOPICS = ['document-received', 'objection-received', 'proof-received'] as const;
export type ReceiptNotice = Extract<Notice, { topic: (typeof RECEIPT_TOPICS)[number] }>;

export const isReceipt = (notice: Notice): notice is ReceiptNotice =>
	RECEIPT_TOPICS.some((topic) => topic === notice.topic);

/** What was handed in after the claim, or beside one, and when it came. */
export function receiptNoticeText(notice: ReceiptNotice, locale: Language): NoticeWords {
	const at = {
		label: m.documents_receipt_time(),
		value: formatDateTime(notice.receivedAtMs, locale)
	};
	switch (notice.topic) {
		case 'document-received':
			return {
				lead: m.documents_handed_in(),
				facts: [
					{ label: m.documents_receipt_number(), value: notice.claimNumber },
					at,
					{
						label: m.documents_handed_in_what(),
						value: `${REQUEST_TEXTS[notice.document].title()}, ${requestScopeText(notice.line)}`
					},
					...fileFacts(notice.file, locale)
				],
				next: m.documents_handed_in_next()
			};
		case 'objection-received':
			return {
				lead: notice.isAgainstRules ? m.reviews_mail_rules_text() : m.reviews_receipt_lead(),
				facts: [
					{ label: m.documents_receipt_number(), value: notice.claimNumber },
					at,
					{
						label: m.reviews_receipt_line(),
						value: m.reviews_line({ position: notice.line, issuer: notice.issuer })
					},
					...(notice.file ? fileFacts(notice.file, locale) : [])
				],
				quote: { label: m.reviews_receipt_text(), text: notice.reason },
				next: m.reviews_receipt_next()
			};
		case 'proof-received':
			return {
				lead: m.documents_handed_in(),
				facts: [
					{
						label: m.contracts_fact_contract(),
						value: `${notice.plan} ${notice.policyNumberMasked}`
					},
					at,
					{
						label: m.documents_handed_in_what(),
						value: `${PROOF_TEXTS[notice.proof].title()}, ${m.proofs_of({ name: notice.personName })}`
					},
					...fileFacts(notice.file, locale)
				],
				next: m.documents_handed_in_next()
			};
		default:
			return notice satisfies never;
	}
}

function fileFacts(
	{ name, sizeBytes, sha256 }: Extract<ReceiptNotice, { topic: 'proof-received' }>['file'],
	locale: Language
) {
	return [
		{ label: m.documents_receipt_file(), value: `${name}, ${formatBytes(sizeBytes, locale)}` },
		{ label: m.documents_receipt_proof(), value: sha256 }
	];
}
