import { isStaff, type Action, type Role } from '../actor.ts';
import { LIMITS, type Limit } from './throttle.ts';

/**
 * The acts that need the full factor again, each time and bound to its values (security.md 3.4, S8).
 * The server's table of handlers is exhaustive over this list.
 */
export const SENSITIVE_ACTS = [
	'password/change',
	'email/change',
	'mobile/change',
	'questions/change',
	'authenticator/replace',
	'recovery-codes/renew',
	'passkey/add',
	'passkey/remove',
	'session/end',
	'session/end-others',
	'device/forget',
	'data/export',
	'account/delete',
	'bank-account/change'
] as const;
export type SensitiveAct = (typeof SENSITIVE_ACTS)[number];

/** Acts of S8 whose rooms are not built yet. Whoever builds one moves it into the list above. */
export const OPEN_ACTS = ['address/change', 'representative/name'] as const;

/** What changed, as the mail to the owner names it (ASVS 6.3.7). */
export const ACCOUNT_CHANGES = [
	'password',
	'email',
	'mobile',
	'questions',
	'authenticator',
	'recovery-codes',
	'passkey',
	'export',
	'bank-account'
] as const;
export type AccountChange = (typeof ACCOUNT_CHANGES)[number];

/** One value of an act in words for the page that asks for the proof. */
export type ActFact = {
	readonly name:
		| 'email'
		| 'mobile'
		| 'question1'
		| 'question2'
		| 'device'
		| 'passkey'
		| 'contract'
		| 'accountHolder'
		| 'iban'
		/** A calendar date as `YYYY-MM-DD`. */
		| 'holdsFrom';
	readonly value: string;
};

/** What the page says before somebody proves that they want it. Never a secret that counts already. */
export type ActView = {
	readonly act: SensitiveAct;
	readonly needsPassword: boolean;
	readonly facts: readonly ActFact[];
	/** The authenticator to scan, for the act that replaces it. */
	readonly enrolment: { readonly otpauthUri: string; readonly secretText: string } | null;
	/** Whether one of the owner's passkeys can stand in for the code. */
	readonly hasPasskey: boolean;
	/** Staff who have a passkey prove themselves with it and nothing else, as at their door (Z8). */
	readonly isPasskeyOnly: boolean;
	readonly wantsNewPasskey: boolean;
};

/**
 * How often an act may be done in a span of time, each with a count of its own (B2). What is asked for and
 * never proven does not count.
 */
export const ACT_LIMITS: Partial<Readonly<Record<SensitiveAct, Limit>>> = {
	'email/change': LIMITS.contactChanges,
	'mobile/change': LIMITS.contactChanges,
	'bank-account/change': LIMITS.contactChanges
};

/** The passkeys are all that staff change about their own account by themselves (decision 0034). */
const STAFF_ACTS: readonly SensitiveAct[] = ['passkey/add', 'passkey/remove'];

/** What somebody of this role must be allowed to do to ask for the act. */
export function actionOfAct(act: SensitiveAct, role: Role): Action {
	return isStaff(role) && STAFF_ACTS.includes(act)
		? 'staff/manage-own-passkeys'
		: 'account/manage-own';
}

export function isSensitiveAct(text: string): text is SensitiveAct {
	return SENSITIVE_ACTS.some((act) => act === text);
}
