import { calendarDateOf, daysBetween, type CalendarDate } from '../calendar.ts';

/** What a clerk may ask for: a closed list, so that customers get plain words in their language. */
export const REQUEST_KINDS = [
	'itemised-invoice',
	'proof-of-payment',
	'prescription',
	'medical-report',
	'referral',
	'other-insurer',
	'translation',
	'exchange-proof',
	'accident-report',
	'travel-proof',
	// Only where an inquiry needs it, for the places of that inquiry, and never a duty (§ 213 VVG).
	'confidentiality-release'
] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** Why what came in does not do. */
export const RETURN_OF_DOCUMENT = ['unreadable', 'incomplete', 'wrong-document'] as const;
export type DocumentReturn = (typeof RETURN_OF_DOCUMENT)[number];

/** Until when a document is asked for at first: time enough for a letter to a doctor abroad. */
export const REQUEST_DAYS = 21;

/** Of one claim, answered and withdrawn ones included. */
export const MAX_REQUESTS = 20;

/** Of the whole claim, or of one invoice counted from 1. */
export const WHOLE_CLAIM = 0;

export const REQUEST_STATES = ['open', 'answered', 'withdrawn'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** A request as its rules see it. */
export type RequestTimes = {
	readonly dueOn: CalendarDate;
	readonly answeredAtMs: number | null;
	readonly withdrawnAtMs: number | null;
};

export function requestStateOf(request: Omit<RequestTimes, 'dueOn'>): RequestState {
	if (request.withdrawnAtMs !== null) return 'withdrawn';
	return request.answeredAtMs === null ? 'open' : 'answered';
}

/**
 * Whether this document was asked for already, open or answered: nothing is asked for twice
 * (features.md 3, item 10). What was asked for the whole claim was asked for each of its invoices.
 */
export function isAskedAlready(
	asked: readonly {
		readonly kind: RequestKind;
		readonly line: number;
		readonly state: RequestState;
	}[],
	wanted: { readonly kind: RequestKind; readonly line: number }
): boolean {
	return asked.some(
		({ kind, line, state }) =>
			state !== 'withdrawn' &&
			kind === wanted.kind &&
			(line === wanted.line || line === WHOLE_CLAIM || wanted.line === WHOLE_CLAIM)
	);
}

/**
 * Days that do not count for the legal month: those after a document was due, until it came or was
 * asked for no more. Asking alone stops nothing; only the customer's own delay does (§ 14 (2) VVG).
 * Days on which several documents are late count once.
 */
export function pausedDays(requests: readonly RequestTimes[], today: CalendarDate): number {
	const spans = requests
		.map(({ dueOn, answeredAtMs, withdrawnAtMs }) => {
			const endMs = answeredAtMs ?? withdrawnAtMs;
			return { from: dueOn, to: endMs === null ? today : calendarDateOf(endMs) };
		})
		.filter(({ from, to }) => to > from)
		.toSorted((one, other) => (one.from < other.from ? -1 : 1));
	let days = 0;
	let counted: CalendarDate | null = null;
	for (const { from, to } of spans) {
		const start: CalendarDate = counted !== null && counted > from ? counted : from;
		if (to <= start) continue;
		days += daysBetween(start, to);
		counted = to;
	}
	return days;
}
