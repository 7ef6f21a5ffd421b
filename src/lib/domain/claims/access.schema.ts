import * as v from 'valibot';
import { ACCOUNT_REASONS, OPENING_REASONS } from './access.ts';

const idSchema = v.pipe(v.string('required'), v.uuid('invalid'));

/** A name that claims are looked for by. */
export const searchSchema = v.object({
	search: v.pipe(v.string(), v.minLength(1, 'search-empty'), v.maxLength(80, 'too-long'))
});

export const claimIdSchema = v.object({ claim: idSchema });
export const assigneeSchema = v.object({ assignee: idSchema });
/** An entry of the data protection officer's list, as they check it. */
export const openingCheckSchema = v.object({
	subject: v.picklist(['claim', 'inquiry'], 'invalid'),
	opening: idSchema
});
export type OpeningCheck = v.InferOutput<typeof openingCheckSchema>;

/** The note is for the data protection officer: one word explains nothing. */
export const openingFormSchema = v.object({
	reason: v.picklist(OPENING_REASONS, 'required'),
	note: v.pipe(
		v.string('required'),
		v.trim(),
		v.minLength(10, 'note-short'),
		v.maxLength(500, 'too-long')
	)
});
export type OpeningForm = v.InferOutput<typeof openingFormSchema>;

/** Not called `reason`: other forms of the same page have one (D8). */
export const accountLookSchema = v.object({
	accountReason: v.picklist(ACCOUNT_REASONS, 'required')
});
