import { expect, test } from 'vitest';
import { ACTIONS, isStaff, may, PERMISSIONS, requirePermission, ROLES } from './actor.ts';

/** Written a second time by hand, role by role: a slip in the table is a difference here. */
const EXPECTED: Readonly<Record<(typeof ACTIONS)[number], string>> = {
	'account/manage-own': 'customer',
	'account/read-own-log': 'customer',
	'contract/link': 'customer',
	'contract/read-own': 'customer',
	'contract/change-account': 'customer',
	'contract/request': 'customer',
	'contract/share': 'customer',
	'contract/prove': 'customer',
	'contract/answer-requests': 'clerk seniorClerk',
	'contract/check-proofs': 'clerk seniorClerk',
	'claim/submit': 'customer',
	'claim/read-own': 'customer',
	'claim/read-released': 'customer',
	'claim/ask-coverage': 'customer',
	'claim/ask-advance': 'customer',
	'claim/answer-inquiries': 'clerk seniorClerk',
	'document/read-own': 'customer',
	'message/write-own': 'customer',
	'message/read-own': 'customer',
	'message/answer': 'clerk seniorClerk',
	'message/assign': 'seniorClerk',
	'information/write': 'seniorClerk editor',
	'claim/read-queue': 'clerk seniorClerk',
	'claim/read-any': 'clerk seniorClerk',
	'payout/read': 'seniorClerk finance',
	'payout/approve': 'seniorClerk finance',
	'payout/renew': 'seniorClerk finance',
	'payout/run': 'finance',
	'claim/read-figures': 'seniorClerk',
	'claim/take': 'clerk seniorClerk',
	'claim/assign': 'seniorClerk',
	'claim/capture': 'clerk seniorClerk',
	'claim/open-with-reason': 'clerk seniorClerk',
	'claim/review-openings': 'dpo',
	'claim/decide': 'clerk seniorClerk',
	'rate/read': 'clerk seniorClerk finance',
	'rate/propose': 'clerk seniorClerk finance',
	'rate/approve': 'seniorClerk finance',
	'contract/import': 'seniorClerk',
	'operations/read': 'seniorClerk support dpo auditor',
	'operations/mend': 'seniorClerk support',
	'token/manage': 'seniorClerk',
	'hold/read': 'seniorClerk dpo auditor',
	'hold/change': 'seniorClerk dpo',
	'recovery/check': 'clerk seniorClerk support',
	'recovery/approve': 'seniorClerk',
	'staff/read': 'seniorClerk dpo auditor',
	'staff/invite': 'seniorClerk',
	'staff/change-role': 'seniorClerk',
	'staff/approve': 'seniorClerk',
	'staff/disable': 'seniorClerk dpo',
	'staff/readmit': 'seniorClerk',
	'staff/name-own-contracts':
		'clerk seniorClerk finance support dpo auditor editor contestOfficer fundMembershipClerk',
	'staff/manage-own-passkeys':
		'clerk seniorClerk finance support dpo auditor editor contestOfficer fundMembershipClerk',
	'session/end-any': 'seniorClerk dpo',
	'customer/end-sessions': 'seniorClerk support dpo'
};

const actorOf = (role: (typeof ROLES)[number]) => ({ accountId: 'a', personId: 'p', role });

test.each(ROLES.flatMap((role) => ACTIONS.map((action) => [role, action] as const)))(
	'Z5: %s and %s go together exactly where the table of duties says so',
	(role, action) => {
		const isExpected = EXPECTED[action].split(' ').includes(role);
		expect(may(role, action)).toBe(isExpected);
		expect(requirePermission(actorOf(role), action).ok).toBe(isExpected);
	}
);

test('Z5: a role or an action nobody wrote down is refused', () => {
	const unknown: string = 'claim/delete';
	for (const role of ROLES) {
		expect((PERMISSIONS[role] as readonly string[]).includes(unknown)).toBe(false);
	}
	const stranger: string = 'superuser';
	expect(may(stranger as never, 'claim/decide')).toBe(false);
});

test('Z5: no member of staff acts as a customer, and no customer as staff', () => {
	const ofCustomers = PERMISSIONS.customer;
	for (const role of ROLES.filter(isStaff)) {
		expect(PERMISSIONS[role].filter((action) => ofCustomers.includes(action))).toEqual([]);
	}
});
