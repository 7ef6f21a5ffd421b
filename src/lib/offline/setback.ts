import type { Issues } from '#lib/domain/result.ts';
import type { UploadOutcome } from './upload.ts';
import type { Answer } from './wire.ts';

/** What an answer that is not the hoped-for one means for a claim on its way. */
export type Setback =
	| { readonly kind: 'pause'; readonly cause: 'offline' | 'auth' }
	| { readonly kind: 'later'; readonly retryAfterMs: number | null }
	| { readonly kind: 'refused'; readonly code: string; readonly issues: Issues };

/** Timeouts, locks and conflicts that pass: the state is asked for in the next round. */
const PASSING_STATUSES = [408, 409, 423, 425, 429];
/** Too large, wrong type, wrong content. */
const FILE_REFUSALS = [413, 415, 422];

/** Only the insurer's final word stops a claim; everything else waits or is tried again. */
export function setbackOf(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): Setback {
	if (answer.kind === 'offline') return { kind: 'pause', cause: 'offline' };
	const { status, code, issues, retryAfterMs } = answer;
	if (status === 401) return { kind: 'pause', cause: 'auth' };
	const isPassing = PASSING_STATUSES.includes(status) && code !== 'claims/already-submitted';
	if (status >= 500 || isPassing) return { kind: 'later', retryAfterMs };
	return { kind: 'refused', code, issues };
}

/** 403: somebody without claims of their own (a clerk) is signed in here. */
export function setbackOfSession(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): Setback {
	const isForbidden = answer.kind === 'refused' && answer.status === 403;
	return isForbidden ? { kind: 'pause', cause: 'auth' } : setbackOf(answer);
}

export function setbackOfUpload(outcome: Exclude<UploadOutcome, { kind: 'ok' }>): Setback {
	if (outcome.kind === 'offline') return { kind: 'pause', cause: 'offline' };
	if (outcome.kind === 'damaged') return FILE_DAMAGED;
	if (outcome.status === 401) return { kind: 'pause', cause: 'auth' };
	const { retryAfterMs } = outcome;
	if (!FILE_REFUSALS.includes(outcome.status)) return { kind: 'later', retryAfterMs };
	return { kind: 'refused', code: 'claims/file-refused', issues: { files: 'file-refused' } };
}

export const FILE_DAMAGED: Setback = {
	kind: 'refused',
	code: 'drafts/file-damaged',
	issues: { files: 'file-damaged' }
};
