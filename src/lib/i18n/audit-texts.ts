import type { AuditEventKind } from '#lib/domain/audit/audit.ts';
import { m } from './generated/messages.js';

const TEXTS: Readonly<Record<AuditEventKind, () => string>> = {
	'account/registered': m.accounts_log_registered,
	'account/mail-verified': m.accounts_log_mail_verified,
	'account/activated': m.accounts_log_activated,
	'account/signed-in': m.accounts_log_signed_in,
	'account/sign-in-failed': m.accounts_log_sign_in_failed,
	'account/signed-out': m.accounts_log_signed_out,
	'account/password-accepted': m.accounts_log_password_accepted,
	'account/sign-in-delayed': m.accounts_log_sign_in_delayed,
	'account/sign-in-unlocked': m.accounts_log_sign_in_unlocked,
	'account/authenticator-off': m.accounts_log_authenticator_off,
	'account/limit-reached': m.accounts_log_limit_reached,
	'account/disowned': m.accounts_log_disowned,
	'account/step-up-failed': m.accounts_log_step_up_failed,
	'account/password-changed': m.accounts_log_password_changed,
	'account/password-reset-asked': m.recovery_log_reset_asked,
	'account/password-reset': m.recovery_log_reset,
	'account/recovery-started': m.recovery_log_started,
	'account/recovery-failed': m.recovery_log_failed,
	'account/authenticator-recovered': m.recovery_log_authenticator,
	'recovery/case-opened': m.recovery_log_case_opened,
	'recovery/case-cancelled': m.recovery_log_case_cancelled,
	'recovery/case-viewed': m.recovery_log_case_viewed,
	'recovery/case-checked': m.recovery_log_case_checked,
	'recovery/case-approved': m.recovery_log_case_approved,
	'recovery/case-refused': m.recovery_log_case_refused,
	'recovery/case-expired': m.recovery_log_case_expired,
	'recovery/letter-printed': m.recovery_log_letter,
	'account/email-change-asked': m.accounts_log_email_change_asked,
	'account/email-change-cancelled': m.accounts_log_email_change_cancelled,
	'account/email-changed': m.accounts_log_email_changed,
	'account/email-change-blocked': m.accounts_log_email_change_blocked,
	'account/mobile-changed': m.accounts_log_mobile_changed,
	'account/questions-changed': m.accounts_log_questions_changed,
	'account/authenticator-replaced': m.accounts_log_authenticator_replaced,
	'account/recovery-codes-renewed': m.accounts_log_recovery_codes_renewed,
	'account/session-ended': m.accounts_log_session_ended,
	'account/sessions-ended-by-staff': m.accounts_log_sessions_ended_by_staff,
	'account/device-forgotten': m.accounts_log_device_forgotten,
	'account/passkey-added': m.accounts_log_passkey_added,
	'account/passkey-removed': m.accounts_log_passkey_removed,
	'data/export-opened': m.privacy_log_export_opened,
	'data/exported': m.privacy_log_exported,
	'account/deletion-asked': m.privacy_log_deletion_asked,
	'account/deletion-cancelled': m.privacy_log_deletion_cancelled,
	'account/erased': m.privacy_log_erased,
	'contract/linked': m.accounts_log_contract_linked,
	'contract/link-failed': m.accounts_log_contract_link_failed,
	'contract/account-revealed': m.contracts_log_account_revealed,
	'claim/submitted': m.accounts_log_claim_submitted,
	'claim/viewed': m.accounts_log_claim_viewed,
	'claim/file-viewed': m.accounts_log_claim_file_viewed,
	'claim/file-refused': m.capture_log_file_refused,
	'claim/decided': m.accounts_log_claim_decided,
	'claim/document-asked': m.requests_log_asked,
	'claim/document-withdrawn': m.requests_log_withdrawn,
	'claim/document-received': m.requests_log_received,
	'claim/access-refused': m.desk_log_access_refused,
	'claim/opened-with-reason': m.desk_log_opened_with_reason,
	'claim/opening-reviewed': m.desk_log_opening_reviewed,
	'claim/assigned': m.desk_log_assigned,
	'claim/released': m.desk_log_released,
	'payout/viewed': m.payouts_log_viewed,
	'payout/approved': m.payouts_log_approved,
	'payout/refused': m.payouts_log_refused,
	'payout/account-changed': m.payouts_log_account_changed,
	'payout/returned': m.payouts_log_returned,
	'payout/run-created': m.payouts_log_run_created,
	'payout/file-fetched': m.payouts_log_file_fetched,
	'payout/run-confirmed': m.payouts_log_run_confirmed,
	'document/read': m.accounts_log_document_read,
	'staff/invitation-asked': m.staff_log_invitation_asked,
	'staff/invited-by-command': m.staff_log_invited_by_command,
	'staff/role-change-asked': m.staff_log_role_change_asked,
	'staff/readmission-asked': m.staff_log_readmission_asked,
	'staff/change-approved': m.staff_log_change_approved,
	'staff/change-refused': m.staff_log_change_refused,
	'staff/invitation-accepted': m.staff_log_invitation_accepted,
	'staff/disabled': m.staff_log_disabled,
	'staff/sessions-ended': m.staff_log_sessions_ended,
	'staff/own-contract-named': m.staff_log_own_contract_named,
	'data/integrity-failed': m.accounts_log_integrity_failed
};

/** What an entry of the log says in the reader's language. */
export function auditText(entry: {
	readonly event: AuditEventKind;
	readonly outcome: 'success' | 'failure';
}): string {
	if (entry.event === 'account/registered' && entry.outcome === 'failure') {
		return m.accounts_log_registered_again();
	}
	if (entry.event === 'account/password-reset' && entry.outcome === 'failure') {
		return m.recovery_log_reset_failed();
	}
	return TEXTS[entry.event]();
}
