import * as v from 'valibot';
import { TREATMENT_KINDS } from '#lib/domain/claims/circumstances.ts';
import { FILE_TYPES } from '#lib/domain/claims/claim.schema.ts';
import { DRAFT_STEPS, type DraftForm } from '#lib/domain/claims/draft-form.ts';
import type { FieldConflict } from '#lib/domain/claims/draft-conflicts.ts';
import type { DraftState } from '#lib/domain/claims/draft.ts';
import { typedCircumstances } from '#lib/domain/claims/typed-circumstances.ts';

const text = v.fallback(v.string(), '');
const answer = v.fallback(v.picklist(['', 'yes', 'no']), '');

const invoiceFormSchema = v.object({
	id: v.string(),
	insuredPersonId: text,
	issuer: text,
	number: text,
	invoiceDate: text,
	treatmentFrom: text,
	treatmentTo: text,
	amount: text,
	currency: v.fallback(v.string(), 'EUR'),
	isPaid: answer,
	kind: v.fallback(v.picklist(['', ...TREATMENT_KINDS]), '')
});

// A field that a later release adds is empty in an older draft; one that it drops is left out.
const formSchema: v.GenericSchema<unknown, DraftForm> = v.object({
	contractId: text,
	insuredPersonId: text,
	cause: v.fallback(v.picklist(['', 'illness', 'accident']), ''),
	diagnosis: text,
	firstTreatmentOn: text,
	country: text,
	hasOtherInsurance: answer,
	note: text,
	...typedCircumstances,
	invoices: v.array(invoiceFormSchema),
	payTo: v.fallback(v.picklist(['contract', 'other']), 'contract'),
	payeeKind: v.fallback(v.picklist(['iban', 'number']), 'iban'),
	payeeHolder: text,
	payeeIban: text,
	payeeAccountNumber: text,
	payeeBic: text,
	payeeBankName: text,
	isDeclaredTrue: v.fallback(v.boolean(), false)
});

const attachmentSchema = v.object({
	id: v.string(),
	name: v.string(),
	type: v.picklist(FILE_TYPES),
	sizeBytes: v.number(),
	sha256: v.string(),
	partCount: v.number(),
	hasThumbnail: v.boolean(),
	looksEmpty: v.fallback(v.boolean(), false),
	looksBlurred: v.fallback(v.boolean(), false)
});

const conflictSchema: v.GenericSchema<unknown, FieldConflict> = v.object({
	field: v.string(),
	theirs: v.union([v.string(), v.boolean()])
});

export const draftContentSchema = v.object({
	schema: v.literal(1),
	form: formSchema,
	attachments: v.pipe(v.array(attachmentSchema), v.readonly()),
	/** Names of files that were picked and are not on the device yet: still there after a crash, they were lost. */
	awaitedFiles: v.fallback(v.pipe(v.array(v.string()), v.readonly()), []),
	// Sealed by this very device and never shown unless it opens: its inside is trusted.
	state: v.custom<DraftState>((value) => v.is(v.object({ name: v.string() }), value)),
	/** Fields that were changed on two devices, until their owner has chosen. */
	conflicts: v.optional(v.pipe(v.array(conflictSchema), v.readonly())),
	step: v.fallback(v.picklist(DRAFT_STEPS), 'person'),
	createdAtMs: v.number(),
	savedAtMs: v.number()
});

export type Attachment = Readonly<v.InferOutput<typeof attachmentSchema>>;
export type DraftContent = Readonly<v.InferOutput<typeof draftContentSchema>>;

/** A draft as the room works with it: its content with its id and revision. */
export type Draft = DraftContent & {
	readonly id: string;
	readonly rev: number;
	/** Grows with every save on this device: the list is sorted by it, never by the clock. */
	readonly order: number;
};

export function parseDraftContent(value: unknown): DraftContent {
	return v.parse(draftContentSchema, value);
}
