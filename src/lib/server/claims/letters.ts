import type { DocumentContent } from '#lib/domain/documents/document.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import type { Write } from '#lib/server/db/client.ts';
import type { Ids } from '#lib/server/platform/ids.ts';

/** What puts a letter and its mail on their way. */
export type LetterParts = {
	readonly ids: Ids;
	readonly documents: {
		insert(document: {
			readonly id: string;
			readonly accountId: string;
			readonly personId: string;
			readonly claimId: string | null;
			readonly createdAtMs: number;
			readonly pdfFileId: null;
			readonly content: DocumentContent;
		}): Promise<Write>;
	};
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
};

/** An address that a mail goes to, with the person whose key seals it. */
export type LetterRecipient = Pick<Mail, 'to' | 'language' | 'name'> & {
	readonly personId: string;
};

/** A letter in a customer's mailbox, and a mail that only says so. */
export async function letterWrites(
	{ ids, documents, mails }: LetterParts,
	to: {
		readonly documentId: string;
		readonly accountId: string;
		readonly personId: string;
		/** Of a letter about a claim. */
		readonly claimId?: string;
		readonly recipient: LetterRecipient | null;
	},
	notice: Extract<DocumentContent, { kind: 'contract-notice' }>['notice'],
	nowMs: number
): Promise<readonly Write[]> {
	const { documentId: id, accountId, personId, claimId = null, recipient } = to;
	const letter = await documents.insert({
		...{ id, accountId, personId, claimId, pdfFileId: null, createdAtMs: nowMs },
		content: { kind: 'contract-notice', notice }
	});
	if (!recipient) return [letter];
	const { personId: holder, to: address, language, name } = recipient;
	const mail = { template: 'new-document', to: address, language, name } as const;
	return [letter, await mails.enqueue(ids.newId(), holder, mail, nowMs)];
}
