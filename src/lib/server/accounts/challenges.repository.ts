import { and, eq, gt, isNull, lt, lte, sql } from 'drizzle-orm';
import { CHALLENGE_TRIES, CUSTOMER_IDLE_MS } from '#lib/domain/accounts/lifetimes.ts';
import { AUTHENTICATOR_FAILURES } from '#lib/domain/accounts/throttle.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, writeIfHolds, type Read, type Write } from '#lib/server/db/client.ts';
import {
	accounts,
	knownDevices,
	passkeys,
	sessions,
	signInChallenges
} from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { totpCell } from './account-cells.ts';
import { openAccount, type Account } from './accounts.repository.ts';
import { isDeviceIssued } from './devices.repository.ts';
import { storedPasskeyOf, type FoundPasskey } from './passkeys.repository.ts';

/** What stands between password and code. */
export type Challenge = {
	readonly door: 'customer' | 'staff';
	/** False for a try the throttle has stopped, whatever the password was (A14). */
	readonly isPasswordRight: boolean;
	/** The browser's device token, when its tries were booked under it. */
	readonly deviceHash: Uint8Array | null;
	/** Whether a full sign-in was made with that device before. */
	readonly isDeviceKnown: boolean;
	/** Whether anybody has signed in with the token the browser brought now. */
	readonly isDeviceIssued: boolean;
	/** Sessions of the account in use, without the one this browser brought. */
	readonly sessionsInUse: number;
	/** Keyed hash of the address typed, when nobody has it. */
	readonly typedNameIndex: Uint8Array | null;
	readonly account: Account | null;
	readonly totpSecret: Uint8Array | null;
};

const FAILED = { kind: 'unauthenticated', code: 'accounts/sign-in-failed' } as const;

/** A challenge that a passkey answers. */
export type PasskeyChallenge = Pick<
	Challenge,
	'door' | 'deviceHash' | 'isDeviceKnown' | 'isDeviceIssued' | 'sessionsInUse'
> & {
	readonly passkeyChallenge: string;
	readonly passkey: FoundPasskey;
	readonly account: Account;
};

/** Of the cookies the browser has sent with its second proof. */
export type BroughtByBrowser = {
	readonly deviceHash: Uint8Array | null;
	/** Of an earlier session, which ends in any case. */
	readonly oldSessionId: string | null;
};

/** Without the session this browser brought, which ends in any case. */
const sessionsInUse = (oldSessionId: string | null, nowMs: number) =>
	sql<number>`(select count(*) from ${sessions} s
		where s.account_id = ${accounts.id} and s.id <> ${oldSessionId ?? ''}
		and s.expires_at_ms > ${nowMs} and s.last_seen_at_ms > ${nowMs - CUSTOMER_IDLE_MS})`;

export type ChallengesRepository = ReturnType<typeof createChallengesRepository>;

export function createChallengesRepository(cipher: Cipher) {
	return {
		insert(challenge: typeof signInChallenges.$inferInsert): Write {
			return write(sqlBuilder.insert(signInChallenges).values(challenge));
		},

		bookTry(tokenHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(signInChallenges)
					.set({ tries: sql`${signInChallenges.tries} + 1` })
					.where(
						and(
							eq(signInChallenges.tokenHash, tokenHash),
							isNull(signInChallenges.usedAtMs),
							gt(signInChallenges.expiresAtMs, nowMs),
							lt(signInChallenges.tries, CHALLENGE_TRIES)
						)
					),
				{ kind: 'conflict', code: 'accounts/challenge-ended' }
			);
		},

		/** The challenge, and the account with its secret when the address belongs to somebody. */
		find(tokenHash: Uint8Array, brought: BroughtByBrowser, nowMs: number): Read<Challenge | null> {
			return read(
				sqlBuilder
					.select({
						challenge: signInChallenges,
						account: accounts,
						person: people,
						knownHash: knownDevices.tokenHash,
						isDeviceIssued: isDeviceIssued(brought.deviceHash, nowMs),
						sessionsInUse: sessionsInUse(brought.oldSessionId, nowMs)
					})
					.from(signInChallenges)
					.leftJoin(accounts, eq(accounts.id, signInChallenges.accountId))
					.leftJoin(people, eq(people.id, accounts.personId))
					.leftJoin(
						knownDevices,
						and(
							eq(knownDevices.tokenHash, signInChallenges.deviceHash),
							eq(knownDevices.accountId, accounts.id),
							gt(knownDevices.expiresAtMs, nowMs)
						)
					)
					.where(eq(signInChallenges.tokenHash, tokenHash)),
				async ([row]) => {
					if (!row) return null;
					const { challenge, account, person } = row;
					const sealed = account?.totpSecret;
					return {
						door: challenge.door,
						isPasswordRight: challenge.isPasswordRight && !challenge.isDelayed,
						deviceHash: challenge.deviceHash,
						isDeviceKnown: row.knownHash !== null,
						isDeviceIssued: row.isDeviceIssued === 1,
						sessionsInUse: row.sessionsInUse,
						typedNameIndex: challenge.typedNameIndex,
						account: account && person ? await openAccount(cipher, account, person) : null,
						totpSecret:
							account && sealed ? await cipher.openTotpSecret(totpCell(account.id), sealed) : null
					};
				}
			);
		},

		/**
		 * A challenge made for a passkey, with the passkey that answers it and whose it is. Null when one
		 * of them is not there; the accounts of addresses typed play no part.
		 */
		findForPasskey(
			tokenHash: Uint8Array,
			passkeyId: string,
			brought: BroughtByBrowser,
			nowMs: number
		): Read<PasskeyChallenge | null> {
			return read(
				sqlBuilder
					.select({
						challenge: signInChallenges,
						passkey: passkeys,
						account: accounts,
						person: people,
						knownHash: knownDevices.tokenHash,
						isDeviceIssued: isDeviceIssued(brought.deviceHash, nowMs),
						sessionsInUse: sessionsInUse(brought.oldSessionId, nowMs)
					})
					.from(signInChallenges)
					.innerJoin(passkeys, eq(passkeys.id, passkeyId))
					.innerJoin(accounts, eq(accounts.id, passkeys.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.leftJoin(
						knownDevices,
						and(
							eq(knownDevices.tokenHash, brought.deviceHash ?? new Uint8Array()),
							eq(knownDevices.accountId, accounts.id),
							gt(knownDevices.expiresAtMs, nowMs)
						)
					)
					.where(eq(signInChallenges.tokenHash, tokenHash)),
				async ([row]) => {
					if (row?.challenge.passkeyChallenge == null) return null;
					return {
						door: row.challenge.door,
						passkeyChallenge: row.challenge.passkeyChallenge,
						passkey: storedPasskeyOf(row.passkey),
						account: await openAccount(cipher, row.account, row.person),
						deviceHash: brought.deviceHash,
						isDeviceKnown: row.knownHash !== null,
						isDeviceIssued: row.isDeviceIssued === 1,
						sessionsInUse: row.sessionsInUse
					};
				}
			);
		},

		/** Changes nothing: for paths that have nothing to write and must cost what the others cost (A17). */
		keep(tokenHash: Uint8Array): Write {
			return write(
				sqlBuilder
					.update(signInChallenges)
					.set({ tries: sql`${signInChallenges.tries}` })
					.where(eq(signInChallenges.tokenHash, tokenHash))
			);
		},

		use(tokenHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(signInChallenges)
					.set({ usedAtMs: nowMs })
					.where(and(eq(signInChallenges.tokenHash, tokenHash), isNull(signInChallenges.usedAtMs))),
				FAILED
			);
		},

		/** Accepts a TOTP step once: an equal or older step changes no row and undoes the batch (A7). */
		useTotpStep(accountId: string, step: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(accounts)
					.set({ totpLastStep: step, totpFailures: 0 })
					.where(
						and(
							eq(accounts.id, accountId),
							eq(accounts.status, 'active'),
							lt(accounts.totpLastStep, step),
							lt(accounts.totpFailures, AUTHENTICATOR_FAILURES),
							lt(accounts.passwordFailures, AUTHENTICATOR_FAILURES)
						)
					),
				FAILED
			);
		},

		purge(nowMs: number): Write {
			return write(
				sqlBuilder.delete(signInChallenges).where(lte(signInChallenges.expiresAtMs, nowMs))
			);
		}
	};
}
