import type { ErrorCode } from '#lib/domain/result.ts';
import { m } from './generated/messages.js';

/** What a form can fail with as a whole: every domain code, and a database that cannot be reached. */
export type FormCode = ErrorCode | 'portal/unavailable';

const ERROR_TEXTS: Readonly<Record<FormCode, () => string>> = {
	'portal/unavailable': m.portal_error_unavailable,
	'portal/invalid-input': m.portal_error_invalid_input,
	'portal/not-found': m.portal_error_not_found,
	'portal/forbidden': m.portal_error_forbidden,
	'portal/unauthenticated': m.portal_error_unauthenticated,
	'portal/limit-reached': m.portal_error_limit_reached,
	'portal/must-change-password': m.portal_error_must_change_password,
	'accounts/link-invalid': m.accounts_error_link_invalid,
	'accounts/mail-link-invalid': m.accounts_error_mail_link_invalid,
	'accounts/code-invalid': m.accounts_error_code_invalid,
	'accounts/sign-in-failed': m.accounts_error_sign_in_failed,
	'accounts/challenge-ended': m.accounts_error_challenge_ended,
	'accounts/enrolment-ended': m.accounts_error_enrolment_ended,
	'accounts/email-link-invalid': m.accounts_error_email_link_invalid,
	'accounts/step-up-failed': m.accounts_error_step_up_failed,
	'accounts/password-same': m.accounts_error_password_same,
	'accounts/step-up-ended': m.accounts_error_step_up_ended,
	'accounts/too-many-tries': m.accounts_error_too_many_tries,
	'accounts/proof-invalid': m.recovery_error_proof_invalid,
	'accounts/recovery-link-invalid': m.recovery_error_link_invalid,
	'accounts/recovery-ended': m.recovery_error_ended,
	'accounts/recovery-refused': m.recovery_error_refused,
	'accounts/recovery-too-many-tries': m.recovery_error_too_many,
	'accounts/answers-missing': m.recovery_error_answers_missing,
	'accounts/case-open': m.recovery_error_case_open,
	'accounts/case-closed': m.recovery_error_case_closed,
	'accounts/case-too-early': m.recovery_error_case_too_early,
	'accounts/case-own': m.recovery_error_case_own,
	'accounts/case-same-person': m.recovery_error_case_same_person,
	'accounts/case-young-contact': m.recovery_error_case_young_contact,
	'accounts/letter-printed': m.recovery_error_letter_printed,
	'accounts/passkey-refused': m.accounts_error_passkey_refused,
	'accounts/passkey-not-added': m.accounts_error_passkey_not_added,
	'accounts/too-many-passkeys': m.accounts_error_too_many_passkeys,
	'accounts/last-passkey': m.accounts_error_last_passkey,
	'contracts/link-refused': m.contracts_error_link_refused,
	'contracts/already-linked': m.contracts_error_already_linked,
	'claims/submission-mismatch': m.claims_error_submission_mismatch,
	'claims/files-missing': m.claims_error_files_missing,
	'claims/file-refused': m.claims_error_file_refused,
	'claims/file-too-large': m.claims_error_file_too_large,
	'claims/too-many-files': m.claims_error_too_many_files,
	'claims/cover-ended': m.claims_error_cover_ended,
	'claims/not-in-review': m.claims_error_not_in_review,
	'claims/own-claim': m.claims_error_own_claim,
	'claims/changed-meanwhile': m.claims_error_changed_meanwhile,
	'claims/already-submitted': m.claims_error_already_submitted,
	'claims/withdrawn': m.claims_error_withdrawn,
	'claims/draft-changed': m.claims_error_draft_changed,
	'claims/draft-space': m.claims_error_draft_space,
	'claims/not-assigned': m.desk_error_not_assigned,
	'claims/assigned-meanwhile': m.desk_error_assigned_meanwhile,
	'claims/assignee-unsuitable': m.desk_error_assignee_unsuitable,
	'claims/opening-reviewed': m.desk_error_opening_reviewed,
	'claims/document-asked': m.requests_error_asked,
	'claims/request-closed': m.requests_error_closed,
	'payouts/second-person': m.payouts_error_second_person,
	'payouts/changed-meanwhile': m.payouts_error_changed_meanwhile,
	'payouts/not-genuine': m.payouts_error_not_genuine,
	'payouts/nothing-ready': m.payouts_error_nothing_ready,
	'staff/address-taken': m.staff_error_address_taken,
	'staff/second-person': m.staff_error_second_person,
	'staff/not-yourself': m.staff_error_not_yourself,
	'staff/change-waiting': m.staff_error_change_waiting,
	'staff/changed-meanwhile': m.staff_error_changed_meanwhile,
	'staff/role-same': m.staff_error_role_same,
	'staff/passkey-refused': m.staff_error_passkey_refused,
	'staff/own-contract-known': m.staff_error_own_contract_known,
	'privacy/export-ended': m.privacy_error_export_ended,
	'privacy/deletion-waiting': m.privacy_error_deletion_waiting,
	'privacy/deletion-not-waiting': m.privacy_error_deletion_not_waiting,
	'audit/sealed-meanwhile': m.audit_error_sealed_meanwhile
};

/** What happened, why, and the way out, in the reader's language. */
export function errorText(code: FormCode): string {
	return ERROR_TEXTS[code]();
}

const ISSUE_TEXTS: Readonly<Record<string, () => string>> = {
	required: m.issue_required,
	invalid: m.issue_invalid,
	'too-long': m.issue_too_long,
	'name-invalid': m.issue_name_invalid,
	'email-invalid': m.issue_email_invalid,
	'phone-invalid': m.issue_phone_invalid,
	'email-same': m.issue_email_same,
	'new-code-wrong': m.issue_new_code_wrong,
	'password-short': m.issue_password_short,
	'password-long': m.issue_password_long,
	'password-common': m.issue_password_common,
	'password-context': m.issue_password_context,
	'password-wrong': m.issue_password_wrong,
	'answer-short': m.issue_answer_short,
	'answer-common': m.issue_answer_common,
	'answer-twice': m.issue_answer_twice,
	'question-twice': m.issue_question_twice,
	'notice-missing': m.issue_notice_missing,
	'code-shape': m.issue_code_shape,
	'recovery-code-shape': m.issue_recovery_code_shape,
	'proof-shape': m.issue_proof_shape,
	'passkey-missing': m.accounts_passkey_failed,
	'date-invalid': m.issue_date_invalid,
	'date-in-future': m.issue_date_in_future,
	'policy-number-shape': m.issue_policy_number_shape,
	'amount-invalid': m.issue_amount_invalid,
	'amount-too-large': m.issue_amount_too_large,
	'currency-unknown': m.issue_currency_unknown,
	'ends-before-start': m.issue_ends_before_start,
	'outside-cover': m.issue_outside_cover,
	'person-not-insured': m.issue_person_not_insured,
	'invoice-missing': m.issue_invoice_missing,
	'file-missing': m.issue_file_missing,
	'file-type': m.issue_file_type,
	'file-empty': m.issue_file_empty,
	'file-too-large': m.issue_file_too_large,
	'file-broken': m.requests_issue_broken,
	'file-metadata': m.requests_issue_metadata,
	'file-active': m.requests_issue_active,
	'too-many': m.issue_too_many,
	'iban-invalid': m.issue_iban_invalid,
	'policy-number-unknown': m.issue_policy_number_unknown,
	'customer-unknown': m.issue_customer_unknown,
	'declaration-missing': m.issue_declaration_missing,
	'above-billed': m.issue_above_billed,
	'above-recognised': m.issue_above_recognised,
	'reason-missing': m.issue_reason_missing,
	'reason-without-reduction': m.issue_reason_without_reduction,
	'deductible-exceeded': m.issue_deductible_exceeded,
	'rate-missing': m.issue_rate_missing,
	'rate-invalid': m.issue_rate_invalid,
	'note-short': m.desk_issue_note_short
};

/** The text beside a field; a code nobody wrote a text for reads as "not valid". */
export function issueText(code: string): string {
	return (ISSUE_TEXTS[code] ?? m.issue_invalid)();
}

/** Every issue of a form as text, ready for the fields and the summary. */
export function issueTexts(issues: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(issues).map(([field, code]) => [field, issueText(code)])
	);
}
