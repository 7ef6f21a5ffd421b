import type { SessionsEndReason } from '#lib/domain/accounts/sessions-end.ts';
import type { StaffRole } from '#lib/domain/actor.ts';
import { m } from './generated/messages.js';

const ROLE_TEXTS = {
	clerk: m.staff_role_clerk,
	seniorClerk: m.staff_role_senior_clerk,
	finance: m.staff_role_finance,
	support: m.staff_role_support,
	dpo: m.staff_role_dpo,
	auditor: m.staff_role_auditor,
	editor: m.staff_role_editor,
	contestOfficer: m.staff_role_contest_officer,
	fundMembershipClerk: m.staff_role_fund_membership_clerk
} satisfies Record<StaffRole, unknown>;

/** What somebody does here, in the reader's language. */
export function roleText(role: StaffRole): string {
	return ROLE_TEXTS[role]();
}

/** For a select field: every role that somebody can have here. */
export function roleChoices(
	roles: readonly StaffRole[]
): readonly { readonly value: string; readonly label: string }[] {
	return roles.map((role) => ({ value: role, label: roleText(role) }));
}

const REASON_TEXTS = {
	'phone-gone': m.staff_end_reason_phone_gone,
	'somebody-else': m.staff_end_reason_somebody_else,
	asked: m.staff_end_reason_asked,
	suspicion: m.staff_end_reason_suspicion
} satisfies Record<SessionsEndReason, unknown>;

/** Why staff ended a customer's sessions, as staff choose it. */
export function sessionsEndReasonText(reason: SessionsEndReason): string {
	return REASON_TEXTS[reason]();
}
