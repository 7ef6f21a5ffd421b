/**
 * The only file that knows Lucia (decision 0004). Lucia checks and ends sessions; their rows are
 * written in the batch of the act, so its adapter hands writes out instead of running them.
 */
import { and, eq, lt, ne, sql } from 'drizzle-orm';
import { Lucia, TimeSpan, type Adapter } from 'lucia';
import type { KeptForm } from '#lib/domain/accounts/kept-form.ts';
import {
	CUSTOMER_IDLE_MS,
	isIdle,
	SEEN_STEP_MS,
	SESSION_LIFETIME_MS,
	timeLeft,
	type TimeLeft
} from '#lib/domain/accounts/lifetimes.ts';
import { hasMoved } from '#lib/domain/accounts/session-place.ts';
import { calendarDateOf, SECOND_MS } from '#lib/domain/calendar.ts';
import type { Origin } from '#lib/domain/audit/audit.ts';
import type { Actor, Role } from '#lib/domain/actor.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	write,
	writeIfHolds,
	type Database,
	type Write
} from '#lib/server/db/client.ts';
import { sessions } from '#lib/server/db/tables/accounts.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { newToken, sessionIdOfToken, type Ids } from '#lib/server/platform/ids.ts';
import { createKeptFormsRepository } from './kept-forms.repository.ts';
import { sealSessionOrigin, sessionOriginOf, type SessionOrigin } from './session-origin.ts';
import { countUnread, deleteSession, findSession } from './sessions.repository.ts';
import { revokeOtherVaultDevices } from './vault-devices.repository.ts';

declare module 'lucia' {
	interface Register {
		Lucia: ReturnType<typeof createLucia>;
		DatabaseUserAttributes: SignedInAttributes;
		DatabaseSessionAttributes: SessionTimes & { opened?: OpenedRow };
	}
}

type SessionTimes = { readonly lastSeenAtMs: number; readonly endsAtMs: number };

type SignedInAttributes = {
	readonly personId: string;
	readonly role: Role;
	readonly language: Language;
	readonly displayName: string;
	readonly unreadCount: number;
	readonly mustChangePassword: boolean;
	readonly kept: KeptForm | null;
	readonly origin: SessionOrigin | null;
};

/** How a session came to be. */
export type SessionOpening = {
	readonly openedBy: 'password+totp' | 'password+passkey' | 'passkey';
	readonly deviceHash: Uint8Array | null;
	readonly origin: Origin;
};

type OpenedRow = {
	readonly openedBy: SessionOpening['openedBy'];
	readonly deviceHash: Uint8Array | null;
	readonly origin: Uint8Array;
};

/** Who is signed in, and what every page's frame shows of them. */
export type SignedIn = {
	readonly actor: Actor;
	readonly sessionId: string;
	readonly language: Language;
	readonly displayName: string;
	readonly unreadCount: number;
	/** After "this was not me" or a recovery: nothing else opens before a new password. */
	readonly mustChangePassword: boolean;
	readonly timeLeft: TimeLeft;
	/** What was typed on this page when an earlier session ended; null on any other page. */
	readonly kept: KeptForm | null;
};

export type Sessions = ReturnType<typeof createSessions>;

export function createSessions(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly origin: Origin;
	readonly audit: Pick<AuditService, 'record'>;
	/** Whether a session of the staff counts only when a passkey opened it (Z8). */
	readonly staffNeedPasskey: boolean;
}) {
	const { db, cipher, clock, ids } = parts;
	const pending: Write[] = [];
	// One instance serves one request, and a request is for one page.
	let pagePath: string | null = null;
	const lucia = createLucia(createAdapter(parts, pending, () => pagePath));

	/** Ends it for both who have its cookie: only the owner can come in again, and reads why. */
	async function endMoved(accountId: string, sessionId: string): Promise<void> {
		await db.commit(
			deleteSession(sessionId),
			await parts.audit.record({
				event: 'account/session-moved',
				outcome: 'failure',
				objectRef: 'account',
				accountId
			})
		);
	}

	return {
		/**
		 * A new session: the raw token for the cookie, and the write for the batch of the sign-in.
		 * The person's key must have been read in this request.
		 */
		async create(
			account: { readonly id: string; readonly personId: string },
			{ openedBy, deviceHash, origin }: SessionOpening
		): Promise<{ readonly token: string; readonly write: Write }> {
			const token = newToken(ids);
			const sessionId = await sessionIdOfToken(token);
			const nowMs = clock.nowMs();
			const sealed = await sealSessionOrigin(cipher, account.personId, origin);
			await lucia.createSession(
				account.id,
				{
					lastSeenAtMs: nowMs,
					endsAtMs: nowMs + SESSION_LIFETIME_MS,
					opened: { openedBy, deviceHash, origin: sealed }
				},
				{ sessionId }
			);
			return { token, write: { statements: pending.splice(0).flatMap((one) => one.statements) } };
		},

		/**
		 * Ends the oldest sessions of an account beyond `kept` (S7), and those that have ended by
		 * themselves. Belongs behind the write that adds one.
		 */
		endBeyond(accountId: string, kept: number): Write {
			const nowMs = clock.nowMs();
			return write(
				sqlBuilder.delete(sessions).where(
					and(
						eq(sessions.accountId, accountId),
						sql`${sessions.id} not in (select s.id from ${sessions} s where s.account_id = ${accountId}
							and s.expires_at_ms > ${nowMs} and s.last_seen_at_ms > ${nowMs - CUSTOMER_IDLE_MS}
							order by s.created_at_ms desc, s.rowid desc limit ${kept})`
					)
				)
			);
		},

		/**
		 * Whoever holds the token, or null: unknown, ended, idle, or the account is not active. A session
		 * that goes on in another browser or country ends here, with an entry in its owner's log.
		 * `path` is the page whose kept form is wanted, if any.
		 */
		async find(token: string, path: string | null = null): Promise<SignedIn | null> {
			pagePath = path;
			const { session, user } = await lucia.validateSession(await sessionIdOfToken(token));
			if (!session) return null;
			const times = { lastSeenAtMs: session.lastSeenAtMs, expiresAtMs: session.endsAtMs };
			const left = timeLeft(times, clock.nowMs(), user.role);
			if (isIdle(left)) return null;
			if (user.origin && hasMoved(user.origin, sessionOriginOf(parts.origin))) {
				await endMoved(user.id, session.id);
				return null;
			}
			return {
				actor: { accountId: user.id, personId: user.personId, role: user.role },
				sessionId: session.id,
				language: user.language,
				displayName: user.displayName,
				unreadCount: user.unreadCount,
				mustChangePassword: user.mustChangePassword,
				timeLeft: left,
				kept: user.kept
			};
		},

		/**
		 * Notes that the session is in use, and from where when its person is named; changes nothing when
		 * that was noted within the last second.
		 */
		async markSeen(sessionId: string, personId: string | null = null): Promise<unknown> {
			const nowMs = clock.nowMs();
			const origin = personId && (await sealSessionOrigin(cipher, personId, parts.origin));
			return db.commit(
				write(
					sqlBuilder
						.update(sessions)
						.set({ lastSeenAtMs: nowMs, ...(origin && { origin }) })
						.where(and(eq(sessions.id, sessionId), lt(sessions.lastSeenAtMs, nowMs - SEEN_STEP_MS)))
				)
			);
		},

		/**
		 * A new token for a running session, at step-up and when a factor changes: the old one is dead
		 * with the batch (S3). Its absolute end stays where it was.
		 */
		async rotate(sessionId: string): Promise<{
			readonly token: string;
			/** What the session is called from then on. */
			readonly sessionId: string;
			readonly write: Write;
		}> {
			const token = newToken(ids);
			const nextId = await sessionIdOfToken(token);
			return {
				token,
				sessionId: nextId,
				write: writeIfHolds(
					sqlBuilder
						.update(sessions)
						.set({ id: nextId, lastSeenAtMs: clock.nowMs() })
						.where(eq(sessions.id, sessionId)),
					{ kind: 'unauthenticated', code: 'portal/unauthenticated' }
				)
			};
		},

		/** The write that ends every session of the account but this one; drafts elsewhere lock (D7). */
		endOthers(accountId: string, sessionId: string): Write {
			return joinWrites(
				revokeOtherVaultDevices(accountId, sessionId),
				write(
					sqlBuilder
						.delete(sessions)
						.where(and(eq(sessions.accountId, accountId), ne(sessions.id, sessionId)))
				)
			);
		},

		/** The write that ends a session, for the batch of the sign-out. */
		end(sessionId: string): Write {
			return deleteSession(sessionId);
		}
	};
}

function createLucia(adapter: Adapter) {
	return new Lucia(adapter, {
		sessionExpiresIn: new TimeSpan(SESSION_LIFETIME_MS, 'ms'),
		getSessionAttributes: ({ lastSeenAtMs, endsAtMs }) => ({ lastSeenAtMs, endsAtMs }),
		getUserAttributes: (attributes) => attributes
	});
}

function createAdapter(
	parts: {
		readonly db: Database;
		readonly cipher: Cipher;
		readonly clock: Clock;
		readonly staffNeedPasskey: boolean;
	},
	pending: Write[],
	pagePath: () => string | null
): Adapter {
	const { db, cipher, clock, staffNeedPasskey } = parts;
	const keptForms = createKeptFormsRepository(cipher);
	return {
		async getSessionAndUser(sessionId) {
			const nowMs = clock.nowMs();
			const path = pagePath();
			const [signedIn, unreadCount, kept = null] = await db.read(
				findSession(sessionId, cipher, nowMs, staffNeedPasskey),
				countUnread(sessionId, calendarDateOf(nowMs)),
				...(path === null ? [] : [keptForms.find(sessionId, path, nowMs)])
			);
			if (!signedIn) return [null, null];
			const { id, accountId, lastSeenAtMs, expiresAtMs, ...attributes } = signedIn;
			const session = {
				...{ id, userId: accountId },
				// The query has refused an ended session by our clock. Lucia asks the system's clock again,
				// a moment later: it gets the time that is left, and a second for that moment.
				expiresAt: new Date(Date.now() + expiresAtMs - nowMs + SECOND_MS),
				attributes: { lastSeenAtMs, endsAtMs: expiresAtMs }
			};
			return [session, { id: accountId, attributes: { ...attributes, unreadCount, kept } }];
		},
		setSession: (session) => {
			pending.push(
				write(
					sqlBuilder.insert(sessions).values({
						id: session.id,
						accountId: session.userId,
						createdAtMs: clock.nowMs(),
						lastSeenAtMs: session.attributes.lastSeenAtMs,
						expiresAtMs: session.attributes.endsAtMs,
						...session.attributes.opened
					})
				)
			);
			return Promise.resolve();
		},
		deleteSession: async (sessionId) => {
			await db.commit(deleteSession(sessionId));
		},
		// Lucia would slide the end without limit; ours is absolute, so a renewal changes nothing.
		updateSessionExpiration: () => Promise.resolve(),
		getUserSessions: () => Promise.reject(new Error('sessions are listed by the accounts service')),
		deleteUserSessions: async (accountId) => {
			await db.commit(write(sqlBuilder.delete(sessions).where(eq(sessions.accountId, accountId))));
		},
		deleteExpiredSessions: async () => {
			const nowMs = clock.nowMs();
			await db.commit(write(sqlBuilder.delete(sessions).where(lt(sessions.expiresAtMs, nowMs))));
		}
	};
}
