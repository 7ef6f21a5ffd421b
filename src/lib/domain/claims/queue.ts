import * as v from 'valibot';
import { nameWordsOf } from '../accounts/name-words.ts';
import { calendarDateOf, DAY_MS, startOfDayMs } from '../calendar.ts';
import { normalisePolicyNumber, policyNumberSchema } from '../contracts/contract.ts';
import { CLOCK_DAYS, type ClockState } from './legal-clock.ts';

/** Whose claims the queue shows: everybody's, the reader's own work, or what nobody has taken. */
export const QUEUE_OWNERS = ['all', 'mine', 'free'] as const;
export type QueueOwner = (typeof QUEUE_OWNERS)[number];

/** How old claims are at least, by the legal clock; `any` for all. */
export const QUEUE_AGES = ['any', 'soon', 'urgent', 'overdue'] as const;
export type QueueAge = (typeof QUEUE_AGES)[number];

/**
 * Which claims by state: open ones that nobody has looked at, that are being checked, that wait; and,
 * on a page of their own because they are few, decided ones under review and open ones with a demand
 * for an advance.
 */
export const QUEUE_STATES = [
	'any',
	'submitted',
	'in_review',
	'documents_requested',
	'reviewed',
	'advance'
] as const;
export type QueueState = (typeof QUEUE_STATES)[number];

export const QUEUE_ORDERS = ['oldest', 'newest'] as const;
export type QueueOrder = (typeof QUEUE_ORDERS)[number];

export type QueueFilter = {
	readonly owner: QueueOwner;
	readonly age: QueueAge;
	readonly state: QueueState;
	readonly order: QueueOrder;
};

/** The filter in a URL; whatever is no word of ours means the first word. */
export function parseQueueFilter(get: (name: keyof QueueFilter) => string | null): QueueFilter {
	const pick = <const Words extends readonly [string, ...string[]]>(
		words: Words,
		typed: string | null
	): Words[number] => words.find((word) => word === typed) ?? words[0];
	return {
		owner: pick(QUEUE_OWNERS, get('owner')),
		age: pick(QUEUE_AGES, get('age')),
		state: pick(QUEUE_STATES, get('state')),
		order: pick(QUEUE_ORDERS, get('order'))
	};
}

/** The query of a page of the queue, without what is usual. */
export function queueQuery(filter: QueueFilter, after: string | null = null): string {
	const query = new URLSearchParams();
	if (filter.owner !== 'all') query.set('owner', filter.owner);
	if (filter.age !== 'any') query.set('age', filter.age);
	if (filter.state !== 'any') query.set('state', filter.state);
	if (filter.order !== 'oldest') query.set('order', filter.order);
	if (after !== null) query.set('after', after);
	const text = query.toString();
	return text === '' ? '' : `?${text}`;
}

/**
 * The instant before which a claim must have come in to be that old today; null for any age. Counts
 * calendar days of the operator's zone, as the legal clock does.
 */
export function submittedBefore(age: QueueAge, nowMs: number): number | null {
	if (age === 'any') return null;
	const days: Readonly<Record<Exclude<ClockState, 'on-time'>, number>> = CLOCK_DAYS;
	// At noon: no hour that is put forward or back makes it another day.
	const noonMs = startOfDayMs(calendarDateOf(nowMs)) + DAY_MS / 2;
	return startOfDayMs(calendarDateOf(noonMs - (days[age] - 1) * DAY_MS));
}

/** Where a page of the queue begins: behind the last claim of the page before. */
export type QueueCursor = { readonly submittedAtMs: number; readonly id: string };

/** Claims of one page of the queue. */
export const QUEUE_PAGE = 25;

/** The cursor as a part of a URL. */
export function writeCursor({ submittedAtMs, id }: QueueCursor): string {
	return `${submittedAtMs}_${id}`;
}

/** Null for anything that is no cursor of ours: the queue then begins at its start. */
export function parseCursor(text: string | null): QueueCursor | null {
	const match = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(text ?? '');
	const [, submittedAtMs, id] = match ?? [];
	return id ? { submittedAtMs: Number(submittedAtMs), id } : null;
}

/** A claim number as typed: upper case, without blanks. Null when no number can look like this. */
export function normaliseClaimNumber(typed: string): string | null {
	const number = typed.toUpperCase().replace(/\s/g, '');
	return /^[A-Z0-9](?:[A-Z0-9-]{2,22})[A-Z0-9]$/.test(number) ? number : null;
}

/** How a claim number begins (`claimNumberOf`); no policy number does. */
const CLAIM_NUMBER_START = /^S-\d{4}-/;

export type QueueSearch =
	{ readonly number: string } | { readonly policyNumber: string } | { readonly name: string };

/**
 * What was typed into the one search field: with a digit it is the number of a claim or of a contract,
 * without one a name. Null where it can be none of them.
 */
export function parseQueueSearch(typed: string): QueueSearch | null {
	if (/\d/.test(typed)) {
		const number = normaliseClaimNumber(typed);
		if (number !== null && CLAIM_NUMBER_START.test(number)) return { number };
		const policyNumber = normalisePolicyNumber(typed);
		if (v.is(policyNumberSchema, policyNumber)) return { policyNumber };
		return number === null ? null : { number };
	}
	return nameWordsOf(typed).length > 0 ? { name: typed } : null;
}
