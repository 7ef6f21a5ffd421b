import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import type { DocumentContent } from '#lib/domain/documents/document.ts';
import {
	entryOfConversation,
	entryOfDocument,
	isFound,
	isNewer,
	pageOf,
	SEARCHED,
	textsIn,
	type MailboxCursor,
	type MailboxEntry,
	type MailboxFilter,
	type Subject
} from '#lib/domain/messages/mailbox.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { Database, Read } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { ConversationsRepository } from './conversations.repository.ts';

type DocumentRow = Parameters<typeof entryOfDocument>[0];

export type MailboxView = {
	readonly entries: readonly MailboxEntry[];
	/** Cursor of the page behind this one, null on the last. */
	readonly next: string | null;
};

export type SearchView = {
	readonly entries: readonly MailboxEntry[];
	/** Whether there was more than a search looks through. */
	readonly isCut: boolean;
};

/** Most entries a search answers with. */
const MOST_FOUND = 50;

export type MailboxService = ReturnType<typeof createMailboxService>;

/** Documents and conversations of a customer in one list. */
export function createMailboxService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly conversations: Pick<ConversationsRepository, 'listOf' | 'listTextsOf'>;
	readonly documents: {
		listNewest(
			accountId: string,
			after: MailboxCursor | null,
			onlyUnread: boolean,
			today: CalendarDate
		): Read<readonly DocumentRow[]>;
		listContentsOf(
			accountId: string,
			limit: number,
			today: CalendarDate
		): Read<readonly { readonly entry: DocumentRow; readonly content: DocumentContent }[]>;
	};
}) {
	const { db, conversations, documents } = parts;
	const today = () => calendarDateOf(parts.clock.nowMs());
	return {
		/** A page of the actor's mailbox, newest first. One round trip, whatever is asked for. */
		async list(
			actor: Actor,
			filter: MailboxFilter = 'all',
			after: MailboxCursor | null = null
		): Promise<Result<MailboxView>> {
			const permission = requirePermission(actor, 'document/read-own');
			if (!permission.ok) return permission;
			const onlyUnread = filter === 'unread';
			const letters = documents.listNewest(actor.accountId, after, onlyUnread, today());
			const talks = conversations.listOf(actor.accountId, after, onlyUnread);
			if (filter === 'documents') {
				const [found] = await db.read(letters);
				return ok(pageOf(found.map(entryOfDocument)));
			}
			if (filter === 'messages') {
				const [found] = await db.read(talks);
				return ok(pageOf(found.map(entryOfConversation)));
			}
			const [foundLetters, foundTalks] = await db.read(letters, talks);
			return ok(pageOf(foundLetters.map(entryOfDocument), foundTalks.map(entryOfConversation)));
		},

		/**
		 * Looks for words in subjects and texts, newest first. The texts are sealed, so the actor's own
		 * newest ones are opened for it (`SEARCHED`) and nothing is kept. `subjectOf` says a subject in
		 * the reader's language.
		 */
		async find(
			actor: Actor,
			search: string,
			subjectOf: (subject: Subject) => string
		): Promise<Result<SearchView>> {
			const permission = requirePermission(actor, 'document/read-own');
			if (!permission.ok) return permission;
			const [letters, texts] = await db.read(
				documents.listContentsOf(actor.accountId, SEARCHED.documents + 1, today()),
				conversations.listTextsOf(actor.accountId, SEARCHED.messages + 1)
			);
			const found = new Map<string, MailboxEntry>();
			const take = (entry: MailboxEntry, inside: readonly string[]) => {
				const subject = [subjectOf(entry.subject), entry.claimNumber ?? ''];
				if (isFound(search, [...subject, ...inside])) found.set(entry.id, entry);
			};
			for (const { entry, content } of letters.slice(0, SEARCHED.documents))
				take(entryOfDocument(entry), textsIn(content));
			for (const { entry, text } of texts.slice(0, SEARCHED.messages))
				take(entryOfConversation(entry), [text]);
			const entries = [...found.values()].toSorted((one, other) => (isNewer(one, other) ? -1 : 1));
			return ok({
				entries: entries.slice(0, MOST_FOUND),
				isCut: letters.length > SEARCHED.documents || texts.length > SEARCHED.messages
			});
		}
	};
}
