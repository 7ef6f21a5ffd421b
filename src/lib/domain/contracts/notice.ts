import * as v from 'valibot';
import { REPRESENTATIVE_SCOPES } from './contract-access.ts';
import { ADVANCE_REFUSALS } from '../claims/advance.ts';
import { moneySchema } from '../claims/decision.schema.ts';
import { CLOCK_KINDS } from '../claims/coverage-inquiry.ts';
import { inquiryAnswerSchema, inquiryContentSchema } from '../claims/coverage-inquiry.schema.ts';
import { REQUEST_KINDS, REQUEST_REFUSALS } from './requests.ts';

const request = { request: v.picklist(REQUEST_KINDS), reference: v.string() };
/** An inquiry before a treatment, as both its letters name it. */
const inquiry = {
	inquiryId: v.string(),
	reference: v.string(),
	insuredPersonName: v.string(),
	...inquiryContentSchema.entries
};
const contract = { plan: v.string(), policyNumberMasked: v.string() };

/** What a notice about a contract or a claim is about, with what its page shows. Never a whole IBAN (D8). */
const noticeSchema = v.variant('topic', [
	v.strictObject({
		topic: v.literal('account-changing'),
		...contract,
		askedAtMs: v.number(),
		holder: v.string(),
		ibanMasked: v.string(),
		oldIbanMasked: v.string(),
		holdsFrom: v.string()
	}),
	v.strictObject({
		topic: v.literal('account-kept'),
		...contract,
		stoppedAtMs: v.number(),
		/** The account that is not used now. */
		ibanMasked: v.string()
	}),
	/** Somebody has come in by a code of the policyholder. */
	v.strictObject({
		topic: v.literal('access-used'),
		...contract,
		atMs: v.number(),
		role: v.picklist(['insured-person', 'representative']),
		scope: v.nullable(v.picklist(REPRESENTATIVE_SCOPES)),
		endsOn: v.nullable(v.string())
	}),
	/** To the representative whose access the policyholder has ended. */
	v.strictObject({ topic: v.literal('access-ended'), ...contract, atMs: v.number() }),
	v.strictObject({
		topic: v.literal('request-received'),
		...contract,
		...request,
		receivedAtMs: v.number(),
		name: v.string(),
		wishedOn: v.nullable(v.string()),
		note: v.string()
	}),
	v.strictObject({
		topic: v.literal('request-answered'),
		...contract,
		...request,
		answeredAtMs: v.number(),
		outcome: v.picklist(['accepted', 'refused']),
		reason: v.nullable(v.picklist(REQUEST_REFUSALS)),
		/** The last day of the cover from now on; null when nothing changes. */
		endsOn: v.nullable(v.string())
	}),
	v.strictObject({
		topic: v.literal('inquiry-received'),
		...contract,
		...inquiry,
		receivedAtMs: v.number(),
		isUrgent: v.boolean(),
		clock: v.picklist(CLOCK_KINDS),
		dueOn: v.string(),
		/** Of the files that came with it; letters from before that took none. */
		fileNames: v.optional(v.array(v.string()), [])
	}),
	v.strictObject({
		topic: v.literal('inquiry-answered'),
		...contract,
		...inquiry,
		...inquiryAnswerSchema.entries,
		answeredAtMs: v.number()
	}),
	/** A claim takes longer; no word of why, which no job can know. */
	v.strictObject({
		topic: v.literal('claim-interim'),
		claimNumber: v.string(),
		receivedAtMs: v.number()
	}),
	/** The answer to a demand for an advance: what is paid, or why nothing is (decision 0077). */
	v.strictObject({
		topic: v.literal('claim-advance'),
		claimNumber: v.string(),
		answeredAtMs: v.number(),
		amount: v.nullable(moneySchema),
		refusal: v.nullable(v.picklist(ADVANCE_REFUSALS))
	})
]);

/** A write-once letter in a customer's mailbox: about a contract, or a claim that is still open. */
export const contractNoticeSchema = v.strictObject({
	kind: v.literal('contract-notice'),
	notice: noticeSchema
});

export type Notice = v.InferOutput<typeof noticeSchema>;
export type ContractNotice = v.InferOutput<typeof contractNoticeSchema>;
