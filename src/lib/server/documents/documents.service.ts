import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import { viewOwnPayout, type OwnPayoutView } from '#lib/domain/claims/payout.ts';
import { numberedContestable } from '#lib/domain/claims/review.ts';
import type {
	BenefitStatement,
	DocumentContent,
	ProcessingConfirmation
} from '#lib/domain/documents/document.ts';
import { NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Read } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { DocumentsRepository } from './documents.repository.ts';
import type { FilesRepository } from './files.repository.ts';
import type { FilesService } from './files.service.ts';

export type DocumentView = {
	readonly id: string;
	readonly claimId: string | null;
	readonly createdAtMs: number;
	/** When it was first opened: the receipt that the insurer sees, too. */
	readonly readAtMs: number | null;
	readonly hasPdf: boolean;
	readonly content: DocumentContent;
	/** Entries of the mailbox that are still unread, after this look. */
	readonly unreadCount: number;
	/** What became of the money a statement speaks of, as of now; null for anything else. */
	readonly payout: OwnPayoutView | null;
	/** Lines, counted from 1, that the reader of a statement in force may object to now. */
	readonly contestable: readonly number[];
};

export type Download = {
	readonly name: string;
	readonly type: string;
	readonly sizeBytes: number;
	readonly bytes: ReadableStream<Uint8Array>;
};

export type DocumentsService = ReturnType<typeof createDocumentsService>;

export function createDocumentsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly audit: Pick<AuditService, 'record'>;
	readonly documents: DocumentsRepository;
	readonly files: FilesRepository;
	readonly fileStreams: FilesService;
	readonly conversations: { countUnread(accountId: string): Read<number> };
	readonly payouts: {
		findOwnOfDocument(
			id: string,
			accountId: string
		): Read<Parameters<typeof viewOwnPayout>[0] | null>;
	};
	readonly reviews: {
		findUnderStatement(
			id: string,
			accountId: string
		): Read<{ readonly openLines: readonly number[] } | null>;
	};
	/** The PDF of a kind that is printed on demand, with the name of its file. */
	readonly printConfirmation: (
		confirmation: ProcessingConfirmation
	) => Promise<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }>;
}) {
	const { db, clock, documents, files } = parts;

	/** Every look is logged, in the batch that reads: nothing is shown that the log does not know. */
	async function logRead(actor: Actor, id: string, part: 'page' | 'pdf') {
		return [
			documents.requireOf(
				id,
				actor.accountId,
				part,
				calendarDateOf(clock.nowMs()),
				NOT_FOUND.error
			),
			documents.markRead(id, actor.accountId, clock.nowMs()),
			await parts.audit.record({
				event: 'document/read',
				objectRef: `document:${id}`,
				accountId: actor.accountId
			})
		];
	}

	return {
		/** Opens a document, marks it read and logs the look. `portal/not-found` for anybody else's. */
		async open(actor: Actor, id: string): Promise<Result<DocumentView>> {
			const permission = requirePermission(actor, 'document/read-own');
			if (!permission.ok) return permission;
			const answer = await db.commitAndRead(await logRead(actor, id, 'page'), [
				documents.find(id, actor.accountId),
				parts.payouts.findOwnOfDocument(id, actor.accountId),
				parts.reviews.findUnderStatement(id, actor.accountId),
				documents.countUnread(actor.accountId, calendarDateOf(clock.nowMs())),
				parts.conversations.countUnread(actor.accountId)
			]);
			if (!answer.ok) return answer;
			const [document, payout, inForce, unreadDocuments, unreadConversations] = answer.value;
			if (!document) return NOT_FOUND;
			const { content } = document;
			const isStatement = content.kind === 'benefit-statement';
			return ok({
				...document,
				unreadCount: unreadDocuments + unreadConversations,
				payout: isStatement && payout ? viewOwnPayout(payout) : null,
				contestable:
					isStatement && inForce
						? contestableIn(content, inForce.openLines, calendarDateOf(clock.nowMs()))
						: []
			});
		},

		/** The PDF of a document, logged as a look at it. `portal/not-found` where there is none. */
		async openPdf(actor: Actor, id: string): Promise<Result<Download>> {
			const permission = requirePermission(actor, 'document/read-own');
			if (!permission.ok) return permission;
			const answer = await db.commitAndRead(await logRead(actor, id, 'pdf'), [
				files.findOfDocument(id, actor.accountId),
				files.firstPiecesOfDocument(id, actor.accountId),
				documents.find(id, actor.accountId)
			]);
			if (!answer.ok) return answer;
			const [file, first, document] = answer.value;
			if (document?.content.kind === 'processing-confirmation') {
				const { name, bytes } = await parts.printConfirmation(document.content);
				const sizeBytes = bytes.length;
				return ok({ name, type: 'application/pdf', sizeBytes, bytes: new Blob([bytes]).stream() });
			}
			if (!file) return NOT_FOUND;
			return ok({
				name: file.name,
				type: file.type,
				sizeBytes: file.sizeBytes,
				bytes: parts.fileStreams.stream(file, first)
			});
		}
	};
}

/** What is under review already is objected to. */
function contestableIn(
	{ lines, decidedAtMs, decidedBy }: BenefitStatement,
	openLines: readonly number[],
	today: CalendarDate
): readonly number[] {
	const decided = { lines, decidedAtMs, isDecidedByRules: decidedBy === 'rules' };
	return numberedContestable(decided, today).flatMap(({ line }) =>
		openLines.includes(line) ? [] : [line]
	);
}
