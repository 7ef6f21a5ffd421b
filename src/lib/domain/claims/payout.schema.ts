import * as v from 'valibot';
import { isPlausibleIban } from '../iban.ts';
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
export const renewalSchema = v.object({
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

export const runSchema = v.object({ route: v.picklist(['sepa', 'abroad'], 'required') });
export const runIdSchema = v.object({ run: idSchema });
