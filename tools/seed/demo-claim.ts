// A claim that waits for its customer and one that came by post, so that whoever starts the portal sees both sides of it at once.
import { crc32, deflateSync } from 'node:zlib';
import {
	calendarDateOf,
	DAY_MS,
	parseCalendarDate,
	type CalendarDate
} from '#lib/domain/calendar.ts';
import { receivedAtMs } from '#lib/domain/claims/capture.ts';
import { claimNumberOf, CLAIM_NUMBER_BYTES } from '#lib/domain/claims/claim-number.ts';
import { NO_CIRCUMSTANCES } from '#lib/domain/claims/circumstances.ts';
import { canonicalManifest, type Submission } from '#lib/domain/claims/claim.schema.ts';
import { REQUEST_DAYS } from '#lib/domain/claims/document-request.ts';
import { createClaimsRepository } from '#lib/server/claims/claims.repository.ts';
import { createDocumentRequestsRepository } from '#lib/server/claims/document-requests.repository.ts';
import { createSubmissionsRepository } from '#lib/server/claims/submissions.repository.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Write } from '#lib/server/db/client.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { contractLinks } from '#lib/server/db/tables/contracts.ts';
import { createFilesRepository } from '#lib/server/documents/files.repository.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import { sha256Hex } from '#lib/server/platform/sha256.ts';
import { eq } from 'drizzle-orm';
import { openInquiryWrites } from './demo-inquiry.ts';

const TAKEN = { kind: 'conflict', code: 'claims/already-submitted' } as const;
const UNSIGNED = new Uint8Array();
const CONTRACT = { policyNumber: 'MA-2040-2210', plan: 'Care Student' };

type Owner = { readonly accountId: string; readonly personId: string; readonly name: string };
type DemoClaim = {
	readonly id: string;
	readonly submission: Submission;
	readonly bytes: Uint8Array<ArrayBuffer>;
	readonly submittedAtMs: number;
	/** Where it came by post. */
	readonly captured?: { readonly capturedBy: string; readonly capturedAtMs: number };
};

/**
 * The contract of `owner` and two claims under it: one six days old, in which `clerkId` misses the
 * prescription; and one that came by post, that `postId` typed in and nobody has taken yet. Beside them a question before
 * a treatment. Answers the first claim's id.
 */
export async function waitingClaimWrites(
	cipher: Cipher,
	owner: Owner,
	{ clerkId, postId }: { readonly clerkId: string; readonly postId: string },
	nowMs: number
): Promise<{ readonly writes: readonly Write[]; readonly claimId: string }> {
	const [contractId, claimId] = [newId(), newId()];
	const bytes = blankReceipt();
	const submittedAtMs = nowMs - 6 * DAY_MS;
	const arrivedAtMs = receivedAtMs(calendarDateOf(nowMs - 4 * DAY_MS), nowMs);
	const askedAtMs = nowMs - 2 * DAY_MS;
	const requests = createDocumentRequestsRepository();
	const writes = [
		await contractOf(cipher, owner, contractId),
		write(
			sqlBuilder
				.insert(contractLinks)
				.values({ accountId: owner.accountId, contractId, linkedAtMs: submittedAtMs })
		),
		...(await claimWrites(cipher, owner, {
			...{ id: claimId, bytes, submittedAtMs },
			submission: await submissionOf(owner, contractId, bytes, submittedAtMs)
		})),
		write(
			sqlBuilder
				.update(claims)
				.set({ state: 'in_review', assigneeId: clerkId, assignedAtMs: askedAtMs })
				.where(eq(claims.id, claimId))
		),
		requests.ask({
			...{ id: newId(), claimId, kind: 'prescription', line: 2, askedAtMs, askedBy: clerkId },
			dueOn: calendarDateOf(askedAtMs + REQUEST_DAYS * DAY_MS)
		}),
		...(await claimWrites(cipher, owner, {
			...{ id: newId(), bytes, submittedAtMs: arrivedAtMs },
			submission: onPaper(await submissionOf(owner, contractId, bytes, arrivedAtMs)),
			captured: { capturedBy: postId, capturedAtMs: nowMs - 3 * DAY_MS }
		})),
		...(await openInquiryWrites(cipher, owner, { id: contractId, ...CONTRACT }, nowMs))
	];
	return { writes, claimId };
}

function contractOf(cipher: Cipher, owner: Owner, id: string): Promise<Write> {
	return createContractsRepository(cipher).insert(
		{
			...{ id, ...CONTRACT, policyholderId: owner.personId },
			bankAccount: {
				holder: owner.name,
				iban: 'DE21500500001234567897',
				bic: null,
				bankName: null
			},
			...{ startsOn: date('2026-03-01'), endsOn: date('2028-02-29') },
			...{ currency: 'EUR', deductibleMinor: 5000, maximumMinor: 10000000 },
			activationHash: null
		},
		[owner.personId]
	);
}

/** A claim as its commit leaves it, with one receipt that has been looked through. */
async function claimWrites(
	cipher: Cipher,
	{ accountId, personId }: Owner,
	{ id, submission, bytes, submittedAtMs, captured }: DemoClaim
): Promise<readonly Write[]> {
	const [submissionId, fileId] = [newId(), newId()];
	const manifestHash = await sha256Hex(new TextEncoder().encode(canonicalManifest(submission)));
	const submissions = createSubmissionsRepository(cipher);
	const owner = { accountId, personId };
	return [
		await submissions.insertIfNew(owner, {
			...{ id: submissionId, manifestHash, submission, nowMs: submittedAtMs }
		}),
		submissions.commit(submissionId, accountId, UNSIGNED, TAKEN),
		await createFilesRepository(cipher, SYSTEM_IDS.randomBytes).insertWhole({
			...{ id: fileId, ...owner, name: 'rechnung.png', type: 'image/png', bytes },
			nowMs: submittedAtMs
		}),
		await createClaimsRepository(cipher).insertSubmitted(
			{
				number: claimNumberOf('2026', SYSTEM_IDS.randomBytes(CLAIM_NUMBER_BYTES)),
				...{ id, ...owner, submissionId, ...captured },
				...{ submittedAtMs, content: submission.content, fileIds: [fileId] }
			},
			TAKEN
		)
	];
}

async function submissionOf(
	owner: { readonly personId: string },
	contractId: string,
	bytes: Uint8Array<ArrayBuffer>,
	submittedAtMs: number
): Promise<Submission> {
	const day = (before: number) => calendarDateOf(submittedAtMs - before * DAY_MS);
	const invoice = { treatmentFrom: day(9), treatmentTo: day(9), currency: 'EUR', isPaid: true };
	return {
		draftId: newId(),
		content: {
			...{ contractId, insuredPersonId: owner.personId, cause: 'illness' },
			...{ diagnosis: 'Bronchitis', firstTreatmentOn: day(9), country: 'DE' },
			...{ hasOtherInsurance: false, note: '', payeeAccount: null, declaredTrue: true },
			circumstances: { ...NO_CIRCUMSTANCES, symptomsOn: day(11), treatedBefore: 'no' },
			invoices: [
				{
					...{ ...invoice, id: newId(), issuer: 'Praxis Dr. Wiebke Hansen', number: '2026-4471' },
					kind: 'outpatient',
					...{ invoiceDate: day(8), amountMinor: 8642 }
				},
				{
					...{ ...invoice, id: newId(), issuer: 'Apotheke am Markt', number: '' },
					kind: 'medication',
					...{ invoiceDate: day(7), amountMinor: 2318 }
				}
			]
		},
		files: [
			{
				...{ id: newId(), name: 'rechnung.png', type: 'image/png' },
				...{ sizeBytes: bytes.length, sha256: await sha256Hex(bytes) }
			}
		]
	};
}

/** A letter does not say what the form asks for besides. */
function onPaper({ content, ...submission }: Submission): Submission {
	const { circumstances: _circumstances, ...said } = content;
	const invoices = content.invoices.map(({ kind: _kind, ...invoice }) => invoice);
	return { ...submission, content: { ...said, invoices } };
}

/** A sheet with grey lines where a receipt has its text: a PNG as small as it may be. */
function blankReceipt(): Uint8Array<ArrayBuffer> {
	const [width, height] = [420, 594];
	const rows = Buffer.alloc((width + 1) * height, 0xff);
	for (let y = 0; y < height; y += 1) {
		rows[y * (width + 1)] = 0;
		const isLine = y > 60 && y < 480 && y % 26 < 6;
		if (isLine) rows.fill(0xb4, y * (width + 1) + 41, y * (width + 1) + (y % 52 < 26 ? 360 : 280));
	}
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 0], 8);
	return new Uint8Array(
		Buffer.concat([
			Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
			pngChunk('IHDR', header),
			pngChunk('IDAT', deflateSync(rows)),
			pngChunk('IEND', Buffer.alloc(0))
		])
	);
}

function pngChunk(type: string, content: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
	const frame = Buffer.alloc(8);
	frame.writeUInt32BE(content.length, 0);
	frame.writeUInt32BE(crc32(body), 4);
	return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const newId = () => SYSTEM_IDS.newId();

function date(text: string): CalendarDate {
	const parsed = parseCalendarDate(text);
	if (parsed === null) throw new Error(`${text} is not a calendar date`);
	return parsed;
}
