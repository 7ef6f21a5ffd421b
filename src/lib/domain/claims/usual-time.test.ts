import { expect, it } from 'vitest';
import { usualTimeOf } from './usual-time.ts';

it('leaves out the fastest and the slowest tenth', () => {
	const days = [90, 3, 4, 5, 6, 7, 8, 9, 12, 0, 4];
	expect(usualTimeOf(days)).toEqual({ fromDays: 3, toDays: 12 });
});

it('says nothing about fewer than ten decisions', () => {
	expect(usualTimeOf(Array.from({ length: 9 }, () => 5))).toBeNull();
	expect(usualTimeOf(Array.from({ length: 10 }, () => 5))).toEqual({ fromDays: 5, toDays: 5 });
});
