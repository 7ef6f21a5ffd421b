import { CHALLENGE_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import type { Origin } from '#lib/domain/audit/audit.ts';
import { isStaff, type Actor, type Role } from '#lib/domain/actor.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import { TYPED_NAME, type AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, type Ids } from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import { createAccountsRepository, type Account, type Challenge } from './accounts.repository.ts';
import type { Sessions } from './sessions.ts';
import { findTotpStep } from './totp.ts';

/** Customers and staff come in by different doors; neither opens for the other. */
export type Door = 'customer' | 'staff';

/** What the browser brought along, read from its cookies. */
export type Browser = {
	readonly deviceToken: string | null;
	/** Of an earlier session in the same browser: it ends, and its token is never used again (S3). */
	readonly sessionToken: string | null;
};

/** The second proof. A passkey will be another kind; every kind goes through the same booked try. */
export type SignInProof = { readonly kind: 'totp'; readonly code: string };

export type SignInService = ReturnType<typeof createSignInService>;

export function createSignInService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly passwords: Passwords;
	readonly sessions: Pick<Sessions, 'create' | 'end'>;
	readonly audit: Pick<AuditService, 'record'>;
	readonly origin: Origin;
}) {
	const { db, clock, ids, passwords, sessions, audit, origin } = parts;
	const accounts = createAccountsRepository(parts.cipher);

	async function refuse(
		challenge: Pick<Challenge, 'account' | 'typedNameIndex'> | null
	): Promise<Result<never>> {
		await db.commit(
			await audit.record({
				event: 'account/sign-in-failed',
				outcome: 'failure',
				objectRef: 'account',
				accountId: challenge?.account?.id ?? null,
				typedNameIndex: challenge?.typedNameIndex ?? null,
				factors: ['password', 'totp']
			})
		);
		return failed('unauthenticated', 'accounts/sign-in-failed');
	}

	return {
		/**
		 * First step. Always answers a challenge: whether address or password are right shows only
		 * after the code, and not which of the three was wrong (security.md 3.7). One hash on every path.
		 */
		async start(
			input: { readonly email: string; readonly password: string },
			door: Door,
			_browser: Browser
		): Promise<Result<{ readonly challengeToken: string }>> {
			const [account] = await db.read(accounts.findByEmail(await accounts.emailIndex(input.email)));
			const isPasswordRight = await passwords.verify(input.password, account?.passwordHash ?? null);
			const typedNameIndex = await parts.cipher.blindIndex(TYPED_NAME, normaliseEmail(input.email));
			const challengeToken = newToken(ids);
			const done = await db.commit(
				accounts.insertChallenge({
					tokenHash: await hashToken(challengeToken),
					accountId: account?.id ?? null,
					isPasswordRight,
					typedNameIndex: account ? null : typedNameIndex,
					door,
					expiresAtMs: clock.nowMs() + CHALLENGE_LIFETIME_MS
				})
			);
			return done.ok ? ok({ challengeToken }) : done;
		},

		/**
		 * Second step. The try is booked before the code is looked at, so parallel guesses cannot
		 * outrun the limit of five. Fails with `accounts/sign-in-failed` (address, password or code,
		 * never which) or `accounts/challenge-ended` (ten minutes or five tries are over).
		 */
		async finish(
			challengeToken: string,
			proof: SignInProof,
			_browser: Browser
		): Promise<Result<{ readonly sessionToken: string; readonly role: Role }>> {
			const nowMs = clock.nowMs();
			const tokenHash = await hashToken(challengeToken);
			const booked = await db.commitAndRead(
				[accounts.bookChallengeTry(tokenHash, nowMs)],
				[accounts.findChallenge(tokenHash)]
			);
			if (!booked.ok) return booked;
			const [challenge] = booked.value;
			const proven = challenge ? proveChallenge(challenge, proof, nowMs) : null;
			if (!proven) return refuse(challenge);
			const session = await sessions.create(proven.account, {
				openedBy: 'password+totp',
				deviceHash: null,
				origin
			});
			const done = await db.commit(
				accounts.useChallenge(tokenHash, nowMs),
				accounts.useTotpStep(proven.account.id, proven.step),
				session.write,
				await audit.record({
					event: 'account/signed-in',
					objectRef: 'account',
					accountId: proven.account.id,
					factors: ['password', 'totp']
				})
			);
			if (!done.ok) return refuse(challenge);
			return ok({ sessionToken: session.token, role: proven.account.role });
		},

		/** Ends the session at once, on the server, with its log entry. */
		async signOut(actor: Actor, sessionId: string): Promise<Result<void>> {
			return db.commit(
				sessions.end(sessionId),
				await audit.record({
					event: 'account/signed-out',
					objectRef: 'account',
					accountId: actor.accountId
				})
			);
		}
	};
}

/** The account and the code's step when everything is right: password, status, door and code. */
function proveChallenge(
	challenge: Challenge,
	proof: SignInProof,
	nowMs: number
): { readonly account: Account; readonly step: number } | null {
	const { account, totpSecret, door, isPasswordRight } = challenge;
	const step = findTotpStep(totpSecret ?? new Uint8Array(20), proof.code, nowMs);
	if (!account || !totpSecret || !isPasswordRight || step === null) return null;
	if (account.status !== 'active' || isStaff(account.role) !== (door === 'staff')) return null;
	return step > account.totpLastStep ? { account, step } : null;
}
