import { calendarDateOf, DAY_MS, HOUR_MS, type CalendarDate } from '../calendar.ts';
import type { ClaimState } from '../claims/claim.ts';
import { OPERATOR } from '../operator.ts';

/** Years run to 31 December, days from hour to hour. */
export type RetentionRule = { readonly years: number } | { readonly days: number };

/**
 * How long each kind of data is kept (domain.md section 5). What the law does not fix is the
 * operator's decision, written down in decision 0037.
 */
export const RETENTION_RULES = {
	/** Paid claims with receipts and statement: booking vouchers, § 257(1) no. 4, (4) HGB, § 147 AO. */
	voucher: { years: OPERATOR.retention.voucherYears },
	/** Refused claims and what was written about them: letters, § 257(1) no. 2, 3, (4) HGB. */
	letter: { years: 6 },
	/** Receipts of a refused claim show illnesses and are no vouchers: §§ 195, 199 BGB. */
	'refused-receipt': { years: 3 },
	/** From the end of the contract, § 257(1) no. 2, (4) HGB. */
	contract: { years: 6 },
	/** What tells devices that an account is gone, and holds that were lifted: Art. 5(2) GDPR. */
	'erasure-record': { years: 3 },
	/** From the last message; those on a claim or contract are letters. */
	'general-question': { days: 365 },
	/** From the withdrawal: the proof of Art. 7(1) GDPR, §§ 195, 199 BGB. */
	consent: { years: 3 },
	'mail-log': { days: 90 },
	'recovery-case': { days: 365 },
	/** The link of the mail lives for a day; a week later nobody comes back. */
	'pending-registration': { days: 7 },
	/** Begun on a device and never handed in: the device still has it. */
	'unsent-upload': { days: 30 },
	/** Links, half-open steps and proofs, counted from their own end. */
	'short-proof': { days: 7 },
	'ended-session': { days: 1 },
	'job-run': { days: 90 }
} as const satisfies Record<string, RetentionRule>;
export type RetentionKind = keyof typeof RETENTION_RULES;

/** The first instant (epoch ms) of a year in the operator's zone: in January Berlin is always UTC+1. */
const startOfYearMs = (year: number) => Date.UTC(year, 0, 1) - HOUR_MS;
const yearOf = (atMs: number) => Number(calendarDateOf(atMs).slice(0, 4));

/** The first instant (epoch ms) at which something that began at `startMs` has to be gone. */
export function deleteAfterMs(kind: RetentionKind, startMs: number): number {
	const rule: RetentionRule = RETENTION_RULES[kind];
	if ('days' in rule) return startMs + rule.days * DAY_MS;
	return startOfYearMs(yearOf(startMs) + rule.years + 1);
}

/** Whatever of this kind began before this instant (epoch ms) is due at `nowMs`. For a query's condition. */
export function dueBeforeMs(kind: RetentionKind, nowMs: number): number {
	const rule: RetentionRule = RETENTION_RULES[kind];
	if ('days' in rule) return nowMs - rule.days * DAY_MS + 1;
	return startOfYearMs(yearOf(nowMs) - rule.years);
}

/** The same for starts that are calendar days, as a contract's last one. */
export function dueBeforeDate(kind: RetentionKind, nowMs: number): CalendarDate {
	return calendarDateOf(dueBeforeMs(kind, nowMs));
}

/** Which rule a decided claim falls under: what was paid is a voucher, what was refused a letter. */
export function retentionOfClaim(state: ClaimState): 'voucher' | 'letter' | null {
	switch (state) {
		case 'approved':
		case 'partially_approved':
			return 'voucher';
		case 'rejected':
			return 'letter';
		case 'submitted':
		case 'in_review':
		case 'documents_requested':
			return null;
		default:
			return state satisfies never;
	}
}

/** What stays of an account after its erasure, and until when. */
export type KeptClaims = {
	readonly kind: 'voucher' | 'letter';
	readonly count: number;
	/** The last of them goes then (epoch ms). */
	readonly untilMs: number;
};

/** The decided claims by rule, for the page that says what a deletion leaves behind. */
export function keptClaims(
	claims: readonly { readonly state: ClaimState; readonly decidedAtMs: number | null }[]
): readonly KeptClaims[] {
	return (['voucher', 'letter'] as const).flatMap((kind) => {
		const ends = claims
			.filter(({ state }) => retentionOfClaim(state) === kind)
			.map(({ decidedAtMs }) => deleteAfterMs(kind, decidedAtMs ?? 0));
		return ends.length === 0 ? [] : [{ kind, count: ends.length, untilMs: Math.max(...ends) }];
	});
}
