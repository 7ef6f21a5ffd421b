import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
	CIRCUMSTANCE_FIELDS,
	circumstanceIssues,
	circumstancesSchema,
	neededFields,
	NO_CIRCUMSTANCES,
	onlyNeeded,
	type Circumstances
} from './circumstances.ts';

const TODAY = '2026-11-22';
const illness = { cause: 'illness', hasOtherInsurance: false, asks: [] } as const;
const accident = { ...illness, cause: 'accident' } as const;
const told = (change: Partial<Circumstances>): Circumstances => ({
	...NO_CIRCUMSTANCES,
	...change
});

describe('the circumstances of a claim', () => {
	it('ask nothing of an illness but whether it was treated before', () => {
		expect(circumstanceIssues(NO_CIRCUMSTANCES, illness, TODAY)).toEqual({
			treatedBefore: 'required'
		});
		expect(circumstanceIssues(told({ treatedBefore: 'yes' }), illness, TODAY)).toEqual({
			treatedBeforeBy: 'required'
		});
		expect(circumstanceIssues(told({ treatedBefore: 'no' }), illness, TODAY)).toEqual({});
	});

	it('ask of an accident when, where, at what, and who else was in it', () => {
		expect(Object.keys(circumstanceIssues(NO_CIRCUMSTANCES, accident, TODAY))).toEqual([
			...['accidentOn', 'accidentPlace', 'accidentOccasion', 'thirdParty']
		]);
		const whole = told({
			...{ accidentOn: '2026-11-21', accidentPlace: 'Köln', accidentOccasion: 'sport' },
			thirdParty: 'yes'
		});
		expect(circumstanceIssues(whole, accident, TODAY)).toEqual({ thirdPartyWho: 'required' });
	});

	it('ask of another insurance its name, whether it knows and whether it has paid', () => {
		const facts = { ...illness, hasOtherInsurance: true };
		expect(circumstanceIssues(told({ treatedBefore: 'no' }), facts, TODAY)).toEqual({
			...{ otherInsurer: 'required', otherInsurerReported: 'required' },
			otherInsurerPaid: 'required'
		});
	});

	it('of an older device lack whether the other insurance knows, and nothing is put in for it', () => {
		const facts = { ...illness, hasOtherInsurance: true };
		const { otherInsurerReported: _reported, ...older } = told({
			...{ treatedBefore: 'no', otherInsurer: 'AXA', otherInsurerPaid: 'no' }
		});
		expect(circumstanceIssues(older, facts, TODAY)).toEqual({});
		expect(v.parse(circumstancesSchema, older)).toEqual(older);
		expect(v.is(circumstancesSchema, { ...older, otherInsurerReported: 'maybe' })).toBe(false);
	});

	it('take no day that has not come, and no trip that ends before it begins', () => {
		const asks = ['symptomsOn', 'enteredOn', 'travelFrom', 'travelTo'] as const;
		const typed = told({
			...{ treatedBefore: 'no', symptomsOn: '2026-11-23', enteredOn: '2027-01-01' },
			...{ travelFrom: '2026-11-20', travelTo: '2026-11-19' }
		});
		expect(circumstanceIssues(typed, { ...illness, asks }, TODAY)).toEqual({
			...{ symptomsOn: 'date-in-future', enteredOn: 'date-in-future' },
			travelTo: 'ends-before-start'
		});
	});

	it('make a field required that the plan asks for, also where it is optional', () => {
		const needs = neededFields(NO_CIRCUMSTANCES, { ...illness, asks: ['symptomsOn'] });
		expect(needs.get('symptomsOn')).toBe('required');
		expect(neededFields(NO_CIRCUMSTANCES, illness).get('symptomsOn')).toBe('optional');
	});

	it('of a letter are never missing, and never later than today', () => {
		const facts = {
			...accident,
			hasOtherInsurance: true,
			asks: ['enteredOn'],
			isLetter: true
		} as const;
		expect(circumstanceIssues(NO_CIRCUMSTANCES, facts, TODAY)).toEqual({});
		expect(neededFields(NO_CIRCUMSTANCES, facts).get('enteredOn')).toBe('optional');
		const late = told({ accidentOn: '2026-11-23' });
		expect(circumstanceIssues(late, facts, TODAY)).toEqual({ accidentOn: 'date-in-future' });
	});

	it('leave behind what belongs to a case that this is not', () => {
		const everything = Object.fromEntries(CIRCUMSTANCE_FIELDS.map((field) => [field, 'yes']));
		const kept = onlyNeeded(everything as Circumstances, illness);
		expect(Object.entries(kept).filter(([, text]) => text !== '')).toEqual([
			...['symptomsOn', 'treatedBefore', 'treatedBeforeBy'].map((field) => [field, 'yes'])
		]);
	});
});
