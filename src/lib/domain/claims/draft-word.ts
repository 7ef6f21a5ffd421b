import { frozenOf, type DraftState, type SendingState } from './draft.ts';

/** What is known of the way to the insurer; null while nobody has looked yet. */
export type Link = 'online' | 'offline' | 'signed-out' | 'other-account' | null;

/** Why only the customer can make it go on. */
export type NeedsYou = 'fill-in' | 'sign-in' | 'refused';

/** The one word a customer gets for a draft, or for a file of it (issue 4: "a plain state"). */
export type DraftWord =
	| { readonly word: 'saved' }
	| { readonly word: 'waiting' }
	| { readonly word: 'sending'; readonly sentBytes: number; readonly totalBytes: number }
	| { readonly word: 'needs-you'; readonly why: NeedsYou; readonly code: string }
	| { readonly word: 'received'; readonly claimNumber: string };

export type Way = {
	readonly link: Link;
	/** Bytes that have left in this round, all files together; null when none are moving. */
	readonly sentBytes: number | null;
};

/**
 * The word for a draft. `saved` says that the device has it and nothing is on its way; a claim that
 * rests for a sign-in needs its owner, one that rests for the network does not.
 */
export function wordOfDraft(state: DraftState, way: Way): DraftWord {
	switch (state.name) {
		case 'editing':
		case 'ready':
		case 'withdrawn':
		case 'purged':
			return { word: 'saved' };
		case 'accepted':
			return { word: 'received', claimNumber: state.receipt.claimNumber };
		case 'attention':
			return { word: 'needs-you', why: 'refused', code: state.code };
		case 'paused':
		case 'frozen':
		case 'uploading':
		case 'committing':
			return wordOnTheWay(state, way);
	}
}

/**
 * The word for one file: a file has been received with its claim, not with its last byte. Files go
 * one after the other in the order of the manifest, so the bytes sent tell which one is moving.
 */
export function wordOfFile(state: DraftState, fileId: string, way: Way): DraftWord {
	const whole = wordOfDraft(state, way);
	if (whole.word !== 'sending') return whole;
	const files = frozenOf(state)?.submission.files ?? [];
	const index = files.findIndex(({ id }) => id === fileId);
	const file = files[index];
	if (!file) return { word: 'saved' };
	const before = files.slice(0, index).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
	const sentBytes = Math.min(Math.max(whole.sentBytes - before, 0), file.sizeBytes);
	return { word: 'sending', sentBytes, totalBytes: file.sizeBytes };
}

function wordOnTheWay(
	state: SendingState | Extract<DraftState, { name: 'paused' }>,
	{ link, sentBytes }: Way
): DraftWord {
	const isPaused = state.name === 'paused';
	// A session found again resumes by itself; until then the mark on the device may be older than it.
	const lacksSession = isPaused && state.cause === 'auth' && link !== 'offline';
	if (link === 'signed-out' || link === 'other-account' || lacksSession) {
		return { word: 'needs-you', why: 'sign-in', code: '' };
	}
	if (link !== 'online' || isPaused) return { word: 'waiting' };
	const known = arrivedBytes(state);
	const totalBytes = bytesOf(state, state.frozen.submission.files.length);
	return { word: 'sending', sentBytes: Math.max(known, sentBytes ?? 0), totalBytes };
}

/** What is known to have arrived, even after the page was closed. */
function arrivedBytes(state: SendingState): number {
	if (state.name === 'committing') return bytesOf(state, state.frozen.submission.files.length);
	return state.name === 'uploading' ? bytesOf(state, state.completeCount) : 0;
}

function bytesOf({ frozen }: SendingState, fileCount: number): number {
	return frozen.submission.files
		.slice(0, fileCount)
		.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
