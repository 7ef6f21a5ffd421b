import * as v from 'valibot';
import { REPRESENTATIVE_SCOPES } from './contract-access.ts';
import { ADVANCE_REFUSALS } from '../claims/advance.ts';
import { moneySchema } from '../claims/decision.schema.ts';
import { REQUEST_KINDS as DOCUMENT_REQUEST_KINDS } from '../claims/document-request.ts';
import { CLOCK_KINDS } from '../claims/coverage-inquiry.ts';
import { inquiryAnswerSchema, inquiryContentSchema } from '../claims/coverage-inquiry.schema.ts';
import { PROOF_KINDS } from './proofs.ts';
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
/** A file as a receipt lists it, also one that the check refuses later: it says what was sent. */
const listedFileSchema = v.strictObject({
	name: v.string(),
	sizeBytes: v.number(),
	sha256: v.string()
});

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
	/** A reminder of documents that a claim waits for; after the last one it is decided without them. */
	v.strictObject({
		topic: v.literal('documents-missing'),
		claimNumber: v.string(),
		isLast: v.boolean(),
		documents: v.array(
			v.strictObject({
				document: v.picklist(DOCUMENT_REQUEST_KINDS),
				/** The invoice it is about, counted from 1; 0 for the whole claim. */
				line: v.number(),
				dueOn: v.string()
			})
		)
	}),
	/** The answer to a demand for an advance: what is paid, or why nothing is (decision 0077). */
	v.strictObject({
		topic: v.literal('claim-advance'),
		claimNumber: v.string(),
		answeredAtMs: v.number(),
		amount: v.nullable(moneySchema),
		refusal: v.nullable(v.picklist(ADVANCE_REFUSALS))
	}),
	/** Receipt for a document that a claim lacked (decision 0052). */
	v.strictObject({
		topic: v.literal('document-received'),
		claimNumber: v.string(),
		receivedAtMs: v.number(),
		document: v.picklist(DOCUMENT_REQUEST_KINDS),
		/** The invoice it is about, counted from 1; 0 for the whole claim. */
		line: v.number(),
		file: listedFileSchema
	}),
	/** Receipt for an objection, in the customer's own words (decision 0053). */
	v.strictObject({
		topic: v.literal('objection-received'),
		claimNumber: v.string(),
		receivedAtMs: v.number(),
		isAgainstRules: v.boolean(),
		line: v.number(),
		issuer: v.string(),
		reason: v.string(),
		file: v.nullable(listedFileSchema)
	}),
	/** Receipt for what proves insurability (decision 0073). */
	v.strictObject({
		topic: v.literal('proof-received'),
		...contract,
		receivedAtMs: v.number(),
		proof: v.picklist(PROOF_KINDS),
		personName: v.string(),
		file: listedFileSchema
	})
]);

/** A write-once letter in a customer's mailbox: about a contract, or a claim that is still open. */
export const contractNoticeSchema = v.strictObject({
	kind: v.literal('contract-notice'),
	notice: noticeSchema
});

export type Notice = v.InferOutput<typeof noticeSchema>;
export type ContractNotice = v.InferOutput<typeof contractNoticeSchema>;

type Said<Topic extends Notice['topic']> = Extract<Notice, { topic: Topic }>;
type Named<Topic extends Notice['topic'], Fact extends keyof Said<Topic>> = Pick<
	Said<Topic>,
	'topic' | Fact
>;

/** As much of a notice as its title needs: a list of letters gets nothing else of what they say. */
export type NoticeName =
	| Named<'request-received', 'request'>
	| Named<'request-answered', 'request' | 'outcome'>
	| Named<'document-received', 'document'>
	| Named<'objection-received', 'line' | 'isAgainstRules'>
	| Named<'proof-received', 'proof'>
	| Named<'documents-missing', 'isLast'>
	| { readonly topic: 'claim-advance'; readonly isPaid: boolean }
	| { readonly topic: Exclude<Notice['topic'], NamedByFacts> };
type NamedByFacts =
	| 'request-received'
	| 'request-answered'
	| 'document-received'
	| 'objection-received'
	| 'proof-received'
	| 'documents-missing'
	| 'claim-advance';

/** What a notice is called by. */
export function nameOfNotice(notice: Notice): NoticeName {
	switch (notice.topic) {
		case 'request-received':
			return { topic: notice.topic, request: notice.request };
		case 'request-answered':
			return { topic: notice.topic, request: notice.request, outcome: notice.outcome };
		case 'document-received':
			return { topic: notice.topic, document: notice.document };
		case 'objection-received':
			return {
				topic: notice.topic,
				line: notice.line,
				isAgainstRules: notice.isAgainstRules
			};
		case 'proof-received':
			return { topic: notice.topic, proof: notice.proof };
		case 'documents-missing':
			return { topic: notice.topic, isLast: notice.isLast };
		case 'claim-advance':
			return { topic: notice.topic, isPaid: notice.amount !== null };
		case 'account-changing':
		case 'account-kept':
		case 'access-used':
		case 'access-ended':
		case 'inquiry-received':
		case 'inquiry-answered':
		case 'claim-interim':
			return { topic: notice.topic };
		default:
			return notice satisfies never;
	}
}
