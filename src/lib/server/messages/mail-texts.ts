import type { AccountChange } from '#lib/domain/accounts/sensitive-acts.ts';
import type { SessionsEndReason } from '#lib/domain/accounts/sessions-end.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { formatDate, formatDateTime } from '#lib/i18n/format.ts';
import { refusalText, requestKindText } from '#lib/i18n/contract-request-texts.ts';
import { m } from '#lib/i18n/generated/messages.js';

export type MailText = { readonly subject: string; readonly text: string };

/** Mails to an address that nobody has confirmed: without a name that somebody typed. */
const UNNAMED: ReadonlySet<Mail['template']> = new Set([
	'verify-mail',
	'confirm-email',
	'email-taken'
]);

const CHANGE_TEXTS = {
	password: m.mails_changed_password,
	email: m.mails_changed_email,
	mobile: m.mails_changed_mobile,
	questions: m.mails_changed_questions,
	authenticator: m.mails_changed_authenticator,
	'recovery-codes': m.mails_changed_recovery_codes,
	passkey: m.mails_changed_passkey,
	export: m.mails_changed_export,
	'bank-account': m.mails_changed_bank_account
} satisfies Record<AccountChange, unknown>;
const END_REASON_TEXTS = {
	'phone-gone': m.mails_ended_phone_gone,
	'somebody-else': m.mails_ended_somebody_else,
	asked: m.mails_ended_asked,
	suspicion: m.mails_ended_suspicion
} satisfies Record<SessionsEndReason, unknown>;
const CASE_TEXTS = {
	'recovery-opened': m.mails_case_opened_text,
	'recovery-reminder': m.mails_case_reminder_text,
	'recovery-approved': m.mails_case_approved_text
} as const;

/** The words of a mail in its reader's language. Never content, one link, the reason for the mail. */
export function mailText(mail: Mail, portalUrl: string, staffUrl = portalUrl): MailText {
	const locale = { locale: mail.language };
	const frame = (subject: string, paragraphs: readonly string[]): MailText => ({
		subject,
		text: [
			// Anybody can have this mail sent to anybody, so no word of theirs may be in it.
			UNNAMED.has(mail.template)
				? m.mails_greeting_unnamed({}, locale)
				: m.mails_greeting({ name: mail.name }, locale),
			...paragraphs,
			m.mails_closing({ insurer: OPERATOR.insurerName }, locale),
			m.mails_reason({ portal: portalUrl }, locale)
		].join('\n\n')
	});
	const phone = OPERATOR.contactPhone;
	const notYou = `${m.mails_recovery_not_you({ phone }, locale)}\n\n${portalUrl}/recover`;
	switch (mail.template) {
		case 'verify-mail': {
			// The code travels in the fragment: it reaches no server log and no referrer.
			const link = `${portalUrl}/register/verify#${mail.code}`;
			return frame(m.mails_verify_subject({}, locale), [
				m.mails_verify_text({}, locale),
				link,
				m.mails_verify_code({}, locale),
				groupCode(mail.code),
				m.mails_verify_expiry({}, locale)
			]);
		}
		case 'already-registered':
			return frame(m.mails_known_subject({}, locale), [
				m.mails_known_text({}, locale),
				`${portalUrl}/sign-in`
			]);
		case 'registration-complete':
			return frame(m.mails_complete_subject({}, locale), [
				m.mails_complete_text({}, locale),
				m.mails_complete_warning({}, locale),
				`${portalUrl}/sign-in`
			]);
		case 'new-document':
			return frame(m.mails_document_subject({}, locale), [
				m.mails_document_text({}, locale),
				`${portalUrl}/mailbox`
			]);
		case 'new-message':
			return frame(m.mails_message_subject({}, locale), [
				m.mails_message_text({}, locale),
				`${portalUrl}/mailbox`
			]);
		case 'draft-expires':
			return frame(m.mails_draft_expires_subject({}, locale), [
				mail.isLast
					? m.mails_draft_expires_tomorrow({}, locale)
					: m.mails_draft_expires_week({}, locale),
				m.mails_draft_expires_keep({}, locale),
				`${portalUrl}/drafts`
			]);
		case 'file-refused':
			return frame(m.mails_file_refused_subject({}, locale), [
				m.mails_file_refused_text({ phone }, locale),
				`${portalUrl}/claims`
			]);
		case 'payout-returned':
			return frame(m.payouts_mail_subject({}, locale), [
				m.payouts_mail_text({}, locale),
				`${portalUrl}/claims`
			]);
		case 'documents-asked':
			return frame(m.requests_mail_subject({}, locale), [
				m.requests_mail_text({}, locale),
				`${portalUrl}/claims`
			]);
		case 'document-by-post':
			return frame(m.post_mail_subject({}, locale), [
				m.post_mail_text({}, locale),
				`${portalUrl}/claims`
			]);
		case 'proofs-asked':
			return frame(m.requests_mail_subject({}, locale), [
				m.proofs_mail_text({}, locale),
				`${portalUrl}/contracts`
			]);
		case 'objection-received':
			return mail.isAgainstRules
				? frame(m.reviews_mail_rules_subject({}, locale), [
						m.reviews_mail_rules_text({}, locale),
						`${portalUrl}/claims`
					])
				: frame(m.reviews_mail_subject({}, locale), [
						m.reviews_mail_text({}, locale),
						`${portalUrl}/claims`
					]);
		case 'advance-received':
			return frame(m.advances_mail_subject({}, locale), [
				m.advances_mail_text({}, locale),
				`${portalUrl}/claims`
			]);
		case 'reset-password':
			return frame(m.mails_reset_subject({}, locale), [
				m.mails_reset_text({}, locale),
				`${portalUrl}/recover/password/new#${mail.code}`,
				m.mails_recovery_code({}, locale),
				groupCode(mail.code),
				m.mails_reset_expiry({}, locale)
			]);
		case 'open-recovery':
			return frame(m.mails_open_recovery_subject({}, locale), [
				m.mails_open_recovery_text({}, locale),
				`${portalUrl}/recover/case/confirm#${mail.code}`,
				m.mails_recovery_code({}, locale),
				groupCode(mail.code),
				m.mails_open_recovery_expiry({}, locale)
			]);
		case 'password-recovered':
			return frame(m.mails_password_recovered_subject({}, locale), [
				m.mails_password_recovered_text({}, locale),
				m.mails_passkeys_gone({}, locale),
				m.mails_not_me({}, locale),
				`${portalUrl}/not-me#${mail.code}`,
				notYou
			]);
		case 'authenticator-recovered':
			return frame(m.mails_authenticator_recovered_subject({}, locale), [
				m.mails_authenticator_recovered_text({}, locale),
				m.mails_passkeys_gone({}, locale),
				m.mails_not_me({}, locale),
				`${portalUrl}/not-me#${mail.code}`,
				notYou
			]);
		case 'recovery-opened':
		case 'recovery-reminder':
		case 'recovery-approved':
			return frame(m.mails_case_subject({}, locale), [
				CASE_TEXTS[mail.template]({}, locale),
				m.mails_case_cancel({}, locale),
				`${portalUrl}/recover/cancel#${mail.code}`
			]);
		case 'recovery-closed':
			return frame(m.mails_case_closed_subject({}, locale), [
				m.mails_case_closed_text({}, locale),
				`${portalUrl}/recover`
			]);
		case 'account-secured':
			return frame(m.mails_secured_subject({}, locale), [
				m.mails_secured_text({}, locale),
				m.mails_secured_next({}, locale),
				m.mails_passkeys_gone({}, locale),
				`${portalUrl}/sign-in`
			]);
		case 'staff-account-secured':
			return frame(m.mails_secured_subject({}, locale), [
				m.mails_secured_text({}, locale),
				m.mails_secured_staff({}, locale)
			]);
		case 'confirm-email':
			return frame(m.mails_confirm_email_subject({}, locale), [
				m.mails_confirm_email_text({}, locale),
				`${portalUrl}/email/confirm#${mail.code}`,
				m.mails_confirm_email_expiry({}, locale)
			]);
		case 'email-taken':
			return frame(m.mails_email_taken_subject({}, locale), [m.mails_email_taken_text({}, locale)]);
		case 'email-change-asked':
			return frame(m.mails_email_asked_subject({}, locale), [
				m.mails_email_asked_text({}, locale),
				m.mails_changed_own({}, locale),
				m.mails_email_block({}, locale),
				`${portalUrl}/email/block#${mail.code}`
			]);
		case 'email-replaced':
			return frame(m.mails_email_replaced_subject({}, locale), [
				m.mails_email_replaced_text({}, locale),
				m.mails_changed_own({}, locale),
				m.mails_email_undo({}, locale),
				`${portalUrl}/email/block#${mail.code}`
			]);
		case 'email-blocked':
			return frame(m.mails_email_blocked_subject({}, locale), [
				m.mails_email_blocked_text({}, locale),
				m.mails_email_blocked_call({ phone: OPERATOR.contactPhone }, locale)
			]);
		case 'account-changed':
			return frame(m.mails_changed_subject({}, locale), [
				CHANGE_TEXTS[mail.change]({}, locale),
				m.mails_changed_own({}, locale),
				m.mails_not_me({}, locale),
				`${portalUrl}/not-me#${mail.code}`
			]);
		case 'account-closing':
			return frame(m.mails_closing_account_subject({}, locale), [
				m.mails_closing_account_text(
					{ day: formatDate(calendarDateOf(mail.dueAtMs), mail.language) },
					locale
				),
				m.mails_closing_account_keep({}, locale),
				`${portalUrl}/keep-account#${mail.code}`
			]);
		case 'account-idle':
			return frame(m.mails_idle_subject({}, locale), [
				m.mails_idle_text({ day: formatDate(calendarDateOf(mail.dueAtMs), mail.language) }, locale),
				m.mails_idle_keep({}, locale),
				`${portalUrl}/keep-account#${mail.code}`
			]);
		case 'account-kept':
			return frame(m.mails_account_kept_subject({}, locale), [
				m.mails_account_kept_text({}, locale),
				`${portalUrl}/sign-in`
			]);
		case 'account-deleted':
			return frame(m.mails_account_deleted_subject({}, locale), [
				m.mails_account_deleted_text({}, locale),
				m.mails_account_deleted_kept({}, locale),
				`${portalUrl}/privacy`
			]);
		case 'bank-account-changing':
			return frame(m.mails_bank_changing_subject({}, locale), [
				m.mails_bank_changing_text({ day: formatDate(mail.holdsFrom, mail.language) }, locale),
				m.mails_bank_changing_own({}, locale),
				m.mails_bank_changing_stop({}, locale),
				`${portalUrl}/bank-account/stop#${mail.code}`
			]);
		case 'bank-account-kept':
			return frame(m.mails_bank_kept_subject({}, locale), [
				m.mails_bank_kept_text({}, locale),
				`${portalUrl}/mailbox`
			]);
		case 'contract-request-received':
			return frame(m.mails_request_received_subject({}, locale), [
				m.mails_request_received_text({}, locale),
				[
					`${m.contracts_request_what({}, locale)}: ${requestKindText(mail.request, locale)}`,
					`${m.contracts_request_reference({}, locale)}: ${mail.reference}`,
					`${m.contracts_policy_number({}, locale)}: ${mail.policyNumber}`,
					`${m.contracts_withdraw_name({}, locale)}: ${mail.name}`,
					...(mail.wishedOn
						? [
								`${m.contracts_staff_wished_on({}, locale)}: ${formatDate(mail.wishedOn, mail.language)}`
							]
						: []),
					`${m.contracts_request_received_at({}, locale)}: ${formatDateTime(mail.receivedAtMs, mail.language)}`
				].join('\n'),
				m.mails_request_received_next({}, locale),
				m.mails_request_not_you({ phone }, locale)
			]);
		case 'contract-request-answered':
			return frame(m.mails_request_answered_subject({}, locale), [
				m.mails_request_answered_text({ reference: mail.reference }, locale),
				`${requestKindText(mail.request, locale)}: ${
					mail.outcome === 'accepted'
						? m.contracts_request_accepted({}, locale)
						: m.contracts_request_refused({}, locale)
				}`,
				...(mail.refusal ? [refusalText(mail.refusal, locale)] : []),
				m.mails_request_questions({ phone }, locale)
			]);
		case 'unlock-sign-in':
			return frame(m.mails_unlock_subject({}, locale), [
				m.mails_unlock_text({}, locale),
				`${portalUrl}/sign-in/unlock#${mail.code}`,
				m.mails_unlock_expiry({}, locale)
			]);
		case 'new-device':
			return frame(m.mails_new_device_subject({}, locale), [
				m.mails_new_device_text({}, locale),
				seenText(mail),
				m.mails_seen_not_me({}, locale),
				`${portalUrl}/not-me#${mail.code}`
			]);
		case 'wrong-code':
			return frame(m.mails_wrong_code_subject({}, locale), [
				m.mails_wrong_code_text({}, locale),
				seenText(mail),
				m.mails_seen_not_me({}, locale),
				`${portalUrl}/not-me#${mail.code}`
			]);
		case 'session-ended':
			return frame(m.mails_session_ended_subject({}, locale), [
				m.mails_session_ended_text({}, locale),
				`${portalUrl}/account`
			]);
		case 'sessions-ended-by-staff':
			return frame(m.mails_ended_by_staff_subject({}, locale), [
				m.mails_ended_by_staff_text({}, locale),
				END_REASON_TEXTS[mail.reason]({}, locale),
				m.mails_ended_by_staff_next({}, locale),
				`${portalUrl}/sign-in`,
				m.mails_ended_by_staff_call({ phone }, locale)
			]);
		case 'staff-invitation':
			return frame(m.mails_staff_invitation_subject({}, locale), [
				m.mails_staff_invitation_text({}, locale),
				`${staffUrl}/staff/invitation#${mail.code}`,
				m.mails_staff_invitation_expiry({}, locale)
			]);
		case 'authenticator-off':
			return frame(m.mails_off_subject({}, locale), [
				mail.authenticator === 'password'
					? m.mails_off_password({}, locale)
					: m.mails_off_totp({}, locale),
				`${portalUrl}/sign-in`
			]);
		default:
			return mail satisfies never;
	}
}

type Seen = Extract<Mail, { readonly template: 'new-device' | 'wrong-code' }>;

/** When, and with which browser in which country, as far as anybody can tell. */
function seenText({ atMs, country, browser, system, language }: Seen): string {
	const locale = { locale: language };
	const device = [browser, system].filter((name) => name !== null).join(', ');
	const place =
		country === null ? null : new Intl.DisplayNames(language, { type: 'region' }).of(country);
	return [
		m.mails_seen_at({ time: formatDateTime(atMs, language) }, locale),
		m.mails_seen_device({ device: device || m.mails_seen_unknown({}, locale) }, locale),
		...(place ? [m.mails_seen_place({ place }, locale)] : [])
	].join('\n');
}

function groupCode(code: string): string {
	return code.replace(/(.{5})(?=.)/g, '$1 ');
}
