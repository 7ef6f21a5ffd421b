// A question before a treatment that waits for its answer, beside the claim of the same customer.
import { calendarDateOf, DAY_MS } from '#lib/domain/calendar.ts';
import { answerDueOn, clockKindOf } from '#lib/domain/claims/coverage-inquiry.ts';
import { maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import { REFERENCE_BYTES, referenceOf } from '#lib/domain/reference.ts';
import { createInquiriesRepository } from '#lib/server/claims/inquiries.repository.ts';
import type { Write } from '#lib/server/db/client.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';

const EXPECTED = { amountMinor: 340_000, currency: 'EUR' };

/** An inquiry of `owner` for themselves, eight days old and urgent, with its receipt in the mailbox. */
export async function openInquiryWrites(
	cipher: Cipher,
	owner: { readonly accountId: string; readonly personId: string; readonly name: string },
	contract: { readonly id: string; readonly plan: string; readonly policyNumber: string },
	nowMs: number
): Promise<readonly Write[]> {
	const [id, receiptId] = [SYSTEM_IDS.newId(), SYSTEM_IDS.newId()];
	const { accountId, personId } = owner;
	const receivedAtMs = nowMs - 8 * DAY_MS;
	const receivedOn = calendarDateOf(receivedAtMs);
	const content = {
		...{ treatment: 'Kniespiegelung links, ambulant', diagnosis: 'Meniskusriss' },
		...{ provider: 'Klinik am See, Konstanz', expected: EXPECTED, plannedOn: null }
	};
	const facts = {
		reference: referenceOf('K', receivedOn.slice(0, 4), SYSTEM_IDS.randomBytes(REFERENCE_BYTES)),
		...{ receivedAtMs, isUrgent: true, dueOn: answerDueOn(receivedOn, true) },
		clock: clockKindOf(EXPECTED, null)
	};
	return [
		await createDocumentsRepository(cipher).insert({
			...{ id: receiptId, accountId, personId, claimId: null, pdfFileId: null },
			createdAtMs: receivedAtMs,
			content: {
				kind: 'contract-notice',
				notice: {
					...{ topic: 'inquiry-received', plan: contract.plan },
					policyNumberMasked: maskPolicyNumber(contract.policyNumber),
					...{ inquiryId: id, insuredPersonName: owner.name, ...content, ...facts },
					fileNames: []
				}
			}
		}),
		await createInquiriesRepository(cipher).insert({
			...{ id, accountId, personId, contractId: contract.id, insuredPersonId: personId },
			...{ content, receiptId, ...facts, fileIds: [] }
		})
	];
}
