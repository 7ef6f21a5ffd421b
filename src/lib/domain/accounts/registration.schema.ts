import * as v from 'valibot';

/** Fixed questions with wide answer spaces; own questions are not offered (security.md 3.6). */
export const SECURITY_QUESTIONS = [
	'first-street',
	'first-teacher',
	'childhood-friend',
	'first-employer',
	'grandmother-birthplace',
	'first-journey'
] as const;
export type SecurityQuestion = (typeof SECURITY_QUESTIONS)[number];

/** In code points: an emoji counts one (ASVS 6.2.1, 6.2.9). */
export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;

const codePoints = (text: string) => [...text].length;

/** No composition rules, nothing trimmed: the whole password counts (ASVS 6.2.5, 6.2.8). */
export const newPasswordSchema = v.pipe(
	v.string('required'),
	v.minLength(1, 'required'),
	v.check((text) => codePoints(text) >= PASSWORD_MIN, 'password-short'),
	v.check((text) => codePoints(text) <= PASSWORD_MAX, 'password-long')
);

export const emailSchema = v.pipe(
	v.string('required'),
	v.trim(),
	v.minLength(1, 'required'),
	v.maxLength(254, 'email-invalid'),
	v.rfcEmail('email-invalid')
);

/** DIN SPEC 91379 names: any letter, no minimum of two. Control characters would reach mail headers. */
const nameSchema = v.pipe(
	v.string('required'),
	v.trim(),
	v.normalize('NFC'),
	v.minLength(1, 'required'),
	v.maxLength(100, 'too-long'),
	v.regex(/^[^\p{Cc}<>]*$/u, 'name-invalid')
);

const answerSchema = v.pipe(
	v.string('required'),
	v.minLength(1, 'required'),
	v.check((text) => [...normaliseAnswer(text)].length >= 4, 'answer-short'),
	v.maxLength(200, 'too-long')
);

export const registrationSchema = v.pipe(
	v.object({
		firstName: nameSchema,
		lastName: nameSchema,
		email: emailSchema,
		mobile: v.pipe(
			v.string('required'),
			v.trim(),
			v.minLength(1, 'required'),
			v.maxLength(40, 'phone-invalid')
		),
		password: newPasswordSchema,
		question1: v.picklist(SECURITY_QUESTIONS, 'required'),
		answer1: answerSchema,
		question2: v.picklist(SECURITY_QUESTIONS, 'required'),
		answer2: answerSchema,
		// A box that is not ticked is not sent at all.
		noticeSeen: v.pipe(v.optional(v.string(), ''), v.literal('yes', 'notice-missing'))
	}),
	v.forward(
		v.partialCheck(
			[['question1'], ['question2']],
			(input) => input.question1 !== input.question2,
			'question-twice'
		),
		['question2']
	),
	v.forward(
		v.partialCheck(
			[['answer1'], ['answer2']],
			(input) => normaliseAnswer(input.answer1) !== normaliseAnswer(input.answer2),
			'answer-twice'
		),
		['answer2']
	)
);
export type Registration = v.InferOutput<typeof registrationSchema>;

export const signInSchema = v.object({
	email: v.pipe(
		v.string('required'),
		v.trim(),
		v.minLength(1, 'required'),
		v.maxLength(254, 'email-invalid')
	),
	password: v.pipe(
		v.string('required'),
		v.minLength(1, 'required'),
		v.maxLength(1000, 'password-long')
	)
});

/** Six digits; blanks that apps show between them are taken out. */
export const codeSchema = v.object({
	code: v.pipe(
		v.string('required'),
		v.transform((text) => text.replace(/\s/g, '')),
		v.regex(/^\d{6}$/, 'code-shape')
	)
});

export const mailCodeSchema = v.object({
	code: v.pipe(
		v.string('required'),
		v.trim(),
		v.minLength(1, 'required'),
		v.maxLength(200, 'code-shape')
	)
});

/** The address as the blind index sees it: one person has one address however it is typed. */
export function normaliseEmail(email: string): string {
	return email.trim().normalize('NFKC').toLowerCase();
}

/** The answer as it is hashed: case, blanks and composition do not matter (security.md A22). */
export function normaliseAnswer(answer: string): string {
	return answer.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');
}
