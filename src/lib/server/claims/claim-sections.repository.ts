// What a customer has handed in, and what was decided, for the copy of their data.
import { asc, eq, sql } from 'drizzle-orm';
import { payoutKindOf } from '#lib/domain/claims/payout.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read } from '#lib/server/db/client.ts';
import { isoTime, type PersonalSection } from '#lib/server/db/personal-section.ts';
import { accountLooks, claimLooks, claimOpenings } from '#lib/server/db/tables/claim-access.ts';
import { claims, submissions } from '#lib/server/db/tables/claims.ts';
import { documentRequests } from '#lib/server/db/tables/document-requests.ts';
import { draftDevices, draftSnapshots } from '#lib/server/db/tables/drafts.ts';
import { payouts } from '#lib/server/db/tables/payouts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { advancesRepository } from './advances.repository.ts';
import { createClaimsRepository } from './claims.repository.ts';
import { createInquiriesRepository } from './inquiries.repository.ts';
import { createNotesRepository } from './notes.repository.ts';
import { createReviewsRepository } from './reviews.repository.ts';
import { payeeCell } from './payouts.repository.ts';
import { releasedClaimsRepository } from './released-claims.repository.ts';
import { manifestCell } from './submissions.repository.ts';

export function claimSections(cipher: Cipher): readonly PersonalSection[] {
	const repository = createClaimsRepository(cipher);
	const reviews = createReviewsRepository(cipher);
	const notes = createNotesRepository(cipher);
	const inquiries = createInquiriesRepository(cipher);
	const payeeOf = async (
		row: typeof payouts.$inferSelect,
		keyHolder: typeof people.$inferSelect
	) => {
		await cipher.learn(keyHolder.id, keyHolder);
		return cipher.openJson(payeeCell(row.id, row.personId), row.payee);
	};
	return [
		{
			name: 'claims',
			read({ accountId }) {
				const own = repository.listAllOf(accountId);
				return {
					query: own.query,
					map: async (rows) =>
						(await own.map(rows)).map(({ submittedAtMs, decidedAtMs, interimAtMs, ...claim }) => ({
							...claim,
							submittedAt: isoTime(submittedAtMs),
							decidedAt: isoTime(decidedAtMs),
							interimNoticeAt: isoTime(interimAtMs)
						}))
				};
			}
		},
		{
			// Whoever of the staff has looked at a claim, as its page shows it: by role, and the reason.
			name: 'looks',
			read: ({ accountId }) =>
				read(
					sqlBuilder
						.select({ look: claimLooks, reason: claimOpenings.reason })
						.from(claimLooks)
						.innerJoin(claims, eq(claims.id, claimLooks.claimId))
						.leftJoin(claimOpenings, eq(claimOpenings.id, claimLooks.openingId))
						.where(eq(claims.accountId, accountId))
						.orderBy(asc(claimLooks.atMs)),
					(rows) =>
						rows.map(({ look, reason }) => ({
							...{ claimId: look.claimId, role: look.role, what: look.what, reason },
							lookedAt: isoTime(look.atMs)
						}))
				)
		},
		{
			// Whoever of the staff has seen the whole account number of a claim or its payment.
			name: 'accountLooks',
			read: ({ accountId }) =>
				read(
					sqlBuilder
						.select({ look: accountLooks })
						.from(accountLooks)
						.innerJoin(claims, eq(claims.id, accountLooks.claimId))
						.where(eq(claims.accountId, accountId))
						.orderBy(asc(accountLooks.atMs)),
					(rows) =>
						rows.map(({ look }) => ({
							...{ claimId: look.claimId, role: look.role, reason: look.reason },
							lookedAt: isoTime(look.atMs)
						}))
				)
		},
		{
			// When a policyholder has looked at a claim that its owner has released to them (decision 0075).
			name: 'releasedClaimLooks',
			read({ accountId }) {
				const own = releasedClaimsRepository.listAllLooks(accountId);
				return {
					query: own.query,
					map: async (rows) =>
						(await own.map(rows)).map(({ claimId, atMs }) => ({ claimId, lookedAt: isoTime(atMs) }))
				};
			}
		},
		{
			name: 'documentRequests',
			read: ({ accountId }) =>
				read(
					sqlBuilder
						.select({ request: documentRequests })
						.from(documentRequests)
						.innerJoin(claims, eq(claims.id, documentRequests.claimId))
						.where(eq(claims.accountId, accountId))
						.orderBy(asc(documentRequests.askedAtMs)),
					(rows) =>
						rows.map(({ request }) => ({
							...{ claimId: request.claimId, kind: request.kind, line: request.line },
							...{ dueOn: request.dueOn, fault: request.fault, fileId: request.fileId },
							askedAt: isoTime(request.askedAtMs),
							answeredAt: isoTime(request.answeredAtMs),
							withdrawnAt: isoTime(request.withdrawnAtMs),
							typedInFromPaperAt: isoTime(request.capturedAtMs)
						}))
				)
		},
		{
			name: 'claimReviews',
			read({ accountId }) {
				const own = reviews.listOfAccount(accountId);
				return {
					query: own.query,
					map: async (rows) =>
						(await own.map(rows)).map(({ openedAtMs, closedAtMs, ...review }) => ({
							...review,
							openedAt: isoTime(openedAtMs),
							closedAt: isoTime(closedAtMs)
						}))
				};
			}
		},
		{
			name: 'advanceRequests',
			read({ accountId }) {
				const own = advancesRepository.listOfAccount(accountId);
				return {
					query: own.query,
					map: async (rows) =>
						(await own.map(rows)).map(({ askedAtMs, answeredAtMs, ...request }) => ({
							...request,
							askedAt: isoTime(askedAtMs),
							answeredAt: isoTime(answeredAtMs)
						}))
				};
			}
		},
		{
			// What is noted about a person is theirs to read, without the name of who wrote it.
			name: 'claimNotes',
			read({ accountId }) {
				const own = notes.listOfAccount(accountId);
				return {
					query: own.query,
					map: async (rows) =>
						(await own.map(rows)).map(({ claimId, text, atMs }) => ({
							...{ claimId, text },
							writtenAt: isoTime(atMs)
						}))
				};
			}
		},
		{
			name: 'coverageInquiries',
			read({ accountId }) {
				const own = inquiries.listAllOf(accountId);
				return {
					query: own.query,
					map: async (rows) =>
						(await own.map(rows)).map((inquiry) => ({
							...{ id: inquiry.id, reference: inquiry.reference, contractId: inquiry.contractId },
							...{ insuredPerson: inquiry.insuredPersonName, ...inquiry.content },
							...{ isUrgent: inquiry.isUrgent, state: inquiry.state, answer: inquiry.answer },
							...{ answerBy: inquiry.dueOn, receivedAt: isoTime(inquiry.receivedAtMs) },
							answeredAt: isoTime(inquiry.answeredAtMs)
						}))
				};
			}
		},
		{
			name: 'coverageInquiryLooks',
			read({ accountId }) {
				const own = inquiries.listAllLooksOf(accountId);
				return {
					query: own.query,
					map: async (rows) =>
						(await own.map(rows)).map(({ atMs, ...look }) => ({ ...look, lookedAt: isoTime(atMs) }))
				};
			}
		},
		{
			name: 'payouts',
			read: ({ accountId }) =>
				read(
					sqlBuilder
						.select({ row: payouts, keyHolder: people })
						.from(payouts)
						.innerJoin(people, eq(people.id, payouts.personId))
						.where(eq(payouts.accountId, accountId)),
					(rows) =>
						Promise.all(
							rows.map(async ({ row, keyHolder }) => ({
								...{ claimId: row.claimId, state: row.state, kind: payoutKindOf(row.decisionNo) },
								...{ amountMinor: row.amountMinor, currency: row.currency },
								payee: await payeeOf(row, keyHolder),
								madeAt: isoTime(row.madeAtMs),
								paidAt: isoTime(row.paidAtMs)
							}))
						)
				)
		},
		{
			name: 'submissions',
			read: (owner) =>
				read(
					sqlBuilder
						.select({ submission: submissions, claimId: claims.id })
						.from(submissions)
						.leftJoin(claims, eq(claims.submissionId, submissions.id))
						.where(eq(submissions.accountId, owner.accountId))
						.orderBy(asc(submissions.createdAtMs)),
					(rows) =>
						Promise.all(
							rows.map(async ({ submission, claimId }) => ({
								id: submission.id,
								state: submission.state,
								createdAt: isoTime(submission.createdAtMs),
								claimId,
								handedIn: await cipher.openJson(
									manifestCell(submission.id, owner),
									submission.manifest
								)
							}))
						)
				)
		},
		{
			// Sealed under a key of the owner's devices: that there is one, and not what stands in it.
			name: 'draftCopies',
			read: ({ accountId }) =>
				read(
					sqlBuilder
						.select({
							draft: draftSnapshots,
							parts: sql<number>`(select count(*) from draft_parts p
								where p.account_id = draft_snapshots.account_id and p.draft_id = draft_snapshots.draft_id)`
						})
						.from(draftSnapshots)
						.where(eq(draftSnapshots.accountId, accountId)),
					(rows) =>
						rows.map(({ draft, parts }) => ({
							id: draft.draftId,
							isDeleted: draft.isDeleted,
							sealedBytes: draft.sealed.length,
							sealedFileParts: parts,
							changedAt: isoTime(draft.updatedAtMs),
							deletedAfter: isoTime(draft.expiresAtMs)
						}))
				)
		},
		{
			name: 'draftDevices',
			read: ({ accountId }) =>
				read(
					sqlBuilder.select().from(draftDevices).where(eq(draftDevices.accountId, accountId)),
					(rows) => rows.map(({ seenAtMs }) => ({ seenAt: isoTime(seenAtMs) }))
				)
		}
	];
}
