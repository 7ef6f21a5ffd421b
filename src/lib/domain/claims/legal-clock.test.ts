import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, parseCalendarDate, startOfDayMs } from '../calendar.ts';
import { pausedDays, REQUEST_DAYS } from './document-request.ts';
import { CLOCK_DAYS, readLegalClock } from './legal-clock.ts';

const day = (text: string) => {
	const date = parseCalendarDate(text);
	if (!date) throw new Error(`${text} is no date`);
	return date;
};

describe('readLegalClock', () => {
	it.each([
		['2026-11-22', 0, 'on-time'],
		['2026-11-09', 13, 'on-time'],
		['2026-11-08', 14, 'soon'],
		['2026-11-02', 20, 'soon'],
		['2026-11-01', 21, 'urgent'],
		['2026-10-24', 29, 'urgent'],
		['2026-10-23', 30, 'overdue']
	] as const)('a claim of %s is %i days old and %s', (submittedOn, ageDays, state) => {
		const clock = readLegalClock(day(submittedOn), day('2026-11-22'));
		expect(clock).toEqual({ ageDays, daysLeft: 30 - ageDays, state });
	});

	it('does not lose a day over the change to summer time', () => {
		expect(readLegalClock(day('2026-03-28'), day('2026-03-30')).ageDays).toBe(2);
	});

	it('is urgent after three weeks of the calendar, however late documents came', () => {
		const submittedOn = day('2026-10-01');
		const requests = fc.array(
			fc.record({ askedAfter: fc.nat(20), answeredAfter: fc.integer({ min: 1, max: 60 }) }),
			{ maxLength: 4 }
		);
		fc.assert(
			fc.property(requests, fc.nat(60), (asked, more) => {
				const today = addDays(submittedOn, CLOCK_DAYS.urgent + more);
				const times = asked.map(({ askedAfter, answeredAfter }) => ({
					dueOn: addDays(submittedOn, askedAfter + REQUEST_DAYS),
					answeredAtMs: startOfDayMs(addDays(submittedOn, askedAfter + answeredAfter)),
					withdrawnAtMs: null
				}));
				const known = times.filter(({ answeredAtMs }) => answeredAtMs <= startOfDayMs(today));
				const { ageDays } = readLegalClock(submittedOn, today, pausedDays(known, today));
				expect(ageDays).toBeGreaterThanOrEqual(CLOCK_DAYS.urgent);
			})
		);
	});
});
