// What the daily job removes, kind by kind, in small batches.
import { and, eq, inArray, isNull, lt, ne, or, sql, type SQL } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { dueBeforeDate, dueBeforeMs, type RetentionKind } from '#lib/domain/privacy/retention.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { joinWrites, read, write } from '#lib/server/db/client.ts';
import {
	accounts,
	enrolments,
	mailTokens,
	pendingActs,
	recoveryCases,
	sessions,
	vaultRemovals
} from '#lib/server/db/tables/accounts.ts';
import { submissions } from '#lib/server/db/tables/claims.ts';
import { contractInvitations, contractRequests } from '#lib/server/db/tables/contracts.ts';
import { coverageInquiries } from '#lib/server/db/tables/coverage-inquiries.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { marketingConsents } from '#lib/server/db/tables/information.ts';
import { mailOutbox } from '#lib/server/db/tables/messages.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { dataExports, jobRuns, legalHolds } from '#lib/server/db/tables/privacy.ts';
import { serviceCalls } from '#lib/server/db/tables/service-tokens.ts';
import { GOES_WITH_ACCOUNT } from './account-tables.ts';
import { oldConversations } from './conversation-retention.repository.ts';
import { isNobodys, removePeople } from './erasure.repository.ts';
import { isFree, isFreeOfItsOwn } from './holds.ts';
import { oldInquiries } from './inquiry-retention.repository.ts';
import {
	decidedClaims,
	endedContracts,
	refusedReceipts,
	unsentFiles
} from './record-retention.repository.ts';
import type { RetentionStep } from './retention-step.ts';

const rowidOf = (table: SQLiteTable) => sql<string>`cast(${table}.rowid as text)`;

/** Rows of one table that nothing points to, by a condition on themselves. */
function rowsOf(name: string, table: SQLiteTable, isOver: SQL | undefined): RetentionStep {
	return {
		name,
		find: (limit) =>
			read(
				sqlBuilder
					.select({ id: rowidOf(table) })
					.from(table)
					.where(isOver)
					.limit(limit),
				(rows) => rows
			),
		remove: (found) =>
			write(
				sqlBuilder.delete(table).where(
					and(
						inArray(
							sql`${table}.rowid`,
							found.map(({ id }) => Number(id))
						),
						isOver
					)
				)
			)
	};
}

/** The steps at an instant, in the order that leaves no row pointing to nothing. */
export function retentionSteps(nowMs: number): readonly RetentionStep[] {
	const over = (kind: RetentionKind) => dueBeforeMs(kind, nowMs);
	return [
		rowsOf('mail-links', mailTokens, lt(mailTokens.expiresAtMs, over('short-proof'))),
		rowsOf('enrolments', enrolments, lt(enrolments.expiresAtMs, over('short-proof'))),
		rowsOf('pending-acts', pendingActs, lt(pendingActs.expiresAtMs, over('short-proof'))),
		rowsOf('data-exports', dataExports, lt(dataExports.expiresAtMs, over('short-proof'))),
		rowsOf('sessions', sessions, lt(sessions.expiresAtMs, over('ended-session'))),
		rowsOf('recovery-cases', recoveryCases, lt(recoveryCases.closedAtMs, over('recovery-case'))),
		rowsOf(
			'mails',
			mailOutbox,
			or(
				lt(mailOutbox.sentAtMs, over('mail-log')),
				and(eq(mailOutbox.state, 'dead'), lt(mailOutbox.createdAtMs, over('mail-log')))
			)
		),
		rowsOf(
			'consents',
			marketingConsents,
			and(lt(marketingConsents.withdrawnAtMs, over('consent')), isFree(marketingConsents.accountId))
		),
		rowsOf('service-calls', serviceCalls, lt(serviceCalls.atMs, over('short-proof'))),
		rowsOf(
			'contract-invitations',
			contractInvitations,
			lt(contractInvitations.validUntilMs, over('short-proof'))
		),
		rowsOf('job-runs', jobRuns, lt(jobRuns.startedAtMs, over('job-run'))),
		rowsOf('removals', vaultRemovals, lt(vaultRemovals.removedAtMs, over('erasure-record'))),
		rowsOf('lifted-holds', legalHolds, lt(legalHolds.liftedAtMs, over('erasure-record'))),
		pendingRegistrations(over('pending-registration')),
		unsentFiles(over('unsent-upload')),
		rowsOf(
			'unsent-submissions',
			submissions,
			and(
				ne(submissions.state, 'committed'),
				lt(submissions.createdAtMs, over('unsent-upload')),
				isFree(submissions.accountId)
			)
		),
		rowsOf(
			'contract-notices',
			documents,
			and(
				eq(documents.kind, 'contract-notice'),
				// The receipts of a claim go with it (decision 0053).
				isNull(documents.claimId),
				lt(documents.createdAtMs, over('letter')),
				isFree(documents.accountId),
				// A notice names its contract in what is sealed: a hold on any of its reader's keeps it.
				isFreeOfItsOwn(documents.accountId)
			)
		),
		oldConversations('general-questions', 'nothing', over('general-question')),
		oldConversations('questions-on-file', 'something', over('letter')),
		rowsOf(
			'contract-requests',
			contractRequests,
			and(
				lt(contractRequests.decidedAtMs, over('letter')),
				isFree(contractRequests.id, contractRequests.contractId)
			)
		),
		oldInquiries(
			and(
				lt(coverageInquiries.answeredAtMs, over('letter')),
				isFree(coverageInquiries.id, coverageInquiries.contractId, coverageInquiries.accountId)
			)
		),
		refusedReceipts(over('refused-receipt')),
		decidedClaims('refused-claims', ['rejected'], over('letter')),
		decidedClaims('paid-claims', ['approved', 'partially_approved'], over('voucher')),
		endedContracts(dueBeforeDate('contract', nowMs)),
		nobodysPeople(nowMs - DAY_MS)
	];
}

/** Registered, never confirmed or never set up: the account with all it has. Its person follows. */
function pendingRegistrations(beforeMs: number): RetentionStep {
	const isOver = and(
		eq(accounts.status, 'pending'),
		eq(accounts.role, 'customer'),
		lt(accounts.createdAtMs, beforeMs),
		isFree(accounts.id)
	);
	return {
		name: 'pending-registrations',
		find: (limit) =>
			read(
				sqlBuilder.select({ id: accounts.id }).from(accounts).where(isOver).limit(limit),
				(rows) => rows
			),
		remove: (found) => {
			const ids = found.map(({ id }) => id);
			// Somebody may have set up the account since it was found.
			const gone = sqlBuilder
				.select({ id: accounts.id })
				.from(accounts)
				.where(and(inArray(accounts.id, ids), isOver));
			return joinWrites(
				...GOES_WITH_ACCOUNT.map((table) =>
					write(sqlBuilder.delete(table).where(inArray(table.accountId, gone)))
				),
				write(sqlBuilder.delete(accounts).where(and(inArray(accounts.id, ids), isOver)))
			);
		}
	};
}

/** People nothing names any more, with their data key: what was sealed under it is gone for good. */
function nobodysPeople(beforeMs: number): RetentionStep {
	return {
		name: 'people',
		find: (limit) =>
			read(
				sqlBuilder
					.select({ id: people.id })
					.from(people)
					.where(and(lt(people.createdAtMs, beforeMs), isNobodys()))
					.limit(limit),
				(rows) => rows
			),
		remove: (found) => removePeople(found.map(({ id }) => id))
	};
}
