import { calendarDateOf } from '#lib/domain/calendar.ts';
import type {
	ClockKind,
	InquiryAnswer,
	InquiryState
} from '#lib/domain/claims/coverage-inquiry.ts';
import type { InquiryContent } from '#lib/domain/claims/coverage-inquiry.schema.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { formatDate, formatDateTime, formatMoney } from './format.ts';
import { m } from './generated/messages.js';

type Fact = { readonly label: string; readonly value: string };

const STATES: Readonly<Record<InquiryState, () => string>> = {
	open: m.inquiries_pill_open,
	covered: m.inquiries_pill_covered,
	'partly-covered': m.inquiries_pill_partly,
	'not-covered': m.inquiries_pill_not
};

export const INQUIRY_TONES = {
	open: 'info',
	covered: 'success',
	'partly-covered': 'warning',
	'not-covered': 'neutral'
} as const satisfies Record<InquiryState, unknown>;

/** In a few words; as a choice of the desk, too. */
export function inquiryStateText(state: InquiryState): string {
	return STATES[state]();
}

/** What the law has to do with the day of the answer. */
export function clockLawText(clock: ClockKind): string {
	switch (clock) {
		case 'legal':
			return m.inquiries_law_running();
		case 'below':
			return m.inquiries_law_below();
		case 'unknown':
			return m.inquiries_law_unknown();
		default:
			return clock satisfies never;
	}
}

/** An answer as a sentence. */
export function answerText(
	{ outcome, upTo }: Pick<InquiryAnswer, 'outcome' | 'upTo'>,
	locale: Language
): string {
	if (outcome === 'covered') return m.inquiries_answer_covered();
	return upTo
		? m.inquiries_answer_partly({ amount: formatMoney(upTo, locale) })
		: m.inquiries_answer_not();
}

/** An answer as facts, its reasons with it. */
export function answerFacts(
	{ outcome, upTo, reason, clause }: InquiryAnswer,
	locale: Language
): readonly Fact[] {
	return [
		{ label: m.inquiries_fact_outcome(), value: inquiryStateText(outcome) },
		...(upTo ? [{ label: m.inquiries_fact_up_to(), value: formatMoney(upTo, locale) }] : []),
		...(reason ? [{ label: m.inquiries_fact_reason(), value: reason }] : []),
		...(clause ? [{ label: m.inquiries_fact_clause(), value: clause }] : [])
	];
}

/** What was asked, as page, letter and desk show it. */
export function inquiryFacts(
	inquiry: InquiryContent & {
		readonly reference: string;
		readonly insuredPersonName: string;
		readonly receivedAtMs?: number;
		readonly answeredAtMs?: number | null;
		readonly isUrgent?: boolean;
		/** As the receipt lists them; pages show the files themselves. */
		readonly fileNames?: readonly string[];
	},
	locale: Language
): readonly Fact[] {
	const { diagnosis, plannedOn, receivedAtMs, answeredAtMs, isUrgent, fileNames = [] } = inquiry;
	return [
		{ label: m.inquiries_fact_reference(), value: inquiry.reference },
		{ label: m.inquiries_fact_person(), value: inquiry.insuredPersonName },
		{ label: m.inquiries_fact_treatment(), value: inquiry.treatment },
		...(diagnosis ? [{ label: m.inquiries_form_diagnosis(), value: diagnosis }] : []),
		{ label: m.inquiries_fact_provider(), value: inquiry.provider },
		{ label: m.inquiries_fact_expected(), value: formatMoney(inquiry.expected, locale) },
		...(plannedOn
			? [{ label: m.inquiries_fact_planned(), value: formatDate(plannedOn, locale) }]
			: []),
		...(isUrgent === undefined
			? []
			: [
					{
						label: m.inquiries_fact_urgent(),
						value: isUrgent ? m.inquiries_fact_urgent_yes() : m.inquiries_fact_urgent_no()
					}
				]),
		...(fileNames.length === 0
			? []
			: [{ label: m.inquiries_files(), value: fileNames.join(', ') }]),
		...(receivedAtMs === undefined
			? []
			: [{ label: m.inquiries_fact_received(), value: formatDateTime(receivedAtMs, locale) }]),
		...(answeredAtMs
			? [{ label: m.inquiries_fact_answered(), value: formatDateTime(answeredAtMs, locale) }]
			: [])
	];
}

/** The day something came in or was answered, without its hour. */
export function dayText(atMs: number, locale: Language): string {
	return formatDate(calendarDateOf(atMs), locale);
}
