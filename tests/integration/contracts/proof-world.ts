import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { staffNumberOf } from '#lib/server/claims/staff-number.ts';
import { createContractLookupRepository } from '#lib/server/contracts/contract-lookup.repository.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { createProofDeskRepository } from '#lib/server/contracts/proof-desk.repository.ts';
import { createProofDeskService } from '#lib/server/contracts/proof-desk.service.ts';
import { createProofsRepository } from '#lib/server/contracts/proofs.repository.ts';
import { createProofsService } from '#lib/server/contracts/proofs.service.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createFilesRepository } from '#lib/server/documents/files.repository.ts';
import { createFilesService } from '#lib/server/documents/files.service.ts';
import { createReceivedFiles } from '#lib/server/documents/received-files.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { TestDatabase } from '../../support/database.ts';

/** Both sides of one request, as compose builds them; the session of who hands in has taught the cipher. */
export function proofRooms(it: TestDatabase, cipher: Cipher = it.newCipher()) {
	const files = createFilesRepository(cipher, it.ids.randomBytes);
	const parts = { db: it.db, clock: it.clock, ids: it.ids, audit: it.audit };
	return {
		proofs: createProofsService({
			...{ ...parts, throttle: it.throttle, staffNumberOf },
			proofs: createProofsRepository(cipher),
			contracts: createContractsRepository(cipher),
			documents: createDocumentsRepository(cipher),
			receivedFiles: createReceivedFiles(cipher, it.ids.randomBytes),
			onComplete: () => undefined
		}),
		proofDesk: createProofDeskService({
			...parts,
			mails: createMailsRepository(cipher),
			proofDesk: createProofDeskRepository(cipher),
			lookup: createContractLookupRepository(cipher),
			provers: createRecipientsRepository(cipher),
			...{ files, fileStreams: createFilesService({ db: it.db, files }) }
		})
	};
}
