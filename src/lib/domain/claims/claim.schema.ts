import * as v from 'valibot';
import { parseCalendarDate, type CalendarDate } from '../calendar.ts';
import { MAX_AMOUNT_MINOR, listCurrencies } from '../money.ts';
import { circumstancesSchema, TREATMENT_KINDS } from './circumstances.ts';
import { numberedAccountSchema } from './payee-account.ts';

/** Upper bounds of one claim; beyond them the customer is asked to send a second claim. */
export const MAX_INVOICES = 20;
export const MAX_FILES = 20;
export const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** What an upload may be, by content. HEIC is converted on the phone before it gets here. */
export const FILE_TYPES = ['image/jpeg', 'image/png', 'application/pdf'] as const;
export type FileType = (typeof FILE_TYPES)[number];

export const calendarDateSchema = v.pipe(
	v.string('required'),
	v.check((text) => parseCalendarDate(text) !== null, 'date-invalid'),
	v.transform((text) => text as CalendarDate)
);

const uuidSchema = v.pipe(v.string(), v.uuid('invalid'));
/** One line: a line break would begin a header or a row of its own wherever the text goes (B5). */
const shortText = v.pipe(
	v.string('required'),
	v.trim(),
	v.minLength(1, 'required'),
	v.maxLength(200, 'too-long'),
	v.regex(/^[^\r\n\0]*$/, 'invalid')
);
const sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'invalid'));

export const invoiceSchema = v.strictObject({
	id: uuidSchema,
	issuer: shortText,
	number: v.pipe(v.string(), v.trim(), v.maxLength(60, 'too-long')),
	invoiceDate: calendarDateSchema,
	treatmentFrom: calendarDateSchema,
	treatmentTo: calendarDateSchema,
	amountMinor: v.pipe(
		v.number('required'),
		v.safeInteger('amount-invalid'),
		v.minValue(1, 'amount-invalid'),
		v.maxValue(MAX_AMOUNT_MINOR, 'amount-too-large')
	),
	currency: v.pipe(
		v.string(),
		v.check((code) => listCurrencies().includes(code), 'currency-unknown')
	),
	isPaid: v.boolean(),
	/** Whose bill it is where not the claim's own person (decision 0080). */
	insuredPersonId: v.optional(uuidSchema),
	/** Left out by a letter, and by a device of a release before. */
	kind: v.optional(v.picklist(TREATMENT_KINDS, 'required'))
});

/** A file as the device froze it; the server compares what arrives with these figures. */
export const manifestFileSchema = v.strictObject({
	id: uuidSchema,
	name: shortText,
	type: v.picklist(FILE_TYPES, 'file-type'),
	sizeBytes: v.pipe(
		v.number(),
		v.safeInteger(),
		v.minValue(1, 'file-empty'),
		v.maxValue(MAX_FILE_BYTES, 'file-too-large')
	),
	sha256: sha256Schema
});

/** What the customer declares. All of it is health, bank or contact data: encrypted at rest. */
export const claimContentSchema = v.strictObject({
	contractId: uuidSchema,
	insuredPersonId: uuidSchema,
	cause: v.picklist(['illness', 'accident'], 'required'),
	diagnosis: v.pipe(
		v.string('required'),
		v.trim(),
		v.minLength(2, 'required'),
		v.maxLength(500, 'too-long')
	),
	firstTreatmentOn: calendarDateSchema,
	country: v.pipe(v.string('required'), v.regex(/^[A-Z]{2}$/, 'required')),
	hasOtherInsurance: v.boolean(),
	/** Left out likewise: a clerk asks for what is missing then. */
	circumstances: v.optional(circumstancesSchema),
	note: v.pipe(v.string(), v.trim(), v.maxLength(2000, 'too-long')),
	invoices: v.pipe(
		v.array(invoiceSchema),
		v.minLength(1, 'invoice-missing'),
		v.maxLength(MAX_INVOICES, 'too-many')
	),
	/** Null: pay to the account the contract already has. */
	payeeAccount: v.nullable(
		v.union([v.strictObject({ holder: shortText, iban: shortText }), numberedAccountSchema])
	),
	declaredTrue: v.literal(true, 'declaration-missing')
});

/** What the device sends to submit: the frozen content and the list of its files. */
export const submissionSchema = v.strictObject({
	draftId: uuidSchema,
	content: claimContentSchema,
	files: v.pipe(
		v.array(manifestFileSchema),
		v.minLength(1, 'file-missing'),
		v.maxLength(MAX_FILES, 'too-many')
	)
});

export type Invoice = v.InferOutput<typeof invoiceSchema>;
export type ManifestFile = v.InferOutput<typeof manifestFileSchema>;
export type ClaimContent = v.InferOutput<typeof claimContentSchema>;
export type Submission = v.InferOutput<typeof submissionSchema>;

/**
 * The bytes both sides hash as the manifest: keys in fixed order, so that device and server agree
 * to the byte. `manifestHash` = lower-case hex SHA-256 of this text in UTF-8.
 */
export function canonicalManifest(submission: Submission): string {
	return JSON.stringify(sortKeys(submission));
}

function sortKeys(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sortKeys);
	if (value === null || typeof value !== 'object') return value;
	const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
