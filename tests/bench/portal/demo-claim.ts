import { NO_CIRCUMSTANCES } from '#lib/domain/claims/circumstances.ts';
import { createHash, randomUUID } from 'node:crypto';
import { jpegOf } from '../../support/files.ts';

/** As the device cuts files (src/lib/offline/attachments.ts) and the Worker stores them. */
export const PIECE_BYTES = 256 * 1024;

/** A photo as a phone takes it: its last piece may not cost more than its first. */
const RECEIPT_BYTES = 5 * 1024 * 1024 + 90_000;

export type DemoClaim = {
	readonly submissionId: string;
	readonly attachmentId: string;
	readonly invoiceId: string;
	readonly receipt: Uint8Array<ArrayBuffer>;
	/** The body that hands the claim in. */
	readonly submission: string;
};

export function newDemoClaim(
	contractId: string,
	insuredPersonId: string,
	amountMinor: number,
	/** Whose bill comes besides, where it is of two people. */
	coInsuredId?: string
): DemoClaim {
	const length = RECEIPT_BYTES - jpegOf({ scan: new Uint8Array() }).length;
	const scan = new Uint8Array(length).map((_, index) => (index * 31 + 7) % 251);
	const receipt = jpegOf({ scan });
	const [attachmentId, invoiceId] = [randomUUID(), randomUUID()];
	const invoice = {
		...{ id: invoiceId, issuer: 'Legevakten Oslo', number: '17', invoiceDate: '2026-11-05' },
		...{ treatmentFrom: '2026-11-02', treatmentTo: '2026-11-03' },
		...{ amountMinor, currency: 'EUR', isPaid: true }
	};
	const besides = {
		...{ ...invoice, id: randomUUID(), issuer: 'Apotek Løven', number: '18' },
		...{ amountMinor: 2_390, insuredPersonId: coInsuredId }
	};
	const submission = {
		draftId: randomUUID(),
		content: {
			contractId,
			insuredPersonId,
			cause: 'illness',
			diagnosis: 'Angina',
			firstTreatmentOn: '2026-11-02',
			country: 'NO',
			hasOtherInsurance: false,
			circumstances: {
				...{ ...NO_CIRCUMSTANCES, treatedBefore: 'no' },
				// The plan of a guest asks for them.
				...{ enteredOn: '2026-08-31', stayAddress: 'Familie Weber, Domstraße 1, Köln' }
			},
			note: '',
			invoices: coInsuredId ? [invoice, besides] : [invoice],
			payeeAccount: null,
			declaredTrue: true
		},
		files: [
			{
				id: attachmentId,
				name: 'rechnung.jpg',
				type: 'image/jpeg',
				sizeBytes: receipt.length,
				sha256: createHash('sha256').update(receipt).digest('hex')
			}
		]
	};
	return {
		...{ submissionId: randomUUID(), attachmentId, invoiceId, receipt },
		submission: JSON.stringify(submission)
	};
}
