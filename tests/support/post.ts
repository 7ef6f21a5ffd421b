import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { createStaffOwnContractsRepository } from '#lib/server/accounts/staff-own-contracts.repository.ts';
import { createCapturesService } from '#lib/server/claims/captures.service.ts';
import { createClaimsRepository } from '#lib/server/claims/claims.repository.ts';
import { createDocumentRequestsRepository } from '#lib/server/claims/document-requests.repository.ts';
import { postClaimsRepository } from '#lib/server/claims/post-claims.repository.ts';
import { createPostedDocumentsService } from '#lib/server/claims/posted-documents.service.ts';
import { createPostedLettersService } from '#lib/server/claims/posted-letters.service.ts';
import { createSubmissionsRepository } from '#lib/server/claims/submissions.repository.ts';
import {
	createContractLookupRepository,
	FOUND_CONTRACTS
} from '#lib/server/contracts/contract-lookup.repository.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createReceivedFiles } from '#lib/server/documents/received-files.ts';
import { createConversationsRepository } from '#lib/server/messages/conversations.repository.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import { createReceiptSignature } from '#lib/server/platform/receipt-signature.ts';
import type { TestDatabase } from './database.ts';

/** The front door for post in one request, as compose builds it. */
export function postRooms(it: TestDatabase, onComplete: (fileId: string) => void = () => {}) {
	const cipher = it.newCipher();
	const room = {
		...{ db: it.db, clock: it.clock, ids: it.ids, audit: it.audit, throttle: it.throttle },
		mails: createMailsRepository(cipher),
		recipients: createRecipientsRepository(cipher),
		receivedFiles: createReceivedFiles(cipher, it.ids.randomBytes),
		ownContracts: createStaffOwnContractsRepository(cipher),
		lookup: createContractLookupRepository(cipher),
		postClaims: postClaimsRepository,
		onComplete
	};
	return {
		captures: createCapturesService({
			...room,
			submissions: createSubmissionsRepository(cipher),
			claims: createClaimsRepository(cipher),
			documents: createDocumentsRepository(cipher),
			receiptSignature: createReceiptSignature(it.keys),
			contracts: createContractsRepository(cipher),
			foundAtMost: FOUND_CONTRACTS
		}),
		letters: createPostedLettersService({
			...room,
			conversations: createConversationsRepository(cipher),
			requests: createDocumentRequestsRepository()
		}),
		documents: createPostedDocumentsService({
			...room,
			requests: createDocumentRequestsRepository()
		})
	};
}

export const captureRooms = (it: TestDatabase, onComplete?: (fileId: string) => void) =>
	postRooms(it, onComplete).captures;
