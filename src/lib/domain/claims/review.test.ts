import { expect, it } from 'vitest';
import type { CalendarDate } from '../calendar.ts';
import { canObject, objectionEndsOn, readReviewClock } from './review.ts';

const day = (text: string) => text as CalendarDate;

it('takes objections until the end of the third year after the decision', () => {
	expect(objectionEndsOn(day('2026-01-01'))).toBe('2029-12-31');
	expect(canObject(day('2026-12-31'), day('2029-12-31'))).toBe(true);
	expect(canObject(day('2026-12-31'), day('2030-01-01'))).toBe(false);
});

it('gives a review a month of its own', () => {
	expect(readReviewClock(day('2026-11-01'), day('2026-11-22'))).toMatchObject({
		...{ ageDays: 21, daysLeft: 9, state: 'urgent' }
	});
});
