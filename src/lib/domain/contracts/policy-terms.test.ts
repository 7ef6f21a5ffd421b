import { describe, expect, it } from 'vitest';
import { parseCalendarDate } from '../calendar.ts';
import { REASON_CLAUSES } from '../claims/decision.ts';
import { POLICY_TERMS } from './operator-terms.ts';
import { termsOfContract, type PolicyTerms } from './policy-terms.ts';

const day = (text: string) => {
	const date = parseCalendarDate(text);
	if (!date) throw new Error(`${text} is no date`);
	return date;
};
const version = (id: string, from: string, runningFrom: string | null = null): PolicyTerms => ({
	...{ id, name: id, effectiveFrom: day(from) },
	runningFrom: runningFrom === null ? null : day(runningFrom),
	text: { de: [], en: [] }
});
const held = (versions: readonly PolicyTerms[], startsOn: string, endsOn: string | null = null) =>
	termsOfContract(versions, {
		startsOn: day(startsOn),
		endsOn: endsOn === null ? null : day(endsOn)
	}).map(({ terms, since, until }) => [terms.id, since, until]);

describe('termsOfContract', () => {
	const versions = [
		version('c', '2026-01-01', '2026-07-01'),
		version('a', '2024-01-01'),
		version('b', '2025-01-01')
	];

	it.each([
		['2024-12-31', 'a'],
		['2025-01-01', 'b'],
		['2025-12-31', 'b']
	])('a contract from %s begins under %s and comes under the one for running ones', (from, id) => {
		expect(held(versions, from)).toEqual([
			['c', '2026-07-01', null],
			[id, from, '2026-06-30']
		]);
	});

	it('a contract that begins under the newest one has it alone', () => {
		expect(held(versions, '2026-01-01')).toEqual([['c', '2026-01-01', null]]);
		expect(held(versions, '2026-07-02')).toEqual([['c', '2026-07-02', null]]);
	});

	it('what is extended after the end of a contract never was its terms', () => {
		expect(held(versions, '2025-01-01', '2026-06-30')).toEqual([['b', '2025-01-01', null]]);
		expect(held(versions, '2025-01-01', '2026-07-01')).toHaveLength(2);
	});

	it('says nothing where the operator has no terms for the first day', () => {
		expect(held(versions, '2023-12-31')).toEqual([]);
	});
});

describe('the terms of the operator', () => {
	it('have every clause that a statement rests on, in both languages', () => {
		for (const { text } of POLICY_TERMS) {
			expect(text.en.map(({ parts }) => parts.length)).toEqual(
				text.de.map(({ parts }) => parts.length)
			);
			for (const clause of Object.values(REASON_CLAUSES)) {
				const [, no = '', part = ''] = /§ (\d+) \((\d+)\)/.exec(clause ?? '§ 1 (1)') ?? [];
				const found = text.de.find(({ title }) => title.startsWith(`§ ${no} `));
				expect(found?.parts.length, clause ?? '').toBeGreaterThanOrEqual(Number(part));
			}
		}
	});

	it('have names and addresses of their own', () => {
		expect(new Set(POLICY_TERMS.map(({ id }) => id)).size).toBe(POLICY_TERMS.length);
	});
});
