import type { Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import { CLAIM_NUMBER_BYTES, claimNumberOf } from '#lib/domain/claims/claim-number.ts';
import type { Submission } from '#lib/domain/claims/claim.schema.ts';
import { receiptText } from '#lib/domain/claims/receipt-text.ts';
import type { ReceiptConfirmation } from '#lib/domain/documents/document.ts';
import type { Language, Mail } from '#lib/domain/messages/mail.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { ReceiptSignature } from '#lib/server/platform/receipt-signature.ts';
import type { ClaimsRepository } from './claims.repository.ts';
import type { StoredSubmission, SubmissionsRepository } from './submissions.repository.ts';

export const ALREADY_SUBMITTED = failed('conflict', 'claims/already-submitted');
export const NUMBER_TAKEN = failed('conflict', 'claims/changed-meanwhile');

export type Recipient = {
	readonly personId: string;
	readonly to: string;
	readonly language: Language;
	readonly name: string;
};

/** Other rooms, as far as making a claim needs them. */
export type CommitParts = {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: Pick<AuditService, 'record'>;
	readonly receiptSignature: Pick<ReceiptSignature, 'sign'>;
	readonly submissions: SubmissionsRepository;
	readonly claims: Pick<ClaimsRepository, 'insertSubmitted'>;
	readonly documents: {
		insert(document: {
			readonly id: string;
			readonly accountId: string;
			readonly personId: string;
			readonly claimId: string;
			readonly createdAtMs: number;
			readonly pdfFileId: null;
			readonly content: ReceiptConfirmation;
		}): Promise<Write>;
	};
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
};

type Made = {
	readonly known: StoredSubmission & { readonly submission: Submission };
	/** In the order of the manifest. */
	readonly uploads: readonly { readonly id: string }[];
	readonly recipient: Recipient;
	/** Where it came by post: who typed it in, and when the letter arrived. */
	readonly captured?: { readonly by: Actor; readonly receivedAtMs: number };
};

/**
 * Everything a claim is made of, for one batch: there is no claim without its receipt, its mail and
 * its entry in the log. The batch fails with `ALREADY_SUBMITTED` when the submission is not open any
 * more and with `NUMBER_TAKEN` when the number drawn exists.
 */
export async function submissionWrites(
	parts: Omit<CommitParts, 'db'>,
	{ accountId, personId }: Pick<Actor, 'accountId' | 'personId'>,
	{ known, uploads, recipient, captured }: Made
): Promise<{ readonly writes: readonly Write[]; readonly committed: StoredSubmission }> {
	const { clock, ids } = parts;
	const nowMs = clock.nowMs();
	const year = calendarDateOf(nowMs).slice(0, 4);
	const owner = { accountId, personId };
	const claim = {
		id: ids.newId(),
		number: claimNumberOf(year, ids.randomBytes(CLAIM_NUMBER_BYTES)),
		submittedAtMs: captured?.receivedAtMs ?? nowMs
	};
	const receiptSignature = await parts.receiptSignature.sign(
		receiptText({
			claimNumber: claim.number,
			manifestHash: known.manifestHash,
			receivedAtMs: claim.submittedAtMs
		})
	);
	const { to, language, name } = recipient;
	const writes = [
		parts.submissions.commit(known.id, accountId, receiptSignature, ALREADY_SUBMITTED.error),
		await parts.claims.insertSubmitted(
			{
				...owner,
				...claim,
				...(captured && { capturedBy: captured.by.accountId, capturedAtMs: nowMs }),
				submissionId: known.id,
				content: known.submission.content,
				fileIds: uploads.map((upload) => upload.id)
			},
			NUMBER_TAKEN.error
		),
		await parts.documents.insert({
			...owner,
			id: ids.newId(),
			claimId: claim.id,
			createdAtMs: nowMs,
			pdfFileId: null,
			content: {
				...receiptContent(known, claim.number, claim.submittedAtMs),
				...(captured && { isByPost: true as const })
			}
		}),
		await parts.mails.enqueue(
			ids.newId(),
			recipient.personId,
			{ template: 'new-document', to, language, name },
			nowMs
		),
		await parts.audit.record({
			event: captured ? 'claim/captured' : 'claim/submitted',
			objectRef: `claim:${claim.id}`,
			...(captured
				? { accountId: captured.by.accountId, subjectAccountId: accountId }
				: { accountId })
		})
	];
	return { writes, committed: { ...known, state: 'committed', claim, receiptSignature } };
}

/** Makes the claim; fails with what the batch of `submissionWrites` fails with. */
export async function commitSubmission(
	parts: CommitParts,
	owner: Pick<Actor, 'accountId' | 'personId'>,
	made: Made
): Promise<Result<StoredSubmission>> {
	const { writes, committed } = await submissionWrites(parts, owner, made);
	const done = await parts.db.commit(...writes);
	return done.ok ? ok(committed) : done;
}

function receiptContent(
	known: { readonly manifestHash: string; readonly submission: Submission },
	claimNumber: string,
	receivedAtMs: number
): ReceiptConfirmation {
	return {
		kind: 'receipt-confirmation',
		claimNumber,
		receivedAtMs,
		manifestHash: known.manifestHash,
		files: known.submission.files.map(({ name, type, sizeBytes, sha256 }) => ({
			name,
			type,
			sizeBytes,
			sha256
		}))
	};
}
