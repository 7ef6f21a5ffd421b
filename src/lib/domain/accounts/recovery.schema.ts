import * as v from 'valibot';
import { newPasswordSchema } from './password.schema.ts';
import { emailSchema, mailCodeSchema, signInSchema } from './registration.schema.ts';

export const resetRequestSchema = v.object({ email: emailSchema });

const CODE_CHARACTERS = 26;

/** The characters of a recovery or letter code however it is grouped and typed. */
const longCode = (text: string) => text.toUpperCase().replace(/[^A-Z2-7]/g, '');

const longCodeSchema = v.pipe(
	v.string('required'),
	v.trim(),
	v.minLength(1, 'required'),
	v.maxLength(100, 'recovery-code-shape'),
	v.transform(longCode),
	v.length(CODE_CHARACTERS, 'recovery-code-shape')
);

/** Beside the mail: the code of the app that is still there, or one of the saved codes. */
export type SecondProof = {
	readonly kind: 'totp' | 'recovery-code';
	readonly code: string;
};

const secondProofSchema = v.pipe(
	v.string('required'),
	v.trim(),
	v.minLength(1, 'required'),
	v.maxLength(100, 'proof-shape'),
	v.transform((text): SecondProof => {
		const digits = text.replace(/\s/g, '');
		return /^\d{6}$/.test(digits)
			? { kind: 'totp', code: digits }
			: { kind: 'recovery-code', code: longCode(text) };
	}),
	v.check(({ kind, code }) => kind === 'totp' || code.length === CODE_CHARACTERS, 'proof-shape')
);

export const resetSchema = v.object({
	code: mailCodeSchema.entries.code,
	proof: secondProofSchema,
	password: newPasswordSchema
});
export type Reset = v.InferOutput<typeof resetSchema>;

export const phoneRecoverySchema = v.object({
	...signInSchema.entries,
	recoveryCode: longCodeSchema
});
export type PhoneRecovery = v.InferOutput<typeof phoneRecoverySchema>;

const givenAnswer = v.pipe(
	v.string('required'),
	v.minLength(1, 'required'),
	v.maxLength(200, 'too-long')
);
export const answersSchema = v.object({ answer1: givenAnswer, answer2: givenAnswer });
export type Answers = v.InferOutput<typeof answersSchema>;

export const letterSchema = v.object({ ...signInSchema.entries, letterCode: longCodeSchema });
export type LetterProof = v.InferOutput<typeof letterSchema>;
