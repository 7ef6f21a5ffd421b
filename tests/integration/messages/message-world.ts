import type { Actor } from '#lib/domain/actor.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { createAssignmentsRepository } from '#lib/server/claims/assignments.repository.ts';
import { staffNumberOf } from '#lib/server/claims/staff-number.ts';
import { createFilesRepository } from '#lib/server/documents/files.repository.ts';
import { createFilesService } from '#lib/server/documents/files.service.ts';
import { createReceivedFiles } from '#lib/server/documents/received-files.ts';
import { createConversationsRepository } from '#lib/server/messages/conversations.repository.ts';
import { createInboxRepository } from '#lib/server/messages/inbox.repository.ts';
import { createInboxService } from '#lib/server/messages/inbox.service.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import { claimRooms, type Customer } from '../../support/claims.ts';
import type { TestDatabase } from '../../support/database.ts';
import { mustHold } from '../../support/staff.ts';

/** The inbox of one request, as compose builds it: a cipher that has learnt nothing yet. */
export function inboxOf(it: TestDatabase) {
	const cipher = it.newCipher();
	const files = createFilesRepository(cipher, it.ids.randomBytes);
	return createInboxService({
		...{ db: it.db, clock: it.clock, ids: it.ids, audit: it.audit, staffNumberOf },
		...{ files, fileStreams: createFilesService({ db: it.db, files }) },
		receivedFiles: createReceivedFiles(cipher, it.ids.randomBytes),
		onComplete: () => undefined,
		conversations: createConversationsRepository(cipher),
		inbox: createInboxRepository(cipher),
		mails: createMailsRepository(cipher),
		recipients: createRecipientsRepository(cipher),
		assignments: createAssignmentsRepository(cipher)
	});
}

/** The customer's side of one request. */
export const talksOf = async (it: TestDatabase, customer: Actor) =>
	(await claimRooms(it, customer)).conversations;

export const QUESTION = {
	topic: 'benefits',
	about: { kind: 'general' },
	text: 'MARKER-question: Zahlen Sie die Brille?'
} as const;

/** A question that has been asked; answers the conversation's id. */
export async function ask(it: TestDatabase, customer: Customer, text: string = QUESTION.text) {
	const talks = await talksOf(it, customer);
	return mustHold(await talks.start(customer, { ...QUESTION, text })).id;
}

/** A question that a clerk has taken and answered. */
export async function askAndAnswer(it: TestDatabase, customer: Customer, clerk: Actor) {
	const id = await ask(it, customer);
	mustHold(await inboxOf(it).take(clerk, id));
	mustHold(await inboxOf(it).answer(clerk, id, { text: 'MARKER-answer: Ja, bis 100 Euro.' }));
	return id;
}
