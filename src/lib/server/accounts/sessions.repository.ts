/** The rows of sessions: found by one join, ended by their id. Which of them still count is decided here. */
import { and, eq, gt, like, or, sql } from 'drizzle-orm';
import { fullName } from '#lib/domain/accounts/profile.ts';
import type { Role } from '#lib/domain/actor.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { contractOfDocument, isWithinMandate } from '#lib/server/db/mandate.ts';
import { openPerson } from '#lib/server/db/people.ts';
import { accounts, sessions } from '#lib/server/db/tables/accounts.ts';
import { conversations, messages } from '#lib/server/db/tables/conversations.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { openSessionOrigin, type SessionOrigin } from './session-origin.ts';

export function deleteSession(sessionId: string): Write {
	return write(sqlBuilder.delete(sessions).where(eq(sessions.id, sessionId)));
}

/** A session that counts, and what the frame of every page shows of its owner. */
export type FoundSession = {
	readonly id: string;
	readonly lastSeenAtMs: number;
	readonly expiresAtMs: number;
	readonly accountId: string;
	readonly personId: string;
	readonly role: Role;
	readonly language: Language;
	readonly displayName: string;
	readonly mustChangePassword: boolean;
	/** From where it was last used; null for one that does not know. */
	readonly origin: SessionOrigin | null;
};

/** One join, one snapshot: session, account and person, only while all of them count. */
export function findSession(
	sessionId: string,
	cipher: Cipher,
	nowMs: number,
	staffNeedPasskey: boolean
): Read<FoundSession | null> {
	return read(
		sqlBuilder
			.select({ sessions, accounts, people })
			.from(sessions)
			.innerJoin(accounts, eq(accounts.id, sessions.accountId))
			.innerJoin(people, eq(people.id, accounts.personId))
			.where(
				and(
					eq(sessions.id, sessionId),
					gt(sessions.expiresAtMs, nowMs),
					eq(accounts.status, 'active'),
					...(staffNeedPasskey
						? [or(eq(accounts.role, 'customer'), like(sessions.openedBy, '%passkey'))]
						: [])
				)
			),
		async ([row]) => {
			if (!row) return null;
			const profile = await openPerson(cipher, row.people);
			return {
				id: row.sessions.id,
				lastSeenAtMs: row.sessions.lastSeenAtMs,
				expiresAtMs: row.sessions.expiresAtMs,
				accountId: row.accounts.id,
				personId: row.accounts.personId,
				role: row.accounts.role,
				language: row.accounts.language,
				displayName: fullName(profile),
				mustChangePassword: row.accounts.mustChangePassword,
				origin: row.sessions.origin
					? await openSessionOrigin(cipher, row.accounts.personId, row.sessions.origin)
					: null
			};
		}
	);
}

/**
 * The badge on the mailbox or the inbox, in the session's own batch: a page's frame costs no round
 * trip. Customers: unread documents and conversations with an unread answer. Staff: conversations of
 * theirs that wait.
 */
export function countUnread(sessionId: string, today: CalendarDate): Read<number> {
	const owner = sql`(select s.account_id from ${sessions} s where s.id = ${sessionId})`;
	return read(
		sqlBuilder
			.select({
				unread: sql<number>`(
					select count(*) from ${documents} d where d.account_id = ${owner} and d.read_at_ms is null
					and ${isWithinMandate(owner, contractOfDocument(sql`d`), today)}
				) + (
					select count(distinct m.conversation_id) from ${messages} m
					where m.account_id = ${owner} and m.author = 'staff' and m.read_at_ms is null
				) + (
					select count(*) from ${conversations} c
					where c.assignee_id = ${owner} and c.waiting_since_ms is not null
				)`
			})
			.from(sessions)
			.where(eq(sessions.id, sessionId)),
		([row]) => row?.unread ?? 0
	);
}
