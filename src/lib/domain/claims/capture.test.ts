import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parseCalendarDate } from '../calendar.ts';
import { arrivalIssue, receivedAtMs, typedInvoices } from './capture.ts';
import { captureSchema, senderSearchSchema } from './capture.schema.ts';

const day = (text: string) => {
	const date = parseCalendarDate(text);
	if (date === null) throw new Error(text);
	return date;
};
const TODAY = day('2026-11-22');

describe('the day of the stamp', () => {
	it.each([
		['', 'required'],
		['22.11.2026', 'date-invalid'],
		['2026-11-23', 'date-in-future'],
		['2026-11-22', null],
		['2025-11-21', null],
		['2025-11-20', 'date-too-old']
	])('%s is %s', (typed, issue) => {
		expect(arrivalIssue(typed, TODAY)).toBe(issue);
	});

	it('counts from noon in Berlin, in summer and in winter, and never from later than now', () => {
		const nowMs = Date.UTC(2026, 10, 22, 9);
		expect(receivedAtMs(day('2026-11-20'), nowMs)).toBe(Date.UTC(2026, 10, 20, 11));
		expect(receivedAtMs(day('2026-07-01'), nowMs)).toBe(Date.UTC(2026, 6, 1, 10));
		expect(receivedAtMs(TODAY, nowMs)).toBe(nowMs);
	});
});

describe('bills of a form', () => {
	const bill = (index: number, fields: Readonly<Record<string, string>>) =>
		Object.fromEntries(
			Object.entries({ issuer: '', currency: 'EUR', ...fields }).map(([name, value]) => [
				`invoices.${index}.${name}`,
				value
			])
		);

	it('leaves empty ones at the end out and keeps one between, so that faults stay where they are', () => {
		const typed = { ...bill(0, { issuer: 'A' }), ...bill(1, {}), ...bill(2, { isPaid: 'no' }) };
		expect(typedInvoices({ ...typed, ...bill(3, { issuer: ' ', currency: 'THB' }) })).toMatchObject(
			[{ issuer: 'A' }, { issuer: '' }, { isPaid: 'no' }]
		);
		expect(typedInvoices(bill(0, {}))).toHaveLength(1);
	});

	it('reads twenty at most, and no word for yes or no that is none', () => {
		const many = Array.from({ length: 25 }, (_, index) => bill(index, { issuer: 'A' }));
		expect(
			typedInvoices(Object.fromEntries(many.flatMap((one) => Object.entries(one))))
		).toHaveLength(20);
		expect(typedInvoices(bill(0, { issuer: 'A', isPaid: 'maybe' }))[0]?.isPaid).toBe('');
	});
});

it('a form is read by its shape: unknown words are empty, a forged id is refused', () => {
	const id = '0198c0de-0000-7000-8000-000000000000';
	const fields = {
		...{ submission: id, account: id, cause: 'magic', isDeclaredTrue: 'on' },
		...{ thirdParty: 'maybe', otherInsurerReported: 'yes', stayAddress: 'Domplatz 1' },
		...{ 'invoices.0.issuer': 'A', 'invoices.0.kind': 'dental', 'invoices.1.issuer': 'B' },
		...{ 'invoices.1.kind': 'magic', 'invoices.1.insuredPersonId': id }
	};
	expect(v.parse(captureSchema, fields)).toMatchObject({
		...{ submissionId: id, accountId: id, arrivedOn: '' },
		form: {
			...{ cause: '', isDeclaredTrue: true, payTo: 'contract' },
			...{ thirdParty: '', otherInsurerReported: 'yes', stayAddress: 'Domplatz 1' },
			...{ accidentOn: '', invoices: [{ kind: 'dental' }, { kind: '', insuredPersonId: id }] }
		}
	});
	expect(v.parse(captureSchema, { submission: id }).accountId).toBe('');
	expect(v.safeParse(captureSchema, { ...fields, submission: '1' }).success).toBe(false);
	expect(v.safeParse(captureSchema, { ...fields, account: "' or 1" }).success).toBe(false);
});

it('a sender is looked up by number where there is a digit, else by name', () => {
	const parse = (search: string) => v.safeParse(senderSearchSchema, { search });
	expect(parse(' ma-2041 7733 ').output).toEqual({ search: { policyNumber: 'MA-20417733' } });
	expect(parse('Müller, Anna').output).toEqual({ search: { name: 'Müller, Anna' } });
	expect(parse('').issues?.[0].message).toBe('required');
	expect(parse('?!').issues?.[0].message).toBe('search-empty');
	expect(parse('4 %').issues?.[0].message).toBe('search-number-shape');
});
