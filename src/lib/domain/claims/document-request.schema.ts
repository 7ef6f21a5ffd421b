import * as v from 'valibot';
import { MAX_INVOICES } from './claim.schema.ts';
import { REQUEST_KINDS, RETURN_OF_DOCUMENT } from './document-request.ts';

/** What a clerk asks for, and for which invoice. */
export const askSchema = v.object({
	kind: v.picklist(REQUEST_KINDS, 'required'),
	line: v.pipe(
		v.string('required'),
		v.regex(/^\d{1,2}$/, 'required'),
		v.transform(Number),
		v.maxValue(MAX_INVOICES, 'required')
	)
});

export const requestIdSchema = v.object({ request: v.pipe(v.string(), v.uuid('invalid')) });

/** Why a document that came in is asked for once more. */
export const returnDocumentSchema = v.object({
	...requestIdSchema.entries,
	fault: v.picklist(RETURN_OF_DOCUMENT, 'required')
});
