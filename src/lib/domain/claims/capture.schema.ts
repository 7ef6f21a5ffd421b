import * as v from 'valibot';
import { nameWordsOf } from '../accounts/name-words.ts';
import { normalisePolicyNumber, policyNumberSchema } from '../contracts/contract.ts';
import { typedInvoices, type Capture } from './capture.ts';
import { NO_PAYEE } from './draft-payee.ts';
import { typedCircumstances } from './typed-circumstances.ts';

const uuidSchema = v.pipe(v.string('required'), v.uuid('invalid'));

/** Who sent a letter, as typed: with a digit it is the number of a contract, without one a name. */
export type SenderSearch = { readonly policyNumber: string } | { readonly name: string };

export const senderSearchSchema = v.object({
	search: v.pipe(
		v.string('required'),
		v.trim(),
		v.minLength(1, 'required'),
		v.maxLength(80, 'too-long'),
		v.rawTransform(({ dataset, addIssue, NEVER }): SenderSearch => {
			const typed = dataset.value;
			if (/\d/.test(typed)) {
				const policyNumber = normalisePolicyNumber(typed);
				if (v.is(policyNumberSchema, policyNumber)) return { policyNumber };
				addIssue({ message: 'search-number-shape' });
				return NEVER;
			}
			if (nameWordsOf(typed).length > 0) return { name: typed };
			addIssue({ message: 'search-empty' });
			return NEVER;
		})
	)
});

/** Twice the longest field: what is too long for its own is told by `parseDraftForm`. */
const fieldsSchema = v.record(
	v.pipe(v.string(), v.maxLength(100, 'invalid')),
	v.pipe(v.string(), v.maxLength(4000, 'too-long'))
);

const circumstancesSchema = v.object(typedCircumstances);

/**
 * A captured letter by the shape of its fields alone: what they say is judged like the form of a
 * customer, by `parseDraftForm`.
 */
export const captureSchema = v.pipe(
	fieldsSchema,
	v.transform((fields) => ({
		submission: fields['submission'],
		account: fields['account'] ?? '',
		fields
	})),
	v.object({
		submission: uuidSchema,
		account: v.union([v.pipe(v.string(), v.uuid()), v.literal('')], 'required'),
		fields: fieldsSchema
	}),
	v.transform(({ submission, account, fields }): Capture => {
		const typed = (name: string) => fields[name] ?? '';
		const oneOf = <const Word extends string>(name: string, words: readonly Word[]) =>
			words.find((word) => word === fields[name]) ?? ('' as const);
		return {
			submissionId: submission,
			accountId: account,
			arrivedOn: typed('arrivedOn'),
			form: {
				contractId: '',
				insuredPersonId: typed('insuredPersonId'),
				cause: oneOf('cause', ['illness', 'accident']),
				diagnosis: typed('diagnosis'),
				firstTreatmentOn: typed('firstTreatmentOn'),
				country: typed('country'),
				hasOtherInsurance: oneOf('hasOtherInsurance', ['yes', 'no']),
				note: typed('note'),
				...v.parse(circumstancesSchema, fields),
				invoices: typedInvoices(fields).map((invoice) => ({ id: '', ...invoice })),
				// What a letter says of an account proves nothing (decision 0056).
				...NO_PAYEE,
				isDeclaredTrue: fields['isDeclaredTrue'] !== undefined
			}
		};
	})
);
