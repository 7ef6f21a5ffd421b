import { calendarDateOf, DAY_MS, HOUR_MS, MINUTE_MS, type CalendarDate } from '../calendar.ts';
import { failed, ok, type Result } from '../result.ts';

/** ASVS 6.5.5: what helps to authenticate lives ten minutes. */
export const RECOVERY_MAIL_LIFETIME_MS = 10 * MINUTE_MS;
/** Wrong authenticator or recovery codes one mail is good for. */
export const RESET_TRIES = 5;
/** And one account in a day, however many mails were asked for (security.md 3.10). */
export const RESET_TRIES_A_DAY = 20;
/** Both answers at once, three times a case (A22). */
export const ANSWER_TRIES = 3;
/** Long enough for the owner to read one of three mails and to stop the case (A23). */
export const RECOVERY_WAIT_MS = 72 * HOUR_MS;
export const REMINDER_STEP_MS = 24 * HOUR_MS;
export const REMINDERS = 2;
/** A case nobody has approved by then is closed. */
export const CASE_LIFETIME_MS = 30 * DAY_MS;
export const LETTER_LIFETIME_MS = 21 * DAY_MS;
export const LETTER_TRIES = 5;
/** As long as a case and its letter can live: every mail about it can stop it. */
export const CANCEL_LIFETIME_MS = CASE_LIFETIME_MS + LETTER_LIFETIME_MS;
/** An address or number that is younger proves nothing about its owner (security.md 3.5). */
export const YOUNG_CONTACT_MS = 30 * DAY_MS;
/** Bank changes and payouts need staff for so long after a recovery by letter. */
export const CARE_AFTER_RECOVERY_MS = 7 * DAY_MS;

export const RECOVERY_PROOFS = [
	'mail',
	'answers',
	'password',
	'totp',
	'recovery-code',
	'waiting-time',
	'staff'
] as const;
/** `staff`: checked by one, approved by another, and the letter's code has come back. */
export type RecoveryProof = (typeof RECOVERY_PROOFS)[number];

/** What a recovery can open: a new password, a case that waits, a new authenticator. */
export type Opening = 'new-password' | 'case' | 'new-authenticator';

type Way = { readonly opening: Opening; readonly needs: readonly RecoveryProof[] };

/** Table 3.5 of the security concept. Whatever is not in it opens nothing (A19, A21). */
const WAYS: readonly Way[] = [
	{ opening: 'new-password', needs: ['mail', 'totp'] },
	{ opening: 'new-password', needs: ['mail', 'recovery-code'] },
	{ opening: 'new-authenticator', needs: ['password', 'recovery-code'] },
	{ opening: 'case', needs: ['password', 'mail', 'answers'] },
	{
		opening: 'new-authenticator',
		needs: ['password', 'mail', 'answers', 'waiting-time', 'staff']
	}
];

/**
 * What these proofs open together. With the operator's security questions switched off the ways that
 * need answers are closed; the answers alone never open anything.
 */
export function opens(
	proofs: ReadonlySet<RecoveryProof>,
	securityQuestions: 'on' | 'off' = 'on'
): ReadonlySet<Opening> {
	return new Set(
		WAYS.filter(({ needs }) => securityQuestions === 'on' || !needs.includes('answers'))
			.filter(({ needs }) => needs.every((proof) => proofs.has(proof)))
			.map(({ opening }) => opening)
	);
}

export type CaseState = 'waiting' | 'checked' | 'approved' | 'done' | 'cancelled' | 'expired';

/** States in which a case can still lead to a new authenticator. */
export const OPEN_CASE_STATES = ['waiting', 'checked', 'approved'] as const;

/** What the rules of a case look at. */
export type CaseFacts = {
	readonly state: CaseState;
	readonly openedAtMs: number;
	readonly readyAtMs: number;
	readonly checkedBy: string | null;
	readonly contactChangedAtMs: number | null;
	/** About the member of staff who looks at it, or about a contract of theirs (security.md 3.12). */
	readonly isOwn: boolean;
};

type StaffMember = { readonly accountId: string };

/** Nobody acts on their own case, in whatever state it is. Fails with `accounts/case-own`. */
export function requireOthers(found: Pick<CaseFacts, 'isOwn'>): Result<void> {
	return found.isOwn ? failed('forbidden', 'accounts/case-own') : ok(undefined);
}

/**
 * Whether the case may be checked now. Fails with `accounts/case-closed`,
 * `accounts/case-too-early` (before 72 hours) or `accounts/case-own`.
 */
export function requireCheckable(found: CaseFacts, nowMs: number): Result<void> {
	if (found.state !== 'waiting') return failed('conflict', 'accounts/case-closed');
	if (found.isOwn) return requireOthers(found);
	if (nowMs < found.readyAtMs) return failed('conflict', 'accounts/case-too-early');
	return ok(undefined);
}

/**
 * Whether this member of staff may approve the case now. Fails with `accounts/case-closed`,
 * `accounts/case-own`, `accounts/case-same-person` (who checked does not approve, A24) or
 * `accounts/case-young-contact` (address or number changed in the last 30 days).
 */
export function requireApprovable(
	found: CaseFacts,
	staff: StaffMember,
	nowMs: number
): Result<void> {
	if (found.state !== 'checked' || nowMs < found.readyAtMs) {
		return failed('conflict', 'accounts/case-closed');
	}
	if (found.isOwn) return requireOthers(found);
	if (found.checkedBy === staff.accountId) return failed('forbidden', 'accounts/case-same-person');
	if (isYoungContact(found.contactChangedAtMs, nowMs)) {
		return failed('conflict', 'accounts/case-young-contact');
	}
	return ok(undefined);
}

/** Whether address or number were changed within the last 30 days; null means never. */
export function isYoungContact(changedAtMs: number | null, nowMs: number): boolean {
	return changedAtMs !== null && nowMs - changedAtMs < YOUNG_CONTACT_MS;
}

/** How many of the two reminders a case that waits should have had by now. */
export function remindersDue(openedAtMs: number, nowMs: number): number {
	return Math.min(REMINDERS, Math.max(0, Math.floor((nowMs - openedAtMs) / REMINDER_STEP_MS)));
}

/**
 * Whether bank changes and payouts need a member of staff, because the account was recovered by
 * letter within the last seven days (security.md 3.5). `recoveredAtMs` is null when it never was.
 */
export function needsStaffAfterRecovery(recoveredAtMs: number | null, nowMs: number): boolean {
	return recoveredAtMs !== null && nowMs - recoveredAtMs < CARE_AFTER_RECOVERY_MS;
}

/** How long the desk is told of a recovery: until the last account asked for after it is no longer new. */
const RECOVERY_SHOWN_MS = 90 * DAY_MS;

/** The day of a recovery that whoever decides or pays has to know of; null without one. */
export function recoveryToShow(recoveredAtMs: number | null, nowMs: number): CalendarDate | null {
	const isRecent = recoveredAtMs !== null && nowMs - recoveredAtMs < RECOVERY_SHOWN_MS;
	return isRecent ? calendarDateOf(recoveredAtMs) : null;
}
