import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, daysBetween, type CalendarDate } from '../calendar.ts';
import {
	answerDueOn,
	checkAnswer,
	clockKindOf,
	INQUIRY_OUTCOMES,
	INQUIRY_STATES,
	INQUIRY_TRANSITIONS,
	inquiryActor,
	isNecessityPresumed,
	readInquiryClock,
	type InquiryAnswer,
	type InquiryState
} from './coverage-inquiry.ts';

const day = (text: string) => text as CalendarDate;
const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const REFUSED: InquiryAnswer = {
	...{ outcome: 'not-covered', upTo: null },
	...{ reason: 'Kosmetisch', clause: '§ 5' }
};

test('an urgent treatment is answered after two weeks, any other after four, by the calendar', () => {
	expect(answerDueOn(day('2026-11-26'), true)).toBe('2026-12-10');
	expect(answerDueOn(day('2026-11-26'), false)).toBe('2026-12-24');
	// over a leap day, the end of a year and the change of the clocks
	expect(answerDueOn(day('2028-02-20'), true)).toBe('2028-03-05');
	expect(answerDueOn(day('2026-12-20'), false)).toBe('2027-01-17');
	expect(answerDueOn(day('2027-03-20'), true)).toBe('2027-04-03');
});

test('for every day the last one is the same day of the week, and the urgent one is earlier', () => {
	const days = fc.integer({ min: 0, max: 40_000 }).map((n) => addDays(day('1990-01-01'), n));
	fc.assert(
		fc.property(days, (received) => {
			const urgent = answerDueOn(received, true);
			const usual = answerDueOn(received, false);
			expect([daysBetween(received, urgent), daysBetween(received, usual)]).toEqual([14, 28]);
			const weekday = (date: CalendarDate) => new Date(date).getUTCDay();
			expect([weekday(urgent), weekday(usual)]).toEqual([weekday(received), weekday(received)]);
		})
	);
});

test("the law's clock runs above 2 000 euros, and not at exactly 2 000", () => {
	expect(clockKindOf(eur(200_000), null)).toBe('below');
	expect(clockKindOf(eur(200_001), null)).toBe('legal');
	const baht = (amountMinor: number) => ({ amountMinor, currency: 'THB' });
	expect(clockKindOf(baht(7_600_000), '38')).toBe('below');
	expect(clockKindOf(baht(7_600_100), '38')).toBe('legal');
	expect(clockKindOf(baht(90_000_000), null)).toBe('unknown');
	// a yen has no smaller part
	expect(clockKindOf({ amountMinor: 320_001, currency: 'JPY' }, '160')).toBe('legal');
	expect(clockKindOf({ amountMinor: 320_000, currency: 'JPY' }, '160')).toBe('below');
});

test('a clerk is warned a week and three days before the last day, and told on the day after', () => {
	const times = { receivedOn: day('2026-11-26'), dueOn: day('2026-12-24') };
	const on = (today: string) => readInquiryClock(times, day(today));
	expect(on('2026-11-26')).toEqual({ ageDays: 0, daysLeft: 28, state: 'on-time' });
	expect(on('2026-12-16').state).toBe('on-time');
	expect(on('2026-12-17').state).toBe('soon');
	expect(on('2026-12-20').state).toBe('soon');
	expect(on('2026-12-21').state).toBe('urgent');
	expect(on('2026-12-24')).toEqual({ ageDays: 28, daysLeft: 0, state: 'urgent' });
	expect(on('2026-12-25')).toMatchObject({ daysLeft: -1, state: 'overdue' });
});

test('necessity is presumed from the day after the last one, where the law counts and nobody answered', () => {
	const inquiry = { state: 'open', clock: 'legal', dueOn: day('2026-12-24') } as const;
	expect(isNecessityPresumed(inquiry, day('2026-12-24'))).toBe(false);
	expect(isNecessityPresumed(inquiry, day('2026-12-25'))).toBe(true);
	for (const clock of ['below', 'unknown'] as const)
		expect(isNecessityPresumed({ ...inquiry, clock }, day('2027-12-25'))).toBe(false);
	for (const state of INQUIRY_OUTCOMES)
		expect(isNecessityPresumed({ ...inquiry, state }, day('2027-12-25'))).toBe(false);
});

test('no chain of answers ever leaves the table of states, and the first one stays', () => {
	const answers = fc.array(fc.constantFrom(...INQUIRY_OUTCOMES), { minLength: 1 });
	fc.assert(
		fc.property(answers, (outcomes) => {
			let state: InquiryState = 'open';
			for (const outcome of outcomes) {
				const done = checkAnswer({ state, expected: eur(300_000) }, { ...REFUSED, outcome });
				expect(done.ok).toBe(INQUIRY_TRANSITIONS[state].includes(outcome));
				if (done.ok) state = outcome;
				else expect(done.error.code).toBe('claims/inquiry-answered');
			}
			expect(state).toBe(outcomes[0]);
		})
	);
});

test('the insurer acts until the answer, nobody after it', () => {
	expect(INQUIRY_STATES.map(inquiryActor)).toEqual(['insurer', 'nobody', 'nobody', 'nobody']);
});

test('a part is less than everything', () => {
	const part = (amountMinor: number) =>
		checkAnswer(
			{ state: 'open', expected: eur(300_000) },
			{ ...REFUSED, outcome: 'partly-covered', upTo: eur(amountMinor) }
		);
	expect(part(299_999).ok).toBe(true);
	expect(part(300_000)).toMatchObject({ error: { issues: { upTo: 'amount-above-expected' } } });
});
