import { CHALLENGE_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, sessionIdOfToken, type Ids } from '#lib/server/platform/ids.ts';
import {
	newPasskeyChallenge,
	passkeyIdOf,
	requestOptions,
	verifyRequest,
	type PasskeyOptions,
	type RelyingParty
} from '#lib/server/platform/webauthn.ts';
import { createChallengesRepository } from './challenges.repository.ts';
import { openPasskey, passkeysRepository } from './passkeys.repository.ts';
import type { Admit } from './sign-in-admission.ts';
import { belongsTo, type Browser, type Door, type SignedInBrowser } from './sign-in.service.ts';
import type { ThrottleService } from './throttle.service.ts';

const REFUSED = failed('unauthenticated', 'accounts/passkey-refused');

export type PasskeySignInService = ReturnType<typeof createPasskeySignInService>;

/**
 * The way in by passkey. User verification makes it two factors in one, so nothing is typed and
 * nothing can be phished or guessed; the browser offers the passkeys it has, and the portal never
 * says whether an address has one.
 */
export function createPasskeySignInService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: Pick<AuditService, 'record'>;
	readonly throttle: Pick<ThrottleService, 'addressKey' | 'commitWithin'>;
	readonly admit: Admit;
	readonly relyingParty: RelyingParty;
}) {
	const { db, clock, ids, audit, throttle, relyingParty } = parts;
	const challenges = createChallengesRepository(parts.cipher);

	return {
		/**
		 * A challenge for the browser, good for ten minutes and one answer. Asks for no name.
		 * Fails with `portal/limit-reached` when a network asks too often.
		 */
		async offer(
			door: Door
		): Promise<Result<{ readonly challengeToken: string; readonly options: PasskeyOptions }>> {
			const challengeToken = newToken(ids);
			const passkeyChallenge = newPasskeyChallenge(ids.randomBytes);
			const done = await throttle.commitWithin(
				{
					scope: 'sign-in/passkey-offers',
					key: throttle.addressKey(),
					limit: LIMITS.passkeyOffers,
					accountId: null
				},
				challenges.insert({
					tokenHash: await hashToken(challengeToken),
					accountId: null,
					isPasswordRight: false,
					passkeyChallenge,
					door,
					expiresAtMs: clock.nowMs() + CHALLENGE_LIFETIME_MS
				})
			);
			if (!done.ok) return done;
			return ok({ challengeToken, options: await requestOptions(relyingParty, passkeyChallenge) });
		},

		/**
		 * Takes the browser's answer once. Fails with `accounts/passkey-refused` (unknown, of the other
		 * door, of a disabled account, or the signature does not hold; never which) or
		 * `accounts/challenge-ended`.
		 */
		async finish(
			challengeToken: string,
			answer: string,
			browser: Browser
		): Promise<Result<SignedInBrowser>> {
			const nowMs = clock.nowMs();
			const passkeyId = passkeyIdOf(answer);
			if (passkeyId === null) return REFUSED;
			const tokenHash = await hashToken(challengeToken);
			const deviceHash = browser.deviceToken === null ? null : await hashToken(browser.deviceToken);
			const oldSessionId =
				browser.sessionToken === null ? null : await sessionIdOfToken(browser.sessionToken);
			const asked = await db.commitAndRead(
				[challenges.bookTry(tokenHash, nowMs)],
				[challenges.findForPasskey(tokenHash, passkeyId, { deviceHash, oldSessionId }, nowMs)]
			);
			if (!asked.ok) return asked;
			const [challenge] = asked.value;
			const refuse = async () => {
				await db.commit(
					await audit.record({
						event: 'account/sign-in-failed',
						outcome: 'failure',
						objectRef: 'account',
						accountId: challenge?.account.id ?? null,
						factors: ['passkey']
					})
				);
				return REFUSED;
			};
			if (!challenge || !belongsTo(challenge.account, challenge.door)) return refuse();
			const { account, passkey, passkeyChallenge } = challenge;
			const opened = await openPasskey(parts.cipher, account.personId, passkey);
			const verified = await verifyRequest(relyingParty, passkeyChallenge, answer, opened);
			if (!verified) return refuse();
			const arrival = { ...challenge, broughtDevice: browser.deviceToken, oldSessionId };
			const admission = await parts.admit(arrival, 'passkey', ['passkey']);
			const done = await db.commit(
				challenges.use(tokenHash, nowMs),
				passkeysRepository.use(passkey, verified.signCount, nowMs),
				...admission.writes
			);
			if (!done.ok) return refuse();
			const { sessionToken, deviceToken } = admission;
			return ok({ sessionToken, deviceToken, role: account.role });
		}
	};
}
