import { and, asc, desc, eq, isNotNull, isNull, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Actor } from '#lib/domain/actor.ts';
import { DESK_ROLES } from '#lib/domain/claims/access.ts';
import type { Topic } from '#lib/domain/messages/conversation.ts';
import { INBOX_PAGE, type InboxCursor, type InboxPart } from '#lib/domain/messages/inbox.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { openName } from '#lib/server/db/people.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { contracts, staffOwnContracts } from '#lib/server/db/tables/contracts.ts';
import { conversationLooks, conversations } from '#lib/server/db/tables/conversations.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';

const GONE = { kind: 'not-found', code: 'portal/not-found' } as const satisfies Unmet;
const OWN = { kind: 'forbidden', code: 'messages/own-conversation' } as const satisfies Unmet;
const UNSUITABLE = {
	kind: 'conflict',
	code: 'messages/assignee-unsuitable'
} as const satisfies Unmet;
const MEANWHILE = {
	kind: 'conflict',
	code: 'messages/assigned-meanwhile'
} as const satisfies Unmet;
export const NOT_ASSIGNED = {
	kind: 'forbidden',
	code: 'messages/not-assigned'
} as const satisfies Unmet;

/** A conversation in the inbox: enough to choose it, nothing of what was written. */
export type InboxRow = {
	readonly id: string;
	readonly topic: Topic;
	readonly customerName: string;
	readonly claimId: string | null;
	readonly claimNumber: string | null;
	readonly waitingSinceMs: number | null;
	readonly lastMessageAtMs: number;
	readonly assignee: { readonly id: string; readonly name: string } | null;
};

/** What staff need besides the messages, with whose they are. */
export type ConversationDoor = InboxRow & {
	readonly accountId: string;
	readonly personId: string;
};

const customer = alias(people, 'customer');
const assignee = alias(accounts, 'assignee');
const assigneePerson = alias(people, 'assignee_person');

/**
 * Whether a conversation belongs to an account or person in any of the ways an answer must not (Z7):
 * as its customer, by the claim or contract it is about, or by a contract named as own.
 */
const isOwnOf = (account: SQL, person: SQL): SQL => sql`(
	"conversations"."account_id" = ${account} or "conversations"."person_id" = ${person}
	or exists (
		select 1 from ${claims} c
		where c.id = "conversations"."claim_id" and ${person} in (c.person_id, c.insured_person_id)
	)
	or exists (
		select 1 from ${contracts} k
		where k.id = coalesce(
			"conversations"."contract_id",
			(select c.contract_id from ${claims} c where c.id = "conversations"."claim_id")
		) and (
			k.policyholder_id = ${person}
			or exists (select 1 from ${staffOwnContracts} s where s.account_id = ${account} and s.contract_id = k.id)
		)
	)
)`;

const requireConversation = (id: string, condition: SQL | undefined, unmet: Unmet): Write =>
	requireFound(
		sqlBuilder
			.select({ id: conversations.id })
			.from(conversations)
			.where(and(eq(conversations.id, id), condition)),
		unmet
	);

/** Undoes the batch where there is no such conversation, or it is the actor's own (Z7). */
const requireForeign = (id: string, { accountId, personId }: Actor): Write => ({
	statements: [
		...requireConversation(id, undefined, GONE).statements,
		...requireConversation(id, sql`not ${isOwnOf(sql`${accountId}`, sql`${personId}`)}`, OWN)
			.statements
	]
});

export type InboxRepository = ReturnType<typeof createInboxRepository>;

/** The questions of all customers, as staff find and take them. */
export function createInboxRepository(cipher: Cipher) {
	const select = () =>
		sqlBuilder
			.select({ conversation: conversations, claimNumber: claims.number, customer, assigneePerson })
			.from(conversations)
			.innerJoin(customer, eq(customer.id, conversations.personId))
			.leftJoin(claims, eq(claims.id, conversations.claimId))
			.leftJoin(assignee, eq(assignee.id, conversations.assigneeId))
			.leftJoin(assigneePerson, eq(assigneePerson.id, assignee.personId))
			.$dynamic();
	type Row = {
		conversation: typeof conversations.$inferSelect;
		claimNumber: string | null;
		customer: typeof people.$inferSelect;
		assigneePerson: typeof people.$inferSelect | null;
	};
	const open = async (row: Row): Promise<ConversationDoor> => {
		const { conversation } = row;
		return {
			id: conversation.id,
			accountId: conversation.accountId,
			personId: conversation.personId,
			topic: conversation.topic,
			customerName: await openName(cipher, row.customer),
			claimId: conversation.claimId,
			claimNumber: row.claimNumber,
			waitingSinceMs: conversation.waitingSinceMs,
			lastMessageAtMs: conversation.lastMessageAtMs,
			assignee:
				conversation.assigneeId && row.assigneePerson
					? { id: conversation.assigneeId, name: await openName(cipher, row.assigneePerson) }
					: null
		};
	};

	return {
		/**
		 * Those that wait, the longest first; or what the reader has answered, the newest first. Each
		 * part has an index whose order is that of the page, so that a page costs the same at any size.
		 */
		list(part: InboxPart, readerId: string, after: InboxCursor | null): Read<readonly InboxRow[]> {
			const isAnswered = part === 'answered';
			const at = isAnswered ? conversations.lastMessageAtMs : conversations.waitingSinceMs;
			const direction = isAnswered ? desc : asc;
			const behind = isAnswered ? sql`<` : sql`>`;
			const owner = part === 'free' ? null : readerId;
			return read(
				select()
					.where(
						and(
							isAnswered
								? isNull(conversations.waitingSinceMs)
								: isNotNull(conversations.waitingSinceMs),
							part === 'all' ? undefined : sql`${conversations.assigneeId} is ${owner}`,
							after
								? sql`(${at}, ${conversations.id}) ${behind} (${after.atMs}, ${after.id})`
								: undefined
						)
					)
					.orderBy(direction(at), direction(conversations.id))
					.limit(INBOX_PAGE + 1),
				(rows) => Promise.all(rows.map(open))
			);
		},

		/** One conversation with its customer's key learnt; null where there is none. */
		find(id: string): Read<ConversationDoor | null> {
			return read(select().where(eq(conversations.id, id)), async ([row]) =>
				row ? open(row) : null
			);
		},

		requireForeign,

		/**
		 * Writes the look down, if the conversation is assigned to the reader and not their own. In the
		 * batch that reads: without the look there is nothing to see (decision 0044).
		 */
		look(look: {
			readonly id: string;
			readonly conversationId: string;
			readonly actor: Actor;
			readonly nowMs: number;
		}): Write {
			const { accountId, personId, role } = look.actor;
			return writeIfHolds(
				sqlBuilder.insert(conversationLooks).select(
					sqlBuilder
						.select({
							id: sql<string>`${look.id}`.as('id'),
							conversationId: conversations.id,
							accountId: sql<string>`${accountId}`.as('account_id'),
							role: sql<Actor['role']>`${role}`.as('role'),
							atMs: sql<number>`${look.nowMs}`.as('at_ms')
						})
						.from(conversations)
						.where(
							and(
								eq(conversations.id, look.conversationId),
								eq(conversations.assigneeId, accountId),
								sql`not ${isOwnOf(sql`${accountId}`, sql`${personId}`)}`
							)
						)
				),
				NOT_ASSIGNED
			);
		},

		/** Undoes the batch unless the actor has it. */
		requireAssigned(id: string, { accountId }: Actor): Write {
			return requireConversation(id, eq(conversations.assigneeId, accountId), NOT_ASSIGNED);
		},

		/** Undoes the batch unless the colleague answers customers here and this one is not their own. */
		requireSuitable(id: string, assigneeId: string): Write {
			const roles = sql.join(
				DESK_ROLES.map((role) => sql`${role}`),
				sql`, `
			);
			const condition = sql`exists (
				select 1 from ${accounts} a
				where a.id = ${assigneeId} and a.status = 'active' and a.role in (${roles})
					and not ${isOwnOf(sql`a.id`, sql`a.person_id`)}
			)`;
			return requireConversation(id, condition, UNSUITABLE);
		},

		/**
		 * Gives a conversation to somebody, or to nobody with null. `from`: who must have it at this
		 * moment, null for nobody, `anybody` where a lead shares out the work.
		 */
		assign(id: string, assigneeId: string | null, from: string | null): Write {
			const holder = from === 'anybody' ? undefined : sql`${conversations.assigneeId} is ${from}`;
			return writeIfHolds(
				sqlBuilder
					.update(conversations)
					.set({ assigneeId })
					.where(and(eq(conversations.id, id), holder)),
				MEANWHILE
			);
		}
	};
}
