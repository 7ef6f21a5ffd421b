/** What the loading thread is asked to do, and what it answers. */
export type LoadOrder = {
	readonly url: string;
	readonly cookie: string;
	readonly connections: number;
	/** It ends at whichever comes first. */
	readonly maxMs: number;
	readonly maxRequests: number;
};

export type LoadResult = {
	readonly requests: number;
	readonly seconds: number;
	readonly medianMs: number;
};
