import { and, asc, desc, eq, isNull, ne, notExists, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import * as v from 'valibot';
import type { Actor } from '#lib/domain/actor.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type {
	OwnRequest,
	RequestKind,
	RequestRefusal,
	RequestState
} from '#lib/domain/contracts/requests.ts';
import { LANGUAGES } from '#lib/domain/messages/mail.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { openName, type PersonRow } from '#lib/server/db/people.ts';
import { requireDate } from '#lib/server/db/stored-date.ts';
import {
	contractLinks,
	contractRequests,
	contracts,
	staffOwnContracts
} from '#lib/server/db/tables/contracts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';

/** Open requests of one look, oldest first, and answered ones below them. */
export const OPEN_LIMIT = 50;
const ANSWERED_LIMIT = 50;
const OWN_LIMIT = 50;

const contentSchema = v.strictObject({
	name: v.string(),
	email: v.string(),
	/** As it was typed; the contract behind it may be none. */
	policyNumber: v.string(),
	language: v.picklist(LANGUAGES),
	note: v.string()
});
export type RequestContent = v.InferOutput<typeof contentSchema>;

type Row = typeof contractRequests.$inferSelect;

const policyholder = alias(people, 'policyholder');

/** A request, opened for the desk. */
export type DeskRequest = {
	readonly id: string;
	readonly kind: RequestKind;
	readonly reference: string;
	readonly state: RequestState;
	readonly receivedAtMs: number;
	readonly decidedAtMs: number | null;
	readonly wishedOn: CalendarDate | null;
	readonly reason: RequestRefusal | null;
	readonly content: RequestContent;
	readonly personId: string;
	/** Null where no contract has the number that was typed. */
	readonly contract: {
		readonly id: string;
		readonly plan: string;
		/** To compare with the name that was typed: anybody can declare without an account. */
		readonly policyholderName: string;
		readonly startsOn: CalendarDate;
		readonly endsOn: CalendarDate | null;
	} | null;
};

export type NewRequest = Pick<
	Row,
	'id' | 'kind' | 'reference' | 'contractId' | 'personId' | 'receivedAtMs'
> & {
	readonly wishedOn: CalendarDate | null;
	readonly content: RequestContent;
};

const contentCell = (rowId: string, personId: string): Cell => ({
	table: 'contract_requests',
	column: 'content',
	rowId,
	personId
});

export type RequestsRepository = ReturnType<typeof createRequestsRepository>;

export function createRequestsRepository(cipher: Cipher) {
	const selectRequests = () =>
		sqlBuilder
			.select({ request: contractRequests, person: people, contract: contracts, policyholder })
			.from(contractRequests)
			.innerJoin(people, eq(people.id, contractRequests.personId))
			.leftJoin(contracts, eq(contracts.id, contractRequests.contractId))
			.leftJoin(policyholder, eq(policyholder.id, contracts.policyholderId))
			.$dynamic();

	async function open(row: {
		readonly request: Row;
		readonly person: PersonRow;
		readonly contract: typeof contracts.$inferSelect | null;
		readonly policyholder: PersonRow | null;
	}): Promise<DeskRequest> {
		const { request, person, contract, policyholder: holder } = row;
		await cipher.learn(person.id, person);
		const content = await cipher.openJson(contentCell(request.id, person.id), request.content);
		return {
			...viewOf(request),
			id: request.id,
			decidedAtMs: request.decidedAtMs,
			personId: person.id,
			content: v.parse(contentSchema, content),
			contract: contract &&
				holder && {
					id: contract.id,
					plan: contract.plan,
					policyholderName: await openName(cipher, holder),
					startsOn: requireDate(contract.startsOn),
					endsOn: dateOrNull(contract.endsOn)
				}
		};
	}

	return {
		/** Of a kind but withdrawals one waits at a time; a second is `unmet`. */
		async insert(request: NewRequest, unmet: Unmet): Promise<Write> {
			const { content, ...rest } = request;
			const sealed = await cipher.sealJson(contentCell(request.id, request.personId), content);
			return write(
				sqlBuilder.insert(contractRequests).values({ ...rest, content: sealed, state: 'open' }),
				unmet
			);
		},

		/** The requests about a contract of this policyholder, newest first. */
		listOfContract(accountId: string, contractId: string): Read<readonly OwnRequest[]> {
			return read(
				sqlBuilder
					.select({ request: contractRequests })
					.from(contractRequests)
					.innerJoin(contractLinks, eq(contractLinks.contractId, contractRequests.contractId))
					.where(
						and(
							eq(contractLinks.accountId, accountId),
							eq(contractLinks.role, 'policyholder'),
							eq(contractRequests.contractId, contractId)
						)
					)
					.orderBy(desc(contractRequests.receivedAtMs))
					.limit(OWN_LIMIT),
				(rows) => rows.map(({ request }) => viewOf(request))
			);
		},

		/** Everything a person has declared, for the copy of their data. */
		listOfPerson(personId: string): Read<readonly DeskRequest[]> {
			return read(
				selectRequests()
					.where(eq(contractRequests.personId, personId))
					.orderBy(asc(contractRequests.receivedAtMs)),
				(rows) => Promise.all(rows.map(open))
			);
		},

		listOpen(): Read<readonly DeskRequest[]> {
			return read(
				selectRequests()
					.where(eq(contractRequests.state, 'open'))
					.orderBy(asc(contractRequests.receivedAtMs), asc(contractRequests.id))
					.limit(OPEN_LIMIT),
				(rows) => Promise.all(rows.map(open))
			);
		},

		listAnswered(): Read<readonly DeskRequest[]> {
			return read(
				selectRequests()
					.where(ne(contractRequests.state, 'open'))
					.orderBy(desc(contractRequests.decidedAtMs))
					.limit(ANSWERED_LIMIT),
				(rows) => Promise.all(rows.map(open))
			);
		},

		find(id: string): Read<DeskRequest | null> {
			return read(selectRequests().where(eq(contractRequests.id, id)), async ([row]) =>
				row ? open(row) : null
			);
		},

		/**
		 * Undoes the batch when the request is the actor's own: their person, their policy, or a contract
		 * they have named (Z7).
		 */
		requireForeign(id: string, actor: Actor, unmet: Unmet): Write {
			const named = sqlBuilder
				.select({ found: sql`1` })
				.from(staffOwnContracts)
				.where(
					and(
						eq(staffOwnContracts.accountId, actor.accountId),
						eq(staffOwnContracts.contractId, contractRequests.contractId)
					)
				);
			const held = sqlBuilder
				.select({ found: sql`1` })
				.from(contracts)
				.where(
					and(
						eq(contracts.id, contractRequests.contractId),
						eq(contracts.policyholderId, actor.personId)
					)
				);
			return requireFound(
				sqlBuilder
					.select({ id: contractRequests.id })
					.from(contractRequests)
					.where(
						and(
							eq(contractRequests.id, id),
							ne(contractRequests.personId, actor.personId),
							notExists(named),
							notExists(held)
						)
					),
				unmet
			);
		},

		/** Answers an open request, once. */
		decide(
			id: string,
			by: {
				readonly accountId: string;
				readonly nowMs: number;
				readonly state: 'accepted' | 'refused';
				readonly reason: RequestRefusal | null;
			},
			unmet: Unmet
		): Write {
			return writeIfHolds(
				sqlBuilder
					.update(contractRequests)
					.set({
						state: by.state,
						reason: by.reason,
						decidedBy: by.accountId,
						decidedAtMs: by.nowMs
					})
					.where(and(eq(contractRequests.id, id), eq(contractRequests.state, 'open'))),
				unmet
			);
		},

		/** The new last day, if the contract still ends when the clerk saw it end. */
		setEnd(
			contract: { readonly id: string; readonly endsOn: CalendarDate | null },
			endsOn: CalendarDate,
			unmet: Unmet
		): Write {
			const isAsSeen =
				contract.endsOn === null ? isNull(contracts.endsOn) : eq(contracts.endsOn, contract.endsOn);
			return writeIfHolds(
				sqlBuilder
					.update(contracts)
					.set({ endsOn })
					.where(and(eq(contracts.id, contract.id), isAsSeen)),
				unmet
			);
		}
	};
}

function viewOf(request: Row): OwnRequest {
	const { kind, reference, state, receivedAtMs, reason } = request;
	return { kind, reference, state, receivedAtMs, reason, wishedOn: dateOrNull(request.wishedOn) };
}

function dateOrNull(text: string | null): CalendarDate | null {
	return text === null ? null : requireDate(text);
}
