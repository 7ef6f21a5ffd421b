import * as v from 'valibot';
import { emailSchema } from '../accounts/registration.schema.ts';
import { policyNumberSchema } from './contract.ts';
import { REQUEST_KINDS, REQUEST_REFUSALS } from './requests.ts';

const note = v.pipe(
	v.optional(v.string(), ''),
	v.transform((text) => text.replace(/\r\n?/g, '\n').trim()),
	v.maxLength(1000, 'too-long'),
	v.regex(/^[^\0]*$/, 'invalid')
);

/** A request as the page of a contract sends it; the date is empty where the kind has none. */
export const requestSchema = v.object({
	kind: v.picklist(REQUEST_KINDS, 'required'),
	wishedOn: v.pipe(v.optional(v.string(), ''), v.maxLength(10, 'date-invalid')),
	note
});
export type RequestInput = v.InferOutput<typeof requestSchema>;

/**
 * The withdrawal function for everybody (§ 356a BGB): name, contract and e-mail, nothing else. The
 * receipt repeats them to an address that anybody can type, so no name may carry an address of its own.
 */
export const withdrawalSchema = v.object({
	name: v.pipe(
		v.string('required'),
		v.trim(),
		v.normalize('NFC'),
		v.minLength(1, 'required'),
		v.maxLength(100, 'too-long'),
		v.regex(/^[\p{L}\p{M}\p{N}' .,()’-]*$/u, 'name-invalid'),
		v.regex(/^(?!.*[.,]\S)/u, 'name-invalid')
	),
	policyNumber: policyNumberSchema,
	email: emailSchema
});
export type WithdrawalInput = v.InferOutput<typeof withdrawalSchema>;

export const requestDecisionSchema = v.pipe(
	v.object({
		id: v.pipe(v.string(), v.uuid('invalid')),
		outcome: v.picklist(['accepted', 'refused'], 'required'),
		reason: v.optional(v.union([v.literal(''), v.picklist(REQUEST_REFUSALS)], 'required'), '')
	}),
	v.forward(
		v.partialCheck(
			[['outcome'], ['reason']],
			({ outcome, reason }) => outcome === 'accepted' || reason !== '',
			'refusal-reason-missing'
		),
		['reason']
	)
);
export type RequestDecision = v.InferOutput<typeof requestDecisionSchema>;
