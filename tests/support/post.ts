import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { createStaffOwnContractsRepository } from '#lib/server/accounts/staff-own-contracts.repository.ts';
import { createCapturesService } from '#lib/server/claims/captures.service.ts';
import { createClaimsRepository } from '#lib/server/claims/claims.repository.ts';
import { createSubmissionsRepository } from '#lib/server/claims/submissions.repository.ts';
import {
	createContractLookupRepository,
	FOUND_CONTRACTS
} from '#lib/server/contracts/contract-lookup.repository.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createReceivedFiles } from '#lib/server/documents/received-files.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import { createReceiptSignature } from '#lib/server/platform/receipt-signature.ts';
import type { TestDatabase } from './database.ts';

/** The front door for post in one request, as compose builds it. */
export function captureRooms(it: TestDatabase, onComplete: (fileId: string) => void = () => {}) {
	const cipher = it.newCipher();
	return createCapturesService({
		...{ db: it.db, clock: it.clock, ids: it.ids, audit: it.audit, throttle: it.throttle },
		submissions: createSubmissionsRepository(cipher),
		claims: createClaimsRepository(cipher),
		documents: createDocumentsRepository(cipher),
		mails: createMailsRepository(cipher),
		recipients: createRecipientsRepository(cipher),
		receivedFiles: createReceivedFiles(cipher, it.ids.randomBytes),
		receiptSignature: createReceiptSignature(it.keys),
		ownContracts: createStaffOwnContractsRepository(cipher),
		contracts: createContractsRepository(cipher),
		lookup: createContractLookupRepository(cipher),
		foundAtMost: FOUND_CONTRACTS,
		onComplete
	});
}
