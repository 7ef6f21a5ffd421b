import { writeProcessingConfirmation } from '#lib/domain/documents/processing.ts';
import type { Write } from '#lib/server/db/client.ts';
import { logEvent } from '#lib/server/platform/log.ts';
import type { LetterParts } from './letters.ts';
import type { ConfirmablePayment } from './payment-confirmations.repository.ts';

/**
 * One confirmation in the mailbox for each payment of a run, and a mail that only says so (features.md
 * A21). No PDF yet: a run holds a hundred payments, and each is printed when somebody asks for it.
 */
export async function confirmationWrites(
	{ ids, documents, mails }: LetterParts,
	payments: readonly (ConfirmablePayment | null)[],
	run: { readonly number: number; readonly paidAtMs: number }
): Promise<readonly Write[]> {
	const unread = payments.filter((payment) => payment === null).length;
	if (unread > 0) logEvent('error', 'payment-not-confirmed', { count: unread });
	const nowMs = run.paidAtMs;
	const writes: Write[] = [];
	for (const payment of payments) {
		if (!payment) continue;
		const { accountId, personId, claimId, recipient } = payment;
		writes.push(
			await documents.insert({
				...{ id: ids.newId(), accountId, personId, claimId, pdfFileId: null, createdAtMs: nowMs },
				content: writeProcessingConfirmation(payment.claim, run)
			})
		);
		if (!recipient) continue;
		const { personId: holder, to, language, name } = recipient;
		const mail = { template: 'new-document', to, language, name } as const;
		writes.push(await mails.enqueue(ids.newId(), holder, mail, nowMs));
	}
	return writes;
}
