// Paper that came by post, typed in by a clerk (decision 0065).
import {
	addDays,
	DAY_MS,
	parseCalendarDate,
	startOfDayMs,
	type CalendarDate
} from '../calendar.ts';
import { MAX_FILE_BYTES, MAX_INVOICES } from './claim.schema.ts';
import { TREATMENT_KINDS } from './circumstances.ts';
import type { DraftForm, InvoiceForm } from './draft-form.ts';

/** Fields of the form that take a scan each. */
export const SCAN_FIELDS = ['scan1', 'scan2', 'scan3', 'scan4'] as const;

/** Of all scans together: a body that is read whole, in an isolate of 128 MB. */
export const SCANS_BYTES = MAX_FILE_BYTES;

/** A day further back is a slip of the keyboard. */
const OLDEST_ARRIVAL_DAYS = 366;

/** A letter as it is being typed. What cannot be read yet stays as it was typed. */
export type Capture = {
	/** Chosen with the empty form: sent twice it makes one claim. */
	readonly submissionId: string;
	/** The account of whoever sent the letter: theirs is the claim, and the receipt. */
	readonly accountId: string;
	readonly arrivedOn: string;
	readonly form: DraftForm;
};

/**
 * What is wrong with the day a letter arrived, as a code; null when nothing is. `today` is that of
 * the operator's zone.
 */
export function arrivalIssue(arrivedOn: string, today: CalendarDate): string | null {
	if (arrivedOn === '') return 'required';
	const day = parseCalendarDate(arrivedOn);
	if (day === null) return 'date-invalid';
	if (day > today) return 'date-in-future';
	return day < addDays(today, -OLDEST_ARRIVAL_DAYS) ? 'date-too-old' : null;
}

/**
 * When a letter of that day counts as received: at noon, and never later than now. The clocks of
 * § 14 VVG count calendar days from it, however long the letter lay in the post room.
 */
export function receivedAtMs(arrivedOn: CalendarDate, nowMs: number): number {
	return Math.min(startOfDayMs(arrivedOn) + DAY_MS / 2, nowMs);
}

/**
 * The bills of a form, in order: as many as it has fields for, empty ones at its end left out. The
 * first one stays, so that there is something to say what is missing of.
 */
export function typedInvoices(
	fields: Readonly<Record<string, string>>
): readonly Omit<InvoiceForm, 'id'>[] {
	const invoices: Omit<InvoiceForm, 'id'>[] = [];
	for (let index = 0; index < MAX_INVOICES; index += 1) {
		const typed = (name: keyof InvoiceForm) => fields[`invoices.${index}.${name}`];
		if (typed('issuer') === undefined) break;
		const isPaid = typed('isPaid');
		invoices.push({
			insuredPersonId: typed('insuredPersonId') ?? '',
			issuer: typed('issuer') ?? '',
			number: typed('number') ?? '',
			invoiceDate: typed('invoiceDate') ?? '',
			treatmentFrom: typed('treatmentFrom') ?? '',
			treatmentTo: typed('treatmentTo') ?? '',
			amount: typed('amount') ?? '',
			currency: typed('currency') ?? 'EUR',
			isPaid: isPaid === 'yes' || isPaid === 'no' ? isPaid : '',
			kind: TREATMENT_KINDS.find((kind) => kind === typed('kind')) ?? ''
		});
	}
	const last = invoices.findLastIndex((invoice) =>
		Object.entries(invoice).some(([name, text]) => name !== 'currency' && text.trim() !== '')
	);
	return invoices.slice(0, Math.max(last, 0) + 1);
}
