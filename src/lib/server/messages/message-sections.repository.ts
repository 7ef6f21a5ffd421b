// What a customer has written to us and we to them, for the copy of their data.
import { asc, eq } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read } from '#lib/server/db/client.ts';
import { isoTime, type PersonalSection } from '#lib/server/db/personal-section.ts';
import { conversationLooks, conversations, messages } from '#lib/server/db/tables/conversations.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { createConversationsRepository } from './conversations.repository.ts';

export function messageSections(cipher: Cipher): readonly PersonalSection[] {
	const { openMessage } = createConversationsRepository(cipher);
	return [
		{
			name: 'conversations',
			read: ({ accountId }) =>
				read(
					sqlBuilder
						.select()
						.from(conversations)
						.where(eq(conversations.accountId, accountId))
						.orderBy(asc(conversations.startedAtMs)),
					(rows) =>
						rows.map((row) => ({
							id: row.id,
							topic: row.topic,
							claimId: row.claimId,
							contractId: row.contractId,
							startedAt: isoTime(row.startedAtMs),
							waitsForAnswerSince: isoTime(row.waitingSinceMs)
						}))
				)
		},
		{
			name: 'messages',
			read: ({ accountId }) =>
				read(
					sqlBuilder
						.select({ message: messages, personId: conversations.personId })
						.from(messages)
						.innerJoin(conversations, eq(conversations.id, messages.conversationId))
						.where(eq(messages.accountId, accountId))
						.orderBy(asc(messages.sentAtMs), asc(messages.id)),
					(rows) =>
						Promise.all(
							rows.map(async ({ message, personId }) => ({
								conversationId: message.conversationId,
								writtenBy: message.author,
								sentAt: isoTime(message.sentAtMs),
								readAt: isoTime(message.readAtMs),
								typedInFromPaperAt: isoTime(message.capturedAtMs),
								text: (await openMessage(message, personId)).text
							}))
						)
				)
		},
		{
			name: 'conversationLooks',
			read: ({ accountId }) =>
				read(
					sqlBuilder
						.select({
							conversationId: conversationLooks.conversationId,
							role: conversationLooks.role,
							atMs: conversationLooks.atMs
						})
						.from(conversationLooks)
						.innerJoin(conversations, eq(conversations.id, conversationLooks.conversationId))
						.where(eq(conversations.accountId, accountId))
						.orderBy(asc(conversationLooks.atMs)),
					(rows) => rows.map(({ atMs, ...look }) => ({ ...look, lookedAt: isoTime(atMs) }))
				)
		}
	];
}
