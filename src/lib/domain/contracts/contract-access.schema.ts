import * as v from 'valibot';
import { calendarDateSchema } from '../claims/claim.schema.ts';
import { RELEASE_SCOPES, REPRESENTATIVE_SCOPES, type ReleaseScope } from './contract-access.ts';

export const inviteInsuredSchema = v.object({ person: v.pipe(v.string(), v.uuid('invalid')) });

export const inviteRepresentativeSchema = v.object({
	// A group of radio buttons that nobody has touched sends nothing.
	scope: v.pipe(
		v.optional(v.picklist(['', ...REPRESENTATIVE_SCOPES], 'invalid'), ''),
		v.picklist(REPRESENTATIVE_SCOPES, 'required')
	),
	endsOn: v.pipe(
		v.string('required'),
		v.minLength(1, 'required'),
		v.maxLength(10, 'date-invalid'),
		calendarDateSchema
	)
});
export type RepresentativeInput = v.InferOutput<typeof inviteRepresentativeSchema>;

/** Which representative: the instant at which they were let in names them to the policyholder. */
export const endRepresentationSchema = v.object({
	since: v.pipe(
		v.string('invalid'),
		v.regex(/^\d{1,15}$/, 'invalid'),
		v.transform((text) => Number(text))
	)
});

export const releaseSchema = v.object({
	// A group of radio buttons that nobody has touched sends nothing.
	release: v.pipe(
		v.optional(v.picklist(['', 'take-back', ...RELEASE_SCOPES], 'invalid'), ''),
		v.picklist(['take-back', ...RELEASE_SCOPES], 'required'),
		v.transform((word): ReleaseScope | null => (word === 'take-back' ? null : word))
	)
});
