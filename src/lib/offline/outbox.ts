// Sends frozen claims, effectively once: one sender in one tab, an outcome that is unknown is asked for, never guessed,
// and nothing is deleted here (offline.md section 3.5).
import {
	frozenOf,
	isOutgoing,
	type DraftEvent,
	type FrozenClaim,
	type PauseCause
} from '#lib/domain/claims/draft.ts';
import type { Link } from '#lib/domain/claims/draft-word.ts';
import type { SubmissionState } from '#lib/domain/claims/submission.ts';
import type { AttachmentStore } from './attachments.ts';
import type { Draft } from './draft.schema.ts';
import { StaleDraft, UnsavedDraft, type DraftStore } from './drafts.ts';
import { retryDelayMs } from './retry.ts';
import type { Round } from './sender.ts';
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
export type Contact = NonNullable<Link>;

/** What a step left behind: done with this draft, or once more after a while, or stop everything. */
type StepEnd =
	| { readonly kind: 'done' }
	| { readonly kind: 'later'; readonly retryAfterMs: number | null }
	| { readonly kind: 'stop' };

const DONE: StepEnd = { kind: 'done' };
const STOP: StepEnd = { kind: 'stop' };
const LATER: StepEnd = { kind: 'later', retryAfterMs: null };

/** Another tab leads now, or the room is locked: this one stops where it is, and leaves the draft as it is known. */
class LeadLost extends Error {
	override name = 'LeadLost';
}

type Attempt = {
	readonly count: number;
	readonly notBefore: number;
	/** The server has named the time: no event on this device shortens it. */
	readonly isServersWish: boolean;
};
const FIRST_ATTEMPT: Attempt = { count: 0, notBefore: 0, isServersWish: false };

export class Outbox {
	readonly #parts: OutboxParts;
	#attempts = new Map<string, Attempt>();
	#isStopped = false;
	#lead: AbortSignal = new AbortController().signal;

	constructor(parts: OutboxParts) {
		this.#parts = parts;
	}

	/** Goes once through all claims that are on their way, as long as this tab leads. */
	async drain(lead: AbortSignal): Promise<Round> {
		this.#lead = lead;
		const { drafts } = await this.#parts.drafts.list();
		let nextMs: number | null = null;
		let quietMs = 0;
		for (const draft of drafts.filter(({ state }) => isOutgoing(state))) {
			const attempt = this.#attempts.get(draft.id) ?? FIRST_ATTEMPT;
			const waitMs = attempt.notBefore - this.#parts.now();
			if (waitMs > 0) {
				nextMs = Math.min(nextMs ?? waitMs, waitMs);
				continue;
			}
			const end = await this.#sendSafely(draft);
			this.#parts.onProgress(draft.id, null);
			if (end.kind === 'stop') break;
			if (end.kind === 'done') {
				this.#attempts.delete(draft.id);
				continue;
			}
			const delayMs = this.#noteAttempt(draft.id, attempt.count + 1, end.retryAfterMs);
			nextMs = Math.min(nextMs ?? delayMs, delayMs);
			quietMs = Math.max(quietMs, end.retryAfterMs ?? 0);
		}
		return { nextMs, quietMs };
	}

	/** The room is locked: nothing more of this account leaves the device from here. */
	stop(): void {
		this.#isStopped = true;
	}

	/** The customer or the network gives a reason to try at once; the server's own wish stands. */
	hurry(): void {
		this.#attempts = new Map([...this.#attempts].filter(([, { isServersWish }]) => isServersWish));
	}

	#noteAttempt(draftId: string, count: number, retryAfterMs: number | null): number {
		const delayMs = retryDelayMs(count, this.#parts.random(), retryAfterMs);
		const notBefore = this.#parts.now() + delayMs;
		this.#attempts.set(draftId, { count, notBefore, isServersWish: retryAfterMs !== null });
		return delayMs;
	}

	async #sendSafely(draft: Draft): Promise<StepEnd> {
		try {
			return await this.#send(draft);
		} catch (error) {
			if (error instanceof LeadLost) return STOP;
			// Saved by somebody else in between, or not taken by the device: the next round reads it anew.
			if (error instanceof StaleDraft || error instanceof UnsavedDraft) return LATER;
			throw error;
		}
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
				if (this.#lead.aborted) throw new LeadLost();
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
		if (this.#isStopped || this.#lead.aborted) throw new LeadLost();
		const next = await this.#parts.drafts.apply(draft, event, draft.savedAtMs);
		if (!next) throw new Error(`a draft cannot take ${event.type} while ${draft.state.name}`);
		this.#parts.onChange(next);
		return next;
	}
}
