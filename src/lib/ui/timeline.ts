export interface TimelineStep {
	title: string;
	state: 'done' | 'current' | 'next';
	/** A finished sentence part, "12. März 2026" or "bis 26. März 2026". */
	dateText?: string | undefined;
	/** The reader must act: drawn in the warm colour. */
	isYours?: boolean;
	text?: string | undefined;
}
