import { m } from '#lib/i18n/generated/messages.js';

// The faults of this form alone: the portal's whole list would be carried by every offline device.
const ISSUES: Readonly<Record<string, () => string>> = {
	required: m.issue_required,
	'too-long': m.issue_too_long,
	'date-invalid': m.issue_date_invalid,
	'date-in-future': m.issue_date_in_future,
	'ends-before-start': m.issue_ends_before_start,
	'amount-invalid': m.issue_amount_invalid,
	'amount-too-large': m.issue_amount_too_large,
	'currency-unknown': m.issue_currency_unknown,
	'iban-invalid': m.issue_iban_invalid,
	'bic-invalid': m.issue_bic_invalid,
	'bic-iban-country': m.issue_bic_iban_country,
	'account-number-invalid': m.issue_account_number_invalid,
	'person-not-insured': m.issue_person_not_insured,
	'invoice-missing': m.issue_invoice_missing,
	'declaration-missing': m.issue_declaration_missing,
	'file-missing': m.issue_file_missing,
	'file-type': m.issue_file_type,
	'file-too-large': m.issue_file_too_large,
	'file-empty': m.issue_file_empty,
	'too-many': m.issue_too_many,
	'file-unreadable': m.drafts_issue_file_unreadable,
	'file-heic': m.drafts_issue_file_heic,
	'picture-too-large': m.capture_issue_picture_too_large,
	'pdf-locked': m.capture_issue_pdf_locked,
	'pdf-unreadable': m.capture_issue_pdf_unreadable,
	'pdf-tool-missing': m.capture_issue_pdf_tool_missing,
	'file-not-saved': m.drafts_issue_file_not_saved,
	'file-damaged': m.drafts_issue_file_damaged,
	'file-refused': m.drafts_issue_file_refused,
	'file-elsewhere': m.copies_file_elsewhere,
	'storage-full': m.copies_issue_storage_full,
	'two-versions': m.copies_issue_two_versions
};

const REASONS: Readonly<Record<string, () => string>> = {
	'portal/invalid-input': m.drafts_reason_invalid,
	'claims/file-refused': m.drafts_reason_file,
	'claims/file-too-large': m.drafts_reason_file,
	'drafts/file-damaged': m.drafts_reason_file,
	'drafts/receipt-mismatch': m.drafts_reason_receipt,
	'claims/already-submitted': m.drafts_reason_already
};

export function issueText(code: string): string {
	return (ISSUES[code] ?? m.issue_invalid)();
}

/** Why the insurer did not take a claim. */
export function reasonText(code: string): string {
	return (REASONS[code] ?? m.drafts_reason_other)();
}
