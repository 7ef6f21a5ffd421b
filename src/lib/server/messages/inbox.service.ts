import { may, requirePermission, type Actor, type StaffRole } from '#lib/domain/actor.ts';
import { MOST_MESSAGES, type Topic } from '#lib/domain/messages/conversation.ts';
import type { Reply } from '#lib/domain/messages/conversation.schema.ts';
import { INBOX_PAGE, type InboxCursor, type InboxPart } from '#lib/domain/messages/inbox.ts';
import { writeMailboxCursor } from '#lib/domain/messages/mailbox.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import {
	openedFile,
	type FileStreams,
	type OpenedFile
} from '#lib/server/documents/attached-files.ts';
import {
	sendWithFiles,
	type Attached,
	type FilingParts
} from '#lib/server/documents/commit-with-files.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { ConversationsRepository } from './conversations.repository.ts';
import { filesOf, type FilesOfConversations, type MessageView } from './conversations.service.ts';
import { NOT_ASSIGNED, type InboxRepository, type InboxRow } from './inbox.repository.ts';
import type { MailsRepository } from './mails.repository.ts';

export type InboxView = {
	readonly rows: readonly (InboxRow & { readonly isMine: boolean })[];
	/** Cursor of the page behind this one, null on the last. */
	readonly next: string | null;
};

type Colleague = { readonly id: string; readonly name: string; readonly role: StaffRole };

export type StaffConversationView = {
	readonly id: string;
	readonly topic: Topic;
	readonly customerName: string;
	readonly claimId: string | null;
	readonly claimNumber: string | null;
	readonly waitingSinceMs: number | null;
	readonly messages: readonly MessageView[];
	readonly isFull: boolean;
	/** Whom it can be handed over to. */
	readonly colleagues: readonly Colleague[];
};

/** What stands at the door of a conversation: enough to choose how to come in. */
export type ConversationDoorView = {
	readonly topic: Topic;
	readonly assigneeName: string | null;
	readonly isMine: boolean;
	/** Empty for those who share out no work. */
	readonly colleagues: readonly Colleague[];
};

export type InboxService = ReturnType<typeof createInboxService>;

/** Customers' questions at the insurer: read and answered by whoever has them, and nobody else (Z6). */
export function createInboxService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly conversations: ConversationsRepository;
	readonly receivedFiles: FilingParts['receivedFiles'];
	readonly files: FilesOfConversations;
	readonly fileStreams: FileStreams;
	/** Told when a file is whole: it is looked through after the answer. */
	readonly onComplete: (fileId: string) => void;
	readonly inbox: InboxRepository;
	readonly mails: MailsRepository;
	readonly recipients: {
		findOfConversation(conversationId: string): Read<{
			readonly personId: string;
			readonly to: string;
			readonly language: Language;
			readonly name: string;
		} | null>;
	};
	readonly assignments: { listColleagues(): Read<readonly Colleague[]> };
	readonly staffNumberOf: (accountId: string) => string;
}) {
	const { db, clock, ids, audit, conversations, inbox } = parts;

	const record = (
		event: Extract<AuditNote['event'], `message/${string}`>,
		actor: Actor,
		conversationId: string
	) =>
		audit.record({
			event,
			objectRef: `conversation:${conversationId}`,
			accountId: actor.accountId,
			subjectOf: { conversationId }
		});

	/** A refused look leaves a trace, for the customer too. One more round trip, which only it costs. */
	async function logged<T>(actor: Actor, id: string, answer: Result<T>): Promise<Result<T>> {
		if (answer.ok || answer.error.code !== NOT_ASSIGNED.code) return answer;
		const { accountId } = actor;
		const note = await audit.record({
			event: 'message/access-refused',
			outcome: 'failure',
			objectRef: `conversation:${id}`,
			accountId,
			subjectOf: { conversationId: id }
		});
		const done = await db.commit(note);
		return done.ok ? failed(NOT_ASSIGNED.kind, NOT_ASSIGNED.code) : done;
	}

	async function give(
		actor: Actor,
		id: string,
		assigneeId: string,
		from: string | null
	): Promise<Result<void>> {
		return db.commit(
			inbox.requireForeign(id, actor),
			inbox.requireSuitable(id, assigneeId),
			inbox.assign(id, assigneeId, from),
			await record('message/assigned', actor, id)
		);
	}

	return {
		/** A page of conversations, those that have waited longest first. */
		async list(
			actor: Actor,
			part: InboxPart,
			after: InboxCursor | null
		): Promise<Result<InboxView>> {
			const permission = requirePermission(actor, 'message/answer');
			if (!permission.ok) return permission;
			const [found] = await db.read(inbox.list(part, actor.accountId, after));
			const page = found.slice(0, INBOX_PAGE);
			const last = page.at(-1);
			const atMs = last && (last.waitingSinceMs ?? last.lastMessageAtMs);
			return ok({
				rows: page.map((row) => ({
					id: row.id,
					topic: row.topic,
					customerName: row.customerName,
					claimId: row.claimId,
					claimNumber: row.claimNumber,
					waitingSinceMs: row.waitingSinceMs,
					lastMessageAtMs: row.lastMessageAtMs,
					assignee: row.assignee,
					isMine: row.assignee?.id === actor.accountId
				})),
				next:
					last && atMs !== undefined && found.length > INBOX_PAGE
						? writeMailboxCursor({ atMs, id: last.id })
						: null
			});
		},

		/**
		 * Opens a conversation for whoever has it, logs the look and notes that the questions were read.
		 * `messages/not-assigned` for everybody else, logged as well.
		 */
		async open(actor: Actor, id: string): Promise<Result<StaffConversationView>> {
			const permission = requirePermission(actor, 'message/answer');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const answer = await db.commitAndRead(
				[
					inbox.requireForeign(id, actor),
					inbox.look({ id: ids.newId(), conversationId: id, actor, nowMs }),
					conversations.markRead(id, 'staff', nowMs),
					await record('message/viewed', actor, id)
				],
				[
					inbox.find(id),
					conversations.listMessages(id, {}),
					parts.files.listOfConversation(id),
					parts.assignments.listColleagues()
				]
			);
			if (!answer.ok) return logged(actor, id, answer);
			const [door, messages, files, colleagues] = answer.value;
			if (!door) return NOT_FOUND;
			return ok({
				id: door.id,
				topic: door.topic,
				customerName: door.customerName,
				claimId: door.claimId,
				claimNumber: door.claimNumber,
				waitingSinceMs: door.waitingSinceMs,
				messages: messages.map(({ author, authorId, ...message }) => ({
					...message,
					files: filesOf(message.id, files),
					isOwn: author === 'staff',
					staffNumber: author === 'staff' ? parts.staffNumberOf(authorId) : null
				})),
				isFull: messages.length >= MOST_MESSAGES,
				colleagues: colleagues.filter((one) => one.id !== actor.accountId)
			});
		},

		/** Answers a customer, who gets a mail without content. `messages/not-assigned` for others. */
		async answer(
			actor: Actor,
			id: string,
			{ text }: Reply,
			attached: readonly Attached[] = []
		): Promise<Result<void>> {
			const permission = requirePermission(actor, 'message/answer');
			if (!permission.ok) return permission;
			const [door, recipient] = await db.read(
				inbox.find(id),
				parts.recipients.findOfConversation(id)
			);
			// An account that was deleted meanwhile has no address, and nobody who would read it.
			if (!door || !recipient?.to) return NOT_FOUND;
			const { to, language, name } = recipient;
			const { accountId, personId } = door;
			const nowMs = clock.nowMs();
			const sent = await sendWithFiles(parts, {
				owner: { accountId, personId },
				attached,
				nowMs,
				conditions: [inbox.requireForeign(id, actor), inbox.requireAssigned(id, actor)],
				message: async (files) => [
					inbox.requireAssigned(id, actor),
					await conversations.send({
						id: ids.newId(),
						...{ conversationId: id, accountId, personId, text },
						fileIds: files.map((file) => file.id),
						author: 'staff',
						authorId: actor.accountId,
						sentAtMs: nowMs
					}),
					await parts.mails.enqueue(
						ids.newId(),
						recipient.personId,
						{ template: 'new-message', to, language, name },
						nowMs
					),
					await record('message/answered', actor, id)
				]
			});
			if (!sent.ok) return logged(actor, id, sent);
			sent.value.forEach(parts.onComplete);
			return ok(undefined);
		},

		/** A file of a conversation, for whoever has it; the look is logged before its first byte leaves. */
		async openFile(actor: Actor, id: string, fileId: string): Promise<Result<OpenedFile>> {
			const permission = requirePermission(actor, 'message/answer');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const answer = await db.commitAndRead(
				[
					inbox.requireForeign(id, actor),
					inbox.look({ id: ids.newId(), conversationId: id, actor, nowMs }),
					await record('message/viewed', actor, id)
				],
				[parts.files.findOfConversation(id, fileId), parts.files.pieces(fileId, 0)]
			);
			if (!answer.ok) return logged(actor, id, answer);
			const opened = openedFile(...answer.value, parts.fileStreams.stream);
			return opened ? ok(opened) : NOT_FOUND;
		},

		/** Who has it, for somebody who does not. Nothing of what was written. */
		async viewDoor(actor: Actor, id: string): Promise<Result<ConversationDoorView>> {
			const permission = requirePermission(actor, 'message/answer');
			if (!permission.ok) return permission;
			const [door, colleagues] = await db.read(inbox.find(id), parts.assignments.listColleagues());
			if (!door) return NOT_FOUND;
			return ok({
				topic: door.topic,
				assigneeName: door.assignee?.name ?? null,
				isMine: door.assignee?.id === actor.accountId,
				colleagues: may(actor.role, 'message/assign') ? colleagues : []
			});
		},

		/** Takes a conversation nobody has: of two at once one gets it (`messages/assigned-meanwhile`). */
		async take(actor: Actor, id: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'message/answer');
			return permission.ok ? give(actor, id, actor.accountId, null) : permission;
		},

		/** Gives one's own work to a colleague: `messages/assignee-unsuitable` when it is theirs. */
		async handOver(actor: Actor, id: string, assigneeId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'message/answer');
			return permission.ok ? give(actor, id, assigneeId, actor.accountId) : permission;
		},

		/** A lead gives any conversation to anybody of the desk, from whoever has it. */
		async assign(actor: Actor, id: string, assigneeId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'message/assign');
			return permission.ok ? give(actor, id, assigneeId, 'anybody') : permission;
		},

		/** Puts a conversation back for others. */
		async release(actor: Actor, id: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'message/answer');
			if (!permission.ok) return permission;
			return db.commit(
				inbox.requireForeign(id, actor),
				inbox.assign(id, null, actor.accountId),
				await record('message/released', actor, id)
			);
		}
	};
}
