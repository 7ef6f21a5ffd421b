import * as v from 'valibot';
import type { CalendarDate } from '../calendar.ts';
import { parseCalendarDate } from '../calendar.ts';

/** Where the insurer pays to. Encrypted at rest, masked wherever it is shown. */
export const bankAccountSchema = v.object({
	holder: v.string(),
	iban: v.string(),
	bic: v.nullable(v.string()),
	bankName: v.nullable(v.string())
});
export type BankAccount = v.InferOutput<typeof bankAccountSchema>;

/** Plans of the demo operator; the names are products and are not translated. */
export const PLANS = ['Care Student', 'Care Au-pair', 'Care Work'] as const;

export type CoverState = 'coming' | 'active' | 'ended';

/** Whether cover runs on a day: both the first and the last day are insured. */
export function coverStateOn(
	cover: { readonly startsOn: CalendarDate; readonly endsOn: CalendarDate | null },
	today: CalendarDate
): CoverState {
	if (today < cover.startsOn) return 'coming';
	return cover.endsOn !== null && today > cover.endsOn ? 'ended' : 'active';
}

/**
 * The number as it is looked up: upper case without blanks. No check digit and no fixed length is
 * assumed, leading zeros count (domain.md section 2, policyNumber).
 */
export function normalisePolicyNumber(typed: string): string {
	return typed.toUpperCase().replace(/\s/g, '');
}

export const policyNumberSchema = v.pipe(
	v.string('required'),
	v.transform(normalisePolicyNumber),
	v.minLength(1, 'required'),
	v.regex(/^[A-Z0-9][A-Z0-9./-]{4,24}$/, 'policy-number-shape')
);

/** What a customer types to link a contract; the three of the letter and the passport. */
export const linkSchema = v.object({
	policyNumber: policyNumberSchema,
	dateOfBirth: v.pipe(
		v.string('required'),
		v.minLength(1, 'required'),
		v.check((text) => parseCalendarDate(text) !== null, 'date-invalid')
	),
	activationCode: v.pipe(
		v.string('required'),
		v.transform((text) => text.toUpperCase().replace(/[^A-Z0-9]/g, '')),
		v.minLength(1, 'required'),
		v.maxLength(40, 'code-shape')
	)
});
export type LinkInput = v.InferOutput<typeof linkSchema>;

/** `DE•• •••• •••• •••• ••30 00`: country and the last four stay, the rest is masked (D8). */
export function maskIban(iban: string): string {
	const shown = iban.slice(0, 2) + '•'.repeat(Math.max(iban.length - 6, 0)) + iban.slice(-4);
	return shown.replace(/(.{4})(?=.)/gu, '$1 ');
}

/** All but the last four characters masked. */
export function maskPolicyNumber(policyNumber: string): string {
	return '•'.repeat(Math.max(policyNumber.length - 4, 0)) + policyNumber.slice(-4);
}

/** What a list shows of a contract. */
export type ContractSummary = {
	readonly id: string;
	readonly policyNumber: string;
	readonly plan: string;
	readonly startsOn: CalendarDate;
	readonly endsOn: CalendarDate | null;
	readonly coverState: CoverState;
	readonly insuredNames: readonly string[];
};

/** The line of a contract in a list, on a day; `insured` may hold people of other contracts too. */
export function summariseContract(
	contract: Omit<ContractSummary, 'coverState' | 'insuredNames'>,
	insured: readonly { readonly contractId: string; readonly name: string }[],
	today: CalendarDate
): ContractSummary {
	return {
		id: contract.id,
		policyNumber: contract.policyNumber,
		plan: contract.plan,
		startsOn: contract.startsOn,
		endsOn: contract.endsOn,
		coverState: coverStateOn(contract, today),
		insuredNames: insured
			.filter((person) => person.contractId === contract.id)
			.map((person) => person.name)
	};
}
