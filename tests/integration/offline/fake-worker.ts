import { createHash } from 'node:crypto';
import { canonicalManifest, type Submission } from '#lib/domain/claims/claim.schema.ts';
import type { SubmissionState } from '#lib/domain/claims/submission.ts';
import type { UploadOutcome, UploadTask } from '#lib/offline/upload.ts';
import type { Answer, Wire } from '#lib/offline/wire.ts';

/** What may happen to one request: `unheard` never arrives, `unanswered` is done but its answer is lost. */
export type Fate = 'ok' | 'unheard' | 'unanswered' | 'busy' | 'signed-out';

type Conflict = 'files-missing' | 'already-submitted';

type Entry = {
	readonly submission: Submission;
	readonly manifestHash: string;
	readonly complete: Set<string>;
	receipt: SubmissionState['receipt'];
	isWithdrawn: boolean;
};

/** The Worker's side of the protocol in memory, with a fate for each request. */
export class FakeWorker {
	readonly entries = new Map<string, Entry>();
	readonly requests: string[] = [];
	accountRef = 'account';
	claimCount = 0;
	readonly #nextFate: () => Fate;

	constructor(nextFate: () => Fate) {
		this.#nextFate = nextFate;
	}

	get wire(): Wire {
		return {
			session: async () =>
				this.#answer('session', () => ({ accountRef: this.accountRef, displayName: 'Ana' })),
			vault: async () => ({ kind: 'offline' }),
			kit: async () => ({ kind: 'offline' }),
			receiptKeys: async () => ({ kind: 'offline' }),
			submission: async (id) => this.#answer('get', () => this.#stateOf(id)),
			submit: async (id, submission) => this.#answer('put', () => this.#open(id, submission)),
			commit: async (id) => this.#answer('commit', () => this.#commit(id)),
			withdraw: async (id) => this.#answer('withdraw', () => this.#withdraw(id))
		};
	}

	upload = async (task: UploadTask): Promise<UploadOutcome> => {
		const answer = this.#answer('upload', () => {
			this.entries.get(task.submissionId)?.complete.add(task.attachment.id);
			return 'ok';
		});
		if (answer.kind === 'refused') return answer;
		return answer;
	};

	#open(id: string, submission: Submission): SubmissionState | null {
		const manifestHash = createHash('sha256').update(canonicalManifest(submission)).digest('hex');
		if (!this.entries.has(id)) {
			const complete = new Set<string>();
			this.entries.set(id, {
				submission,
				manifestHash,
				complete,
				receipt: null,
				isWithdrawn: false
			});
		}
		return this.#stateOf(id);
	}

	#commit(id: string): SubmissionState | null | 'files-missing' {
		const entry = this.entries.get(id);
		if (!entry) return null;
		if (entry.complete.size < entry.submission.files.length) return 'files-missing';
		if (!entry.receipt) {
			this.claimCount++;
			const { manifestHash, submission } = entry;
			const files = submission.files.map(({ id: fileId, name, sizeBytes, sha256 }) => ({
				id: fileId,
				name,
				sizeBytes,
				sha256
			}));
			const receipt = { claimId: id, claimNumber: 'C', receivedAtMs: 1, manifestHash, files };
			entry.receipt = { ...receipt, signature: null };
		}
		return this.#stateOf(id);
	}

	#withdraw(id: string): SubmissionState | null | 'already-submitted' {
		const entry = this.entries.get(id);
		if (entry?.receipt) return 'already-submitted';
		if (entry) entry.isWithdrawn = true;
		return this.#stateOf(id);
	}

	#stateOf(id: string): SubmissionState | null {
		const entry = this.entries.get(id);
		if (!entry) return null;
		return {
			submissionId: id,
			state: entry.isWithdrawn ? 'withdrawn' : entry.receipt ? 'committed' : 'open',
			manifestHash: entry.manifestHash,
			receipt: entry.receipt,
			uploads: entry.submission.files.map((file) => ({
				attachmentId: file.id,
				state: entry.complete.has(file.id) ? 'complete' : 'missing',
				uploadPath: null,
				receivedBytes: 0
			}))
		};
	}

	#answer<T>(request: string, act: () => T | null | Conflict): Answer<T> {
		this.requests.push(request);
		const fate = this.#nextFate();
		if (fate === 'unheard') return { kind: 'offline' };
		if (fate === 'busy') return refused(503, 'portal/unavailable');
		if (fate === 'signed-out') return refused(401, 'portal/unauthenticated');
		const value = act();
		if (fate === 'unanswered') return { kind: 'offline' };
		if (value === null) return refused(404, 'portal/not-found');
		if (value === 'files-missing') return refused(409, 'claims/files-missing');
		if (value === 'already-submitted') return refused(409, 'claims/already-submitted');
		return { kind: 'ok', value };
	}
}

function refused(status: number, code: string): Answer<never> {
	return { kind: 'refused', status, code, issues: {}, retryAfterMs: null };
}
