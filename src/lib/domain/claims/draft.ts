import type { Issues } from '../result.ts';
import type { Submission } from './claim.schema.ts';
import type { SubmissionReceipt } from './submission.ts';

/** A claim as it leaves the device: from here on nothing of it changes (offline.md section 3.3). */
export type FrozenClaim = {
	readonly submissionId: string;
	readonly manifestHash: string;
	readonly submission: Submission;
};

/** Why sending rests; none of them is a failure and none costs an attempt. */
export type PauseCause = 'offline' | 'auth';

/** On the way to the insurer. `frozen` means that nothing has left the device yet. */
export type SendingState =
	| { readonly name: 'frozen'; readonly frozen: FrozenClaim }
	| {
			readonly name: 'uploading';
			readonly frozen: FrozenClaim;
			readonly completeCount: number;
	  }
	| { readonly name: 'committing'; readonly frozen: FrozenClaim };

export type DraftState =
	| { readonly name: 'editing' }
	| { readonly name: 'ready' }
	| SendingState
	| { readonly name: 'paused'; readonly cause: PauseCause; readonly resume: SendingState }
	| {
			readonly name: 'attention';
			readonly frozen: FrozenClaim;
			readonly code: string;
			readonly issues: Issues;
	  }
	| {
			readonly name: 'accepted';
			readonly frozen: FrozenClaim;
			readonly receipt: SubmissionReceipt;
	  }
	/** The insurer confirmed that this submission never became a claim. */
	| { readonly name: 'withdrawn'; readonly submissionId: string }
	| { readonly name: 'purged' };

export type DraftEvent =
	| { readonly type: 'edited' }
	| { readonly type: 'completed' }
	| { readonly type: 'frozen'; readonly frozen: FrozenClaim }
	| { readonly type: 'uploaded'; readonly completeCount: number }
	| { readonly type: 'all-uploaded' }
	| { readonly type: 'files-missing'; readonly completeCount: number }
	| { readonly type: 'receipt-arrived'; readonly receipt: SubmissionReceipt }
	| { readonly type: 'paused'; readonly cause: PauseCause }
	| { readonly type: 'resumed' }
	| { readonly type: 'refused'; readonly code: string; readonly issues: Issues }
	| { readonly type: 'retried' }
	| { readonly type: 'withdrawn' }
	| { readonly type: 'deleted' };

export const EDITING: DraftState = { name: 'editing' };

/**
 * The state after an event, or null where the event has no place in that state.
 * No error event leads to `purged`, only the customer's deletion does, from any state; a receipt
 * counts only when it names exactly the files and the manifest of this device.
 */
export function nextDraftState(state: DraftState, event: DraftEvent): DraftState | null {
	switch (event.type) {
		case 'edited':
			return mayEdit(state) ? EDITING : null;
		case 'completed':
			return mayEdit(state) ? { name: 'ready' } : null;
		case 'frozen':
			return state.name === 'ready' ? { name: 'frozen', frozen: event.frozen } : null;
		case 'uploaded':
			return afterUpload(state, event.completeCount);
		case 'all-uploaded':
			return state.name === 'uploading' && state.completeCount === fileCountOf(state.frozen)
				? { name: 'committing', frozen: state.frozen }
				: null;
		case 'files-missing':
			return state.name === 'committing' && isCount(event.completeCount, state.frozen)
				? { name: 'uploading', frozen: state.frozen, completeCount: event.completeCount }
				: null;
		case 'receipt-arrived':
			return afterReceipt(state, event.receipt);
		case 'paused':
			return isSending(state) ? { name: 'paused', cause: event.cause, resume: state } : null;
		case 'resumed':
			return state.name === 'paused' ? state.resume : null;
		case 'refused':
			return afterRefusal(state, event.code, event.issues);
		case 'retried':
			// Counted as having left the device: the insurer is asked first what it knows.
			return state.name === 'attention'
				? { name: 'uploading', frozen: state.frozen, completeCount: 0 }
				: null;
		case 'withdrawn':
			return afterWithdrawal(state);
		case 'deleted':
			return state.name === 'purged' ? null : { name: 'purged' };
	}
}

/** Whether the customer may change the content now. */
export function mayEdit(state: DraftState): boolean {
	return state.name === 'editing' || state.name === 'ready' || state.name === 'withdrawn';
}

/**
 * Whether the insurer may hold half of it, or all: before it is deleted here the insurer is asked to
 * drop it. Of what another device has sent nothing has ever left this one.
 */
export function mayBeWithInsurer(state: DraftState): boolean {
	if (state.name === 'accepted' || isSentElsewhere(state)) return false;
	return frozenOf(state) !== null && !isStillHere(state);
}

/** Whether the sender has work with it, now or after a pause. */
export function isOutgoing(state: DraftState): boolean {
	return isSending(state) || state.name === 'paused';
}

/** True while nothing of the claim has left the device: it can be taken back with no network. */
export function isStillHere(state: DraftState): boolean {
	return (state.name === 'paused' ? state.resume : state).name === 'frozen';
}

/** True where another device has sent this draft first: here it can never become a claim. */
export function isSentElsewhere(state: DraftState): boolean {
	return state.name === 'attention' && state.code === 'claims/already-submitted';
}

/** The frozen claim of a state that has one, else null. */
export function frozenOf(state: DraftState): FrozenClaim | null {
	if (state.name === 'paused') return state.resume.frozen;
	return 'frozen' in state ? state.frozen : null;
}

/** Whether a receipt names this very manifest and each file with the hash of this device. */
export function receiptMatches(frozen: FrozenClaim, receipt: SubmissionReceipt): boolean {
	const { files } = frozen.submission;
	return (
		receipt.manifestHash === frozen.manifestHash &&
		receipt.files.length === files.length &&
		files.every((file) =>
			receipt.files.some((received) => received.id === file.id && received.sha256 === file.sha256)
		)
	);
}

function isSending(state: DraftState): state is SendingState {
	return state.name === 'frozen' || state.name === 'uploading' || state.name === 'committing';
}

function fileCountOf(frozen: FrozenClaim): number {
	return frozen.submission.files.length;
}

function isCount(count: number, frozen: FrozenClaim): boolean {
	return Number.isSafeInteger(count) && count >= 0 && count <= fileCountOf(frozen);
}

function afterUpload(state: DraftState, completeCount: number): DraftState | null {
	if (state.name !== 'frozen' && state.name !== 'uploading') return null;
	if (!isCount(completeCount, state.frozen)) return null;
	return { name: 'uploading', frozen: state.frozen, completeCount };
}

function afterReceipt(state: DraftState, receipt: SubmissionReceipt): DraftState | null {
	const frozen = frozenOf(state);
	if (!frozen || state.name === 'accepted' || isStillHere(state)) return null;
	return receiptMatches(frozen, receipt)
		? { name: 'accepted', frozen, receipt }
		: { name: 'attention', frozen, code: 'drafts/receipt-mismatch', issues: {} };
}

function afterRefusal(state: DraftState, code: string, issues: Issues): DraftState | null {
	const frozen = frozenOf(state);
	return frozen && isOutgoing(state) ? { name: 'attention', frozen, code, issues } : null;
}

function afterWithdrawal(state: DraftState): DraftState | null {
	const frozen = frozenOf(state);
	if (!frozen || state.name === 'accepted') return null;
	return { name: 'withdrawn', submissionId: frozen.submissionId };
}
