import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor, type StaffRole } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Visit } from '#lib/domain/claims/access.ts';
import { maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import {
	MOST_MESSAGES,
	turnOf,
	visitsOf,
	type Topic,
	type Turn
} from '#lib/domain/messages/conversation.ts';
import type { NewConversation, Reply } from '#lib/domain/messages/conversation.schema.ts';
import { NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import {
	openedFile,
	viewOfFile,
	type AttachedFile,
	type FileStreams,
	type KeptFile,
	type OpenedFile
} from '#lib/server/documents/attached-files.ts';
import {
	sendFilesWithin,
	type Attached,
	type FilingParts
} from '#lib/server/documents/commit-with-files.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { ConversationsRepository } from './conversations.repository.ts';

/** The files room, as far as conversations need it. */
export type FilesOfConversations = {
	listOfConversation(
		conversationId: string
	): Read<readonly { readonly messageId: string; readonly file: KeptFile }[]>;
	findOfConversation(conversationId: string, fileId: string): Read<KeptFile | null>;
	pieces(fileId: string, fromByte: number): Read<readonly Uint8Array[]>;
};

/** The files of one message out of those of its conversation. */
export function filesOf(
	messageId: string,
	found: readonly { readonly messageId: string; readonly file: KeptFile }[]
): readonly AttachedFile[] {
	return found.filter((one) => one.messageId === messageId).map(({ file }) => viewOfFile(file));
}

/** A message as its reader sees it. */
export type MessageView = {
	readonly id: string;
	readonly isOwn: boolean;
	/** The number a member of the staff is known by; null for what the customer wrote. */
	readonly staffNumber: string | null;
	readonly text: string;
	readonly files: readonly AttachedFile[];
	readonly sentAtMs: number;
	/** When the other side first opened it; null while they have not. */
	readonly readAtMs: number | null;
	/** Came on paper on the day it was sent; staff have typed it in. */
	readonly cameByPost: boolean;
};

export type ConversationView = {
	readonly id: string;
	readonly topic: Topic;
	readonly claimId: string | null;
	readonly claimNumber: string | null;
	readonly contractId: string | null;
	readonly turn: Turn;
	readonly messages: readonly MessageView[];
	readonly isFull: boolean;
	/** Who of the staff looked at it, and when (Z6). */
	readonly visits: readonly Visit[];
	/** Entries of the mailbox that are still unread, after this look. */
	readonly unreadCount: number;
};

/** What a question can be about: the writer's own claims and contracts. */
export type AboutChoices = {
	readonly claims: readonly { readonly id: string; readonly number: string }[];
	readonly contracts: readonly { readonly id: string; readonly policyNumberMasked: string }[];
};

export type ConversationsService = ReturnType<typeof createConversationsService>;

/** A customer's questions to the insurer, and the answers, as that customer sees them. */
export function createConversationsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: Pick<AuditService, 'record'>;
	readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
	readonly conversations: ConversationsRepository;
	readonly receivedFiles: FilingParts['receivedFiles'];
	readonly files: FilesOfConversations;
	readonly fileStreams: FileStreams;
	/** Told when a file is whole: it is looked through after the answer. */
	readonly onComplete: (fileId: string) => void;
	readonly documents: { countUnread(accountId: string, today: CalendarDate): Read<number> };
	readonly claims: {
		listOf(
			accountId: string,
			page: number,
			today: CalendarDate
		): Read<readonly { readonly id: string; readonly number: string }[]>;
	};
	readonly contracts: {
		listOfAccount(
			accountId: string,
			today: CalendarDate
		): Read<readonly { readonly id: string; readonly policyNumber: string }[]>;
	};
	readonly staffNumberOf: (accountId: string) => string;
}) {
	const { db, clock, ids, conversations } = parts;

	/** Within the day's limit; what goes over it stays in the form it was typed in. */
	async function send(
		actor: Actor,
		conversationId: string,
		{ text, attached }: { readonly text: string; readonly attached: readonly Attached[] },
		way: { readonly conditions?: readonly Write[]; readonly before?: readonly Write[] }
	): Promise<Result<void>> {
		const { accountId, personId } = actor;
		const bounds = { scope: 'messages/sent', key: accountId, limit: LIMITS.messages, accountId };
		const nowMs = clock.nowMs();
		return sendFilesWithin(parts, bounds, {
			owner: { accountId, personId },
			attached,
			nowMs,
			conditions: way.conditions ?? [],
			message: async (files) => [
				...(way.before ?? []),
				await conversations.send({
					id: ids.newId(),
					...{ conversationId, accountId, personId, text },
					fileIds: files.map((file) => file.id),
					author: 'customer',
					authorId: accountId,
					sentAtMs: nowMs
				}),
				await parts.audit.record({
					event: 'message/sent',
					objectRef: `conversation:${conversationId}`,
					accountId
				})
			]
		});
	}

	return {
		/** What the form of a new question offers. */
		async choices(actor: Actor): Promise<Result<AboutChoices>> {
			const permission = requirePermission(actor, 'message/write-own');
			if (!permission.ok) return permission;
			const today = calendarDateOf(clock.nowMs());
			const [claims, contracts] = await db.read(
				parts.claims.listOf(actor.accountId, 1, today),
				parts.contracts.listOfAccount(actor.accountId, today)
			);
			return ok({
				claims: claims.map(({ id, number }) => ({ id, number })),
				contracts: contracts.map(({ id, policyNumber }) => ({
					id,
					policyNumberMasked: maskPolicyNumber(policyNumber)
				}))
			});
		},

		/**
		 * Begins a conversation; answers its id. `portal/not-found` when the claim or contract named is
		 * not the actor's, `portal/limit-reached` for the message after the day's last.
		 */
		async start(
			actor: Actor,
			{ topic, about, text }: NewConversation,
			attached: readonly Attached[] = []
		): Promise<Result<{ readonly id: string }>> {
			const permission = requirePermission(actor, 'message/write-own');
			if (!permission.ok) return permission;
			const { accountId, personId } = actor;
			const id = ids.newId();
			const nowMs = clock.nowMs();
			const begun = conversations.start({
				...{ id, accountId, personId, topic, about },
				...{ startedAtMs: nowMs, today: calendarDateOf(nowMs) }
			});
			const sent = await send(actor, id, { text, attached }, { before: [begun] });
			return sent.ok ? ok({ id }) : sent;
		},

		/** One more message in the actor's conversation. `messages/conversation-full` after the last it holds. */
		async reply(
			actor: Actor,
			id: string,
			{ text }: Reply,
			attached: readonly Attached[] = []
		): Promise<Result<void>> {
			const permission = requirePermission(actor, 'message/write-own');
			if (!permission.ok) return permission;
			const conditions = [conversations.requireOf(id, actor.accountId)];
			return send(actor, id, { text, attached }, { conditions });
		},

		/** A file of the actor's conversation; `portal/not-found` while it is in quarantine. */
		async openFile(actor: Actor, id: string, fileId: string): Promise<Result<OpenedFile>> {
			const permission = requirePermission(actor, 'message/read-own');
			if (!permission.ok) return permission;
			const answer = await db.commitAndRead(
				[conversations.requireOf(id, actor.accountId)],
				[parts.files.findOfConversation(id, fileId), parts.files.pieces(fileId, 0)]
			);
			if (!answer.ok) return answer;
			const opened = openedFile(...answer.value, parts.fileStreams.stream);
			return opened ? ok(opened) : NOT_FOUND;
		},

		/** Opens a conversation and notes that its answers were read. `portal/not-found` for anybody else's. */
		async open(actor: Actor, id: string): Promise<Result<ConversationView>> {
			const permission = requirePermission(actor, 'message/read-own');
			if (!permission.ok) return permission;
			const { accountId } = actor;
			const answer = await db.commitAndRead(
				[
					conversations.requireOf(id, accountId),
					conversations.markRead(id, 'customer', clock.nowMs())
				],
				[
					conversations.find(id, accountId),
					conversations.listMessages(id, { accountId }),
					parts.files.listOfConversation(id),
					conversations.listLooks(id, accountId),
					conversations.countUnread(accountId),
					parts.documents.countUnread(accountId, calendarDateOf(clock.nowMs()))
				]
			);
			if (!answer.ok) return answer;
			const [found, messages, files, looks, unreadConversations, unreadDocuments] = answer.value;
			if (!found) return NOT_FOUND;
			const { waitingSinceMs, ...conversation } = found;
			return ok({
				...conversation,
				turn: turnOf(waitingSinceMs),
				messages: messages.map(({ author, authorId, ...message }) => ({
					...message,
					files: filesOf(message.id, files),
					isOwn: author === 'customer',
					staffNumber: author === 'staff' ? parts.staffNumberOf(authorId) : null
				})),
				isFull: messages.length >= MOST_MESSAGES,
				visits: visitsOf(looks.map((look) => lookOf(look, parts.staffNumberOf))),
				unreadCount: unreadConversations + unreadDocuments
			});
		}
	};
}

function lookOf(
	look: { readonly atMs: number; readonly accountId: string; readonly role: StaffRole },
	staffNumberOf: (accountId: string) => string
) {
	const { atMs, role } = look;
	return { atMs, role, staffNumber: staffNumberOf(look.accountId) };
}
