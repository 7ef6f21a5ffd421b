export interface DataItem {
	label: string;
	/** Line breaks are kept. */
	value: string;
	/** Tabular figures, end-aligned beside others of its kind. */
	isAmount?: boolean;
	/** Where it can be changed; screen readers hear "Change" and the label. */
	changeHref?: string | undefined;
}
