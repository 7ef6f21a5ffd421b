import * as v from 'valibot';
import { newPasswordSchema } from './password.schema.ts';

export const passwordChangeSchema = v.object({ password: newPasswordSchema });

/** The proof of a sensitive act. What an act does not ask for is not in its form. */
export const proofSchema = v.object({
	code: v.pipe(
		v.string('required'),
		v.transform((text) => text.replace(/\s/g, '')),
		v.regex(/^\d{6}$/, 'code-shape')
	),
	password: v.pipe(v.optional(v.string(), ''), v.maxLength(1000, 'password-long')),
	newCode: v.pipe(
		v.optional(v.string(), ''),
		v.transform((text) => text.replace(/\s/g, '')),
		v.regex(/^(\d{6})?$/, 'code-shape')
	)
});
