import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { createClaimsRepository } from '#lib/server/claims/claims.repository.ts';
import { createContractsService } from '#lib/server/contracts/contracts.service.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { TestDatabase } from './database.ts';

/** What tells people of their contract, as a request with this cipher has it. */
export const noticeRooms = (cipher: Cipher) => ({
	mails: createMailsRepository(cipher),
	documents: createDocumentsRepository(cipher),
	readers: createRecipientsRepository(cipher)
});

/** The contracts of a new request. */
export function contractsService(it: TestDatabase, cipher: Cipher = it.newCipher()) {
	const handedIn = createClaimsRepository(cipher);
	return createContractsService({ ...it, ...noticeRooms(cipher), cipher, handedIn });
}
