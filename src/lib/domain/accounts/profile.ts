import * as v from 'valibot';
import { calendarDateSchema } from '../claims/claim.schema.ts';

const profileSchema = v.object({
	firstName: v.string(),
	lastName: v.string(),
	dateOfBirth: v.nullable(calendarDateSchema)
});

/** What is known of a natural person. Encrypted at rest. */
export type Profile = v.InferOutput<typeof profileSchema>;

const contactSchema = v.object({ email: v.string(), mobile: v.string() });
export type Contact = v.InferOutput<typeof contactSchema>;

/** Reads a profile back from its encrypted column; throws when the row holds anything else. */
export function parseProfile(value: unknown): Profile {
	return v.parse(profileSchema, value);
}

export function parseContact(value: unknown): Contact {
	return v.parse(contactSchema, value);
}

/** The full name, also for people with one name only. */
export function fullName(profile: Profile): string {
	return [profile.firstName, profile.lastName].filter((part) => part !== '').join(' ');
}
