import { createHash, randomUUID } from 'node:crypto';
import type { Actor } from '#lib/domain/actor.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { FileType, ManifestFile, Submission } from '#lib/domain/claims/claim.schema.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { createAccountsRepository } from '#lib/server/accounts/accounts.repository.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { createVaultService } from '#lib/server/accounts/vault.service.ts';
import { createPayoutsRepository } from '#lib/server/claims/payouts.repository.ts';
import { accountLooksRepository } from '#lib/server/claims/account-looks.repository.ts';
import { createAccessRepository } from '#lib/server/claims/access.repository.ts';
import { createClaimsRepository } from '#lib/server/claims/claims.repository.ts';
import { createClaimsService } from '#lib/server/claims/claims.service.ts';
import { createDocumentRequestsRepository } from '#lib/server/claims/document-requests.repository.ts';
import { createFiguresRepository } from '#lib/server/claims/figures.repository.ts';
import { staffNumberOf } from '#lib/server/claims/staff-number.ts';
import { releasedClaimsRepository } from '#lib/server/claims/released-claims.repository.ts';
import { advancesRepository } from '#lib/server/claims/advances.repository.ts';
import { createReviewsRepository } from '#lib/server/claims/reviews.repository.ts';
import { createSubmissionsRepository } from '#lib/server/claims/submissions.repository.ts';
import { createSubmissionsService } from '#lib/server/claims/submissions.service.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import { createConfirmationPrinter } from '#lib/server/documents/confirmation-pdf.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createDocumentsService } from '#lib/server/documents/documents.service.ts';
import { createFilesRepository } from '#lib/server/documents/files.repository.ts';
import { createReceivedFiles } from '#lib/server/documents/received-files.ts';
import { createFilesService } from '#lib/server/documents/files.service.ts';
import { createUploadsRepository } from '#lib/server/documents/uploads.repository.ts';
import { createUploadsService } from '#lib/server/documents/uploads.service.ts';
import { createConversationsRepository } from '#lib/server/messages/conversations.repository.ts';
import { createConversationsService } from '#lib/server/messages/conversations.service.ts';
import { createMailboxService } from '#lib/server/messages/mailbox.service.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import { createReceiptSignature } from '#lib/server/platform/receipt-signature.ts';
import { normaliseIban } from '#lib/server/platform/bank.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { TestDatabase } from './database.ts';
import { jpegOf } from './files.ts';
import { loadTestFonts } from './fonts.ts';

export type Customer = Actor & { readonly contractId: string; readonly insuredPersonId: string };

/** A customer with one linked contract that insures them from February 2026 to August 2027. */
export async function insertCustomer(
	it: Pick<TestDatabase, 'cipher' | 'db' | 'client'> & { readonly clock: Clock },
	email: string
): Promise<Customer> {
	const [accountId, personId, contractId] = [randomUUID(), randomUUID(), randomUUID()];
	const contracts = createContractsRepository(it.cipher);
	const nowMs = it.clock.nowMs();
	const contract = {
		id: contractId,
		policyNumber: `MA-${contractId}`,
		policyholderId: personId,
		bankAccount: {
			holder: 'Zoë Ødegård',
			iban: 'DE89370400440532013000',
			bic: null,
			bankName: null
		},
		plan: 'Care Student',
		startsOn: '2026-02-01' as CalendarDate,
		endsOn: '2027-08-31' as CalendarDate,
		currency: 'EUR',
		deductibleMinor: 12_000,
		maximumMinor: null,
		activationHash: await contracts.activationHash(`CODE-${contractId}`)
	};
	const done = await it.db.commit(
		await insertPerson(it.cipher, {
			id: personId,
			profile: { firstName: 'Zoë', lastName: 'Ødegård', dateOfBirth: null },
			nowMs
		}),
		await createAccountsRepository(it.cipher).insert({
			id: accountId,
			personId,
			role: 'customer',
			contact: { email, mobile: '+4740612345' },
			language: 'de',
			passwordHash: 'none',
			nowMs
		}),
		await contracts.insert(contract, [personId])
	);
	if (!done.ok) throw new Error(done.error.code);
	await it.client.execute({
		sql: 'insert into contract_links (account_id, contract_id, linked_at_ms) values (?, ?, ?)',
		args: [accountId, contractId, nowMs]
	});
	return { accountId, personId, role: 'customer', contractId, insuredPersonId: personId };
}

/** The rooms of one request of this customer: a fresh cipher that knows what a session's read teaches. */
export async function claimRooms(
	it: TestDatabase,
	actor: Actor,
	ids: Ids = it.ids,
	onComplete: (fileId: string) => void = () => undefined
) {
	const cipher = it.newCipher();
	const { rows } = await it.client.execute({
		sql: 'select wrapped_key, root_version from people where id = ?',
		args: [actor.personId]
	});
	await cipher.learn(actor.personId, {
		wrappedKey: new Uint8Array(rows[0]?.['wrapped_key'] as ArrayBuffer),
		rootVersion: Number(rows[0]?.['root_version'])
	});
	const { db, clock, audit, throttle } = it;
	const parts = { db, clock, ids, audit, throttle, cipher };
	const files = createFilesRepository(cipher, ids.randomBytes);
	const uploads = createUploadsRepository(cipher, ids.randomBytes);
	const documents = createDocumentsRepository(cipher);
	const submissions = createSubmissionsRepository(cipher);
	const claims = createClaimsRepository(cipher);
	const conversations = createConversationsRepository(cipher);
	const fileStreams = createFilesService({ ...parts, files });
	return {
		files: fileStreams,
		repositories: { files, uploads, documents, submissions, claims },
		vault: createVaultService({ ...parts, operator: OPERATOR }),
		uploads: createUploadsService({ ...parts, submissions, uploads, onComplete }),
		documents: createDocumentsService({
			...{ ...parts, documents, files, fileStreams },
			payouts: createPayoutsRepository(parts.cipher),
			reviews: createReviewsRepository(parts.cipher),
			conversations,
			printConfirmation: createConfirmationPrinter(loadTestFonts)
		}),
		mailbox: createMailboxService({ db, clock, documents, conversations }),
		conversations: createConversationsService({
			...{ ...parts, conversations, documents, claims, staffNumberOf },
			...{ files, fileStreams, onComplete },
			receivedFiles: createReceivedFiles(cipher, ids.randomBytes),
			contracts: createContractsRepository(cipher)
		}),
		claims: createClaimsService({
			...{ ...parts, claims, files, documents },
			requests: createDocumentRequestsRepository(),
			figures: createFiguresRepository(parts.cipher),
			reviews: createReviewsRepository(parts.cipher),
			advances: advancesRepository,
			access: createAccessRepository(parts.cipher),
			accountLooks: accountLooksRepository,
			released: releasedClaimsRepository,
			contracts: createContractsRepository(parts.cipher),
			payouts: createPayoutsRepository(parts.cipher)
		}),
		submissions: createSubmissionsService({
			...parts,
			submissions,
			uploads,
			claims,
			documents,
			contracts: createContractsRepository(cipher),
			recipients: createRecipientsRepository(cipher),
			receiptSignature: createReceiptSignature(it.keys),
			mails: createMailsRepository(cipher),
			isIban: (text) => normaliseIban(text) !== null
		})
	};
}

/** A JPEG by its structure, `sizeBytes` long, every byte of it settled by `seed`. */
export function jpegBytes(sizeBytes: number, seed = 1): Uint8Array {
	const length = Math.max(0, sizeBytes - jpegOf({ scan: new Uint8Array() }).length);
	return jpegOf({ scan: Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 7) % 251) });
}

export function manifestFile(
	bytes: Uint8Array,
	name = 'rechnung.jpg',
	type: FileType = 'image/jpeg'
): ManifestFile {
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	return { id: randomUUID(), name, type, sizeBytes: bytes.length, sha256 };
}

export function submissionOf(customer: Customer, files: readonly ManifestFile[]): Submission {
	const date = (text: string) => text as CalendarDate;
	return {
		draftId: randomUUID(),
		content: {
			contractId: customer.contractId,
			insuredPersonId: customer.insuredPersonId,
			cause: 'illness',
			diagnosis: 'Angina',
			firstTreatmentOn: date('2026-11-02'),
			country: 'NO',
			hasOtherInsurance: false,
			note: '',
			invoices: [
				{
					id: randomUUID(),
					issuer: 'Legevakten Oslo',
					number: '17',
					invoiceDate: date('2026-11-05'),
					treatmentFrom: date('2026-11-02'),
					treatmentTo: date('2026-11-03'),
					amountMinor: 18_450,
					currency: 'EUR',
					isPaid: true
				}
			],
			payeeAccount: null,
			declaredTrue: true
		},
		files: [...files]
	};
}

const UPLOADS = 'http://portal.test/api/uploads';

export async function createUpload(
	it: TestDatabase,
	actor: Actor,
	upload: { submissionId: string; attachmentId: string; sizeBytes: number }
): Promise<Response> {
	const base64 = (text: string) => Buffer.from(text).toString('base64');
	const metadata = `submissionId ${base64(upload.submissionId)},attachmentId ${base64(upload.attachmentId)}`;
	const request = new Request(UPLOADS, {
		method: 'POST',
		headers: {
			'Tus-Resumable': '1.0.0',
			'Upload-Length': String(upload.sizeBytes),
			'Upload-Metadata': metadata
		}
	});
	return (await claimRooms(it, actor)).uploads.answer(actor, request);
}

export async function headUpload(it: TestDatabase, actor: Actor, path: string): Promise<Response> {
	const request = new Request(`http://portal.test${path}`, {
		method: 'HEAD',
		headers: { 'Tus-Resumable': '1.0.0' }
	});
	return (await claimRooms(it, actor)).uploads.answer(actor, request);
}

export async function patchUpload(
	it: TestDatabase,
	actor: Actor,
	path: string,
	offset: number,
	bytes: Uint8Array | ReadableStream<Uint8Array>
): Promise<Response> {
	const isStream = bytes instanceof ReadableStream;
	const request = new Request(`http://portal.test${path}`, {
		method: 'PATCH',
		headers: {
			'Tus-Resumable': '1.0.0',
			'Upload-Offset': String(offset),
			'Content-Type': 'application/offset+octet-stream',
			...(isStream ? {} : { 'Content-Length': String(bytes.length) })
		},
		body: isStream ? bytes : new Uint8Array(bytes),
		...(isStream ? { duplex: 'half' as const } : {})
	});
	return (await claimRooms(it, actor)).uploads.answer(actor, request);
}

/** Uploads a whole file as a device does and answers its path. */
export async function uploadWhole(
	it: TestDatabase,
	actor: Actor,
	submissionId: string,
	file: ManifestFile,
	bytes: Uint8Array
): Promise<{ readonly path: string; readonly last: Response }> {
	const { id: attachmentId, sizeBytes } = file;
	const created = await createUpload(it, actor, { submissionId, attachmentId, sizeBytes });
	const path = created.headers.get('Location') ?? '';
	let last = created;
	for (let at = 0; at < sizeBytes; at += 262_144) {
		last = await patchUpload(it, actor, path, at, bytes.subarray(at, at + 262_144));
	}
	return { path, last };
}

/** A submission with everything uploaded, one step before its commit. */
export async function readySubmission(it: TestDatabase, customer: Customer, sizes = [3000, 5000]) {
	const bytes = sizes.map((size, index) => jpegBytes(size, index + 1));
	const submission = submissionOf(
		customer,
		bytes.map((one, index) => manifestFile(one, `beleg-${index + 1}.jpg`))
	);
	const id = randomUUID();
	const put = await (await claimRooms(it, customer)).submissions.put(customer, id, submission);
	if (!put.ok) throw new Error(put.error.code);
	for (const [index, file] of submission.files.entries()) {
		await uploadWhole(it, customer, id, file, bytes[index] ?? new Uint8Array());
	}
	return { id, submission, bytes };
}
