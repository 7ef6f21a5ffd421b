import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parseCalendarDate } from '../calendar.ts';
import {
	decideTyped,
	decisionFormSchema,
	fieldsOf,
	typeDecision,
	type TypedLine
} from './decision-form.schema.ts';
import type { BilledLine } from './decision.ts';

const TODAY = parseCalendarDate('2026-11-22');
if (!TODAY) throw new Error('no date');
const YEAR = {
	insuredPersonId: 'ada',
	yearStartsOn: TODAY,
	deductibleLeftMinor: 5_000,
	maximumLeftMinor: null
};
const TERMS = { currency: 'EUR', years: [YEAR], today: TODAY };
const ID_A = '019aa000-0000-7000-8000-00000000000a';
const ID_B = '019aa000-0000-7000-8000-00000000000b';

const billedOf = (invoiceId: string, amountMinor: number, currency = 'EUR'): BilledLine => ({
	invoiceId,
	issuer: 'Dr. Sample',
	invoiceDate: '2026-05-01',
	...{ insuredPersonId: 'ada', yearStartsOn: TODAY },
	billed: { amountMinor, currency }
});

const typedOf = (invoiceId: string, change: Partial<TypedLine> = {}): TypedLine => ({
	invoiceId,
	recognised: '100,00',
	deductible: '',
	reason: 'none',
	rate: '',
	rateDate: '',
	rateSource: '',
	...change
});

const issuesOf = (result: ReturnType<typeof decideTyped>) =>
	result.ok ? {} : (result.error.issues ?? {});

describe('decisionFormSchema', () => {
	const form = {
		version: '2',
		'lines.0.invoiceId': ID_A,
		'lines.0.recognised': ' 12,50 ',
		'lines.0.reason': 'none',
		'lines.1.invoiceId': ID_B,
		'lines.1.reason': 'duplicate'
	};

	it('gathers the lines and leaves amounts as text', () => {
		expect(v.parse(decisionFormSchema, form)).toEqual({
			version: 2,
			lines: [
				typedOf(ID_A, { recognised: '12,50' }),
				typedOf(ID_B, { recognised: '', reason: 'duplicate' })
			]
		});
	});

	it.each([
		[{ ...form, version: '-1' }, 'version'],
		[{ ...form, version: '' }, 'version'],
		[{ ...form, 'lines.0.invoiceId': 'x' }, 'lines.0.invoiceId'],
		[{ ...form, 'lines.1.reason': 'because' }, 'lines.1.reason'],
		[{ ...form, 'lines.1.rateSource': 'x'.repeat(61) }, 'lines.1.rateSource']
	])('refuses what no form of ours sends (%#)', (fields, path) => {
		const parsed = v.safeParse(decisionFormSchema, fields);
		const paths = parsed.issues?.map((issue) => v.getDotPath(issue));
		expect(paths).toContain(path);
	});

	it('reads 20 lines at most', () => {
		const fields: Record<string, string> = { version: '1' };
		for (let index = 0; index < 25; index++) {
			fields[`lines.${index}.invoiceId`] = ID_A;
			fields[`lines.${index}.reason`] = 'none';
		}
		expect(v.parse(decisionFormSchema, fields).lines).toHaveLength(20);
	});
});

describe('decideTyped', () => {
	it('reads comma and point and takes the deductible that is left', () => {
		const billed = [billedOf(ID_A, 10_000), billedOf(ID_B, 123_456)];
		const typed = [typedOf(ID_A), typedOf(ID_B, { recognised: '1,234.56', deductible: '10.5' })];
		const result = decideTyped(billed, typed, TERMS);
		expect(result.ok && result.value.lines.map((line) => line.deductible.amountMinor)).toEqual([
			3_950, 1_050
		]);
	});

	it('names every field that cannot be read, before it judges any amount', () => {
		const billed = [billedOf(ID_A, 10_000), billedOf(ID_B, 10_000, 'USD')];
		const typed = [
			typedOf(ID_A, { recognised: '', deductible: 'ten' }),
			typedOf(ID_B, { recognised: '1.2.3', rate: '0', rateDate: '2026-02-30' })
		];
		expect(issuesOf(decideTyped(billed, typed, TERMS))).toEqual({
			'lines.0.recognised': 'required',
			'lines.0.deductible': 'amount-invalid',
			'lines.1.recognised': 'amount-invalid',
			'lines.1.rate': 'rate-invalid',
			'lines.1.rateDate': 'date-invalid',
			'lines.1.rateSource': 'required'
		});
	});

	it('recognises the whole of a foreign line that was left empty', () => {
		const rate = { rate: '1,0705', rateDate: '2026-11-20', rateSource: 'EZB' };
		const typed = [typedOf(ID_A, { recognised: '', ...rate })];
		const result = decideTyped([billedOf(ID_A, 10_705, 'USD')], typed, TERMS);
		expect(result.ok && result.value.totals).toMatchObject({
			recognised: { amountMinor: 10_000 },
			paid: { amountMinor: 5_000 }
		});
	});

	it('asks for the rate of a foreign line', () => {
		const typed = [typedOf(ID_A, { recognised: '' })];
		expect(issuesOf(decideTyped([billedOf(ID_A, 10_705, 'USD')], typed, TERMS))).toEqual({
			'lines.0.rate': 'rate-missing'
		});
	});

	it('says that a line is missing', () => {
		expect(issuesOf(decideTyped([billedOf(ID_A, 10_000)], [], TERMS))).toEqual({
			'lines.0.recognised': 'required'
		});
	});
});

describe('typeDecision', () => {
	it.each(['de-DE', 'en-GB'])('types what decides the same again (%s)', (locale) => {
		const billed = [billedOf(ID_A, 1_000_050), billedOf(ID_B, 10_705, 'USD')];
		const rate = { rate: '1,0705', rateDate: '2026-11-20', rateSource: 'EZB' };
		const typed = [
			typedOf(ID_A, { recognised: '9.999,99', reason: 'plan-limit' }),
			typedOf(ID_B, { recognised: '', ...rate })
		];
		const first = decideTyped(billed, typed, TERMS);
		if (!first.ok) throw new Error('not decided');
		const fields = { version: '2', ...fieldsOf(typeDecision(first.value, locale)) };
		const again = v.parse(decisionFormSchema, fields);
		expect(decideTyped(billed, again.lines, TERMS)).toEqual(first);
	});
});
