// Conversations go as a whole: a trigger keeps single messages where they are.
import { and, eq, inArray, isNotNull, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { joinWrites, read, write, type Write } from '#lib/server/db/client.ts';
import {
	conversationLooks,
	conversations,
	messageFiles,
	messages
} from '#lib/server/db/tables/conversations.ts';
import { fileChunks, files } from '#lib/server/db/tables/files.ts';
import { isFree } from './holds.ts';
import type { RetentionStep } from './retention-step.ts';

/** Conversations with their messages, the files in them and the looks at them. Marked first: the trigger asks for it. */
export function removeConversations(isOver: SQL | undefined): Write {
	const leaving = sqlBuilder
		.select({ id: conversations.id })
		.from(conversations)
		.where(isNotNull(conversations.leavesAtMs));
	const theirMessages = sqlBuilder
		.select({ id: messages.id })
		.from(messages)
		.where(inArray(messages.conversationId, leaving));
	const theirFiles = sqlBuilder
		.select({ id: messageFiles.fileId })
		.from(messageFiles)
		.where(inArray(messageFiles.messageId, theirMessages));
	return joinWrites(
		write(
			sqlBuilder
				.update(conversations)
				.set({ leavesAtMs: sql`${conversations.lastMessageAtMs}` })
				.where(isOver)
		),
		write(sqlBuilder.delete(fileChunks).where(inArray(fileChunks.fileId, theirFiles))),
		write(sqlBuilder.delete(files).where(inArray(files.id, theirFiles))),
		write(sqlBuilder.delete(messageFiles).where(inArray(messageFiles.messageId, theirMessages))),
		write(sqlBuilder.delete(messages).where(inArray(messages.conversationId, leaving))),
		write(
			sqlBuilder.delete(conversationLooks).where(inArray(conversationLooks.conversationId, leaving))
		),
		write(sqlBuilder.delete(conversations).where(isNotNull(conversations.leavesAtMs)))
	);
}

/** General questions of an account that is deleted: nothing but its owner's wish kept them. */
export function generalConversationsOf(accountId: string): SQL | undefined {
	return and(
		eq(conversations.accountId, accountId),
		isNull(conversations.claimId),
		isNull(conversations.contractId)
	);
}

/** Questions about nothing in particular, or letters on a claim or contract, after their time. */
export function oldConversations(
	name: string,
	isAbout: 'something' | 'nothing',
	beforeMs: number
): RetentionStep {
	const isOver = and(
		isAbout === 'something'
			? or(isNotNull(conversations.claimId), isNotNull(conversations.contractId))
			: and(isNull(conversations.claimId), isNull(conversations.contractId)),
		lt(conversations.lastMessageAtMs, beforeMs),
		// Whoever still waits for an answer is not forgotten.
		isNull(conversations.waitingSinceMs),
		isFree(conversations.accountId, conversations.claimId, conversations.contractId)
	);
	return {
		name,
		find: (limit) =>
			read(
				sqlBuilder.select({ id: conversations.id }).from(conversations).where(isOver).limit(limit),
				(rows) => rows
			),
		remove: (found) =>
			removeConversations(
				and(
					inArray(
						conversations.id,
						found.map(({ id }) => id)
					),
					isOver
				)
			)
	};
}
