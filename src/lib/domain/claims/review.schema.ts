import * as v from 'valibot';
import { MAX_INVOICES } from './claim.schema.ts';
import { decisionFormSchema } from './decision-form.schema.ts';
import { REVIEW_TEXT } from './review.ts';

const reviewTextSchema = v.pipe(
	v.string('required'),
	v.trim(),
	v.minLength(REVIEW_TEXT.shortest, 'note-short'),
	v.maxLength(REVIEW_TEXT.longest, 'too-long')
);

/** An objection to one invoice, counted from 1. */
export const objectionSchema = v.object({
	line: v.pipe(
		v.string('required'),
		v.regex(/^\d{1,2}$/, 'required'),
		v.transform(Number),
		v.minValue(1, 'required'),
		v.maxValue(MAX_INVOICES, 'required')
	),
	reason: reviewTextSchema
});
export type ObjectionForm = v.InferOutput<typeof objectionSchema>;

export const reopenSchema = v.object({ reason: reviewTextSchema });

/** A new decision, and what the clerk answers as part of its statement. */
export const correctionFormSchema = v.intersect([
	decisionFormSchema,
	v.object({ answer: reviewTextSchema })
]);

export const noteSchema = v.object({
	note: v.pipe(
		v.string('required'),
		v.trim(),
		v.minLength(1, 'required'),
		v.maxLength(2000, 'too-long')
	)
});
