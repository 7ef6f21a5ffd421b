import * as v from 'valibot';
import { nameSchema } from '../accounts/registration.schema.ts';
import type { CalendarDate } from '../calendar.ts';
import { calendarDateSchema } from '../claims/claim.schema.ts';
import { isPlausibleIban } from '../iban.ts';
import { listCurrencies, MAX_AMOUNT_MINOR } from '../money.ts';
import type { Issues } from '../result.ts';
import { PLANS, policyNumberSchema } from './contract.ts';

const amountSchema = v.pipe(
	v.number('required'),
	v.safeInteger('amount-invalid'),
	v.minValue(0, 'amount-invalid'),
	v.maxValue(MAX_AMOUNT_MINOR, 'amount-too-large')
);

/** Mononyms are allowed: one of the two names may be empty (domain.md section 2, Names). */
const someName = v.union([v.literal(''), nameSchema], 'name-invalid');
const hasName = ({ firstName, lastName }: { firstName: string; lastName: string }) =>
	firstName !== '' || lastName !== '';

const insuredSchema = v.pipe(
	v.strictObject({ firstName: someName, lastName: someName, dateOfBirth: calendarDateSchema }),
	v.forward(
		v.check((person) => hasName(person), 'required'),
		['lastName']
	)
);
const policyholderSchema = v.pipe(
	v.strictObject({
		firstName: someName,
		lastName: someName,
		dateOfBirth: v.nullable(calendarDateSchema)
	}),
	v.forward(
		v.check((person) => hasName(person), 'required'),
		['lastName']
	)
);

const EARLIEST_BIRTHDAY = '1900-01-01';
/** More people than any family or group contract of ours has. */
export const MAX_INSURED = 50;

/** A contract as the insurer's own system knows it, from a file or by the API. */
export const contractRecordSchema = v.pipe(
	v.strictObject({
		policyNumber: policyNumberSchema,
		plan: v.picklist(PLANS, 'plan-unknown'),
		startsOn: calendarDateSchema,
		endsOn: v.nullable(calendarDateSchema),
		currency: v.pipe(
			v.string('required'),
			v.check((code) => listCurrencies().includes(code), 'currency-unknown')
		),
		deductibleMinor: amountSchema,
		maximumMinor: v.nullable(amountSchema),
		policyholder: policyholderSchema,
		bankAccount: v.strictObject({
			holder: v.pipe(
				v.string('required'),
				v.trim(),
				v.minLength(1, 'required'),
				v.maxLength(70, 'too-long')
			),
			iban: v.pipe(
				v.string('required'),
				v.transform((typed) => typed.replace(/\s/g, '').toUpperCase()),
				v.check(isPlausibleIban, 'iban-invalid')
			)
		}),
		insured: v.pipe(
			v.array(insuredSchema),
			v.minLength(1, 'required'),
			v.maxLength(MAX_INSURED, 'too-many')
		),
		/** What the insurer's letter carries, 12 to 40 characters; null where no letter goes out. */
		activationCode: v.nullable(
			v.pipe(
				v.string('required'),
				v.transform((text) => text.toUpperCase().replace(/[^A-Z0-9]/g, '')),
				v.minLength(12, 'code-shape'),
				v.maxLength(40, 'code-shape')
			)
		)
	}),
	v.forward(
		v.check(({ startsOn, endsOn }) => endsOn === null || endsOn >= startsOn, 'ends-before-start'),
		['endsOn']
	)
);
export type ContractRecord = v.InferOutput<typeof contractRecordSchema>;

/** Birthdays that nobody alive has: a year mistyped would make an adult of a child, or lock their owner out. */
export function birthdayIssues(record: ContractRecord, today: CalendarDate): Issues {
	const born = [
		['policyholder', record.policyholder.dateOfBirth] as const,
		...record.insured.map(({ dateOfBirth }, at) => [`insured.${at}`, dateOfBirth] as const)
	];
	return Object.fromEntries(
		born
			.filter(([, day]) => day !== null && (day > today || day < EARLIEST_BIRTHDAY))
			.map(([who]) => [`${who}.dateOfBirth`, 'birthday-impossible'])
	);
}

/** What the insurer's system may change of a contract that is there; the rest goes over the desk. */
export type ContractTerms = Pick<
	ContractRecord,
	'plan' | 'endsOn' | 'deductibleMinor' | 'maximumMinor'
>;
