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

/**
 * Everything a claim is made of, in one batch: there is no claim without its receipt, its mail and
 * its entry in the log. Fails with `ALREADY_SUBMITTED` when the submission is not open any more and
 * with `NUMBER_TAKEN` when the number drawn exists.
 */
export async function commitSubmission(
	parts: CommitParts,
	actor: Actor,
	made: {
		readonly known: StoredSubmission & { readonly submission: Submission };
		/** In the order of the manifest. */
		readonly uploads: readonly { readonly id: string }[];
		readonly recipient: Recipient;
	}
): Promise<Result<StoredSubmission>> {
	const { clock, ids } = parts;
	const { id, submission } = made.known;
	const nowMs = clock.nowMs();
	const year = calendarDateOf(nowMs).slice(0, 4);
	const owner = { accountId: actor.accountId, personId: actor.personId };
	const claim = {
		id: ids.newId(),
		number: claimNumberOf(year, ids.randomBytes(CLAIM_NUMBER_BYTES)),
		submittedAtMs: nowMs
	};
	const receiptSignature = await parts.receiptSignature.sign(
		receiptText({
			claimNumber: claim.number,
			manifestHash: made.known.manifestHash,
			receivedAtMs: nowMs
		})
	);
	const { to, language, name, personId } = made.recipient;
	const done = await parts.db.commit(
		parts.submissions.commit(id, actor.accountId, receiptSignature, ALREADY_SUBMITTED.error),
		await parts.claims.insertSubmitted(
			{
				...owner,
				...claim,
				submissionId: id,
				content: submission.content,
				fileIds: made.uploads.map((upload) => upload.id)
			},
			NUMBER_TAKEN.error
		),
		await parts.documents.insert({
			...owner,
			id: ids.newId(),
			claimId: claim.id,
			createdAtMs: nowMs,
			pdfFileId: null,
			content: receiptContent(made.known, claim.number, nowMs)
		}),
		await parts.mails.enqueue(
			ids.newId(),
			personId,
			{ template: 'new-document', to, language, name },
			nowMs
		),
		await parts.audit.record({
			event: 'claim/submitted',
			objectRef: `claim:${claim.id}`,
			accountId: actor.accountId
		})
	);
	return done.ok ? ok({ ...made.known, state: 'committed', claim, receiptSignature }) : done;
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
