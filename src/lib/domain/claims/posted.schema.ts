// Letters that are no new claim, as their forms send them (decision 0065).
import * as v from 'valibot';
import { parseCalendarDate } from '../calendar.ts';
import { newConversationSchema } from '../messages/conversation.schema.ts';

const uuidSchema = v.pipe(v.string('required'), v.uuid('required'));

/** The shape alone: whether the day can be is for `arrivalIssue`, which knows today. */
const arrivedOnSchema = v.pipe(
	v.string('required'),
	v.minLength(1, 'required'),
	v.check((day) => parseCalendarDate(day) !== null, 'date-invalid')
);

export const postedLetterSchema = v.object({
	/** Chosen with the empty form: sent twice it makes one conversation. */
	submission: v.pipe(v.string('required'), v.uuid('invalid')),
	arrivedOn: arrivedOnSchema,
	/** The account of whoever sent the letter: theirs is the conversation. */
	account: uuidSchema,
	...newConversationSchema.entries
});
export type PostedLetter = v.InferOutput<typeof postedLetterSchema>;

export const postedDocumentSchema = v.object({
	/** The request that the paper answers. */
	request: uuidSchema,
	arrivedOn: arrivedOnSchema
});
export type PostedDocument = v.InferOutput<typeof postedDocumentSchema>;
