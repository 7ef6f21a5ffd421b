import { nameOfNotice, type Notice } from '#lib/domain/contracts/notice.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { ADVANCE_REFUSAL_TEXTS } from './advance-texts.ts';
import { noticeTitle } from './document-titles.ts';
import { formatDate, formatDateTime, formatMoney } from './format.ts';
import { m } from './generated/messages.js';
import { scopeText } from './contract-access-texts.ts';
import { answerFacts, answerText, clockLawText, inquiryFacts } from './inquiry-texts.ts';
import type { NoticeWords } from './notice-words.ts';
import { isReceipt, receiptNoticeText, type ReceiptNotice } from './receipt-notice-texts.ts';
import { REQUEST_TEXTS, requestScopeText } from './request-texts.ts';
import { refusalText, requestKindText } from './contract-request-texts.ts';

export type NoticeText = NoticeWords & { readonly title: string };

/** A notice in words. */
export function noticeText(notice: Notice, locale: Language): NoticeText {
	return { title: noticeTitle(nameOfNotice(notice)), ...wordsOf(notice, locale) };
}

function wordsOf(notice: Notice, locale: Language): NoticeWords {
	if (notice.topic === 'claim-advance') return advanceNoticeText(notice, locale);
	if (notice.topic === 'claim-interim') return interimNoticeText(notice, locale);
	if (notice.topic === 'documents-missing') return reminderNoticeText(notice, locale);
	return isReceipt(notice) ? receiptNoticeText(notice, locale) : contractNoticeText(notice, locale);
}

function interimNoticeText(
	{ claimNumber, receivedAtMs }: Extract<Notice, { topic: 'claim-interim' }>,
	locale: Language
): NoticeWords {
	return {
		lead: m.claims_interim(),
		facts: [
			{ label: m.documents_receipt_number(), value: claimNumber },
			{ label: m.documents_receipt_time(), value: formatDateTime(receivedAtMs, locale) },
			{ label: m.claims_interim_why(), value: m.claims_interim_reasons() }
		],
		next: m.claims_interim_next()
	};
}

function reminderNoticeText(
	{ claimNumber, isLast, documents }: Extract<Notice, { topic: 'documents-missing' }>,
	locale: Language
): NoticeWords {
	return {
		lead: isLast ? m.requests_reminder_last() : m.requests_reminder(),
		facts: [
			{ label: m.documents_receipt_number(), value: claimNumber },
			...documents.map(({ document, line, dueOn }) => ({
				label: `${REQUEST_TEXTS[document].title()}, ${requestScopeText(line)}`,
				value: m.requests_reminder_until({ date: formatDate(dueOn, locale) })
			}))
		],
		next: isLast ? m.requests_reminder_last_next() : m.requests_reminder_next()
	};
}

function advanceNoticeText(
	{ claimNumber, amount, refusal, answeredAtMs }: Extract<Notice, { topic: 'claim-advance' }>,
	locale: Language
): NoticeWords {
	return {
		lead: amount ? m.advances_notice_paid() : m.advances_notice_refused(),
		facts: [
			{ label: m.documents_receipt_number(), value: claimNumber },
			...(amount
				? [{ label: m.advances_notice_amount(), value: formatMoney(amount, locale) }]
				: []),
			...(refusal
				? [{ label: m.advances_notice_reason(), value: ADVANCE_REFUSAL_TEXTS[refusal]() }]
				: []),
			{ label: m.advances_notice_answered(), value: formatDateTime(answeredAtMs, locale) }
		],
		next: amount
			? m.advances_notice_paid_next()
			: m.advances_notice_refused_next({ ombudsman: OPERATOR.ombudsman })
	};
}

function contractNoticeText(
	notice: Exclude<
		Notice,
		ReceiptNotice | { topic: 'claim-interim' | 'claim-advance' | 'documents-missing' }
	>,
	locale: Language
): NoticeWords {
	const contract = {
		label: m.contracts_fact_contract(),
		value: `${notice.plan} ${notice.policyNumberMasked}`
	};
	switch (notice.topic) {
		case 'account-changing':
			return {
				lead: m.contracts_notice_account_changing(),
				facts: [
					contract,
					{
						label: m.contracts_notice_asked_at(),
						value: formatDateTime(notice.askedAtMs, locale)
					},
					{ label: m.contracts_account_holder(), value: notice.holder },
					{ label: m.contracts_notice_new_iban(), value: notice.ibanMasked },
					{ label: m.contracts_notice_old_iban(), value: notice.oldIbanMasked },
					{ label: m.contracts_fact_holds_from(), value: formatDate(notice.holdsFrom, locale) }
				],
				next: m.contracts_notice_account_changing_stop()
			};
		case 'account-kept':
			return {
				lead: m.contracts_notice_account_kept(),
				facts: [
					contract,
					{
						label: m.contracts_notice_stopped_at(),
						value: formatDateTime(notice.stoppedAtMs, locale)
					},
					{ label: m.contracts_notice_unused_iban(), value: notice.ibanMasked }
				],
				next: null
			};
		case 'access-used':
			return {
				lead:
					notice.role === 'insured-person'
						? m.access_notice_used_insured()
						: m.access_notice_used_representative(),
				facts: [
					contract,
					{ label: m.access_notice_at(), value: formatDateTime(notice.atMs, locale) },
					...(notice.scope
						? [{ label: m.access_notice_scope(), value: scopeText(notice.scope) }]
						: []),
					...(notice.endsOn
						? [{ label: m.access_ends_on(), value: formatDate(notice.endsOn, locale) }]
						: [])
				],
				next: m.access_notice_used_next()
			};
		case 'access-ended':
			return {
				lead: m.access_notice_ended(),
				facts: [
					contract,
					{ label: m.access_notice_at(), value: formatDateTime(notice.atMs, locale) }
				],
				next: null
			};
		case 'request-received':
			return {
				lead: m.contracts_notice_received(),
				facts: [
					contract,
					{ label: m.contracts_request_what(), value: requestKindText(notice.request) },
					{ label: m.contracts_request_reference(), value: notice.reference },
					{ label: m.contracts_withdraw_name(), value: notice.name },
					...(notice.wishedOn
						? [
								{
									label: m.contracts_staff_wished_on(),
									value: formatDate(notice.wishedOn, locale)
								}
							]
						: []),
					...(notice.note ? [{ label: m.contracts_request_note(), value: notice.note }] : []),
					{
						label: m.contracts_request_received_at(),
						value: formatDateTime(notice.receivedAtMs, locale)
					}
				],
				next: m.contracts_request_answer_later()
			};
		case 'request-answered':
			return {
				lead: notice.reason ? refusalText(notice.reason) : m.contracts_notice_accepted(),
				facts: [
					contract,
					{ label: m.contracts_request_what(), value: requestKindText(notice.request) },
					{ label: m.contracts_request_reference(), value: notice.reference },
					{
						label: m.contracts_staff_answered_at(),
						value: formatDateTime(notice.answeredAtMs, locale)
					},
					...(notice.endsOn
						? [{ label: m.contracts_notice_ends_on(), value: formatDate(notice.endsOn, locale) }]
						: [])
				],
				next: notice.outcome === 'refused' ? m.contracts_notice_refused_next() : null
			};
		case 'inquiry-received':
			return {
				lead: m.inquiries_notice_received({ date: formatDate(notice.dueOn, locale) }),
				facts: [contract, ...inquiryFacts(notice, locale)],
				next: clockLawText(notice.clock)
			};
		case 'inquiry-answered':
			return {
				lead: answerText(notice, locale),
				facts: [...answerFacts(notice, locale), contract, ...inquiryFacts(notice, locale)],
				next:
					notice.outcome === 'covered'
						? m.inquiries_answer_deductible()
						: m.inquiries_answer_disagree()
			};
		default:
			return notice satisfies never;
	}
}
