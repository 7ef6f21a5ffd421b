import * as v from 'valibot';
import { newPasswordSchema } from './password.schema.ts';
import { passkeyAnswerField } from './passkey.schema.ts';
import { emailSchema } from './registration.schema.ts';
import {
	answerSchema,
	isCommonAnswer,
	normaliseAnswer,
	SECURITY_QUESTIONS
} from './security-questions.ts';

export const passwordChangeSchema = v.object({ password: newPasswordSchema });

export const emailChangeSchema = v.object({ email: emailSchema });

export const mobileChangeSchema = v.object({
	mobile: v.pipe(
		v.string('required'),
		v.trim(),
		v.minLength(1, 'required'),
		v.maxLength(40, 'phone-invalid')
	)
});

export const questionsChangeSchema = v.pipe(
	v.object({
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
export type QuestionsChange = v.InferOutput<typeof questionsChangeSchema>;

/** Which session to end, or which device to forget: the hash that stands for it in the list. */
export const pickedSchema = v.object({
	picked: v.pipe(v.string('required'), v.regex(/^[0-9a-f]{64}$/, 'invalid'))
});

/** A form that says nothing but that it was sent. */
export const pressedSchema = v.object({});

/** The proof of a sensitive act. What an act does not ask for is not in its form. */
export const proofSchema = v.pipe(
	v.object({
		code: v.pipe(
			v.optional(v.string(), ''),
			v.transform((text) => text.replace(/\s/g, '')),
			v.regex(/^(\d{6})?$/, 'code-shape')
		),
		/** A passkey's answer in place of the code. */
		passkey: v.optional(passkeyAnswerField, ''),
		newPasskey: v.optional(passkeyAnswerField, ''),
		password: v.pipe(v.optional(v.string(), ''), v.maxLength(1000, 'password-long')),
		newCode: v.pipe(
			v.optional(v.string(), ''),
			v.transform((text) => text.replace(/\s/g, '')),
			v.regex(/^(\d{6})?$/, 'code-shape')
		)
	}),
	v.forward(
		v.partialCheck(
			[['code'], ['passkey']],
			({ code, passkey }) => code !== '' || passkey !== '',
			'required'
		),
		['code']
	)
);
