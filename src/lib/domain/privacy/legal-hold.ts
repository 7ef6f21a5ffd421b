import * as v from 'valibot';
import { emailSchema } from '../accounts/registration.schema.ts';
import { addDays, parseCalendarDate, type CalendarDate } from '../calendar.ts';
import { policyNumberSchema } from '../contracts/contract.ts';

/** Why something must not be deleted although its time is over. */
export const HOLD_REASONS = ['dispute', 'audit', 'tax', 'authority'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** What a hold is on. One on an account or contract is on all of its claims too. */
export const HOLD_SUBJECTS = ['account', 'contract', 'claim'] as const;
export type HoldSubject = (typeof HOLD_SUBJECTS)[number];

/** Why a hold ends. A closed list, as the reasons for one. */
export const HOLD_END_REASONS = ['settled', 'no-longer-needed', 'mistake'] as const;
export type HoldEndReason = (typeof HOLD_END_REASONS)[number];

/** Nobody forgets a hold for longer: within a year somebody looks at it again. */
export const HOLD_REVIEW_DAYS = 366;

/** Whether a day of review is after today and not too far away. */
export function isReviewDay(day: CalendarDate, today: CalendarDate): boolean {
	return day > today && day <= addDays(today, HOLD_REVIEW_DAYS);
}

/** `found` is a claim number, a policy number or an e-mail address, by `subject`. */
export const holdFormSchema = v.object({
	// A group of radio buttons that nobody has touched sends nothing.
	subject: v.pipe(
		v.optional(v.picklist(['', ...HOLD_SUBJECTS], 'invalid'), ''),
		v.picklist(HOLD_SUBJECTS, 'required')
	),
	found: v.pipe(
		v.string('required'),
		v.trim(),
		v.minLength(1, 'required'),
		v.maxLength(254, 'too-long')
	),
	reason: v.picklist(HOLD_REASONS, 'required'),
	reviewOn: v.pipe(
		v.string('required'),
		v.minLength(1, 'required'),
		v.check((text) => parseCalendarDate(text) !== null, 'date-invalid')
	)
});
export type HoldForm = v.InferOutput<typeof holdFormSchema>;

export const holdEndSchema = v.object({
	hold: v.pipe(v.string('required'), v.uuid('invalid')),
	endReason: v.picklist(HOLD_END_REASONS, 'required')
});
export type HoldEnd = v.InferOutput<typeof holdEndSchema>;

const KEYS = {
	account: emailSchema,
	contract: policyNumberSchema,
	claim: v.pipe(v.string(), v.trim(), v.maxLength(32), v.toUpperCase())
} as const;

/** What was typed as it is looked up; null for what can be none of its kind. */
export function holdKey(subject: HoldSubject, typed: string): string | null {
	const parsed = v.safeParse(KEYS[subject], typed);
	return parsed.success ? parsed.output : null;
}
