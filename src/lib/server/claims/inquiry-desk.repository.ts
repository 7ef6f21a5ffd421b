import { and, asc, desc, eq, ne, sql, type SQL } from 'drizzle-orm';
import type { Actor } from '#lib/domain/actor.ts';
import { INQUIRY_PAGE, type InquiryAnswer } from '#lib/domain/claims/coverage-inquiry.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	requireFound,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { openName } from '#lib/server/db/people.ts';
import { contracts, staffOwnContracts } from '#lib/server/db/tables/contracts.ts';
import {
	coverageInquiries,
	coverageInquiryLooks
} from '#lib/server/db/tables/coverage-inquiries.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import {
	inquiryCell,
	openInquiry,
	rowOfInquiry,
	selectInquiries,
	type InquiryRow,
	type JoinedInquiry,
	type StoredInquiry
} from './inquiries.repository.ts';

const GONE = { kind: 'not-found', code: 'portal/not-found' } as const satisfies Unmet;
const OWN = { kind: 'forbidden', code: 'claims/inquiry-own' } as const satisfies Unmet;
const MEANWHILE = { kind: 'conflict', code: 'claims/inquiry-taken' } as const satisfies Unmet;
const ANSWERED = { kind: 'conflict', code: 'claims/inquiry-answered' } as const satisfies Unmet;
export const INQUIRY_NOT_ASSIGNED = {
	kind: 'forbidden',
	code: 'claims/inquiry-not-assigned'
} as const satisfies Unmet;

/** A line of the desk's list: enough to choose, nothing of the treatment. */
export type DeskInquiryRow = InquiryRow & {
	readonly assignee: { readonly id: string; readonly name: string } | null;
};

/** Whether the inquiry at hand belongs to the actor in any of the ways an answer must not (Z7). */
const isOwnOf = ({ accountId, personId }: Actor): SQL => sql`(
	"coverage_inquiries"."account_id" = ${accountId}
	or ${personId} in (
		"coverage_inquiries"."person_id", "coverage_inquiries"."insured_person_id",
		(select k.policyholder_id from ${contracts} k where k.id = "coverage_inquiries"."contract_id")
	)
	or exists (select 1 from ${staffOwnContracts} s
		where s.account_id = ${accountId} and s.contract_id = "coverage_inquiries"."contract_id")
)`;

const requireInquiry = (id: string, condition: SQL | undefined, unmet: Unmet): Write =>
	requireFound(
		sqlBuilder
			.select({ id: coverageInquiries.id })
			.from(coverageInquiries)
			.where(and(eq(coverageInquiries.id, id), condition)),
		unmet
	);

export type InquiryDeskRepository = ReturnType<typeof createInquiryDeskRepository>;

/** The inquiries of all customers, as staff find, take and answer them. */
export function createInquiryDeskRepository(cipher: Cipher) {
	const rowOfDesk = async (row: JoinedInquiry): Promise<DeskInquiryRow> => ({
		...(await rowOfInquiry(cipher, row)),
		assignee:
			row.inquiry.assigneeId && row.assigneePerson
				? { id: row.inquiry.assigneeId, name: await openName(cipher, row.assigneePerson) }
				: null
	});

	return {
		/** What waits for an answer, the earliest last day first. */
		listOpen(): Read<readonly DeskInquiryRow[]> {
			return read(
				selectInquiries()
					.where(eq(coverageInquiries.state, 'open'))
					.orderBy(
						asc(coverageInquiries.dueOn),
						asc(coverageInquiries.receivedAtMs),
						asc(coverageInquiries.id)
					)
					.limit(INQUIRY_PAGE),
				(rows) => Promise.all(rows.map(rowOfDesk))
			);
		},

		/** What was answered last. */
		listAnswered(): Read<readonly DeskInquiryRow[]> {
			return read(
				selectInquiries()
					.where(ne(coverageInquiries.state, 'open'))
					.orderBy(desc(coverageInquiries.answeredAtMs))
					.limit(INQUIRY_PAGE),
				(rows) => Promise.all(rows.map(rowOfDesk))
			);
		},

		/** One inquiry whole. Only behind `look` or `requireAssigned` in the same act. */
		find(id: string): Read<StoredInquiry | null> {
			return read(selectInquiries().where(eq(coverageInquiries.id, id)), async ([row]) =>
				row ? openInquiry(cipher, row) : null
			);
		},

		/** Undoes the batch where there is no such inquiry, or it is the actor's own (Z7). */
		requireForeign: (id: string, actor: Actor): Write =>
			joinWrites(
				requireInquiry(id, undefined, GONE),
				requireInquiry(id, sql`not ${isOwnOf(actor)}`, OWN)
			),

		/**
		 * Writes the look down, if the inquiry is assigned to the reader and not their own. In the batch
		 * that reads: without the look there is nothing to see (decision 0044).
		 */
		look(look: {
			readonly id: string;
			readonly inquiryId: string;
			readonly actor: Actor;
			readonly nowMs: number;
		}): Write {
			const { accountId, role } = look.actor;
			return writeIfHolds(
				sqlBuilder.insert(coverageInquiryLooks).select(
					sqlBuilder
						.select({
							id: sql<string>`${look.id}`.as('id'),
							inquiryId: coverageInquiries.id,
							accountId: sql<string>`${accountId}`.as('account_id'),
							role: sql<Actor['role']>`${role}`.as('role'),
							atMs: sql<number>`${look.nowMs}`.as('at_ms')
						})
						.from(coverageInquiries)
						.where(
							and(
								eq(coverageInquiries.id, look.inquiryId),
								eq(coverageInquiries.assigneeId, accountId),
								sql`not ${isOwnOf(look.actor)}`
							)
						)
				),
				INQUIRY_NOT_ASSIGNED
			);
		},

		/** Undoes the batch unless the actor has it. */
		requireAssigned: (id: string, { accountId }: Actor): Write =>
			requireInquiry(id, eq(coverageInquiries.assigneeId, accountId), INQUIRY_NOT_ASSIGNED),

		/**
		 * Gives an open inquiry to somebody, or to nobody with null. `from`: who must have it at this
		 * moment, null for nobody, `anybody` where a lead puts back what a colleague cannot answer.
		 */
		assign(id: string, assigneeId: string | null, from: string | null): Write {
			const holder =
				from === 'anybody' ? undefined : sql`${coverageInquiries.assigneeId} is ${from}`;
			return writeIfHolds(
				sqlBuilder
					.update(coverageInquiries)
					.set({ assigneeId })
					.where(and(eq(coverageInquiries.id, id), eq(coverageInquiries.state, 'open'), holder)),
				MEANWHILE
			);
		},

		/** Answers an open inquiry, once: of two at a time the second finds it answered. */
		async answer(
			{ id, personId }: Pick<StoredInquiry, 'id' | 'personId'>,
			answer: InquiryAnswer,
			by: { readonly accountId: string; readonly nowMs: number; readonly documentId: string }
		): Promise<Write> {
			const sealed = await cipher.sealJson(inquiryCell('answer', id, personId), answer);
			return writeIfHolds(
				sqlBuilder
					.update(coverageInquiries)
					.set({
						...{ state: answer.outcome, answer: sealed },
						...{ answeredAtMs: by.nowMs, answeredBy: by.accountId, answerId: by.documentId }
					})
					.where(and(eq(coverageInquiries.id, id), eq(coverageInquiries.state, 'open'))),
				ANSWERED
			);
		}
	};
}
