import type { Notice } from '#lib/domain/contracts/notice.ts';
import type { DocumentContent } from '#lib/domain/documents/document.ts';
import type { Language, Mail } from '#lib/domain/messages/mail.ts';
import type { Write } from '#lib/server/db/client.ts';
import type { Ids } from '#lib/server/platform/ids.ts';

/** An address that is told, and in whose words. */
export type Address = {
	/** Under whose key it is sealed; known in this request. */
	readonly personId: string;
	readonly to: string;
	readonly language: Language;
	readonly name: string;
};

/** Somebody who sees a contract as its policyholder. */
export type ContractReader = Address & { readonly accountId: string };

/** Who is told of what happens to a contract. */
export type Audience = {
	/** Whose page lists the letter; null where its readers do not see the contract any more. */
	readonly contractId: string | null;
	readonly readers: readonly ContractReader[];
	/** Addresses that one of them can still go back to. */
	readonly formerAddresses: readonly Address[];
};

export type NoticeParts = {
	readonly ids: Ids;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
	readonly documents: {
		insert(document: {
			readonly id: string;
			readonly accountId: string;
			readonly personId: string;
			readonly claimId: null;
			readonly contractId: string | null;
			readonly createdAtMs: number;
			readonly pdfFileId: null;
			readonly content: DocumentContent;
		}): Promise<Write>;
	};
};

/**
 * A notice in the mailbox of every account of the contract's policyholder, and a mail to every address of
 * theirs: whoever took over one mailbox must not be the only one to hear of it.
 */
export async function noticeWrites(
	parts: NoticeParts,
	audience: Audience,
	notice: Notice,
	mailTo: (address: Omit<Address, 'personId'>) => Mail,
	nowMs: number
): Promise<readonly Write[]> {
	const { contractId, readers, formerAddresses } = audience;
	const letters = readers.map(({ accountId, personId }) =>
		parts.documents.insert({
			...{ id: parts.ids.newId(), accountId, personId, claimId: null, contractId },
			...{ pdfFileId: null, createdAtMs: nowMs },
			content: { kind: 'contract-notice', notice }
		})
	);
	const mails = [...readers, ...formerAddresses].map(({ personId, to, language, name }) =>
		parts.mails.enqueue(parts.ids.newId(), personId, mailTo({ to, language, name }), nowMs)
	);
	return Promise.all([...letters, ...mails]);
}
