import { addDays, parseCalendarDate, type CalendarDate } from '../calendar.ts';
import { RETURN_OF_DOCUMENT } from '../claims/document-request.ts';
import { failed, ok, type Result } from '../result.ts';

/**
 * What proves that somebody can be insured under a plan (features.md A18): a closed list, so that
 * customers get plain words in their language and the row tells nothing but that it was asked for.
 */
export const PROOF_KINDS = [
	'enrolment',
	'visa',
	'residence',
	'previous-insurance',
	'employment'
] as const;
export type ProofKind = (typeof PROOF_KINDS)[number];

export const PROOF_STATES = ['open', 'handed-in', 'accepted', 'withdrawn'] as const;
export type ProofState = (typeof PROOF_STATES)[number];

/** The one table of what may follow; the SQL of each act takes its states from it. */
export const PROOF_TRANSITIONS: Readonly<Record<ProofState, readonly ProofState[]>> = {
	open: ['handed-in', 'withdrawn'],
	'handed-in': ['accepted', 'open'],
	accepted: [],
	withdrawn: []
};

/** The states from which an act may lead to this one. */
export function proofStatesBefore(state: ProofState): ProofState[] {
	return PROOF_STATES.filter((before) => PROOF_TRANSITIONS[before].includes(state));
}

/** Who has to act. */
export function proofActor(state: ProofState): 'customer' | 'insurer' | 'nobody' {
	if (state === 'open') return 'customer';
	return state === 'handed-in' ? 'insurer' : 'nobody';
}

/** Why what came in does not do. */
export const PROOF_FAULTS = [...RETURN_OF_DOCUMENT, 'expired'] as const;
export type ProofFault = (typeof PROOF_FAULTS)[number];

/** Days until a proof is wanted: at first and after a return, and what a clerk may choose. */
export const PROOF_DAYS = { usual: 21, least: 7, most: 90 } as const;

/** The day that the form offers, and that of a proof that is asked for again. */
export const usualProofDay = (today: CalendarDate): CalendarDate =>
	addDays(today, PROOF_DAYS.usual);

/** Until when a proof is wanted: fails at `dueOn` with `date-invalid` and `proof-day`. */
export function checkProofDay(typed: string, today: CalendarDate): Result<CalendarDate> {
	const issue = (code: string) => failed('invalid', 'portal/invalid-input', { dueOn: code });
	const day = parseCalendarDate(typed);
	if (day === null) return issue('date-invalid');
	const [first, last] = [addDays(today, PROOF_DAYS.least), addDays(today, PROOF_DAYS.most)];
	return day < first || day > last ? issue('proof-day') : ok(day);
}

/** Whether this was asked for already, accepted included: nothing is asked for twice. */
export function isProofAsked(
	asked: readonly {
		readonly kind: ProofKind;
		readonly personId: string;
		readonly state: ProofState;
	}[],
	wanted: { readonly kind: ProofKind; readonly personId: string }
): boolean {
	return asked.some(
		({ kind, personId, state }) =>
			state !== 'withdrawn' && kind === wanted.kind && personId === wanted.personId
	);
}
