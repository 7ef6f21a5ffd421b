import { calendarDateOf } from '#lib/domain/calendar.ts';
import type { ProcessingConfirmation } from '#lib/domain/documents/document.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { formatDate, formatDateTime, formatMoney } from './format.ts';
import { m } from './generated/messages.js';

/** Everything page and PDF of a processing confirmation say: both say all of it. */
export function confirmationTexts(confirmation: ProcessingConfirmation, locale: Language) {
	const options = { locale };
	const { payee, decision, files } = confirmation;
	const dateOf = (atMs: number) => formatDate(calendarDateOf(atMs), locale);
	const submitted = confirmation.isByPost
		? { label: m.post_arrived({}, options), value: dateOf(confirmation.submittedAtMs) }
		: {
				label: m.documents_confirmation_submitted({}, options),
				value: formatDateTime(confirmation.submittedAtMs, locale)
			};
	return {
		lead: decision
			? m.documents_confirmation_lead({}, options)
			: m.documents_confirmation_advance_lead({}, options),
		total: m.documents_confirmation_total({}, options),
		totalAmount: formatMoney(confirmation.amount, locale),
		totalTo: m.staff_statement_total_to({ holder: payee.holder, last4: payee.ibanLast4 }, options),
		facts: [
			{ label: m.documents_receipt_number({}, options), value: confirmation.claimNumber },
			submitted,
			{
				label: m.documents_confirmation_what({}, options),
				value: [
					...(decision ? [billsText(decision.bills, locale)] : []),
					files === 1
						? m.documents_confirmation_file({}, options)
						: m.documents_confirmation_files({ count: files }, options)
				].join(', ')
			},
			...(decision
				? [
						{
							label: m.documents_confirmation_decided({}, options),
							value: dateOf(decision.decidedAtMs)
						}
					]
				: []),
			{ label: m.documents_confirmation_paid({}, options), value: dateOf(confirmation.paidAtMs) },
			{ label: m.documents_confirmation_run({}, options), value: confirmation.runReference },
			{
				label: m.documents_confirmation_reference({}, options),
				value: confirmation.paymentReference
			}
		],
		statement: decision
			? m.documents_confirmation_statement(
					// Never broken at its hyphens.
					{ number: decision.statement.number.replaceAll('-', '\u2011') },
					options
				)
			: m.documents_confirmation_advance_next({}, options),
		missingTitle: m.documents_confirmation_missing_title({}, options),
		missing: m.documents_confirmation_missing(
			{ mail: OPERATOR.contactMail, phone: OPERATOR.contactPhone },
			options
		)
	};
}

function billsText(count: number, locale: Language): string {
	return count === 1
		? m.documents_confirmation_bill({}, { locale })
		: m.documents_confirmation_bills({ count }, { locale });
}
