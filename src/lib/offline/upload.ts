// One file to the Worker by tus 1.0, opened part by part: the whole file is never in clear anywhere but in memory.
import type { UploadOptions } from 'tus-js-client';
import HttpStack from 'tus-js-client/lib/browser/httpStack.js';
import DetailedError from 'tus-js-client/lib/error.js';
import NoopUrlStorage from 'tus-js-client/lib/noopUrlStorage.js';
import Upload from 'tus-js-client/lib/upload.js';
import type { AttachmentStore } from './attachments.ts';
import { PART_BYTES } from './attachments.ts';
import type { Attachment } from './draft.schema.ts';
import { readRetryAfterMs } from './retry.ts';
import { DamagedRecord } from './sealing.ts';

const ENDPOINT = '/api/uploads';

export type UploadTask = {
	readonly files: AttachmentStore;
	readonly draftId: string;
	readonly submissionId: string;
	readonly attachment: Attachment;
	/** Where the Worker says it began; it knows its own uploads, so no address is kept on the device. */
	readonly uploadPath: string | null;
	readonly onProgress: (sentBytes: number) => void;
};

/** `refused` with the status; `damaged` when the device no longer has the file as it was frozen. */
export type UploadOutcome =
	| { readonly kind: 'ok' }
	| { readonly kind: 'offline' }
	| { readonly kind: 'damaged' }
	| {
			readonly kind: 'refused';
			readonly status: number;
			readonly retryAfterMs: number | null;
	  };

export function uploadFile(task: UploadTask): Promise<UploadOutcome> {
	return new Promise((resolve) => {
		// The file reader below is what reads; the library only wants something to pass on.
		const upload = new Upload(new Blob(), {
			...Upload.defaultOptions,
			...optionsOf(task),
			onProgress: (sentBytes) => task.onProgress(sentBytes),
			onSuccess: () => resolve({ kind: 'ok' }),
			onError: (error) => resolve(outcomeOf(error))
		});
		upload.start();
	});
}

function optionsOf(task: UploadTask): UploadOptions {
	const { files, draftId, attachment, submissionId, uploadPath } = task;
	return {
		endpoint: new URL(ENDPOINT, location.origin).href,
		...(uploadPath ? { uploadUrl: new URL(uploadPath, location.origin).href } : {}),
		uploadSize: attachment.sizeBytes,
		chunkSize: PART_BYTES,
		metadata: { submissionId, attachmentId: attachment.id },
		// The outbox decides when to try again: it can tell a missing session from a missing network.
		retryDelays: null,
		storeFingerprintForResuming: false,
		urlStorage: new NoopUrlStorage(),
		httpStack: new HttpStack({}),
		fingerprint: () => Promise.resolve(`${attachment.id}-${attachment.sha256}`),
		fileReader: {
			openFile: () =>
				Promise.resolve({
					size: attachment.sizeBytes,
					slice: async (start, end) => {
						const bytes = await files.read(draftId, attachment, start, end);
						return { value: new Blob([bytes]), done: end >= attachment.sizeBytes };
					},
					close: () => {}
				})
		}
	};
}

function outcomeOf(error: Error): UploadOutcome {
	for (let cause: unknown = error; cause instanceof Error; cause = causeOf(cause)) {
		if (cause instanceof DamagedRecord) return { kind: 'damaged' };
	}
	const answer = error instanceof DetailedError ? error.originalResponse : null;
	const status = answer?.getStatus() ?? 0;
	if (!answer || status === 0) return { kind: 'offline' };
	const header = (name: string) => answer.getHeader(name) ?? null;
	return { kind: 'refused', status, retryAfterMs: readRetryAfterMs(header) };
}

function causeOf(error: Error): unknown {
	return (error instanceof DetailedError ? error.causingError : null) ?? error.cause;
}
