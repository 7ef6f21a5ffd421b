// Sends frozen claims, effectively once: one sender in one tab, an outcome that is unknown is asked for, never guessed,
// and nothing is deleted here (offline.md section 3.5).
import {
	frozenOf,
	isOutgoing,
	type DraftEvent,
	type FrozenClaim,
	type PauseCause
} from '#lib/domain/claims/draft.ts';
import type { SubmissionState } from '#lib/domain/claims/submission.ts';
import type { AttachmentStore } from './attachments.ts';
import type { Draft } from './draft.schema.ts';
import { StaleDraft, UnsavedDraft, type DraftStore } from './drafts.ts';
import { retryDelayMs } from './retry.ts';
import {
	FILE_DAMAGED,
	setbackOf,
	setbackOfSession,
	setbackOfUpload,
	type Setback
} from './setback.ts';
import type { uploadFile } from './upload.ts';
import type { Answer, Wire } from './wire.ts';

export type SendProgress = { readonly sentBytes: number; readonly totalBytes: number };

export type OutboxParts = {
	readonly accountRef: string;
	readonly drafts: Pick<DraftStore, 'list' | 'apply'>;
	readonly files: AttachmentStore;
	readonly wire: Wire;
	readonly upload: typeof uploadFile;
	readonly now: () => number;
	readonly random: () => number;
	readonly onChange: (draft: Draft) => void;
	readonly onProgress: (draftId: string, progress: SendProgress | null) => void;
	/** What the Worker's answers say about the connection. */
	readonly onContact: (contact: Contact) => void;
};

/** `other-account`: somebody else is signed in now, so nothing of this account may leave the device. */
export type Contact = 'online' | 'offline' | 'signed-out' | 'other-account';

/** What a step left behind: done with this draft, or once more after a while, or stop everything. */
type StepEnd =
	| { readonly kind: 'done' }
	| { readonly kind: 'later'; readonly retryAfterMs: number | null }
	| { readonly kind: 'stop' };

const DONE: StepEnd = { kind: 'done' };
const STOP: StepEnd = { kind: 'stop' };
const LATER: StepEnd = { kind: 'later', retryAfterMs: null };

export class Outbox {
	readonly #parts: OutboxParts;
	readonly #attempts = new Map<string, { count: number; notBefore: number }>();

	constructor(parts: OutboxParts) {
		this.#parts = parts;
	}

	/** Goes once through all claims that are on their way. Returns when to come again, or null. */
	async drain(): Promise<number | null> {
		const { drafts } = await this.#parts.drafts.list();
		let nextMs: number | null = null;
		for (const draft of drafts.filter(({ state }) => isOutgoing(state))) {
			const attempt = this.#attempts.get(draft.id) ?? { count: 0, notBefore: 0 };
			const waitMs = attempt.notBefore - this.#parts.now();
			if (waitMs > 0) {
				nextMs = Math.min(nextMs ?? waitMs, waitMs);
				continue;
			}
			const end = await this.#send(draft).catch((error: unknown) => {
				// Saved by somebody else in between, or not taken by the device: the next round reads it anew.
				if (error instanceof StaleDraft || error instanceof UnsavedDraft) return LATER;
				throw error;
			});
			this.#parts.onProgress(draft.id, null);
			if (end.kind === 'stop') return nextMs;
			if (end.kind === 'done') {
				this.#attempts.delete(draft.id);
				continue;
			}
			const count = attempt.count + 1;
			const delayMs = retryDelayMs(count, this.#parts.random(), end.retryAfterMs);
			this.#attempts.set(draft.id, { count, notBefore: this.#parts.now() + delayMs });
			nextMs = Math.min(nextMs ?? delayMs, delayMs);
		}
		return nextMs;
	}

	/** The customer or the network gives a reason to try at once. */
	hurry(): void {
		this.#attempts.clear();
	}

	async #send(waiting: Draft): Promise<StepEnd> {
		const session = await this.#parts.wire.session();
		if (session.kind !== 'ok') return this.#endBy(waiting, setbackOfSession(session));
		if (session.value.accountRef !== this.#parts.accountRef) {
			this.#parts.onContact('other-account');
			return STOP;
		}
		this.#parts.onContact('online');
		let draft =
			waiting.state.name === 'paused' ? await this.#apply(waiting, { type: 'resumed' }) : waiting;
		const frozen = frozenOf(draft.state);
		if (!frozen) return DONE;
		const isFirst = draft.state.name === 'frozen';
		// Written down before the first byte leaves: from now on the Worker has to be asked.
		if (isFirst) draft = await this.#apply(draft, { type: 'uploaded', completeCount: 0 });
		const answer = await this.#offer(frozen, isFirst);
		if (answer.kind !== 'ok') return this.#endBy(draft, setbackOf(answer));
		return this.#goOn(draft, frozen, answer.value);
	}

	async #offer(frozen: FrozenClaim, isFirst: boolean): Promise<Answer<SubmissionState>> {
		const { wire } = this.#parts;
		if (!isFirst) {
			const known = await wire.submission(frozen.submissionId);
			if (known.kind !== 'refused' || known.status !== 404) return known;
		}
		return wire.submit(frozen.submissionId, frozen.submission);
	}

	async #goOn(draft: Draft, frozen: FrozenClaim, known: SubmissionState): Promise<StepEnd> {
		if (known.state === 'withdrawn') return this.#end(draft, { type: 'withdrawn' });
		if (known.receipt) return this.#end(draft, { type: 'receipt-arrived', receipt: known.receipt });
		if (known.uploads.some(({ state }) => state === 'refused')) {
			return this.#end(draft, {
				type: 'refused',
				code: 'claims/file-refused',
				issues: { files: 'file-refused' }
			});
		}
		const uploaded = await this.#uploadAll(draft, frozen, known);
		if (!uploaded.draft) return uploaded.end;
		const committing = await this.#apply(uploaded.draft, { type: 'all-uploaded' });
		const answer = await this.#parts.wire.commit(frozen.submissionId);
		if (answer.kind === 'refused' && answer.code === 'claims/files-missing') {
			await this.#apply(committing, { type: 'files-missing', completeCount: 0 });
			return LATER;
		}
		if (answer.kind !== 'ok') return this.#endBy(committing, setbackOf(answer));
		const { receipt } = answer.value;
		return receipt ? this.#end(committing, { type: 'receipt-arrived', receipt }) : LATER;
	}

	async #uploadAll(
		start: Draft,
		frozen: FrozenClaim,
		known: SubmissionState
	): Promise<{ draft: Draft; end?: never } | { draft: null; end: StepEnd }> {
		const { files } = frozen.submission;
		const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
		let draft = start;
		if (draft.state.name === 'committing') {
			draft = await this.#apply(draft, { type: 'files-missing', completeCount: 0 });
		}
		let doneBytes = 0;
		for (const [index, file] of files.entries()) {
			const upload = known.uploads.find(({ attachmentId }) => attachmentId === file.id);
			const attachment = draft.attachments.find(({ id }) => id === file.id);
			if (!attachment) return { draft: null, end: await this.#endBy(draft, FILE_DAMAGED) };
			if (upload?.state !== 'complete') {
				const before = doneBytes;
				const outcome = await this.#parts.upload({
					files: this.#parts.files,
					draftId: draft.id,
					submissionId: frozen.submissionId,
					attachment,
					uploadPath: upload?.uploadPath ?? null,
					onProgress: (sent) =>
						this.#parts.onProgress(draft.id, { sentBytes: before + sent, totalBytes })
				});
				if (outcome.kind !== 'ok') {
					return { draft: null, end: await this.#endBy(draft, setbackOfUpload(outcome)) };
				}
			}
			doneBytes += file.sizeBytes;
			this.#parts.onProgress(draft.id, { sentBytes: doneBytes, totalBytes });
			draft = await this.#apply(draft, { type: 'uploaded', completeCount: index + 1 });
		}
		return { draft };
	}

	async #endBy(draft: Draft, setback: Setback): Promise<StepEnd> {
		if (setback.kind === 'refused') {
			const { code, issues } = setback;
			return this.#end(draft, { type: 'refused', code, issues });
		}
		if (setback.kind === 'later') return setback;
		this.#parts.onContact(setback.cause === 'auth' ? 'signed-out' : 'offline');
		await this.#pause(draft, setback.cause);
		// Without a session no other claim would get further either.
		return setback.cause === 'auth' ? STOP : LATER;
	}

	async #pause(draft: Draft, cause: PauseCause): Promise<void> {
		if (draft.state.name === 'paused' && draft.state.cause === cause) return;
		const running =
			draft.state.name === 'paused' ? await this.#apply(draft, { type: 'resumed' }) : draft;
		await this.#apply(running, { type: 'paused', cause });
	}

	async #end(draft: Draft, event: DraftEvent): Promise<StepEnd> {
		await this.#apply(draft, event);
		return DONE;
	}

	async #apply(draft: Draft, event: DraftEvent): Promise<Draft> {
		const next = await this.#parts.drafts.apply(draft, event, draft.savedAtMs);
		if (!next) throw new Error(`a draft cannot take ${event.type} while ${draft.state.name}`);
		this.#parts.onChange(next);
		return next;
	}
}
