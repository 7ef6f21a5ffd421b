import { calendarDateOf } from '#lib/domain/calendar.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type {
	DocumentRemindersRepository,
	UnremindedClaim
} from './document-reminders.repository.ts';
import type { DocumentRequestsRepository } from './document-requests.repository.ts';
import { letterWrites, type LetterParts, type LetterRecipient } from './letters.ts';
import { LOOKED_AT, tellOwners } from './tell-owners.ts';

export type DocumentRemindersService = ReturnType<typeof createDocumentRemindersService>;

/** Reminds customers of documents that their claim waits for, twice at most (domain.md 7 no. 15). */
export function createDocumentRemindersService(
	parts: LetterParts & {
		readonly db: Database;
		readonly clock: Clock;
		readonly audit: { record(note: AuditNote): Promise<Write> };
		readonly recipients: { find(accountId: string): Read<LetterRecipient | null> };
		readonly requests: Pick<DocumentRequestsRepository, 'listOfClaim'>;
		readonly documentReminders: DocumentRemindersRepository;
	}
) {
	const { db, clock, documentReminders } = parts;

	/** One letter a claim, with all that it waits for. */
	async function remind({ id, number, accountId }: UnremindedClaim): Promise<boolean> {
		const [recipient, requests] = await db.read(
			parts.recipients.find(accountId),
			parts.requests.listOfClaim(id)
		);
		const missing = requests.filter(({ state }) => state === 'open');
		if (!recipient || missing.length === 0) return false;
		const nowMs = clock.nowMs();
		const today = calendarDateOf(nowMs);
		const reminded = await db.commit(
			documentReminders.markReminded(id, today, nowMs),
			...(await letterWrites(
				parts,
				{
					...{ documentId: parts.ids.newId(), accountId, claimId: id },
					...{ personId: recipient.personId, recipient }
				},
				{
					topic: 'documents-missing',
					claimNumber: number,
					isLast: missing.some(({ dueOn }) => dueOn < today),
					documents: missing.map(({ kind, line, dueOn }) => ({ document: kind, line, dueOn }))
				},
				nowMs
			)),
			await parts.audit.record({
				...{ event: 'claim/documents-reminder', objectRef: `claim:${id}` },
				...{ accountId: null, subjectAccountId: accountId }
			})
		);
		return reminded.ok;
	}

	return {
		/** A week before a document is due, and once its day has passed; some claims a minute. */
		async remindDue(): Promise<number> {
			const nowMs = clock.nowMs();
			const [unreminded] = await db.read(
				documentReminders.listUnreminded(calendarDateOf(nowMs), LOOKED_AT)
			);
			return tellOwners(unreminded, nowMs, 'document-reminder-failed', remind);
		}
	};
}
