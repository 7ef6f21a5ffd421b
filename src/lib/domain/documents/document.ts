import * as v from 'valibot';
import { FILE_TYPES } from '../claims/claim.schema.ts';
import {
	decidedLineSchema,
	decisionOutcomeSchema,
	decisionTotalsSchema,
	moneySchema
} from '../claims/decision.schema.ts';
import { contractNoticeSchema } from '../contracts/notice.ts';
import { REVIEW_KINDS, REVIEW_OUTCOMES } from '../claims/review.ts';
import { LANGUAGES } from '../messages/mail.ts';

/** Kinds of documents the insurer puts into the mailbox in this release. */
export const DOCUMENT_KINDS = [
	'receipt-confirmation',
	'benefit-statement',
	'processing-confirmation',
	'contract-notice'
] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/**
 * Kinds whose PDF nobody stores: it is made anew from the frozen snapshot, and always the same. A run
 * writes a hundred of these at once, and so many PDFs would be more than one request may compute.
 */
export const PRINTED_ON_DEMAND: readonly DocumentKind[] = ['processing-confirmation'];

/** Ways to object, as a code: the text is the portal's, in the reader's language. */
export const OBJECTION_WAYS = ['review-request'] as const;

/** Who has decided: rules only ever approve in full. */
export const STATEMENT_MAKERS = ['person', 'rules'] as const;

const listedFileSchema = v.strictObject({
	name: v.string(),
	type: v.picklist(FILE_TYPES),
	sizeBytes: v.number(),
	sha256: v.string()
});

const receiptConfirmationSchema = v.strictObject({
	kind: v.literal('receipt-confirmation'),
	claimNumber: v.string(),
	receivedAtMs: v.number(),
	/** Typed in from a letter: only the day of its arrival is known. */
	isByPost: v.optional(v.literal(true)),
	manifestHash: v.string(),
	files: v.pipe(v.array(listedFileSchema), v.readonly())
});

/** A decided line with the facts of its invoice that a reader needs to find the bill again. */
const statementLineSchema = v.strictObject({
	...v.omit(decidedLineSchema, ['invoiceId']).entries,
	/** Whose bill it is; left out where all are of one person. */
	insuredPersonName: v.optional(v.string()),
	invoiceNumber: v.string(),
	treatmentFrom: v.string(),
	treatmentTo: v.string()
});

/** What a statement that takes the place of another one says about that. */
const correctionSchema = v.strictObject({
	previousNumber: v.string(),
	why: v.picklist(REVIEW_KINDS),
	outcome: v.picklist(REVIEW_OUTCOMES),
	/** Rules had decided what is corrected: no other person had. */
	isOfRules: v.optional(v.literal(true)),
	/** The clerk's answer, in the customer's language. */
	answer: v.string(),
	/** What the decision before has paid, and what is still to be paid by this one. */
	paidBefore: moneySchema,
	toPay: moneySchema
});

/** What was paid before the claim was decided (§ 14 (2) VVG), and is taken off. */
const statementAdvanceSchema = v.strictObject({
	amount: moneySchema,
	/** Null while it was on its way. */
	paidOn: v.nullable(v.string())
});

/** One of several people a statement is about (features.md 4.3). */
const statementPersonSchema = v.strictObject({
	name: v.string(),
	totals: decisionTotalsSchema,
	/** What their deductible has left after this decision. */
	deductibleLeftMinor: v.number()
});

/** Never a whole account number (D8); of one without IBAN the end as well, by the name it has in stored documents. */
const payeeSchema = v.strictObject({
	holder: v.string(),
	ibanLast4: v.pipe(v.string(), v.regex(/^[A-Z0-9]{1,4}$/))
});

const benefitStatementSchema = v.strictObject({
	kind: v.literal('benefit-statement'),
	statementNumber: v.string(),
	claimNumber: v.string(),
	claimId: v.string(),
	decidedAtMs: v.number(),
	/** Language of the PDF; the page speaks the reader's. */
	language: v.picklist(LANGUAGES),
	policyNumberMasked: v.string(),
	/** Of all, where it is about several people. */
	insuredPersonName: v.string(),
	payee: payeeSchema,
	outcome: decisionOutcomeSchema,
	lines: v.pipe(v.array(statementLineSchema), v.readonly()),
	totals: decisionTotalsSchema,
	/** What the deductible has left after this decision, in the insurance year it was about; of several people the first one's. */
	deductibleLeftMinor: v.number(),
	/** Left out where it is about one person. */
	persons: v.optional(v.pipe(v.array(statementPersonSchema), v.readonly())),
	/** Left out where nothing was paid in advance; every later statement of the claim repeats it. */
	advance: v.optional(statementAdvanceSchema),
	/** Left out in the first statement of a claim. */
	correction: v.optional(correctionSchema),
	objection: v.picklist(OBJECTION_WAYS),
	/** Art. 22 GDPR: the customer learns whether a person decided. */
	decidedBy: v.picklist(STATEMENT_MAKERS)
});

/** The bank has carried out what a decision pays, or an advance before it (features.md A21; domain.md 3.1). */
const processingConfirmationSchema = v.strictObject({
	kind: v.literal('processing-confirmation'),
	claimNumber: v.string(),
	/** Language of the PDF; the page speaks the reader's. */
	language: v.picklist(LANGUAGES),
	submittedAtMs: v.number(),
	/** Typed in from a letter: only the day of its arrival is known. */
	isByPost: v.optional(v.literal(true)),
	/** What was handed in, by its number: what the files are called may say something about health. */
	files: v.number(),
	amount: moneySchema,
	payee: payeeSchema,
	/** When the bank had carried it out. */
	paidAtMs: v.number(),
	/** The run, as people and the bank name it. */
	runReference: v.string(),
	/** What the bank prints beside the amount. */
	paymentReference: v.string(),
	/** Where the reader sees how the amount came about; left out for an advance, which no decision is behind. */
	decision: v.optional(
		v.strictObject({
			bills: v.number(),
			decidedAtMs: v.number(),
			statement: v.strictObject({ id: v.string(), number: v.string() })
		})
	)
});

const documentContentSchema = v.variant('kind', [
	receiptConfirmationSchema,
	benefitStatementSchema,
	processingConfirmationSchema,
	contractNoticeSchema
]);

export type ReceiptConfirmation = v.InferOutput<typeof receiptConfirmationSchema>;
export type StatementPerson = Readonly<v.InferOutput<typeof statementPersonSchema>>;
export type StatementLine = v.InferOutput<typeof statementLineSchema>;
export type StatementCorrection = v.InferOutput<typeof correctionSchema>;
export type StatementAdvance = v.InferOutput<typeof statementAdvanceSchema>;
export type BenefitStatement = v.InferOutput<typeof benefitStatementSchema>;
export type ProcessingConfirmation = v.InferOutput<typeof processingConfirmationSchema>;
/** Everything a document's page shows, frozen on the day it was written. */
export type DocumentContent = v.InferOutput<typeof documentContentSchema>;

/** Reads a document's snapshot back; throws when the row holds anything else. */
export function parseDocumentContent(value: unknown): DocumentContent {
	return v.parse(documentContentSchema, value);
}
