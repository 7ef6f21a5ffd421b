import { expect, it } from 'vitest';
import { m } from '#lib/i18n/generated/messages.js';
import { outsideCoverText } from './outside-cover.ts';

const COVER = { startsOn: '2026-02-01', endsOn: '2026-08-31' };
const TODAY = '2026-11-22';
const textOf = (
	days: readonly string[],
	cover: { startsOn: string; endsOn: string | null } = COVER
) => outsideCoverText(days, cover, TODAY, 'de');
const span = { from: '1. Februar 2026', to: '31. August 2026' };

it.each([
	['2026-01-31', '31. Januar 2026'],
	['2026-09-01', '1. September 2026'],
	['2026-11-22', '22. November 2026']
])('says that %s is outside the cover, and of when the cover is', (day, date) => {
	expect(textOf([day])).toBe(m.drafts_outside_cover({ ...span, date }, { locale: 'de' }));
});

it.each([
	['the first day of the cover', '2026-02-01'],
	['its last', '2026-08-31'],
	['a day to come, which is refused for that', '2026-11-23'],
	['no day', ''],
	['a year of which one digit is typed', '0002-09-01'],
	['a year of which three digits are typed', '0202-09-01']
])('says nothing of %s', (_, day) => {
	expect(textOf([day])).toBeNull();
});

it('tells of the first of several, be it the last day of a stay', () => {
	const days = ['2026-08-30', '', '2026-09-02', '2026-01-01'];
	expect(textOf(days)).toContain('2. September 2026');
});

it('knows a cover without end', () => {
	const open = { ...COVER, endsOn: null };
	expect(textOf(['2026-11-22'], open)).toBeNull();
	expect(textOf(['2026-01-31'], open)).toBe(
		m.drafts_outside_cover_open({ date: '31. Januar 2026', from: span.from }, { locale: 'de' })
	);
});

it('says nothing where the device knows no contract', () => {
	expect(outsideCoverText(['1999-01-01'], undefined, TODAY, 'de')).toBeNull();
});
