import * as v from 'valibot';
import { isPlausibleIban } from '../iban.ts';
import { bicIssue, numberedAccountSchema } from './payee-account.ts';
import { REFUSAL_REASONS, RETURN_REASONS } from './payout.ts';

export const idSchema = v.pipe(v.string('required'), v.uuid('invalid'));

/** What was on the screen, as the hash an approval is bound to. */
const hashSchema = v.pipe(v.string('required'), v.regex(/^[0-9a-f]{66}$/, 'invalid'));

export const approvalSchema = v.object({ content: hashSchema });

export const refusalSchema = v.object({
	content: hashSchema,
	reason: v.picklist(REFUSAL_REASONS, 'required')
});

export const returnSchema = v.object({ reason: v.picklist(RETURN_REASONS, 'required') });

/** Holder exactly as the bank has them: the verification of payee compares the names. */
const ibanRenewalSchema = v.object({
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
});

const { entries } = numberedAccountSchema;
const numberedRenewalSchema = v.pipe(
	v.object({
		...entries,
		bic: v.pipe(
			entries.bic,
			v.rawCheck(({ dataset, addIssue }) => {
				const issue = dataset.typed ? bicIssue(dataset.value) : null;
				if (issue) addIssue({ message: issue });
			})
		),
		iban: v.optional(v.pipe(v.string(), v.trim(), v.literal('', 'account-twice')), '')
	}),
	v.transform(({ iban: _, ...account }) => account)
);

const noNumberSchema = v.object({
	accountNumber: v.optional(v.literal('')),
	bic: v.optional(v.literal('')),
	bankName: v.optional(v.literal(''))
});

/** One form for both kinds of account, without script: what was filled in says which it is. */
export const renewalSchema = v.lazy((input) =>
	v.is(noNumberSchema, input) ? ibanRenewalSchema : numberedRenewalSchema
);

export const runSchema = v.object({ route: v.picklist(['sepa', 'abroad'], 'required') });
export const runIdSchema = v.object({ run: idSchema });
