import * as v from 'valibot';
import { MESSAGE_LENGTH, parseAbout, TOPICS } from './conversation.ts';

/** Browsers send CRLF; a line end is one sign, as the field counts it. No other control character. */
const textSchema = v.pipe(
	v.string('required'),
	v.transform((typed) => typed.replace(/\r\n?/g, '\n').trim()),
	v.minLength(1, 'required'),
	v.maxLength(MESSAGE_LENGTH, 'too-long'),
	v.regex(/^[^\p{Cc}]*(?:[\n\t][^\p{Cc}]*)*$/u, 'invalid')
);

export const replySchema = v.object({ text: textSchema });
export type Reply = v.InferOutput<typeof replySchema>;

export const newConversationSchema = v.object({
	topic: v.picklist(TOPICS, 'required'),
	about: v.pipe(
		v.string('required'),
		v.transform(parseAbout),
		v.check((about) => about !== null, 'required'),
		v.transform((about) => about ?? { kind: 'general' as const })
	),
	text: textSchema
});
export type NewConversation = v.InferOutput<typeof newConversationSchema>;

export const conversationIdSchema = v.object({
	conversation: v.pipe(v.string('required'), v.uuid('invalid'))
});

/** Longer than anything somebody searches for. */
export const SEARCH_LENGTH = 100;

export const searchSchema = v.object({
	search: v.pipe(
		v.string('required'),
		v.trim(),
		v.minLength(2, 'search-short'),
		v.maxLength(SEARCH_LENGTH, 'too-long')
	)
});
