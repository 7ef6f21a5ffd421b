/** What readers of a claim are told of a file: `checking` until it is out of quarantine. */
export const FILE_STATES = ['ready', 'checking', 'refused'] as const;
export type FileState = (typeof FILE_STATES)[number];

/** A refused file has no bytes any more; one in quarantine is opened by nobody (security.md F5). */
export function fileStateOf(file: {
	readonly state: 'open' | 'complete' | 'refused';
	readonly releasedAtMs: number | null;
}): FileState {
	if (file.state === 'refused') return 'refused';
	return file.state === 'complete' && file.releasedAtMs !== null ? 'ready' : 'checking';
}

/**
 * Why a whole file is not kept: its structure is torn; opening it would take more memory than it has
 * any right to (F3); it tells more than the picture (F4); it does something by itself (3.12).
 */
export type FileFault = 'broken' | 'too-large' | 'metadata' | 'active';
