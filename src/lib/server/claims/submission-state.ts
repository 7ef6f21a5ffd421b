import type { ManifestFile, Submission } from '#lib/domain/claims/claim.schema.ts';
import type {
	SubmissionReceipt,
	SubmissionState,
	UploadState
} from '#lib/domain/claims/submission.ts';
import { readSignature } from '#lib/server/platform/receipt-signature.ts';
import type { StoredSubmission } from './submissions.repository.ts';

/** What this room needs to know of a file on its way in. */
export type Upload = {
	readonly id: string;
	readonly attachmentId: string | null;
	readonly state: 'open' | 'complete' | 'refused';
	readonly type: string;
	readonly sizeBytes: number;
	readonly receivedBytes: number;
	readonly sha256: string;
};

/** What the device is told of a submission: built from rows that never change once it is committed. */
export function stateOf(known: StoredSubmission, uploads: readonly Upload[]): SubmissionState {
	const files = known.submission?.files ?? [];
	return {
		submissionId: known.id,
		state: known.state,
		manifestHash: known.manifestHash,
		uploads: files.map((file) => uploadState(file, uploads)),
		receipt: receiptOf(known)
	};
}

/** The uploads that bring every file of the manifest, in its order; null while one is missing. */
export function completeUploads(
	submission: Submission,
	uploads: readonly Upload[]
): readonly Upload[] | null {
	const complete = submission.files.flatMap((file) => {
		const upload = uploads.find((one) => one.attachmentId === file.id && one.state === 'complete');
		const isMatching =
			upload?.sha256 === file.sha256 &&
			upload.sizeBytes === file.sizeBytes &&
			upload.type === file.type;
		return upload && isMatching ? [upload] : [];
	});
	return complete.length === submission.files.length ? complete : null;
}

function uploadState(file: ManifestFile, uploads: readonly Upload[]): UploadState {
	const own = uploads.filter((upload) => upload.attachmentId === file.id);
	const live = own.find((upload) => upload.state !== 'refused');
	if (live) {
		return {
			attachmentId: file.id,
			state: live.state,
			uploadPath: `/api/uploads/${live.id}`,
			receivedBytes: live.receivedBytes
		};
	}
	return {
		attachmentId: file.id,
		state: own.length > 0 ? 'refused' : 'missing',
		uploadPath: null,
		receivedBytes: 0
	};
}

function receiptOf(known: StoredSubmission): SubmissionReceipt | null {
	if (!known.claim || !known.submission) return null;
	return {
		claimId: known.claim.id,
		claimNumber: known.claim.number,
		receivedAtMs: known.claim.submittedAtMs,
		manifestHash: known.manifestHash,
		files: known.submission.files.map(({ id, name, sizeBytes, sha256 }) => ({
			id,
			name,
			sizeBytes,
			sha256
		})),
		signature: known.receiptSignature && readSignature(known.receiptSignature)
	};
}
