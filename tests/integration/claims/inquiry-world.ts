import type { InquiryInput } from '#lib/domain/claims/coverage-inquiry.schema.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { exchangeRatesRepository } from '#lib/server/claims/exchange-rates.repository.ts';
import { createInquiriesRepository } from '#lib/server/claims/inquiries.repository.ts';
import { createInquiriesService } from '#lib/server/claims/inquiries.service.ts';
import { createInquiryDeskRepository } from '#lib/server/claims/inquiry-desk.repository.ts';
import { createInquiryReturnsRepository } from '#lib/server/claims/inquiry-returns.repository.ts';
import { createInquiryDeskService } from '#lib/server/claims/inquiry-desk.service.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createFilesRepository } from '#lib/server/documents/files.repository.ts';
import { createFilesService } from '#lib/server/documents/files.service.ts';
import { createReceivedFiles } from '#lib/server/documents/received-files.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import type { TestDatabase } from '../../support/database.ts';

/** Both sides of one request, as compose builds them: a cipher that has learnt nothing yet. */
export function inquiryRooms(it: TestDatabase) {
	const cipher = it.newCipher();
	const files = createFilesRepository(cipher, it.ids.randomBytes);
	const parts = {
		...{ db: it.db, clock: it.clock, ids: it.ids, audit: it.audit, throttle: it.throttle },
		...{ files, fileStreams: createFilesService({ db: it.db, files }) },
		documents: createDocumentsRepository(cipher),
		mails: createMailsRepository(cipher),
		recipients: createRecipientsRepository(cipher)
	};
	return {
		inquiries: createInquiriesService({
			...parts,
			inquiries: createInquiriesRepository(cipher),
			receivedFiles: createReceivedFiles(cipher, it.ids.randomBytes),
			onComplete: () => undefined,
			contracts: createContractsRepository(cipher),
			rates: exchangeRatesRepository
		}),
		inquiryDesk: createInquiryDeskService({
			...parts,
			inquiryDesk: createInquiryDeskRepository(cipher),
			inquiryReturns: createInquiryReturnsRepository(cipher)
		})
	};
}

/** What somebody asks about an implant for three thousand euros. */
export const inquiryOf = (
	contract: { readonly contractId: string; readonly insuredPersonId: string },
	change: Partial<InquiryInput> = {}
): InquiryInput => ({
	...contract,
	...{ treatment: 'MARKER-treatment: Implantat', diagnosis: 'MARKER-diagnosis' },
	...{ provider: 'Dr. Maler, Bonn', plannedOn: '', isUrgent: false },
	expected: { amountMinor: 300_000, currency: 'EUR' },
	...change
});
