import * as v from 'valibot';
import { calendarDateSchema } from './claim.schema.ts';
import { REDUCTION_REASONS, type Decision } from './decision.ts';

export const moneySchema = v.strictObject({
	amountMinor: v.pipe(v.number(), v.safeInteger()),
	currency: v.string()
});

const exchangeRateSchema = v.strictObject({
	rate: v.string(),
	date: calendarDateSchema,
	source: v.string()
});

export const decidedLineSchema = v.strictObject({
	invoiceId: v.string(),
	issuer: v.string(),
	invoiceDate: v.string(),
	billed: moneySchema,
	billedConverted: moneySchema,
	exchangeRate: v.nullable(exchangeRateSchema),
	recognised: moneySchema,
	deductible: moneySchema,
	paid: moneySchema,
	reason: v.picklist(REDUCTION_REASONS),
	clause: v.nullable(v.string())
});

export const decisionTotalsSchema = v.strictObject({
	billed: moneySchema,
	recognised: moneySchema,
	deductible: moneySchema,
	paid: moneySchema
});

export const decisionOutcomeSchema = v.picklist(['approved', 'partially_approved', 'rejected']);

const decisionSchema = v.strictObject({
	lines: v.pipe(v.array(decidedLineSchema), v.readonly()),
	totals: decisionTotalsSchema,
	outcome: decisionOutcomeSchema
});

/** Reads a decision back from its encrypted column; throws when the row holds anything else. */
export function parseDecision(value: unknown): Decision {
	return v.parse(decisionSchema, value);
}
