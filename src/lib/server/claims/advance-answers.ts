/** What the customer is told about an advance they have demanded (decision 0077). */
import type { AdvanceRefusal } from '#lib/domain/claims/advance.ts';
import type { RefusalReason } from '#lib/domain/claims/payout.ts';
import type { Money } from '#lib/domain/money.ts';
import type { Write } from '#lib/server/db/client.ts';
import type { AdvancesRepository } from './advances.repository.ts';
import { letterWrites, type LetterParts, type LetterRecipient } from './letters.ts';

type OfClaim = {
	readonly claimId: string;
	readonly claimNumber: string;
	readonly accountId: string;
};

export type AdvanceAnswers = ReturnType<typeof createAdvanceAnswers>;

export function createAdvanceAnswers(
	parts: LetterParts & { readonly advances: Pick<AdvancesRepository, 'reopen'> }
) {
	const letter = (
		{ claimId, claimNumber, accountId }: OfClaim,
		recipient: LetterRecipient,
		answer: { readonly amount: Money | null; readonly refusal: AdvanceRefusal | null },
		nowMs: number
	): Promise<readonly Write[]> =>
		letterWrites(
			parts,
			{
				...{ documentId: parts.ids.newId(), accountId, claimId },
				...{ personId: recipient.personId, recipient }
			},
			{ topic: 'claim-advance', claimNumber, answeredAtMs: nowMs, ...answer },
			nowMs
		);

	return {
		/** In text form, as the demand of a right is answered: nothing in advance, and why. */
		refused: (
			claim: OfClaim,
			recipient: LetterRecipient,
			refusal: AdvanceRefusal,
			nowMs: number
		): Promise<readonly Write[]> => letter(claim, recipient, { amount: null, refusal }, nowMs),

		/**
		 * Only with the second look an amount is promised. A refused one is no word to the customer: the
		 * request is open again, and somebody answers it anew.
		 */
		ofCheck: async (
			payout: OfClaim & { readonly amount: Money },
			recipient: LetterRecipient,
			check: { readonly refusal: RefusalReason | null; readonly nowMs: number }
		): Promise<readonly Write[]> =>
			check.refusal === null
				? letter(payout, recipient, { amount: payout.amount, refusal: null }, check.nowMs)
				: [parts.advances.reopen(payout.claimId)]
	};
}
