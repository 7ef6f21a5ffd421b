import * as v from 'valibot';
import { newPasswordSchema } from './password.schema.ts';
import {
	answerSchema,
	isCommonAnswer,
	normaliseAnswer,
	SECURITY_QUESTIONS
} from './security-questions.ts';

export const emailSchema = v.pipe(
	v.string('required'),
	v.trim(),
	v.minLength(1, 'required'),
	v.maxLength(254, 'email-invalid'),
	v.rfcEmail('email-invalid')
);

/** DIN SPEC 91379 names: any letter, no minimum of two. Control characters would reach mail headers. */
export const nameSchema = v.pipe(
	v.string('required'),
	v.trim(),
	v.normalize('NFC'),
	v.minLength(1, 'required'),
	v.maxLength(100, 'too-long'),
	v.regex(/^[^\p{Cc}<>]*$/u, 'name-invalid')
);

const PERSON = {
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
	// A box that is not ticked is not sent at all.
	noticeSeen: v.pipe(v.optional(v.string(), ''), v.literal('yes', 'notice-missing'))
};

/** For an operator who asks no security questions: none is read, whatever is sent (decision 0030). */
export const registrationWithoutQuestionsSchema = v.object(PERSON);

export const registrationSchema = v.pipe(
	v.object({
		...PERSON,
		question1: v.picklist(SECURITY_QUESTIONS, 'required'),
		answer1: answerSchema,
		question2: v.picklist(SECURITY_QUESTIONS, 'required'),
		answer2: answerSchema
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
	),
	v.forward(
		v.partialCheck(
			[['question1'], ['answer1']],
			(input) => !isCommonAnswer(input.question1, input.answer1),
			'answer-common'
		),
		['answer1']
	),
	v.forward(
		v.partialCheck(
			[['question2'], ['answer2']],
			(input) => !isCommonAnswer(input.question2, input.answer2),
			'answer-common'
		),
		['answer2']
	)
);

type WithQuestions = v.InferOutput<typeof registrationSchema>;
/** The answers are there or not, as the operator wants. */
export type Registration = v.InferOutput<typeof registrationWithoutQuestionsSchema> &
	Partial<Pick<WithQuestions, 'question1' | 'answer1' | 'question2' | 'answer2'>>;

/** What is to be kept of the questions: both, or nothing. */
export function answersOf(input: Registration) {
	const { question1, answer1, question2, answer2 } = input;
	return question1 && answer1 && question2 && answer2
		? ([
				{ slot: 1, question: question1, answer: answer1 },
				{ slot: 2, question: question2, answer: answer2 }
			] as const)
		: [];
}

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

/** The code of the mail and the password that was chosen before it was sent. */
export const verifyMailSchema = v.object({
	...mailCodeSchema.entries,
	password: signInSchema.entries.password
});

export const mailRequestSchema = v.object({ email: emailSchema });

/** The address as the blind index sees it: one person has one address however it is typed. */
export function normaliseEmail(email: string): string {
	return email.trim().normalize('NFKC').toLowerCase();
}
