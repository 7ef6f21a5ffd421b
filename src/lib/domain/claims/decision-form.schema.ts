import * as v from 'valibot';
import { parseCalendarDate } from '../calendar.ts';
import { formatAmountPlain, parseAmountMinor, parseRate } from '../money.ts';
import { failed, type Result } from '../result.ts';
import { MAX_INVOICES } from './claim.schema.ts';
import {
	REDUCTION_REASONS,
	completeLines,
	decideClaim,
	type BilledLine,
	type Decision,
	type DecisionTerms,
	type LineEntry
} from './decision.ts';

/** Fields of one line; in the form they are called `lines.<index>.<field>`. */
export const LINE_FIELDS = [
	'invoiceId',
	'recognised',
	'deductible',
	'reason',
	'rate',
	'rateDate',
	'rateSource'
] as const;

const typedText = v.pipe(v.string(), v.trim(), v.maxLength(60, 'too-long'));

const typedLineSchema = v.object({
	invoiceId: v.pipe(v.string(), v.uuid('invalid')),
	recognised: typedText,
	deductible: typedText,
	reason: v.picklist(REDUCTION_REASONS, 'invalid'),
	rate: typedText,
	rateDate: typedText,
	rateSource: typedText
});

/** The decision as typed. Amounts stay text here: only the contract tells their currency. */
export const decisionFormSchema = v.pipe(
	v.record(v.string(), v.string()),
	v.transform((fields) => ({ version: fields['version'], lines: linesOf(fields) })),
	v.object({
		version: v.pipe(
			v.string('invalid'),
			v.regex(/^\d{1,9}$/, 'invalid'),
			v.transform((text) => Number(text))
		),
		lines: v.array(typedLineSchema)
	})
);

export type TypedLine = v.InferOutput<typeof typedLineSchema>;
export type DecisionForm = v.InferOutput<typeof decisionFormSchema>;

function linesOf(fields: Readonly<Record<string, string>>): Record<string, string>[] {
	const lines: Record<string, string>[] = [];
	for (let index = 0; index < MAX_INVOICES; index++) {
		if (!(`lines.${index}.invoiceId` in fields)) break;
		lines.push(
			Object.fromEntries(
				LINE_FIELDS.map((field) => [field, fields[`lines.${index}.${field}`] ?? ''])
			)
		);
	}
	return lines;
}

/**
 * Decides a claim from what was typed: reads amounts in the contract's currency, fills in what was
 * left empty, then decides. Fails with `portal/invalid-input` and the fields at fault.
 */
export function decideTyped(
	billed: readonly BilledLine[],
	typed: readonly TypedLine[],
	terms: DecisionTerms
): Result<Decision> {
	const issues: Record<string, string> = {};
	const entries = billed.flatMap((line, index) => {
		const found = typed.find((candidate) => candidate.invoiceId === line.invoiceId);
		return found ? [readLine(line, found, terms.currency, `lines.${index}`, issues)] : [];
	});
	if (Object.keys(issues).length > 0) return failed('invalid', 'portal/invalid-input', issues);
	return decideClaim(billed, completeLines(billed, entries, terms), terms);
}

/**
 * A decision as if every field of it had been typed. The second step sends this, so that what was
 * left empty cannot come out differently from what the clerk has seen.
 */
export function typeDecision(decision: Decision, locale: string): readonly TypedLine[] {
	return decision.lines.map((line) => ({
		invoiceId: line.invoiceId,
		recognised: formatAmountPlain(line.recognised, locale),
		deductible: formatAmountPlain(line.deductible, locale),
		reason: line.reason,
		rate: line.exchangeRate?.rate ?? '',
		rateDate: line.exchangeRate?.date ?? '',
		rateSource: line.exchangeRate?.source ?? ''
	}));
}

/** The form's fields for typed lines, as `decisionFormSchema` reads them. */
export function fieldsOf(lines: readonly TypedLine[]): Record<string, string> {
	return Object.fromEntries(
		lines.flatMap((line, index) =>
			LINE_FIELDS.map((field) => [`lines.${index}.${field}`, line[field]])
		)
	);
}

function readLine(
	line: BilledLine,
	typed: TypedLine,
	currency: string,
	at: string,
	issues: Record<string, string>
): LineEntry {
	const isForeign = line.billed.currency !== currency;
	const readAmount = (field: 'recognised' | 'deductible'): number | null => {
		if (typed[field] === '') return null;
		const amountMinor = parseAmountMinor(typed[field], currency);
		if (amountMinor === null) issues[`${at}.${field}`] = 'amount-invalid';
		return amountMinor;
	};
	// An emptied amount of one's own currency is more likely a slip than a wish to pay all of it.
	if (!isForeign && typed.recognised === '') issues[`${at}.recognised`] = 'required';
	return {
		invoiceId: line.invoiceId,
		recognisedMinor: readAmount('recognised'),
		deductibleMinor: readAmount('deductible'),
		reason: typed.reason,
		exchangeRate: isForeign ? readRate(typed, at, issues) : null
	};
}

function readRate(
	typed: TypedLine,
	at: string,
	issues: Record<string, string>
): LineEntry['exchangeRate'] {
	if (typed.rate === '') return null;
	const rate = parseRate(typed.rate);
	const date = parseCalendarDate(typed.rateDate);
	if (!rate) issues[`${at}.rate`] = 'rate-invalid';
	if (!date) issues[`${at}.rateDate`] = typed.rateDate === '' ? 'required' : 'date-invalid';
	if (typed.rateSource === '') issues[`${at}.rateSource`] = 'required';
	return rate && date ? { rate, date, source: typed.rateSource } : null;
}
