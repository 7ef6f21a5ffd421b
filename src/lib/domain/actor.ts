import { FORBIDDEN, ok, type Result } from './result.ts';

/**
 * Roles of an account (domain.md 3.0). Policyholder, insured person and representative are roles
 * towards a contract, not of an account: all of them sign in as `customer`.
 */
export const ROLES = [
	'customer',
	'clerk',
	'seniorClerk',
	'finance',
	'support',
	'dpo',
	'auditor',
	'editor',
	'contestOfficer',
	'fundMembershipClerk'
] as const;
export type Role = (typeof ROLES)[number];

/** Roles that somebody is invited to; nobody becomes a customer by invitation, or staff without one. */
export const STAFF_ROLES = ROLES.filter((role) => role !== 'customer');
export type StaffRole = Exclude<Role, 'customer'>;

/** Who acts: the first parameter of every service. Built from the session alone. */
export type Actor = {
	readonly accountId: string;
	readonly personId: string;
	readonly role: Role;
};

export const ACTIONS = [
	'account/manage-own',
	'account/read-own-log',
	'contract/link',
	'contract/read-own',
	'contract/change-account',
	'contract/request',
	'contract/share',
	'contract/prove',
	'contract/answer-requests',
	'contract/check-proofs',
	'claim/submit',
	'claim/capture',
	'claim/read-own',
	'claim/read-released',
	'claim/ask-coverage',
	'claim/ask-advance',
	'claim/answer-inquiries',
	'document/read-own',
	'message/write-own',
	'message/read-own',
	'message/answer',
	'message/assign',
	'information/write',
	'claim/read-queue',
	'claim/read-any',
	'claim/decide',
	'claim/take',
	'claim/assign',
	'claim/open-with-reason',
	'claim/review-openings',
	'claim/read-figures',
	'payout/read',
	'payout/approve',
	'payout/renew',
	'payout/run',
	'rate/read',
	'rate/propose',
	'rate/approve',
	'contract/import',
	'operations/read',
	'operations/mend',
	'token/manage',
	'hold/read',
	'hold/change',
	'recovery/check',
	'recovery/approve',
	'staff/read',
	'staff/invite',
	'staff/change-role',
	'staff/approve',
	'staff/disable',
	'staff/readmit',
	'staff/name-own-contracts',
	'staff/manage-own-passkeys',
	'session/end-any',
	'customer/end-sessions'
] as const;
export type Action = (typeof ACTIONS)[number];

/** Whoever works here comes in by passkey; may be insured here too, and says so (security.md 3.12). */
const EVERY_STAFF_ROLE = [
	'staff/name-own-contracts',
	'staff/manage-own-passkeys'
] as const satisfies readonly Action[];

const CLAIMS_DESK = [
	'claim/read-queue',
	'claim/read-any',
	'claim/decide',
	'claim/take',
	'claim/open-with-reason',
	'claim/capture',
	'claim/answer-inquiries',
	'message/answer'
] as const satisfies readonly Action[];

/** Whoever makes a payment never approves it: the acts look at the person, not at the role (Z7). */
const PAYOUT_CHECKS = [
	'payout/read',
	'payout/approve',
	'payout/renew'
] as const satisfies readonly Action[];

/** Rates the bank does not quote: whoever types one never approves it (decision 0058). */
const RATES = ['rate/read', 'rate/propose', 'rate/approve'] as const satisfies readonly Action[];

/**
 * The one table of who may do what. A pair that is not in it is refused (ASVS 8.1.1, 8.2.1).
 * Senior clerks let colleagues in and never alone; the data protection officer stops people and
 * sessions after a breach but grants nothing, so that they can watch over those who do (Art. 38(6)
 * GDPR); auditors look. A role whose room is not built yet has the actions of every staff role only.
 */
export const PERMISSIONS: Readonly<Record<Role, readonly Action[]>> = {
	customer: [
		'account/manage-own',
		'account/read-own-log',
		'contract/link',
		'contract/read-own',
		'contract/change-account',
		'contract/request',
		'contract/share',
		'contract/prove',
		'claim/submit',
		'claim/read-own',
		'claim/read-released',
		'claim/ask-coverage',
		'claim/ask-advance',
		'document/read-own',
		'message/write-own',
		'message/read-own'
	],
	clerk: [
		...EVERY_STAFF_ROLE,
		...CLAIMS_DESK,
		'contract/answer-requests',
		'contract/check-proofs',
		'rate/read',
		'rate/propose',
		'recovery/check'
	],
	seniorClerk: [
		...EVERY_STAFF_ROLE,
		...CLAIMS_DESK,
		'contract/answer-requests',
		'contract/check-proofs',
		'claim/assign',
		'message/assign',
		'information/write',
		'claim/read-figures',
		...PAYOUT_CHECKS,
		...RATES,
		'contract/import',
		'operations/read',
		'operations/mend',
		'token/manage',
		'hold/read',
		'hold/change',
		'recovery/check',
		'recovery/approve',
		'staff/read',
		'staff/invite',
		'staff/change-role',
		'staff/approve',
		'staff/disable',
		'staff/readmit',
		'session/end-any',
		'customer/end-sessions'
	],
	finance: [...EVERY_STAFF_ROLE, ...PAYOUT_CHECKS, 'payout/run', ...RATES],
	support: [
		...EVERY_STAFF_ROLE,
		'operations/read',
		'operations/mend',
		'recovery/check',
		'customer/end-sessions'
	],
	dpo: [
		...EVERY_STAFF_ROLE,
		'claim/review-openings',
		'operations/read',
		'hold/read',
		'hold/change',
		'staff/read',
		'staff/disable',
		'session/end-any',
		'customer/end-sessions'
	],
	auditor: [...EVERY_STAFF_ROLE, 'operations/read', 'hold/read', 'staff/read'],
	editor: [...EVERY_STAFF_ROLE, 'information/write'],
	contestOfficer: EVERY_STAFF_ROLE,
	fundMembershipClerk: EVERY_STAFF_ROLE
};

/** Whether the role may do the action; false for any pair the table does not name. */
export function may(role: Role, action: Action): boolean {
	return Object.hasOwn(PERMISSIONS, role) && PERMISSIONS[role].includes(action);
}

/** `portal/forbidden` unless the actor's role may do the action. */
export function requirePermission(actor: Actor, action: Action): Result<void> {
	return may(actor.role, action) ? ok(undefined) : FORBIDDEN;
}

export function isStaff(role: Role): role is StaffRole {
	return role !== 'customer';
}
