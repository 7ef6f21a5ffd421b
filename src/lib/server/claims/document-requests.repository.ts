import { and, asc, eq, inArray, isNotNull, isNull, notExists, sql, type SQL } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { claimStatesBefore } from '#lib/domain/claims/claim.ts';
import {
	MAX_REQUESTS,
	requestStateOf,
	type DocumentReturn,
	type RequestKind,
	type RequestState
} from '#lib/domain/claims/document-request.ts';
import { calendarDateSchema } from '#lib/domain/claims/claim.schema.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { isWithinMandate } from '#lib/server/db/mandate.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { documentRequests } from '#lib/server/db/tables/document-requests.ts';
import * as v from 'valibot';
import { addClaimFile } from './claim-file.ts';

const NOT_IN_REVIEW = { kind: 'conflict', code: 'claims/not-in-review' } as const satisfies Unmet;
const ASKED = { kind: 'conflict', code: 'claims/document-asked' } as const satisfies Unmet;
const OWN = { kind: 'forbidden', code: 'claims/own-claim' } as const satisfies Unmet;
const CLOSED = { kind: 'conflict', code: 'claims/request-closed' } as const satisfies Unmet;

export type StoredRequest = {
	readonly id: string;
	readonly kind: RequestKind;
	readonly line: number;
	readonly state: RequestState;
	readonly askedAtMs: number;
	readonly dueOn: CalendarDate;
	/** What was wrong with the file before; null where none has come yet. */
	readonly fault: DocumentReturn | null;
	readonly fileId: string | null;
	readonly answeredAtMs: number | null;
	readonly withdrawnAtMs: number | null;
	/** When the customer was last reminded of it; null while they were not. */
	readonly remindedAtMs: number | null;
};

type Asked = {
	readonly id: string;
	readonly claimId: string;
	readonly kind: RequestKind;
	readonly line: number;
	readonly askedAtMs: number;
	readonly askedBy: string;
	readonly dueOn: CalendarDate;
};

/** A request that waits for its document, with what a receipt says of it. */
export type OpenRequest = Pick<StoredRequest, 'id' | 'kind' | 'line'> & {
	readonly claimId: string;
	readonly claimNumber: string;
};

/** Who typed its file in stays with the file. */
const UNANSWERED = { answeredAtMs: null, capturedBy: null, capturedAtMs: null } as const;

const UNREMINDED = { reminders: 0, remindedAtMs: null } as const;

const isOpen = and(isNull(documentRequests.answeredAtMs), isNull(documentRequests.withdrawnAtMs));

const hasOpen = (claimId: string) =>
	sqlBuilder
		.select({ one: sql`1` })
		.from(documentRequests)
		.where(and(eq(documentRequests.claimId, claimId), isOpen));

const selectOpen = (id: string, claimId: string, accountId: string, today: CalendarDate) =>
	sqlBuilder
		.select({
			id: documentRequests.id,
			claimId: documentRequests.claimId,
			claimNumber: claims.number,
			kind: documentRequests.kind,
			line: documentRequests.line
		})
		.from(documentRequests)
		.innerJoin(claims, eq(claims.id, documentRequests.claimId))
		.where(
			and(
				eq(documentRequests.id, id),
				eq(claims.id, claimId),
				eq(claims.accountId, accountId),
				isWithinMandate(accountId, claims.contractId, today),
				isOpen
			)
		);

/** The claim waits for its customer, if this clerk works on it and it is not decided. */
function wait(claimId: string, clerkAccountId: string): Write {
	return writeIfHolds(
		sqlBuilder
			.update(claims)
			.set({ state: 'documents_requested', version: sql`${claims.version} + 1` })
			.where(
				and(
					eq(claims.id, claimId),
					eq(claims.assigneeId, clerkAccountId),
					// Waiting already: one more document changes nothing.
					inArray(claims.state, [
						...claimStatesBefore('documents_requested'),
						'documents_requested'
					])
				)
			),
		NOT_IN_REVIEW
	);
}

/** With the last document the claim is the clerk's again. */
function resumeWhenComplete(claimId: string): Write {
	return write(
		sqlBuilder
			.update(claims)
			.set({ state: 'in_review', version: sql`${claims.version} + 1` })
			.where(
				and(
					eq(claims.id, claimId),
					eq(claims.state, 'documents_requested'),
					notExists(hasOpen(claimId))
				)
			)
	);
}

const close = (
	id: string,
	claimId: string,
	end: Partial<typeof documentRequests.$inferInsert>,
	condition?: SQL
): Write =>
	writeIfHolds(
		sqlBuilder
			.update(documentRequests)
			.set(end)
			.where(
				and(eq(documentRequests.id, id), eq(documentRequests.claimId, claimId), isOpen, condition)
			),
		CLOSED
	);

export type DocumentRequestsRepository = ReturnType<typeof createDocumentRequestsRepository>;

/** Documents a claim lacks. No access check but where an owner is named: the services' looks are the condition. */
export function createDocumentRequestsRepository() {
	return {
		/** All of a claim in the order they were asked, withdrawn ones included. */
		listOfClaim(claimId: string): Read<readonly StoredRequest[]> {
			return read(
				sqlBuilder
					.select()
					.from(documentRequests)
					.where(eq(documentRequests.claimId, claimId))
					.orderBy(asc(documentRequests.askedAtMs), asc(documentRequests.id)),
				(rows) => rows.map(open)
			);
		},

		/** The same for the claim's owner; none for anybody else. */
		listOfOwnClaim(claimId: string, accountId: string): Read<readonly StoredRequest[]> {
			return read(
				sqlBuilder
					.select({ request: documentRequests })
					.from(documentRequests)
					.innerJoin(claims, eq(claims.id, documentRequests.claimId))
					.where(and(eq(claims.id, claimId), eq(claims.accountId, accountId)))
					.orderBy(asc(documentRequests.askedAtMs), asc(documentRequests.id)),
				(rows) => rows.map(({ request }) => open(request))
			);
		},

		/** Asks for a document, once: the claim waits for its customer from then on. */
		ask(request: Asked): Write {
			return joinWrites(
				wait(request.claimId, request.askedBy),
				write(sqlBuilder.insert(documentRequests).values(request), ASKED),
				requireFound(
					sqlBuilder
						.select({ id: claims.id })
						.from(claims)
						.where(
							and(
								eq(claims.id, request.claimId),
								sql`(select count(*) from ${documentRequests} d where d.claim_id = ${request.claimId}) <= ${MAX_REQUESTS}`
							)
						),
					ASKED
				)
			);
		},

		/** Asks once more for what came in and does not do. */
		askAgain(
			again: Pick<Asked, 'id' | 'claimId' | 'askedBy' | 'askedAtMs' | 'dueOn'> & {
				readonly fault: DocumentReturn;
			}
		): Write {
			const { id, claimId, askedAtMs, dueOn, fault } = again;
			return joinWrites(
				wait(claimId, again.askedBy),
				writeIfHolds(
					sqlBuilder
						.update(documentRequests)
						.set({ ...{ fault, askedAtMs, dueOn }, fileId: null, ...UNANSWERED, ...UNREMINDED })
						.where(
							and(
								eq(documentRequests.id, id),
								eq(documentRequests.claimId, claimId),
								isNotNull(documentRequests.answeredAtMs)
							)
						),
					CLOSED
				)
			);
		},

		/** A document is needed no more. Its clerk alone says so. */
		withdraw(id: string, claimId: string, clerkAccountId: string, nowMs: number): Write {
			const isInCharge = sql`exists (select 1 from ${claims} c where c.id = ${claimId} and c.assignee_id = ${clerkAccountId})`;
			return joinWrites(
				close(id, claimId, { withdrawnAtMs: nowMs }, isInCharge),
				resumeWhenComplete(claimId)
			);
		},

		/** What a decision no longer waits for. */
		withdrawOpen(claimId: string, nowMs: number): Write {
			return write(
				sqlBuilder
					.update(documentRequests)
					.set({ withdrawnAtMs: nowMs })
					.where(and(eq(documentRequests.claimId, claimId), isOpen))
			);
		},

		/** This request of this account's claim, if it waits for its document. */
		findOpen(
			...[id, claimId, accountId, today]: Parameters<typeof selectOpen>
		): Read<OpenRequest | null> {
			return read(selectOpen(id, claimId, accountId, today), ([row]) => row ?? null);
		},

		/** Undoes the batch unless this request of this account's claim waits for its document. */
		requireOpen(...[id, claimId, accountId, today]: Parameters<typeof selectOpen>): Write {
			return requireFound(selectOpen(id, claimId, accountId, today), CLOSED);
		},

		/** Undoes the batch for whoever works on the claim: nobody makes the evidence they decide on (0065). */
		requireNotInHand(claimId: string, clerkAccountId: string): Write {
			return requireFound(
				sqlBuilder
					.select({ id: claims.id })
					.from(claims)
					.where(and(eq(claims.id, claimId), sql`${claims.assigneeId} is not ${clerkAccountId}`)),
				OWN
			);
		},

		/** The file is the claim's, and this one request is answered by it; `captured` where it came by post. */
		answer(
			answer: { readonly id: string; readonly claimId: string; readonly fileId: string },
			answeredAtMs: number,
			captured?: { readonly capturedBy: string; readonly capturedAtMs: number }
		): Write {
			const { id, claimId, fileId } = answer;
			return joinWrites(
				addClaimFile(claimId, fileId, captured?.capturedBy),
				close(id, claimId, { fileId, answeredAtMs, ...captured }),
				resumeWhenComplete(claimId)
			);
		},

		/**
		 * A file that was refused when it was looked through answers nothing: its request is open again,
		 * and so is the customer's turn, unless the claim has been decided meanwhile.
		 */
		reopenOfRefusedFile(fileId: string): Write {
			const answered = sql`(select d.claim_id from ${documentRequests} d where d.file_id = ${fileId})`;
			return joinWrites(
				write(
					sqlBuilder
						.update(claims)
						.set({ state: 'documents_requested', version: sql`${claims.version} + 1` })
						.where(and(eq(claims.id, answered), eq(claims.state, 'in_review')))
				),
				write(
					sqlBuilder
						.update(documentRequests)
						.set({ fileId: null, ...UNANSWERED, fault: 'unreadable' })
						.where(
							and(
								eq(documentRequests.fileId, fileId),
								sql`exists (select 1 from ${claims} c where c.id = "document_requests"."claim_id" and c.decided_at_ms is null)`
							)
						)
				)
			);
		}
	};

	function open(row: typeof documentRequests.$inferSelect): StoredRequest {
		return {
			id: row.id,
			kind: row.kind,
			line: row.line,
			state: requestStateOf(row),
			askedAtMs: row.askedAtMs,
			dueOn: v.parse(calendarDateSchema, row.dueOn),
			fault: row.fault,
			fileId: row.fileId,
			answeredAtMs: row.answeredAtMs,
			withdrawnAtMs: row.withdrawnAtMs,
			remindedAtMs: row.remindedAtMs
		};
	}
}
