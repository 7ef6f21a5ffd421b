import { describe, expect, it } from 'vitest';
import { parseCalendarDate } from '../calendar.ts';
import {
	ACTS_AT_CONTRACT,
	CONTRACT_ACTS,
	isAdult,
	isNamedTo,
	isOpenTo,
	mayAtContract,
	mayReadClaims,
	mayRelease,
	type ContractLink,
	type InsuredAccess
} from './contract-access.ts';

const day = (text: string) => {
	const date = parseCalendarDate(text);
	if (!date) throw new Error(`${text} is no date`);
	return date;
};
const TODAY = day('2026-11-26');
const linkOf = (change: Partial<ContractLink> = {}): ContractLink => ({
	...{ role: 'policyholder', personId: null, scope: null, endsOn: null, release: null },
	...change
});
const HOLDER = linkOf();
const INSURED = linkOf({ role: 'insured-person', personId: 'ada' });
const CLAIMS = linkOf({ role: 'representative', scope: 'claims' });
const CONTRACT = linkOf({ role: 'representative', scope: 'contract' });
const ada = (change: Partial<InsuredAccess> = {}): InsuredAccess => ({
	...{ personId: 'ada', dateOfBirth: day('2000-01-01'), hasOwnAccess: true, releasedScope: null },
	...change
});

it('Z5: who may do what at a contract is exactly this', () => {
	const table = Object.entries(ACTS_AT_CONTRACT).map(([who, acts]) => [who, acts.join(' ')]);
	expect(Object.fromEntries(table)).toEqual({
		policyholder: 'see-account change-account declare share claim prove',
		'insured-person': 'claim release',
		claims: 'claim',
		contract: 'prove'
	});
	for (const act of CONTRACT_ACTS) {
		expect(mayAtContract(HOLDER, act)).toBe(act !== 'release');
		expect(mayAtContract(INSURED, act)).toBe(act === 'claim' || act === 'release');
		expect(mayAtContract(CLAIMS, act)).toBe(act === 'claim');
		expect(mayAtContract(CONTRACT, act)).toBe(act === 'prove');
	}
	expect(mayAtContract(linkOf({ role: 'representative' }), 'claim')).toBe(false);
});

describe('Z5: what is open of an insured person', () => {
	it.each([
		['of an adult with an account of their own nothing', HOLDER, {}, false],
		['of one who has released it', HOLDER, { releasedScope: 'uses' }, true],
		['of one without an account', HOLDER, { hasOwnAccess: false }, true],
		['of a child with an account', HOLDER, { dateOfBirth: day('2010-01-01') }, true],
		['of somebody whose birthday nobody knows nothing', HOLDER, { dateOfBirth: null }, false],
		['of oneself', INSURED, {}, true],
		['of other insured persons nothing', INSURED, { personId: 'bo', releasedScope: 'uses' }, false],
		['to a representative without an account of their own', CLAIMS, { hasOwnAccess: false }, true],
		['to a representative nothing that was released', CLAIMS, { releasedScope: 'uses' }, false],
		['to a representative for the contract nothing', CONTRACT, { hasOwnAccess: false }, false]
	] as const)('%s', (_, link, change, expected) => {
		expect(isOpenTo(link, ada(change), TODAY)).toBe(expected);
	});

	it('an insured person is told of nobody else', () => {
		expect(isNamedTo(INSURED, ada())).toBe(true);
		expect(isNamedTo(INSURED, ada({ personId: 'bo' }))).toBe(false);
		expect(isNamedTo(CONTRACT, ada({ personId: 'bo' }))).toBe(true);
	});
});

describe('Z5: claims of an insured person', () => {
	const released = { releasedScope: 'claims' } as const;
	it.each([
		['are read by the policyholder to whom they are released', HOLDER, released, true],
		['are not opened by a release of what is used', HOLDER, { releasedScope: 'uses' }, false],
		['are not read without a release', HOLDER, {}, false],
		['are not read of one without an account', HOLDER, { ...released, hasOwnAccess: false }, false],
		[
			'are not read of one under age',
			HOLDER,
			{ ...released, dateOfBirth: day('2008-11-27') },
			false
		],
		[
			'are read from the 18th birthday on',
			HOLDER,
			{ ...released, dateOfBirth: day('2008-11-26') },
			true
		],
		['are not read by a representative', CLAIMS, released, false],
		[
			'are not read by somebody else who is insured',
			linkOf({ role: 'insured-person', personId: 'bo' }),
			released,
			false
		]
	] as const)('%s', (_, link, change, expected) => {
		expect(mayReadClaims(link, ada(change), TODAY)).toBe(expected);
	});

	it.each([
		['by themselves', INSURED, {}, true],
		['on their 18th birthday', INSURED, { dateOfBirth: day('2008-11-26') }, true],
		['not the day before', INSURED, { dateOfBirth: day('2008-11-27') }, false],
		['by nobody else who is insured', INSURED, { personId: 'bo' }, false],
		['not by the policyholder', HOLDER, {}, false],
		['not by a representative', CLAIMS, {}, false]
	] as const)('are released %s', (_, link, change, expected) => {
		expect(mayRelease(link, ada(change), TODAY)).toBe(expected);
	});
});

it.each([
	['2008-11-27', false],
	['2008-11-26', true],
	['2008-02-29', true],
	[null, true]
])('born on %s, of age on 26 November 2026: %s', (born, expected) => {
	expect(isAdult(born === null ? null : day(born), TODAY)).toBe(expected);
});

it.each([
	['2026-02-28', false],
	['2026-03-01', true]
])('born on 29 February 2008, of age on %s: %s', (today, expected) => {
	expect(isAdult(day('2008-02-29'), day(today))).toBe(expected);
});
