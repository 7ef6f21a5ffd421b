import { addDays, parseCalendarDate, type CalendarDate } from '../calendar.ts';
import { failed, ok, type Result } from '../result.ts';

/** What a customer declares about a contract; somebody at the insurer answers it. */
export const REQUEST_KINDS = ['withdrawal', 'termination', 'extension'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

export const REQUEST_STATES = ['open', 'accepted', 'refused'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** Why a request is refused; the customer reads the text of the code. */
export const REQUEST_REFUSALS = [
	'too-late',
	'date-not-possible',
	'term-limit',
	'proof-missing',
	'no-such-contract'
] as const;
export type RequestRefusal = (typeof REQUEST_REFUSALS)[number];

/** Longest term of a travel cover with its extensions (§ 195(2), (3) VVG; domain.md 3.2). */
const LONGEST_TERM_YEARS = 5;

type Cover = { readonly startsOn: CalendarDate; readonly endsOn: CalendarDate | null };

/** The last day a cover may reach with all its extensions. */
export function longestEndOf(startsOn: CalendarDate): CalendarDate {
	const year = Number(startsOn.slice(0, 4)) + LONGEST_TERM_YEARS;
	// A cover that began on 29 February has no such day in a common year.
	const anniversary =
		parseCalendarDate(`${year}${startsOn.slice(4)}`) ?? parseCalendarDate(`${year}-03-01`);
	if (anniversary === null) throw new Error('unreachable: 1 March is in every year');
	return addDays(anniversary, -1);
}

/**
 * Whether a request can be made of a cover on a day; answers its date, null for a withdrawal.
 * Fails with `contracts/cover-ended` once the cover is over, `contracts/cover-open-end` for an extension
 * of a cover without end, and at `wishedOn` with `date-invalid`, `date-in-past`, `outside-cover`
 * (a termination before the cover or on and after its last day), `date-not-later` (an extension that is
 * none) and `term-limit` (five years in all). A withdrawal is never refused here: whether it is in
 * time is decided by a person, and the law gives the declaration itself no condition.
 */
export function checkRequest(
	cover: Cover,
	input: { readonly kind: RequestKind; readonly wishedOn: string },
	today: CalendarDate
): Result<CalendarDate | null> {
	if (input.kind === 'withdrawal') return ok(null);
	if (cover.endsOn !== null && cover.endsOn < today) {
		return failed('conflict', 'contracts/cover-ended');
	}
	const issue = (code: string) => failed('invalid', 'portal/invalid-input', { wishedOn: code });
	if (input.wishedOn === '') return issue('required');
	const wishedOn = parseCalendarDate(input.wishedOn);
	if (wishedOn === null) return issue('date-invalid');
	if (wishedOn < today) return issue('date-in-past');
	if (input.kind === 'termination') {
		if (wishedOn < cover.startsOn) return issue('outside-cover');
		return cover.endsOn !== null && wishedOn >= cover.endsOn
			? issue('outside-cover')
			: ok(wishedOn);
	}
	if (cover.endsOn === null) return failed('conflict', 'contracts/cover-open-end');
	if (wishedOn <= cover.endsOn) return issue('date-not-later');
	return wishedOn > longestEndOf(cover.startsOn) ? issue('term-limit') : ok(wishedOn);
}

/**
 * The last day of a cover once a request is accepted. A withdrawal ends it on the day it came in, or,
 * before the cover began, on its first day: nothing of it is left to use.
 */
export function endAfter(
	cover: Cover,
	request: {
		readonly kind: RequestKind;
		readonly wishedOn: CalendarDate | null;
		readonly receivedOn: CalendarDate;
	}
): CalendarDate {
	if (request.wishedOn !== null) return request.wishedOn;
	const first = request.receivedOn > cover.startsOn ? request.receivedOn : cover.startsOn;
	return cover.endsOn !== null && cover.endsOn < first ? cover.endsOn : first;
}

/** A request as its contract's policyholder sees it. */
export type OwnRequest = {
	readonly kind: RequestKind;
	readonly reference: string;
	readonly state: RequestState;
	readonly receivedAtMs: number;
	readonly wishedOn: CalendarDate | null;
	readonly reason: RequestRefusal | null;
};
