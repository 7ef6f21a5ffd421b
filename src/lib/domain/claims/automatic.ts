/**
 * Whether a claim may be approved in full without a person (Art. 22 GDPR, § 37 BDSG; decision 0072).
 * Rules only ever grant, and only everything: a refusal in whole or in part is a person's.
 */
import { addDays, DAY_MS, HOUR_MS, type CalendarDate } from '../calendar.ts';
import type { ClaimContent } from './claim.schema.ts';
import type { ClaimState } from './claim.ts';
import { personsOfClaim } from './insured-persons.ts';
import {
	completeLines,
	decideClaim,
	type BilledLine,
	type Decision,
	type DecisionTerms,
	type ExchangeRate
} from './decision.ts';
import type { LineFinding } from './line-checks.ts';
import type { SecondLook } from './payout.ts';

/**
 * The most that rules may grant for one claim, in cents. No rule can compare a photo with what was
 * typed from it, so the amount is what the insurer may lose by believing one claim: an ordinary visit
 * or a filled prescription, far below the bound of one person's payment (Z7).
 */
export const AUTOMATIC_LIMIT = { amountMinor: 15_000, currency: 'EUR' } as const;

/** Claims of one customer that rules decide in these days: a large bill cut into small ones stops here. */
export const AUTOMATIC_WINDOW_DAYS = 30;
export const AUTOMATIC_MOST_IN_WINDOW = 2;

/** Receipts lie here so long first: they are scanned, the owner can write, and a clerk can take the claim. */
export const AUTOMATIC_WAIT_MS = 24 * HOUR_MS;

/**
 * The longest waiting period a plan may have (§ 197 (1) VVG: eight months, for births, teeth and
 * psychotherapy). Rules read no diagnosis, so that every line waits as long.
 */
const LONGEST_WAITING_DAYS = 245;

/** One claim in so many stays with people, who see by it whether the rules are right. */
const SAMPLE_OF = 10;

/** Why a claim stays with people: all of them, in the order they are told. */
export const PERSON_REASONS = [
	/** Open under a clerk, reopened, or decided: rules only touch what nobody has touched. */
	'not-new',
	'taken',
	'too-soon',
	/** A member of staff has typed the bills in, not their owner. */
	'by-post',
	/** A colleague has named the contract as their own: somebody must have looked (Z7). */
	'of-staff',
	'sample',
	'accident',
	/** Bills of several people: what was before the cover was told of one. */
	'several-people',
	'other-insurance',
	/** The customer has written something that only a person can read. */
	'note',
	/** A document was asked for; an advance was demanded; an objection, note, message, look of staff or legal hold is there. */
	'in-hand',
	/** No receipt, or one that is not out of quarantine. */
	'receipts',
	/** The same file lies with another claim, whoever has sent it. */
	'receipt-known',
	/** A bill without a number cannot be told from its double. */
	'number-missing',
	/** A rule has found something on a line: cover dates, order of dates, double, maximum, rate. */
	'finding',
	/** The illness was there before the cover began, or nobody has been asked. */
	'before-cover',
	'waiting-period',
	/** The contract is in another currency than the limit. */
	'currency',
	'above-limit',
	'too-often',
	'second-look',
	/** Less than everything would be paid, be it for the deductible. */
	'not-in-full'
] as const;
export type PersonReason = (typeof PERSON_REASONS)[number];

/** What became of the check of a claim, which there is once: decided, or left to people for these reasons. */
export type AutomaticCheck =
	| { readonly outcome: 'decided' }
	/** No reasons where the rules could not be carried out. */
	| { readonly outcome: 'left'; readonly reasons: readonly PersonReason[] };

/** Everything the rules look at. */
export type AutomaticFacts = {
	readonly id: string;
	readonly state: ClaimState;
	readonly submittedAtMs: number;
	readonly isAssigned: boolean;
	readonly cameByPost: boolean;
	readonly content: Pick<
		ClaimContent,
		| 'insuredPersonId'
		| 'cause'
		| 'hasOtherInsurance'
		| 'note'
		| 'firstTreatmentOn'
		| 'circumstances'
		| 'invoices'
	>;
	readonly coverStartsOn: CalendarDate;
	readonly currency: string;
	/** Of every line, as the desk shows them. */
	readonly findings: readonly (readonly LineFinding[])[];
	/** What everything in full would be; null where that cannot be decided. */
	readonly decision: Decision | null;
	/** Why its payment would need a second person. */
	readonly secondLook: SecondLook | null;
	readonly beside: ClaimBeside;
};

/** What lies beside a claim, as numbers. */
export type ClaimBeside = {
	/** Requests for documents, demands for an advance, reviews, notes, messages about it, looks of staff, and legal holds. */
	readonly inHand: number;
	/** Members of staff who have named the contract as their own. */
	readonly ofStaff: number;
	readonly receipts: number;
	readonly receiptsNotReleased: number;
	/** Receipts whose very bytes lie with another claim. */
	readonly receiptsKnown: number;
	/**
	 * Claims of the same account, contract or insured person that rules have decided within the window:
	 * whoever has several accounts has no more for it.
	 */
	readonly decidedByRules: number;
};

const CHECKS: Readonly<Record<PersonReason, (facts: AutomaticFacts, nowMs: number) => boolean>> = {
	'not-new': ({ state }) => state !== 'submitted',
	taken: ({ isAssigned }) => isAssigned,
	'too-soon': ({ submittedAtMs }, nowMs) => nowMs - submittedAtMs < AUTOMATIC_WAIT_MS,
	'by-post': ({ cameByPost }) => cameByPost,
	'of-staff': ({ beside }) => beside.ofStaff > 0,
	sample: ({ id }) => isSample(id),
	accident: ({ content }) => content.cause !== 'illness',
	'several-people': ({ content }) => personsOfClaim(content).length > 1,
	'other-insurance': ({ content }) => content.hasOtherInsurance,
	note: ({ content }) => content.note.trim() !== '',
	'in-hand': ({ beside }) => beside.inHand > 0,
	receipts: ({ beside }) => beside.receipts === 0 || beside.receiptsNotReleased > 0,
	'receipt-known': ({ beside }) => beside.receiptsKnown > 0,
	'number-missing': ({ content }) =>
		content.invoices.some(({ number }) => !/[\p{L}\d]/u.test(number)),
	finding: ({ findings, content }) =>
		findings.length !== content.invoices.length || findings.some((line) => line.length > 0),
	'before-cover': ({ content, coverStartsOn }) =>
		content.firstTreatmentOn < coverStartsOn || beganBefore(content.circumstances, coverStartsOn),
	'waiting-period': ({ content, coverStartsOn }) => {
		const endsOn = addDays(coverStartsOn, LONGEST_WAITING_DAYS);
		return content.invoices.some(({ treatmentFrom }) => treatmentFrom < endsOn);
	},
	currency: ({ currency }) => currency !== AUTOMATIC_LIMIT.currency,
	'above-limit': ({ decision }) =>
		decision !== null && decision.totals.billed.amountMinor > AUTOMATIC_LIMIT.amountMinor,
	'too-often': ({ beside }) => beside.decidedByRules >= AUTOMATIC_MOST_IN_WINDOW,
	'second-look': ({ secondLook }) => secondLook !== null,
	'not-in-full': ({ decision }) => decision === null || !paysEverything(decision)
};

/** Why a person must decide this claim: every reason there is, none where rules may approve it in full. */
export function reasonsForPerson(facts: AutomaticFacts, nowMs: number): readonly PersonReason[] {
	return PERSON_REASONS.filter((reason) => CHECKS[reason](facts, nowMs));
}

/** A device of a release before asks neither for treatments before the cover nor for the first symptoms. */
function beganBefore(told: ClaimContent['circumstances'], coverStartsOn: CalendarDate): boolean {
	if (told?.treatedBefore !== 'no') return true;
	return told.symptomsOn !== '' && told.symptomsOn < coverStartsOn;
}

/**
 * Whether a claim is of the share that people always decide: from the last 32 bits of its id, which
 * are random in a UUID of version 7 and made here, so that nobody can choose them and every run says
 * the same.
 */
export function isSample(claimId: string): boolean {
	return Number.parseInt(claimId.slice(-8), 16) % SAMPLE_OF === 0;
}

/** Claims that came in until this instant have lain here long enough. */
export function automaticDueBefore(nowMs: number): number {
	return nowMs - AUTOMATIC_WAIT_MS;
}

/** The instant behind which a decision by rules counts for how often there were some. */
export function automaticWindowBegin(nowMs: number): number {
	return nowMs - AUTOMATIC_WINDOW_DAYS * DAY_MS;
}

/**
 * Every line recognised in full at its recorded rate, the deductible taken as for everybody; null where
 * a rate is missing or a maximum is too small. Whether it pays everything is for `reasonsForPerson`.
 */
export function decideInFull(
	billed: readonly BilledLine[],
	rates: readonly (ExchangeRate | null)[],
	terms: DecisionTerms
): Decision | null {
	const entries = billed.map(({ invoiceId }, index) => ({
		...{ invoiceId, recognisedMinor: null, deductibleMinor: null },
		...{ reason: 'none' as const, exchangeRate: rates[index] ?? null }
	}));
	const decided = decideClaim(billed, completeLines(billed, entries, terms), terms);
	return decided.ok ? decided.value : null;
}

/** A deductible is part of the contract, and still less than was asked for: then a person decides. */
function paysEverything({ outcome, totals }: Decision): boolean {
	return outcome === 'approved' && totals.paid.amountMinor === totals.billed.amountMinor;
}
