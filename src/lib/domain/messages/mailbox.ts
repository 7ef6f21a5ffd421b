import type { DocumentName } from '../documents/document-name.ts';
import type { Topic } from './conversation.ts';

/** What a list of the mailbox shows; the first word is what is usual. */
export const MAILBOX_FILTERS = ['all', 'documents', 'messages', 'unread'] as const;
export type MailboxFilter = (typeof MAILBOX_FILTERS)[number];

/** Entries of one page. */
export const MAILBOX_PAGE = 25;

/** How far back a search opens sealed texts: bounded, or a full mailbox would cost a request too much. */
export const SEARCHED = { documents: 100, messages: 300 } as const;

/** Where a page begins: behind the last entry of the page before. */
export type MailboxCursor = { readonly atMs: number; readonly id: string };

/** The cursor as a part of a URL. */
export function writeMailboxCursor({ atMs, id }: MailboxCursor): string {
	return `${atMs}_${id}`;
}

/** Null for anything that is no cursor of ours: the list then begins at its start. */
export function parseMailboxCursor(text: string | null): MailboxCursor | null {
	const [, atMs, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(text ?? '') ?? [];
	return id ? { atMs: Number(atMs), id } : null;
}

/** The query of a page of a list, without what is usual (`all`, from the start). */
export function listQuery(show: string, after: string | null = null): string {
	const query = new URLSearchParams();
	if (show !== 'all') query.set('show', show);
	if (after !== null) query.set('after', after);
	const text = query.toString();
	return text === '' ? '' : `?${text}`;
}

/** Newest first; of two at the same instant the greater id, as the database sorts them. */
export function isNewer(one: MailboxCursor, other: MailboxCursor): boolean {
	return one.atMs === other.atMs ? one.id > other.id : one.atMs > other.atMs;
}

/**
 * One page out of two lists that are each sorted newest first, and the cursor of the next page; each
 * list has one entry more than a page where there are more.
 */
export function pageOf<Entry extends MailboxCursor>(
	...lists: readonly (readonly Entry[])[]
): { readonly entries: readonly Entry[]; readonly next: string | null } {
	const sorted = lists.flat().toSorted((one, other) => (isNewer(one, other) ? -1 : 1));
	const entries = sorted.slice(0, MAILBOX_PAGE);
	const last = entries.at(-1);
	return { entries, next: last && sorted.length > MAILBOX_PAGE ? writeMailboxCursor(last) : null };
}

/** A line of the mailbox: a document of ours or a conversation. */
export type MailboxEntry = {
	readonly id: string;
	readonly claimNumber: string | null;
	/** Of a letter about a contract and no claim. */
	readonly policyNumberMasked: string | null;
	/** When it came, or when something was last written in it. */
	readonly atMs: number;
	readonly isUnread: boolean;
	readonly subject: Subject;
};

export type Subject =
	| { readonly of: 'document'; readonly name: DocumentName }
	| { readonly of: 'conversation'; readonly topic: Topic; readonly isWaiting: boolean };

/** A document as a line of the mailbox. */
export function entryOfDocument(document: {
	readonly id: string;
	readonly name: DocumentName;
	readonly claimNumber: string | null;
	readonly policyNumberMasked: string | null;
	readonly createdAtMs: number;
	readonly readAtMs: number | null;
}): MailboxEntry {
	return {
		id: document.id,
		claimNumber: document.claimNumber,
		policyNumberMasked: document.claimNumber === null ? document.policyNumberMasked : null,
		atMs: document.createdAtMs,
		isUnread: document.readAtMs === null,
		subject: { of: 'document', name: document.name }
	};
}

/** A conversation as a line of the mailbox. */
export function entryOfConversation(conversation: {
	readonly id: string;
	readonly topic: Topic;
	readonly claimNumber: string | null;
	readonly atMs: number;
	readonly waitingSinceMs: number | null;
	readonly isUnread: boolean;
}): MailboxEntry {
	const { topic, waitingSinceMs } = conversation;
	return {
		id: conversation.id,
		claimNumber: conversation.claimNumber,
		policyNumberMasked: null,
		atMs: conversation.atMs,
		isUnread: conversation.isUnread,
		subject: { of: 'conversation', topic, isWaiting: waitingSinceMs !== null }
	};
}

/** For comparing as people do: case, accents and the German ß make no difference. */
function fold(text: string): string {
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');
}

/** Whether every word of the search stands somewhere in the texts. */
export function isFound(search: string, texts: readonly string[]): boolean {
	const haystack = fold(texts.join('\n'));
	return fold(search)
		.split(/\s+/)
		.every((word) => haystack.includes(word));
}

/** Every text in a document's snapshot, however deep: what a search looks through. */
export function textsIn(value: unknown): readonly string[] {
	if (typeof value === 'string') return [value];
	if (Array.isArray(value)) return value.flatMap(textsIn);
	if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
	return [];
}
