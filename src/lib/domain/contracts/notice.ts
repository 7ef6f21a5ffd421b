import * as v from 'valibot';

const contract = { plan: v.string(), policyNumberMasked: v.string() };

/** What a notice about a contract is about, with what its page shows. Never a whole IBAN (D8). */
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
	})
]);

/** A write-once letter about a contract in the mailbox of everybody who has linked it. */
export const contractNoticeSchema = v.strictObject({
	kind: v.literal('contract-notice'),
	notice: noticeSchema
});

export type Notice = v.InferOutput<typeof noticeSchema>;
export type ContractNotice = v.InferOutput<typeof contractNoticeSchema>;
