import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../calendar.ts';
import {
	needsStaffAfterRecovery,
	opens,
	RECOVERY_PROOFS,
	remindersDue,
	requireApprovable,
	requireCheckable,
	type CaseFacts,
	type RecoveryProof
} from './recovery.ts';

const NOW = Date.UTC(2026, 10, 22);
const staff = { accountId: 'clerk' };
const facts = (change: Partial<CaseFacts> = {}): CaseFacts => ({
	state: 'waiting',
	openedAtMs: NOW - 72 * HOUR_MS,
	readyAtMs: NOW,
	checkedBy: null,
	contactChangedAtMs: null,
	isOwn: false,
	...change
});

/** Every set of proofs there can be. */
const SUBSETS = Array.from(
	{ length: 2 ** RECOVERY_PROOFS.length },
	(_, bits) => new Set<RecoveryProof>(RECOVERY_PROOFS.filter((__, bit) => (bits >> bit) & 1))
);

test('A21: of every set of proofs, only those of table 3.5 open something', () => {
	for (const proofs of SUBSETS) {
		const has = (...needed: readonly RecoveryProof[]) => needed.every((one) => proofs.has(one));
		const expected = {
			'new-password': has('mail') && (has('totp') || has('recovery-code')),
			case: has('password', 'mail', 'answers'),
			'new-authenticator':
				has('password', 'recovery-code') ||
				has('password', 'mail', 'answers', 'waiting-time', 'staff')
		};
		const opened = Object.entries(expected).flatMap(([name, isOpen]) => (isOpen ? [name] : []));
		expect([...opens(proofs)].sort(), [...proofs].join('+')).toEqual(opened.sort());
	}
});

test('A21: the answers never open anything that the same proofs without them and without staff do not', () => {
	for (const proofs of SUBSETS) {
		const without = new Set([...proofs].filter((one) => one !== 'answers'));
		const gained = [...opens(proofs)].filter((one) => !opens(without).has(one));
		expect(gained.every(() => proofs.has('password') && proofs.has('mail'))).toBe(true);
		// Switched off, they change nothing at all.
		expect(opens(proofs, 'off')).toEqual(opens(without, 'off'));
	}
	expect(opens(new Set(['answers'])).size).toBe(0);
});

test('A23: a case can be checked from 72 hours on and not a millisecond before', () => {
	expect(requireCheckable(facts(), NOW).ok).toBe(true);
	expect(requireCheckable(facts(), NOW - 1)).toMatchObject({
		error: { code: 'accounts/case-too-early' }
	});
	expect(requireCheckable(facts({ state: 'cancelled' }), NOW)).toMatchObject({
		error: { code: 'accounts/case-closed' }
	});
	expect(requireCheckable(facts({ isOwn: true }), NOW)).toMatchObject({
		error: { code: 'accounts/case-own' }
	});
});

test('A24: who checked does not approve, and a young address blocks until its thirtieth day', () => {
	const checked = facts({ state: 'checked', checkedBy: 'somebody' });
	expect(requireApprovable(checked, staff, NOW).ok).toBe(true);
	expect(requireApprovable(facts(), staff, NOW)).toMatchObject({
		error: { code: 'accounts/case-closed' }
	});
	expect(requireApprovable({ ...checked, checkedBy: staff.accountId }, staff, NOW)).toMatchObject({
		error: { code: 'accounts/case-same-person' }
	});
	expect(requireApprovable({ ...checked, isOwn: true }, staff, NOW)).toMatchObject({
		error: { code: 'accounts/case-own' }
	});
	const young = { ...checked, contactChangedAtMs: NOW - 30 * DAY_MS + 1 };
	expect(requireApprovable(young, staff, NOW)).toMatchObject({
		error: { code: 'accounts/case-young-contact' }
	});
	expect(requireApprovable(young, staff, NOW + 1).ok).toBe(true);
});

test('reminders are due after 24 and 48 hours, two at most', () => {
	expect(remindersDue(NOW, NOW + DAY_MS - 1)).toBe(0);
	expect(remindersDue(NOW, NOW + DAY_MS)).toBe(1);
	expect(remindersDue(NOW, NOW + 2 * DAY_MS)).toBe(2);
	expect(remindersDue(NOW, NOW + 9 * DAY_MS)).toBe(2);
	expect(remindersDue(NOW, NOW - 1)).toBe(0);
});

test('A21: for seven days after a recovery by letter, bank changes and payouts need staff', () => {
	expect(needsStaffAfterRecovery(null, NOW)).toBe(false);
	expect(needsStaffAfterRecovery(NOW, NOW)).toBe(true);
	expect(needsStaffAfterRecovery(NOW, NOW + 7 * DAY_MS - 1)).toBe(true);
	expect(needsStaffAfterRecovery(NOW, NOW + 7 * DAY_MS)).toBe(false);
});
