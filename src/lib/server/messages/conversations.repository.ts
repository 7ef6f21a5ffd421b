import { and, asc, desc, eq, exists, isNull, ne, sql, type SQL } from 'drizzle-orm';
import * as v from 'valibot';
import { isStaff, type Role, type StaffRole } from '#lib/domain/actor.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	MOST_MESSAGES,
	type About,
	type Author,
	type Topic
} from '#lib/domain/messages/conversation.ts';
import { MAILBOX_PAGE, type MailboxCursor } from '#lib/domain/messages/mailbox.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { isWithinMandate } from '#lib/server/db/mandate.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { contractLinks, contracts } from '#lib/server/db/tables/contracts.ts';
import {
	conversationLooks,
	conversations,
	messageFiles,
	messages
} from '#lib/server/db/tables/conversations.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';

/** Looks a conversation's page shows at most: the newest. */
const LOOKS_LIMIT = 300;

const GONE = { kind: 'not-found', code: 'portal/not-found' } as const satisfies Unmet;
const SENT = { kind: 'conflict', code: 'messages/already-sent' } as const satisfies Unmet;
const FULL = { kind: 'conflict', code: 'messages/conversation-full' } as const satisfies Unmet;

/** A line of the mailbox. */
export type ConversationEntry = {
	readonly id: string;
	readonly topic: Topic;
	readonly claimNumber: string | null;
	readonly atMs: number;
	readonly waitingSinceMs: number | null;
	readonly isUnread: boolean;
};

export type StoredMessage = {
	readonly id: string;
	readonly author: Author;
	readonly authorId: string;
	readonly text: string;
	readonly sentAtMs: number;
	readonly readAtMs: number | null;
	/** Typed in by somebody here, from paper. */
	readonly cameByPost: boolean;
};

export type FoundConversation = {
	readonly id: string;
	readonly topic: Topic;
	readonly claimId: string | null;
	readonly claimNumber: string | null;
	readonly contractId: string | null;
	readonly waitingSinceMs: number | null;
};

export type NewMessage = {
	readonly id: string;
	readonly conversationId: string;
	/** The customer whose conversation it is, and whose key seals it. */
	readonly accountId: string;
	readonly personId: string;
	readonly author: Author;
	readonly authorId: string;
	readonly text: string;
	readonly sentAtMs: number;
	/** Files that are stored in this act or were before it. */
	readonly fileIds: readonly string[];
	/** Where it came by post: who typed it in, and when. */
	readonly capturedBy?: string;
	readonly capturedAtMs?: number;
};

const contentSchema = v.strictObject({ text: v.string() });

/** Where a message is sealed, under the customer's key. */
export const messageCell = (rowId: string, personId: string): Cell => ({
	table: 'messages',
	column: 'content',
	rowId,
	personId
});

/** A row of the mailbox with a message of the insurer that its owner has not opened. */
const hasUnread = (conversationId: SQL) => sql<number>`exists (
	select 1 from messages m where m.conversation_id = ${conversationId}
		and m.author = 'staff' and m.read_at_ms is null)`;

export type ConversationsRepository = ReturnType<typeof createConversationsRepository>;

/** Conversations as both sides write and read them; what only staff see of them is the inbox's. */
export function createConversationsRepository(cipher: Cipher) {
	async function openMessage(
		row: typeof messages.$inferSelect,
		personId: string
	): Promise<StoredMessage> {
		const content = await cipher.openJson(messageCell(row.id, personId), row.content);
		return {
			id: row.id,
			author: row.author,
			authorId: row.authorId,
			text: v.parse(contentSchema, content).text,
			sentAtMs: row.sentAtMs,
			readAtMs: row.readAtMs,
			cameByPost: row.capturedAtMs !== null
		};
	}

	return {
		openMessage,

		/**
		 * A conversation without messages yet, about something the account has today. Undoes the batch with
		 * `messages/already-sent` where its id was chosen before and there is one.
		 */
		start(conversation: {
			readonly id: string;
			readonly accountId: string;
			readonly personId: string;
			readonly topic: Topic;
			readonly about: About;
			readonly startedAtMs: number;
			readonly today: CalendarDate;
		}): Write {
			const { about, today, ...row } = conversation;
			const inserted = write(
				sqlBuilder.insert(conversations).values({
					...row,
					claimId: about.kind === 'claim' ? about.id : null,
					contractId: about.kind === 'contract' ? about.id : null,
					lastMessageAtMs: row.startedAtMs
				}),
				SENT
			);
			return joinWrites(requireOwn(about, conversation.accountId, today), inserted);
		},

		/** Seals a message and moves its conversation on. The person's key was read in this request. */
		async send({ text, fileIds, ...message }: NewMessage): Promise<Write> {
			const { personId, ...row } = message;
			const content = await cipher.sealJson(messageCell(message.id, personId), { text });
			const isCustomer = message.author === 'customer';
			const moved = writeIfHolds(
				sqlBuilder
					.update(conversations)
					.set({
						lastMessageAtMs: message.sentAtMs,
						// Who asks twice has waited since the first time.
						waitingSinceMs: isCustomer
							? sql`coalesce(${conversations.waitingSinceMs}, ${message.sentAtMs})`
							: null
					})
					.where(
						and(
							eq(conversations.id, message.conversationId),
							eq(conversations.accountId, message.accountId)
						)
					),
				GONE
			);
			return joinWrites(
				moved,
				write(sqlBuilder.insert(messages).values({ ...row, content })),
				...fileIds.map((fileId, position) =>
					write(sqlBuilder.insert(messageFiles).values({ messageId: row.id, fileId, position }))
				),
				requireRoom(message.conversationId)
			);
		},

		/** The account's conversations behind a cursor, newest first. */
		listOf(
			accountId: string,
			after: MailboxCursor | null,
			onlyUnread: boolean
		): Read<readonly ConversationEntry[]> {
			return read(
				selectEntries()
					.where(
						and(
							eq(conversations.accountId, accountId),
							after
								? sql`(${conversations.lastMessageAtMs}, ${conversations.id}) < (${after.atMs}, ${after.id})`
								: undefined,
							onlyUnread ? sql`${hasUnread(sql`"conversations"."id"`)}` : undefined
						)
					)
					.orderBy(desc(conversations.lastMessageAtMs), desc(conversations.id))
					.limit(MAILBOX_PAGE + 1),
				(rows) => rows.map(asEntry)
			);
		},

		/** The newest messages of the account, opened, with the conversation each is in: for a search. */
		listTextsOf(
			accountId: string,
			limit: number
		): Read<readonly { readonly entry: ConversationEntry; readonly text: string }[]> {
			return read(
				sqlBuilder
					.select({ message: messages, personId: conversations.personId, entry: ENTRY })
					.from(messages)
					.innerJoin(conversations, eq(conversations.id, messages.conversationId))
					.leftJoin(claims, eq(claims.id, conversations.claimId))
					.where(eq(messages.accountId, accountId))
					.orderBy(desc(messages.sentAtMs), desc(messages.id))
					.limit(limit),
				(rows) =>
					Promise.all(
						rows.map(async ({ message, personId, entry }) => ({
							entry: asEntry(entry),
							text: (await openMessage(message, personId)).text
						}))
					)
			);
		},

		/** The account's conversation, else null. */
		find(id: string, accountId: string): Read<FoundConversation | null> {
			return read(
				sqlBuilder
					.select({
						id: conversations.id,
						topic: conversations.topic,
						claimId: conversations.claimId,
						claimNumber: claims.number,
						contractId: conversations.contractId,
						waitingSinceMs: conversations.waitingSinceMs
					})
					.from(conversations)
					.leftJoin(claims, eq(claims.id, conversations.claimId))
					.where(and(eq(conversations.id, id), eq(conversations.accountId, accountId))),
				([row]) => row ?? null
			);
		},

		/** Its messages, oldest first. The person's key comes with the row. */
		listMessages(
			id: string,
			isOf: { readonly accountId?: string }
		): Read<readonly StoredMessage[]> {
			return read(
				sqlBuilder
					.select({ message: messages, person: people })
					.from(messages)
					.innerJoin(conversations, eq(conversations.id, messages.conversationId))
					.innerJoin(people, eq(people.id, conversations.personId))
					.where(
						and(
							eq(messages.conversationId, id),
							isOf.accountId === undefined ? undefined : eq(messages.accountId, isOf.accountId)
						)
					)
					.orderBy(asc(messages.sentAtMs), asc(messages.id))
					.limit(MOST_MESSAGES),
				(rows) =>
					Promise.all(
						rows.map(async ({ message, person }) => {
							await cipher.learn(person.id, person);
							return openMessage(message, person.id);
						})
					)
			);
		},

		/** Undoes the batch unless the conversation is this account's. */
		requireOf(id: string, accountId: string): Write {
			return requireFound(
				sqlBuilder
					.select({ id: conversations.id })
					.from(conversations)
					.where(and(eq(conversations.id, id), eq(conversations.accountId, accountId))),
				GONE
			);
		},

		/** Notes the first reading of what the other side wrote; later ones change nothing. */
		markRead(id: string, reader: Author, nowMs: number): Write {
			return write(
				sqlBuilder
					.update(messages)
					.set({ readAtMs: nowMs })
					.where(
						and(
							eq(messages.conversationId, id),
							ne(messages.author, reader),
							isNull(messages.readAtMs)
						)
					)
			);
		},

		/** Conversations with something the account has not read: for the badge of the page at hand. */
		countUnread(accountId: string): Read<number> {
			return read(
				sqlBuilder
					.select({ unread: sql<number>`count(distinct ${messages.conversationId})` })
					.from(messages)
					.where(
						and(
							eq(messages.accountId, accountId),
							eq(messages.author, 'staff'),
							isNull(messages.readAtMs)
						)
					),
				([row]) => row?.unread ?? 0
			);
		},

		/** Who of the staff looked at the account's conversation, and when. */
		listLooks(
			id: string,
			accountId: string
		): Read<
			readonly { readonly atMs: number; readonly accountId: string; readonly role: StaffRole }[]
		> {
			return read(
				sqlBuilder
					.select({
						atMs: conversationLooks.atMs,
						accountId: conversationLooks.accountId,
						role: conversationLooks.role
					})
					.from(conversationLooks)
					.innerJoin(conversations, eq(conversations.id, conversationLooks.conversationId))
					.where(and(eq(conversations.id, id), eq(conversations.accountId, accountId)))
					.orderBy(desc(conversationLooks.atMs))
					.limit(LOOKS_LIMIT),
				(rows) => rows.flatMap((row) => staffLook(row))
			);
		}
	};
}

function staffLook<Look extends { readonly role: Role }>(
	look: Look
): readonly (Look & { readonly role: StaffRole })[] {
	const { role } = look;
	return isStaff(role) ? [{ ...look, role }] : [];
}

const ENTRY = {
	id: conversations.id,
	topic: conversations.topic,
	claimNumber: claims.number,
	atMs: conversations.lastMessageAtMs,
	waitingSinceMs: conversations.waitingSinceMs,
	unread: hasUnread(sql`"conversations"."id"`)
};

type EntryRow = Omit<ConversationEntry, 'isUnread'> & { readonly unread: number };

const asEntry = ({ unread, ...entry }: EntryRow): ConversationEntry => ({
	...entry,
	isUnread: unread === 1
});

const selectEntries = () =>
	sqlBuilder
		.select(ENTRY)
		.from(conversations)
		.leftJoin(claims, eq(claims.id, conversations.claimId))
		.$dynamic();

/** Undoes the batch when a question names a claim or contract that is not the account's. */
function requireOwn(about: About, accountId: string, today: CalendarDate): Write {
	switch (about.kind) {
		case 'claim':
			return requireFound(
				sqlBuilder
					.select({ id: claims.id })
					.from(claims)
					.where(
						and(
							eq(claims.id, about.id),
							eq(claims.accountId, accountId),
							isWithinMandate(accountId, claims.contractId, today)
						)
					),
				GONE
			);
		case 'contract':
			return requireFound(
				sqlBuilder
					.select({ id: contracts.id })
					.from(contracts)
					.where(
						and(
							eq(contracts.id, about.id),
							isWithinMandate(accountId, contracts.id, today),
							exists(
								sqlBuilder
									.select({ one: sql`1` })
									.from(contractLinks)
									.where(
										and(
											eq(contractLinks.contractId, contracts.id),
											eq(contractLinks.accountId, accountId)
										)
									)
							)
						)
					),
				GONE
			);
		case 'general':
			return { statements: [] };
		default:
			return about satisfies never;
	}
}

/** Stands after the insert, so that two at once cannot both slip under the limit. */
function requireRoom(conversationId: string): Write {
	return {
		statements: [
			{
				statement: {
					sql: 'insert into must_change (n) select count(*) <= ? from messages where conversation_id = ?',
					args: [MOST_MESSAGES, conversationId]
				},
				unmet: FULL
			}
		]
	};
}
