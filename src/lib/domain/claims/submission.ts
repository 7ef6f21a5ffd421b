/** Wire types between the offline room and the Worker. Both sides import them from here. */
import type { PlanField } from './circumstances.ts';
import type { HandedInBill } from './same-bill.ts';

/** One file of a submission as the server knows it. */
export type UploadState = {
	readonly attachmentId: string;
	readonly state: 'missing' | 'open' | 'complete' | 'refused';
	/** Path of the tus upload, null until it was created. */
	readonly uploadPath: string | null;
	readonly receivedBytes: number;
};

/** What the customer holds as proof: the same bytes for ever (offline.md section 3.5). */
export type SubmissionReceipt = {
	readonly claimId: string;
	readonly claimNumber: string;
	readonly receivedAtMs: number;
	readonly manifestHash: string;
	readonly files: readonly {
		readonly id: string;
		readonly name: string;
		readonly sizeBytes: number;
		readonly sha256: string;
	}[];
	/** By the insurer, over `receiptText`; null on a receipt from before they were signed. */
	readonly signature: { readonly keyVersion: number; readonly value: string } | null;
};

export type SubmissionState = {
	readonly submissionId: string;
	readonly state: 'open' | 'committed' | 'withdrawn';
	readonly manifestHash: string;
	readonly uploads: readonly UploadState[];
	readonly receipt: SubmissionReceipt | null;
};

/** What the device keeps (encrypted) of a contract, to fill in a claim with no network. */
export type OfflineContract = {
	readonly id: string;
	readonly policyNumberMasked: string;
	readonly plan: string;
	readonly startsOn: string;
	readonly endsOn: string | null;
	readonly currency: string;
	readonly insuredPersons: readonly { readonly id: string; readonly name: string }[];
	readonly bankAccountMasked: string;
	/** What the plan wants to know besides. */
	readonly asks: readonly PlanField[];
};

/** What the device keeps (encrypted) to fill in a claim with no network. */
export type DeviceKit = {
	readonly contracts: readonly OfflineContract[];
	/** Those of the account's claims, oldest first: none is handed in twice by mistake. */
	readonly bills: readonly HandedInBill[];
};

/** What the plan of this contract asks for; nothing while no contract is chosen. */
export function asksOf(
	contracts: readonly OfflineContract[] | null,
	contractId: string
): readonly PlanField[] {
	return contracts?.find(({ id }) => id === contractId)?.asks ?? [];
}
