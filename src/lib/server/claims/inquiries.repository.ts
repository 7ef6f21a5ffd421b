import { and, asc, desc, eq, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import * as v from 'valibot';
import { isStaff, type StaffRole } from '#lib/domain/actor.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	INQUIRY_PAGE,
	type ClockKind,
	type InquiryAnswer,
	type InquiryState
} from '#lib/domain/claims/coverage-inquiry.ts';
import {
	inquiryAnswerSchema,
	inquiryContentSchema,
	type InquiryContent
} from '#lib/domain/claims/coverage-inquiry.schema.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	requireFound,
	write,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { isWithinMandate } from '#lib/server/db/mandate.ts';
import { openName, type PersonRow } from '#lib/server/db/people.ts';
import { openPolicyNumber } from '#lib/server/db/policy-number.ts';
import { requireDate } from '#lib/server/db/stored-date.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { contracts } from '#lib/server/db/tables/contracts.ts';
import {
	coverageInquiries,
	coverageInquiryFiles,
	coverageInquiryLooks
} from '#lib/server/db/tables/coverage-inquiries.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';

/** Looks an inquiry's page shows at most: the newest. */
const LOOKS_LIMIT = 300;

const GONE = { kind: 'not-found', code: 'portal/not-found' } as const satisfies Unmet;

/** What a list tells of an inquiry: nothing of the treatment. */
export type InquiryRow = {
	readonly id: string;
	readonly reference: string;
	readonly insuredPersonName: string;
	readonly plan: string;
	readonly isUrgent: boolean;
	readonly clock: ClockKind;
	readonly state: InquiryState;
	readonly receivedAtMs: number;
	readonly dueOn: CalendarDate;
	readonly answeredAtMs: number | null;
};

/** An inquiry, opened. */
export type StoredInquiry = InquiryRow & {
	readonly accountId: string;
	readonly personId: string;
	readonly contractId: string;
	readonly policyNumber: string;
	readonly content: InquiryContent;
	readonly answer: InquiryAnswer | null;
};

export type NewInquiry = {
	readonly id: string;
	readonly reference: string;
	readonly accountId: string;
	readonly personId: string;
	readonly contractId: string;
	readonly insuredPersonId: string;
	readonly content: InquiryContent;
	readonly isUrgent: boolean;
	readonly clock: ClockKind;
	readonly receivedAtMs: number;
	readonly dueOn: CalendarDate;
	readonly receiptId: string;
	/** Files that are stored in this act or were before it. */
	readonly fileIds: readonly string[];
};

type Row = typeof coverageInquiries.$inferSelect;

const keyHolder = alias(people, 'key_holder');
const insured = alias(people, 'insured');
const policyholder = alias(people, 'policyholder');
const assignee = alias(accounts, 'assignee');
const assigneePerson = alias(people, 'assignee_person');

/** Where content and answer are sealed, under the key of who asked. */
export const inquiryCell = (
	column: 'content' | 'answer',
	rowId: string,
	personId: string
): Cell => ({
	table: 'coverage_inquiries',
	...{ column, rowId, personId }
});

export const selectInquiries = () =>
	sqlBuilder
		.select({
			...{ inquiry: coverageInquiries, keyHolder, insured, assigneePerson },
			...{ contract: contracts, policyholder }
		})
		.from(coverageInquiries)
		.innerJoin(keyHolder, eq(keyHolder.id, coverageInquiries.personId))
		.innerJoin(insured, eq(insured.id, coverageInquiries.insuredPersonId))
		.innerJoin(contracts, eq(contracts.id, coverageInquiries.contractId))
		.innerJoin(policyholder, eq(policyholder.id, contracts.policyholderId))
		.leftJoin(assignee, eq(assignee.id, coverageInquiries.assigneeId))
		.leftJoin(assigneePerson, eq(assigneePerson.id, assignee.personId))
		.$dynamic();

export type JoinedInquiry = {
	readonly inquiry: Row;
	readonly keyHolder: PersonRow;
	readonly insured: PersonRow;
	readonly assigneePerson: PersonRow | null;
	readonly contract: typeof contracts.$inferSelect;
	readonly policyholder: PersonRow;
};

/** The row of a list, with nothing of the content opened. */
export async function rowOfInquiry(cipher: Cipher, row: JoinedInquiry): Promise<InquiryRow> {
	const { id, reference, isUrgent, clock, state, receivedAtMs, answeredAtMs } = row.inquiry;
	return {
		...{ id, reference, isUrgent, clock, state, receivedAtMs, answeredAtMs },
		insuredPersonName: await openName(cipher, row.insured),
		plan: row.contract.plan,
		dueOn: requireDate(row.inquiry.dueOn)
	};
}

/** The whole of it; the key of who asked is learnt. */
export async function openInquiry(cipher: Cipher, row: JoinedInquiry): Promise<StoredInquiry> {
	const { id, accountId, personId, contractId, content, answer } = row.inquiry;
	await cipher.learn(personId, row.keyHolder);
	const opened = await cipher.openJson(inquiryCell('content', id, personId), content);
	return {
		...(await rowOfInquiry(cipher, row)),
		...{ accountId, personId, contractId },
		policyNumber: await openPolicyNumber(cipher, row.contract, row.policyholder),
		content: v.parse(inquiryContentSchema, opened),
		answer:
			answer &&
			v.parse(
				inquiryAnswerSchema,
				await cipher.openJson(inquiryCell('answer', id, personId), answer)
			)
	};
}

export type InquiriesRepository = ReturnType<typeof createInquiriesRepository>;

/** Cost inquiries before a treatment, as whoever asked sees them; the desk's side is `inquiry-desk`. */
export function createInquiriesRepository(cipher: Cipher) {
	const isOwn = (accountId: string, today: CalendarDate): SQL | undefined =>
		and(
			eq(coverageInquiries.accountId, accountId),
			isWithinMandate(accountId, coverageInquiries.contractId, today)
		);

	return {
		/** Seals and stores an inquiry. The person's key was read in this request. */
		async insert({ content, fileIds, ...row }: NewInquiry): Promise<Write> {
			const sealed = await cipher.sealJson(inquiryCell('content', row.id, row.personId), content);
			return joinWrites(
				write(
					sqlBuilder.insert(coverageInquiries).values({ ...row, content: sealed, state: 'open' })
				),
				...fileIds.map((fileId, position) =>
					write(
						sqlBuilder.insert(coverageInquiryFiles).values({ inquiryId: row.id, fileId, position })
					)
				)
			);
		},

		/** Undoes the batch unless the inquiry is this account's, and still within its mandate. */
		requireOwn(id: string, accountId: string, today: CalendarDate): Write {
			return requireFound(
				sqlBuilder
					.select({ id: coverageInquiries.id })
					.from(coverageInquiries)
					.where(and(eq(coverageInquiries.id, id), isOwn(accountId, today))),
				GONE
			);
		},

		/** The account's inquiries, newest first. */
		listOf(accountId: string, today: CalendarDate): Read<readonly InquiryRow[]> {
			return read(
				selectInquiries()
					.where(isOwn(accountId, today))
					.orderBy(desc(coverageInquiries.receivedAtMs), desc(coverageInquiries.id))
					.limit(INQUIRY_PAGE),
				(rows) => Promise.all(rows.map((row) => rowOfInquiry(cipher, row)))
			);
		},

		/** The account's inquiry, else null: somebody else's does not exist. */
		findOf(id: string, accountId: string, today: CalendarDate): Read<StoredInquiry | null> {
			return read(
				selectInquiries().where(and(eq(coverageInquiries.id, id), isOwn(accountId, today))),
				async ([row]) => (row ? openInquiry(cipher, row) : null)
			);
		},

		/** Who of the staff looked at the account's inquiry, and when. */
		listLooks(
			id: string,
			accountId: string
		): Read<
			readonly { readonly atMs: number; readonly accountId: string; readonly role: StaffRole }[]
		> {
			return read(
				sqlBuilder
					.select({
						atMs: coverageInquiryLooks.atMs,
						accountId: coverageInquiryLooks.accountId,
						role: coverageInquiryLooks.role
					})
					.from(coverageInquiryLooks)
					.innerJoin(coverageInquiries, eq(coverageInquiries.id, coverageInquiryLooks.inquiryId))
					.where(and(eq(coverageInquiries.id, id), eq(coverageInquiries.accountId, accountId)))
					.orderBy(desc(coverageInquiryLooks.atMs))
					.limit(LOOKS_LIMIT),
				(rows) => rows.flatMap(({ role, ...look }) => (isStaff(role) ? [{ ...look, role }] : []))
			);
		},

		/** Everything the account has asked, for the copy of its data. */
		listAllOf(accountId: string): Read<readonly StoredInquiry[]> {
			return read(
				selectInquiries()
					.where(eq(coverageInquiries.accountId, accountId))
					.orderBy(asc(coverageInquiries.receivedAtMs)),
				(rows) => Promise.all(rows.map((row) => openInquiry(cipher, row)))
			);
		},

		/** Looks at all of the account's inquiries, for the same copy. */
		listAllLooksOf(
			accountId: string
		): Read<
			readonly { readonly inquiryId: string; readonly role: string; readonly atMs: number }[]
		> {
			return read(
				sqlBuilder
					.select({
						inquiryId: coverageInquiryLooks.inquiryId,
						role: coverageInquiryLooks.role,
						atMs: coverageInquiryLooks.atMs
					})
					.from(coverageInquiryLooks)
					.innerJoin(coverageInquiries, eq(coverageInquiries.id, coverageInquiryLooks.inquiryId))
					.where(eq(coverageInquiries.accountId, accountId))
					.orderBy(asc(coverageInquiryLooks.atMs)),
				(rows) => rows
			);
		}
	};
}
