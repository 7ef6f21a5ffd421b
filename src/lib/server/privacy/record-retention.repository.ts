// Contracts, claims and their files: what the law keeps for years, and how it goes after them.
import { and, eq, exists, inArray, isNotNull, lt, notExists, sql, type SQL } from 'drizzle-orm';
import * as v from 'valibot';
import type { ClaimState } from '#lib/domain/claims/claim.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { joinWrites, read, write, type Write } from '#lib/server/db/client.ts';
import { accountLooks, claimLooks, claimOpenings } from '#lib/server/db/tables/claim-access.ts';
import { advanceRequests } from '#lib/server/db/tables/advance-requests.ts';
import { claimNotes, claimReviews } from '#lib/server/db/tables/claim-reviews.ts';
import { claimCoInsured, claimFiles, claims, submissions } from '#lib/server/db/tables/claims.ts';
import {
	bankAccountChanges,
	contractInvitations,
	contractLinks,
	contractRequests,
	contracts,
	coverUses,
	insuredPersons,
	staffOwnContracts
} from '#lib/server/db/tables/contracts.ts';
import { conversations } from '#lib/server/db/tables/conversations.ts';
import { coverageInquiries } from '#lib/server/db/tables/coverage-inquiries.ts';
import { documentRequests } from '#lib/server/db/tables/document-requests.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { fileChunks, files } from '#lib/server/db/tables/files.ts';
import { payoutItems, payouts } from '#lib/server/db/tables/payouts.ts';
import { removeConversations } from './conversation-retention.repository.ts';
import { isFree, isFreeOfItsReaders } from './holds.ts';
import { removeInquiries } from './inquiry-retention.repository.ts';
import { isLoose } from './loose-files.ts';
import { removeProofs } from './proof-retention.repository.ts';
import type { RetentionStep } from './retention-step.ts';

const FOUND = { found: sql`1` };

const isNoClaim = () =>
	notExists(sqlBuilder.select(FOUND).from(claims).where(eq(claims.submissionId, submissions.id)));

/** Of these files those that nothing shows any more, with their bytes: a hold may have come between. */
function removeLooseFiles(ids: readonly string[], isOver?: SQL): Write {
	const isGone = and(inArray(files.id, [...ids]), isLoose(), isOver);
	const gone = sqlBuilder.select({ id: files.id }).from(files).where(isGone);
	return joinWrites(
		write(sqlBuilder.delete(fileChunks).where(inArray(fileChunks.fileId, gone))),
		write(sqlBuilder.delete(files).where(isGone))
	);
}

/** Begun, refused or complete: bytes that became part of no claim and no document. */
export function unsentFiles(beforeMs: number): RetentionStep {
	const isOver = and(lt(files.createdAtMs, beforeMs), isLoose(), isFree(files.accountId));
	return {
		name: 'unsent-files',
		find: (limit) =>
			read(
				sqlBuilder.select({ id: files.id }).from(files).where(isOver).limit(limit),
				(rows) => rows
			),
		remove: (found) =>
			removeLooseFiles(
				found.map(({ id }) => id),
				isOver
			)
	};
}

const isDecided = (states: readonly ClaimState[], beforeMs: number) =>
	and(
		inArray(claims.state, [...states]),
		isNotNull(claims.decidedAtMs),
		lt(claims.decidedAtMs, beforeMs),
		isFree(claims.id, claims.contractId, claims.accountId)
	);

/** Receipts of refused claims, before their letters: the claim says then that it has none any more. */
export function refusedReceipts(beforeMs: number): RetentionStep {
	const isOver = exists(
		sqlBuilder
			.select(FOUND)
			.from(claims)
			.where(and(eq(claims.id, claimFiles.claimId), isDecided(['rejected'], beforeMs)))
	);
	return {
		name: 'refused-receipts',
		find: (limit) =>
			read(
				sqlBuilder.select({ id: claimFiles.fileId }).from(claimFiles).where(isOver).limit(limit),
				(rows) => rows
			),
		remove: (found) => {
			const ids = found.map(({ id }) => id);
			return joinWrites(
				write(sqlBuilder.delete(claimFiles).where(and(inArray(claimFiles.fileId, ids), isOver))),
				removeLooseFiles(ids)
			);
		}
	};
}

/** A claim with its documents, files and all that hangs on it, after its years. */
export function decidedClaims(
	name: string,
	states: readonly ClaimState[],
	beforeMs: number
): RetentionStep {
	const isOver = isDecided(states, beforeMs);
	// In plain SQL: drizzle leaves out table names in the fields of a select from one table.
	const fileIds = sql<string>`(select json_group_array(file_id) from (
		select file_id from claim_files where claim_files.claim_id = claims.id
		union select pdf_file_id from documents
			where documents.claim_id = claims.id and pdf_file_id is not null))`;
	return {
		name,
		find: (limit) =>
			read(
				sqlBuilder
					.select({ id: claims.id, submissionId: claims.submissionId, fileIds })
					.from(claims)
					.where(isOver)
					.limit(limit),
				(rows) =>
					rows.map((row) => ({
						...row,
						fileIds: v.parse(v.array(v.string()), JSON.parse(row.fileIds))
					}))
			),
		remove: (found) => {
			const ids = found.map(({ id }) => id);
			const gone = sqlBuilder
				.select({ id: claims.id })
				.from(claims)
				.where(and(inArray(claims.id, ids), isOver));
			const paid = sqlBuilder
				.select({ id: payouts.id })
				.from(payouts)
				.where(inArray(payouts.claimId, gone));
			const submissionIds = found.flatMap(({ submissionId }) => submissionId ?? []);
			return joinWrites(
				removeConversations(inArray(conversations.claimId, gone)),
				write(sqlBuilder.delete(claimReviews).where(inArray(claimReviews.claimId, gone))),
				write(sqlBuilder.delete(advanceRequests).where(inArray(advanceRequests.claimId, gone))),
				write(sqlBuilder.delete(claimNotes).where(inArray(claimNotes.claimId, gone))),
				write(sqlBuilder.delete(documents).where(inArray(documents.claimId, gone))),
				write(sqlBuilder.delete(claimFiles).where(inArray(claimFiles.claimId, gone))),
				write(sqlBuilder.delete(claimCoInsured).where(inArray(claimCoInsured.claimId, gone))),
				write(sqlBuilder.delete(coverUses).where(inArray(coverUses.claimId, gone))),
				write(sqlBuilder.delete(payoutItems).where(inArray(payoutItems.payoutId, paid))),
				write(sqlBuilder.delete(payouts).where(inArray(payouts.claimId, gone))),
				write(sqlBuilder.delete(documentRequests).where(inArray(documentRequests.claimId, gone))),
				write(sqlBuilder.delete(accountLooks).where(inArray(accountLooks.claimId, gone))),
				write(sqlBuilder.delete(claimLooks).where(inArray(claimLooks.claimId, gone))),
				write(sqlBuilder.delete(claimOpenings).where(inArray(claimOpenings.claimId, gone))),
				write(sqlBuilder.delete(claims).where(and(inArray(claims.id, ids), isOver))),
				write(
					sqlBuilder
						.delete(submissions)
						.where(and(inArray(submissions.id, submissionIds), isNoClaim()))
				),
				removeLooseFiles(found.flatMap((one) => one.fileIds ?? []))
			);
		}
	};
}

/** A contract whose claims are gone, with who was insured and who had linked it. */
export function endedContracts(before: string): RetentionStep {
	const isOver = and(
		isNotNull(contracts.endsOn),
		lt(contracts.endsOn, before),
		notExists(sqlBuilder.select(FOUND).from(claims).where(eq(claims.contractId, contracts.id))),
		isFree(contracts.id),
		// With it go questions, inquiries and accounts of whoever sees it.
		isFreeOfItsReaders(contracts.id)
	);
	return {
		name: 'contracts',
		find: (limit) =>
			read(
				sqlBuilder.select({ id: contracts.id }).from(contracts).where(isOver).limit(limit),
				(rows) => rows
			),
		remove: (found) => {
			const ids = found.map(({ id }) => id);
			const gone = sqlBuilder
				.select({ id: contracts.id })
				.from(contracts)
				.where(and(inArray(contracts.id, ids), isOver));
			return joinWrites(
				removeConversations(inArray(conversations.contractId, gone)),
				removeInquiries(inArray(coverageInquiries.contractId, gone)),
				removeProofs(gone),
				...[
					contractInvitations,
					contractLinks,
					insuredPersons,
					staffOwnContracts,
					coverUses,
					bankAccountChanges,
					contractRequests
				].map((table) => write(sqlBuilder.delete(table).where(inArray(table.contractId, gone)))),
				write(sqlBuilder.delete(contracts).where(and(inArray(contracts.id, ids), isOver)))
			);
		}
	};
}
