// Finds in the text of an invoice what its form asks for. Suggestions: whoever reads the paper decides.
import { parseCalendarDate, type CalendarDate } from '../calendar.ts';
import { isPlausibleIban } from '../iban.ts';
import { parseAmountMinor, type Money } from '../money.ts';

export type InvoiceFacts = {
	readonly amount: Money | null;
	readonly invoiceDate: CalendarDate | null;
	readonly number: string | null;
	/** Without spaces. */
	readonly iban: string | null;
};

/** In the order in which they decide: what is to be paid goes before any sum on the way there. */
const AMOUNT_WORDS = [
	/(?:zu zahlen(?:der betrag)?|zahlbetrag|rechnungsbetrag|endbetrag|amount due|balance due|total due|to pay)/i,
	/(?:gesamt(?:betrag|summe)?|grand total|invoice total|total amount)/i,
	/(?:\bsumme\b|\btotal\b)/i
];
/** A sum before tax or a part of it is never what was billed. */
const PART_WORDS = /zwischensumme|sub-?total|netto|mwst|ust\b|\bvat\b|anzahlung|deposit/i;
const AMOUNT = /(?<![\d.,])(\d{1,3}(?:[.,' ]\d{3})+[.,]\d{2}|\d{1,7}[.,]\d{2})(?![\d.,]*\d|\s*%)/g;
const SIGNS: readonly (readonly [RegExp, string])[] = [
	[/€|\beur\b|\beuro\b/i, 'EUR'],
	[/£|\bgbp\b/i, 'GBP'],
	[/\bchf\b|\bfr\./i, 'CHF'],
	[/\busd\b|\$/i, 'USD']
];

const DATE_WORDS =
	/rechnungsdatum|rechnung vom|ausgestellt am|datum|invoice date|date of invoice|date of issue|issued|\bdate\b/i;
const OTHER_DATES =
	/geburt|geb\.|birth|fällig|zahlbar|due|behandlung|treatment|leistung|lieferdatum|service/i;
const MONTHS: readonly (readonly string[])[] = [
	['januar', 'jänner', 'january', 'jan'],
	['februar', 'february', 'feb'],
	['märz', 'maerz', 'march', 'mrz', 'mar'],
	['april', 'apr'],
	['mai', 'may'],
	['juni', 'june', 'jun'],
	['juli', 'july', 'jul'],
	['august', 'aug'],
	['september', 'sept', 'sep'],
	['oktober', 'october', 'okt', 'oct'],
	['november', 'nov'],
	['dezember', 'december', 'dez', 'dec']
];
const DAY_FIRST = /\b(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})\b/;
const ISO = /\b(\d{4})-(\d{2})-(\d{2})\b/;
const DAY_MONTH_NAME = /\b(\d{1,2})(?:\.|st|nd|rd|th)?\s+([a-zä]{3,9})\.?,?\s+(\d{4})\b/i;
const MONTH_NAME_DAY = /\b([a-zä]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b/i;

const NUMBER =
	/(?:rechnungs?[\s-]*(?:nr|nummer|no)|re[\s-]?nr|beleg[\s-]*(?:nr|nummer)|invoice\s*(?:no|nr|number|#)|bill\s*(?:no|number|#))[.:#\s]*([a-z0-9][a-z0-9/._-]{1,29})/i;
/** `Rechnung 2026-1187`, as headings and transfers say it: then a digit has to come first. */
const PLAIN_NUMBER = /\b(?:rechnung|invoice)\s+([a-z]{0,4}[-/]?\d[a-z0-9/._-]{1,29})/i;
const IBAN = /\b([A-Z]{2}\s?[0-9OIl]{2}(?:\s?[A-Z0-9]){11,30})\b/g;
const LONGEST_IBAN = 34;

/** What a text says, or null where it does not, or says it in more than one way. */
export function findInvoiceFacts(text: string): InvoiceFacts {
	const lines = text
		.split(/\r?\n/)
		.map((line) => line.replace(/\s+/g, ' ').trim())
		.filter((line) => line !== '');
	return {
		amount: findAmount(lines),
		invoiceDate: findDate(lines),
		number: findInvoiceNumber(text),
		iban: findIban(text)
	};
}

/** The number of an invoice in a line of text, as a transfer's reference or a heading says it. */
export function findInvoiceNumber(text: string): string | null {
	const found = NUMBER.exec(text)?.[1] ?? PLAIN_NUMBER.exec(text)?.[1];
	const number = found?.replace(/[._/-]+$/, '');
	return number && /\d/.test(number) ? number : null;
}

function findAmount(lines: readonly string[]): Money | null {
	for (const words of AMOUNT_WORDS) {
		// The last one: invoices carry sums forward from page to page.
		for (let index = lines.length - 1; index >= 0; index--) {
			const line = lines[index] ?? '';
			if (!words.test(line) || PART_WORDS.test(line)) continue;
			const amount = amountIn(line) ?? amountIn(lines[index + 1] ?? '');
			if (amount) return amount;
		}
	}
	const signed = lines.filter((line) => SIGNS.some(([sign]) => sign.test(line)));
	const amounts = signed.filter((line) => !PART_WORDS.test(line)).map(amountIn);
	const only = amounts.filter((amount) => amount !== null);
	return only.length === 1 ? (only[0] ?? null) : null;
}

function amountIn(line: string): Money | null {
	const last = [...line.matchAll(AMOUNT)].at(-1)?.[1];
	if (!last) return null;
	const currency = SIGNS.find(([sign]) => sign.test(line))?.[1] ?? 'EUR';
	const amountMinor = parseAmountMinor(last, currency);
	return amountMinor ? { amountMinor, currency } : null;
}

function findDate(lines: readonly string[]): CalendarDate | null {
	for (const [index, line] of lines.entries()) {
		if (!DATE_WORDS.test(line) || OTHER_DATES.test(line)) continue;
		const after = line.slice(line.search(DATE_WORDS));
		const date = dateIn(after) ?? dateIn(lines[index + 1] ?? '');
		if (date) return date;
	}
	const others = lines.filter((line) => !OTHER_DATES.test(line)).map(dateIn);
	const dates = new Set(others.filter((date) => date !== null));
	return dates.size === 1 ? ([...dates][0] ?? null) : null;
}

function dateIn(line: string): CalendarDate | null {
	const iso = ISO.exec(line);
	if (iso) return parseCalendarDate(iso[0]);
	const named = DAY_MONTH_NAME.exec(line);
	if (named) return dateOf(named[3], monthOf(named[2]), named[1]);
	const american = MONTH_NAME_DAY.exec(line);
	if (american) return dateOf(american[3], monthOf(american[1]), american[2]);
	const numbers = DAY_FIRST.exec(line);
	if (!numbers) return null;
	const [written = '', day = '', month = '', year = ''] = numbers;
	// With strokes, America writes the month first: 03/04/2026 is one of two days, so neither is suggested.
	if (written.includes('/') && Number(day) <= 12 && Number(month) <= 12 && day !== month)
		return null;
	return dateOf(year.length === 2 ? `20${year}` : year, month, day);
}

function monthOf(name = ''): string {
	const index = MONTHS.findIndex((names) => names.includes(name.toLowerCase()));
	return index < 0 ? '' : String(index + 1);
}

function dateOf(year = '', month = '', day = ''): CalendarDate | null {
	return parseCalendarDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
}

function findIban(text: string): string | null {
	for (const [, written = ''] of text.matchAll(IBAN)) {
		const solid = written.replace(/\s/g, '').slice(0, LONGEST_IBAN);
		// Reading machines take 0 for O and 1 for I; a German IBAN has digits alone after its country.
		const digits = solid.slice(0, 2) + solid.slice(2).replace(/[OQ]/g, '0').replace(/[Il]/g, '1');
		for (const candidate of [solid, digits]) {
			// Words behind it may have been taken for a part of it.
			for (let length = candidate.length; length >= 15; length--) {
				if (isPlausibleIban(candidate.slice(0, length))) return candidate.slice(0, length);
			}
		}
	}
	return null;
}
