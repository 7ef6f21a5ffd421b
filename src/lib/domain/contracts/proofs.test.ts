import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, type CalendarDate } from '../calendar.ts';
import {
	checkProofDay,
	isProofAsked,
	PROOF_KINDS,
	PROOF_STATES,
	PROOF_TRANSITIONS,
	proofActor,
	proofStatesBefore,
	usualProofDay
} from './proofs.ts';

const TODAY = '2026-11-26' as CalendarDate;
const issue = (code: string) => ({ ok: false, error: { issues: { dueOn: code } } });

test('a proof is wanted in a week at the earliest and in ninety days at the latest', () => {
	const at = (days: number) => checkProofDay(addDays(TODAY, days), TODAY);
	expect(at(6)).toMatchObject(issue('proof-day'));
	expect(at(7)).toMatchObject({ ok: true, value: '2026-12-03' });
	expect(at(90)).toMatchObject({ ok: true, value: '2027-02-24' });
	expect(at(91)).toMatchObject(issue('proof-day'));
	expect(checkProofDay('2026-02-30', TODAY)).toMatchObject(issue('date-invalid'));
	expect(checkProofDay(usualProofDay(TODAY), TODAY).ok).toBe(true);
});

test('what was asked of a person is asked again only once it was taken back', () => {
	const wanted = { kind: 'visa', personId: 'ida' } as const;
	for (const state of PROOF_STATES)
		expect(isProofAsked([{ ...wanted, state }], wanted)).toBe(state !== 'withdrawn');
	expect(isProofAsked([{ ...wanted, personId: 'ben', state: 'open' }], wanted)).toBe(false);
	for (const kind of PROOF_KINDS)
		expect(isProofAsked([{ ...wanted, kind, state: 'accepted' }], wanted)).toBe(kind === 'visa');
});

test('each state has one who acts, and none is left but as the table says', () => {
	expect(PROOF_STATES.map(proofActor)).toEqual(['customer', 'insurer', 'nobody', 'nobody']);
	const states = fc.constantFrom(...PROOF_STATES);
	fc.assert(
		fc.property(states, states, (from, to) => {
			expect(proofStatesBefore(to).includes(from)).toBe(PROOF_TRANSITIONS[from].includes(to));
		})
	);
	expect(proofStatesBefore('accepted')).toEqual(['handed-in']);
	expect(proofStatesBefore('withdrawn')).toEqual(['open']);
});
