import * as v from 'valibot';
import { isWithin, parseCalendarDate, type CalendarDate } from '../calendar.ts';
import { listCurrencies, MAX_AMOUNT_MINOR, parseAmountMinor } from '../money.ts';
import { failed, ok, type Result } from '../result.ts';
import { INQUIRY_OUTCOMES, type InquiryAnswer } from './coverage-inquiry.ts';

export const INQUIRY_TEXT = { longest: 2000, line: 200, amount: 30 } as const;

const text = (longest: number) =>
	v.pipe(
		v.optional(v.string(), ''),
		v.transform((typed) => typed.replace(/\r\n?/g, '\n').trim()),
		v.maxLength(longest, 'too-long'),
		v.regex(/^[^\0]*$/, 'invalid')
	);
const required = (longest: number) => v.pipe(text(longest), v.minLength(1, 'required'));

/** `contract:person`, as the one choice of the form sends it. */
const who = v.pipe(
	v.string('required'),
	v.minLength(1, 'required'),
	v.regex(/^[0-9a-f-]{36}:[0-9a-f-]{36}$/, 'person-not-insured'),
	v.transform((pair) => ({ contractId: pair.slice(0, 36), insuredPersonId: pair.slice(37) }))
);

/** For the value of a choice. */
export const writeWho = (contractId: string, personId: string): string =>
	`${contractId}:${personId}`;

/** An inquiry as its form sends it. The amount is read in its currency. */
export const inquirySchema = v.pipe(
	v.object({
		who,
		treatment: required(INQUIRY_TEXT.longest),
		diagnosis: text(INQUIRY_TEXT.longest),
		provider: required(INQUIRY_TEXT.line),
		amount: required(INQUIRY_TEXT.amount),
		currency: v.picklist(listCurrencies(), 'currency-unknown'),
		plannedOn: v.pipe(v.optional(v.string(), ''), v.maxLength(10, 'date-invalid')),
		urgent: v.picklist(['yes', 'no'], 'required')
	}),
	v.forward(
		v.partialCheck(
			[['amount'], ['currency']],
			({ amount, currency }) => (parseAmountMinor(amount, currency) ?? 0) > 0,
			'amount-invalid'
		),
		['amount']
	),
	v.transform(({ amount, currency, urgent, who: chosen, ...rest }) => ({
		...rest,
		...chosen,
		isUrgent: urgent === 'yes',
		expected: { amountMinor: parseAmountMinor(amount, currency) ?? 0, currency }
	}))
);
export type InquiryInput = v.InferOutput<typeof inquirySchema>;

const kept = (longest: number) => v.pipe(v.string(), v.maxLength(longest));
const keptMoney = v.strictObject({
	amountMinor: v.pipe(v.number(), v.safeInteger(), v.maxValue(MAX_AMOUNT_MINOR)),
	currency: v.picklist(listCurrencies())
});

/** What an inquiry says, as it is sealed. */
export const inquiryContentSchema = v.strictObject({
	treatment: kept(INQUIRY_TEXT.longest),
	diagnosis: kept(INQUIRY_TEXT.longest),
	provider: kept(INQUIRY_TEXT.line),
	expected: keptMoney,
	plannedOn: v.nullable(v.pipe(v.string(), v.isoDate()))
});
export type InquiryContent = v.InferOutput<typeof inquiryContentSchema>;

/**
 * The day the treatment is planned for, null where none was said. Fails at `plannedOn` with
 * `date-invalid`, `date-in-past` (the law is about what has not begun) and `outside-cover`.
 */
export function checkPlannedDay(
	typed: string,
	cover: { readonly startsOn: CalendarDate; readonly endsOn: CalendarDate | null },
	today: CalendarDate
): Result<CalendarDate | null> {
	if (typed === '') return ok(null);
	const issue = (code: string) => failed('invalid', 'portal/invalid-input', { plannedOn: code });
	const day = parseCalendarDate(typed);
	if (day === null) return issue('date-invalid');
	if (day < today) return issue('date-in-past');
	return isWithin(day, cover.startsOn, cover.endsOn) ? ok(day) : issue('outside-cover');
}

/** An answer as the desk types it. A person gives every answer; a refusal says why and where it is written. */
export const answerFormSchema = v.pipe(
	v.object({
		outcome: v.picklist(INQUIRY_OUTCOMES, 'required'),
		upTo: text(INQUIRY_TEXT.amount),
		reason: text(INQUIRY_TEXT.longest),
		clause: text(INQUIRY_TEXT.line)
	}),
	v.forward(
		v.partialCheck(
			[['outcome'], ['upTo']],
			({ outcome, upTo }) => outcome !== 'partly-covered' || upTo !== '',
			'required'
		),
		['upTo']
	),
	v.forward(
		v.partialCheck(
			[['outcome'], ['reason']],
			({ outcome, reason }) => outcome === 'covered' || reason !== '',
			'required'
		),
		['reason']
	),
	v.forward(
		v.partialCheck(
			[['outcome'], ['clause']],
			({ outcome, clause }) => outcome === 'covered' || clause !== '',
			'required'
		),
		['clause']
	)
);
export type AnswerForm = v.InferOutput<typeof answerFormSchema>;

/** The answer in the currency of the estimate; at `upTo` `amount-invalid`. */
export function readAnswer(form: AnswerForm, currency: string): Result<InquiryAnswer> {
	const { outcome, reason, clause } = form;
	if (outcome !== 'partly-covered') return ok({ outcome, upTo: null, reason, clause });
	const amountMinor = parseAmountMinor(form.upTo, currency);
	return amountMinor === null || amountMinor === 0
		? failed('invalid', 'portal/invalid-input', { upTo: 'amount-invalid' })
		: ok({ outcome, upTo: { amountMinor, currency }, reason, clause });
}

/** The sealed answer. */
export const inquiryAnswerSchema = v.strictObject({
	outcome: v.picklist(INQUIRY_OUTCOMES),
	upTo: v.nullable(keptMoney),
	reason: kept(INQUIRY_TEXT.longest),
	clause: kept(INQUIRY_TEXT.line)
});
