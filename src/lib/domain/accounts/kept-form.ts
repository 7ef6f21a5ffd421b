import * as v from 'valibot';
import { DAY_MS } from '../calendar.ts';

/** What was typed waits this long for its owner to come back; the same day is what people mean. */
export const KEPT_FORM_LIFETIME_MS = DAY_MS;

/** More pages than anybody fills in at once; a stolen, ended session cannot fill the database. */
export const MAX_KEPT_FORMS = 20;

/** Ten times the longest form of the portal. */
const MAX_LENGTH = 64 * 1024;
const MAX_FIELDS = 500;

const SECRET_NAME = /password|code|secret|token|answer|^next$/i;

export type KeptForm = { readonly values: Readonly<Record<string, string>> };

/** A page of the portal and what stood in its form when the session ended. */
export const keptFormSchema = v.strictObject({
	path: v.pipe(v.string(), v.maxLength(200), v.regex(/^\/(?!\/)[\w\-/]*$/)),
	values: v.pipe(
		v.record(v.pipe(v.string(), v.maxLength(200)), v.pipe(v.string(), v.maxLength(MAX_LENGTH))),
		v.check((values) => Object.keys(values).length <= MAX_FIELDS, 'too-many')
	)
});
export type KeptFormInput = v.InferOutput<typeof keptFormSchema>;

/**
 * What of a form may be kept: everything but passwords, codes and answers, and nothing when it is
 * longer than any form of ours. Null when there is nothing worth keeping.
 */
export function keepable(
	values: Readonly<Record<string, string>>
): Readonly<Record<string, string>> | null {
	const open = Object.entries(values).filter(([name]) => !SECRET_NAME.test(name));
	const length = open.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
	if (length > MAX_LENGTH || open.every(([, value]) => value === '')) return null;
	return Object.fromEntries(open);
}
