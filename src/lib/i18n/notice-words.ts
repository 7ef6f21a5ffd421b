/** What a notice says under its title. */
export type NoticeWords = {
	readonly lead: string;
	readonly facts: readonly { readonly label: string; readonly value: string }[];
	/** What the reader has written themselves, with its paragraphs. */
	readonly quote?: { readonly label: string; readonly text: string };
	/** What the reader can do; null where nothing is left to do. */
	readonly next: string | null;
};
