import * as v from 'valibot';
import { STAFF_ROLES } from '../actor.ts';
import { policyNumberSchema } from '../contracts/contract.ts';
import { LANGUAGES } from '../messages/mail.ts';
import { PASSKEY_ANSWER_LENGTH } from './passkey.schema.ts';
import { newPasswordSchema } from './password.schema.ts';
import { emailSchema, nameSchema } from './registration.schema.ts';
import { SESSIONS_END_REASONS } from './sessions-end.ts';

const roleSchema = v.picklist(STAFF_ROLES, 'required');
const idSchema = v.pipe(v.string('required'), v.uuid('invalid'));

/** Who is asked in, and what for. */
export const invitationSchema = v.object({
	firstName: nameSchema,
	lastName: nameSchema,
	email: emailSchema,
	role: roleSchema,
	language: v.picklist(LANGUAGES, 'required')
});
export type Invitation = v.InferOutput<typeof invitationSchema>;

/** The browser's answer comes as text and is looked at by `platform/webauthn.ts`. */
export const acceptanceSchema = v.object({
	firstName: nameSchema,
	lastName: nameSchema,
	password: newPasswordSchema,
	passkey: v.pipe(
		v.string('passkey-missing'),
		v.minLength(1, 'passkey-missing'),
		v.maxLength(PASSKEY_ANSWER_LENGTH, 'too-long')
	)
});
export type Acceptance = v.InferOutput<typeof acceptanceSchema>;

export const sessionsEndingSchema = v.object({
	email: emailSchema,
	reason: v.picklist(SESSIONS_END_REASONS, 'required')
});
export type SessionsEnding = v.InferOutput<typeof sessionsEndingSchema>;

export const staffAccountSchema = v.object({ account: idSchema });
export const staffRoleSchema = v.object({ account: idSchema, role: roleSchema });
export const staffChangeSchema = v.object({ change: idSchema });
export const ownContractSchema = v.object({ policyNumber: policyNumberSchema });
