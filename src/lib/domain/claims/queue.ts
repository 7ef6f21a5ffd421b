/** Where a page of the queue begins: behind the last claim of the page before. */
export type QueueCursor = { readonly submittedAtMs: number; readonly id: string };

/** Claims of one page of the queue. */
export const QUEUE_PAGE = 25;

/** The cursor as a part of a URL. */
export function writeCursor({ submittedAtMs, id }: QueueCursor): string {
	return `${submittedAtMs}_${id}`;
}

/** Null for anything that is no cursor of ours: the queue then begins at its start. */
export function parseCursor(text: string | null): QueueCursor | null {
	const match = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(text ?? '');
	const [, submittedAtMs, id] = match ?? [];
	return id ? { submittedAtMs: Number(submittedAtMs), id } : null;
}

/** A claim number as typed: upper case, without blanks. Null when no number can look like this. */
export function normaliseClaimNumber(typed: string): string | null {
	const number = typed.toUpperCase().replace(/\s/g, '');
	return /^[A-Z0-9](?:[A-Z0-9-]{2,22})[A-Z0-9]$/.test(number) ? number : null;
}
