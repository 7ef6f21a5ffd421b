import type { Role, StaffRole } from '../actor.ts';
import { HOUR_MS, MINUTE_MS } from '../calendar.ts';

/** Why somebody who is not in charge of a claim may look at it (Z6). A closed list: each is shown to the customer. */
export const OPENING_REASONS = [
	'customer-asked',
	'colleague-absent',
	'complaint',
	'payout-check',
	'quality-check'
] as const;
/** Nobody chooses it: the portal writes it down where a claim was taken, read and passed on undecided. */
export const GIVEN_BACK = 'given-back';
export type OpeningReason = (typeof OPENING_REASONS)[number] | typeof GIVEN_BACK;

/**
 * Why somebody of the staff needs a whole account number (D8). A closed list: the customer reads it beside
 * the look.
 */
export const ACCOUNT_REASONS = [
	'account-compared',
	'account-asked',
	'account-checked',
	'account-returned'
] as const;
export type AccountReason = (typeof ACCOUNT_REASONS)[number];

/** What the look of a policyholder stands on: its owner has let them (decision 0075). */
export const RELEASED = 'released';

/** What a customer reads beside a look that needed a reason. */
export type LookReason = OpeningReason | AccountReason | typeof RELEASED;

/** How long a look with a reason lasts: enough for one question, too short to make a habit of. */
export const OPENING_LASTS_MS = HOUR_MS;

/** Looks of one person with no longer pause than this are one visit. */
const VISIT_GAP_MS = 30 * MINUTE_MS;

/** Roles that claims are assigned to. */
export const DESK_ROLES = ['clerk', 'seniorClerk'] as const satisfies readonly StaffRole[];

/** One look at a claim's health data, as it is kept. */
export type Look = {
	readonly atMs: number;
	/** Stands for the person: customers see a number, never a private name. */
	readonly staffNumber: string;
	/** `customer` for the policyholder. */
	readonly role: Role;
	/** Null when the claim was assigned to whoever looked; for an account number never. */
	readonly reason: LookReason | null;
};

/** Looks of one person for one reason, without a longer pause between them. */
export type Visit = Omit<Look, 'atMs'> & {
	readonly fromMs: number;
	readonly toMs: number;
	readonly looks: number;
};

/**
 * The visits that looks make up, newest first: a claim with five receipts is looked at six times in
 * one go, and its owner wants to read that as one line. `looks` come in any order.
 */
export function groupVisits(looks: readonly Look[]): readonly Visit[] {
	const visits: Visit[] = [];
	for (const { atMs, ...who } of looks.toSorted((one, other) => one.atMs - other.atMs)) {
		const at = visits.findLastIndex(
			(visit) =>
				visit.staffNumber === who.staffNumber &&
				visit.reason === who.reason &&
				visit.role === who.role
		);
		const open = visits[at];
		if (open && atMs - open.toMs <= VISIT_GAP_MS) {
			visits[at] = { ...open, toMs: atMs, looks: open.looks + 1 };
		} else {
			visits.push({ ...who, fromMs: atMs, toMs: atMs, looks: 1 });
		}
	}
	return visits.toReversed();
}
