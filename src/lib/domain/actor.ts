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
	'claim/submit',
	'claim/read-own',
	'document/read-own',
	'claim/read-queue',
	'claim/read-any',
	'claim/decide',
	'recovery/check',
	'recovery/approve'
] as const;
export type Action = (typeof ACTIONS)[number];

/** The one table of who may do what. A pair that is not in it is refused (ASVS 8.1.1, 8.2.1). */
export const PERMISSIONS: Readonly<Record<Role, readonly Action[]>> = {
	customer: [
		'account/manage-own',
		'account/read-own-log',
		'contract/link',
		'contract/read-own',
		'claim/submit',
		'claim/read-own',
		'document/read-own'
	],
	clerk: ['claim/read-queue', 'claim/read-any', 'claim/decide', 'recovery/check'],
	seniorClerk: [
		'claim/read-queue',
		'claim/read-any',
		'claim/decide',
		'recovery/check',
		'recovery/approve'
	],
	finance: [],
	support: ['recovery/check'],
	dpo: [],
	auditor: [],
	editor: [],
	contestOfficer: [],
	fundMembershipClerk: []
};

/** Whether the role may do the action; false for any pair the table does not name. */
export function may(role: Role, action: Action): boolean {
	return PERMISSIONS[role].includes(action);
}

/** `portal/forbidden` unless the actor's role may do the action. */
export function requirePermission(actor: Actor, action: Action): Result<void> {
	return may(actor.role, action) ? ok(undefined) : FORBIDDEN;
}

export function isStaff(role: Role): boolean {
	return role !== 'customer';
}
