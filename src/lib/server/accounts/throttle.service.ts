import { encodeHexLowerCase } from '@oslojs/encoding';
import { addressBlockOf } from '#lib/domain/accounts/address-block.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import {
	LIMITS,
	SIGN_IN_RULES,
	UNLOCK_LIFETIME_MS,
	type Limit
} from '#lib/domain/accounts/throttle.ts';
import type { Origin } from '#lib/domain/audit/audit.ts';
import { failed, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { isDeviceKnown } from './devices.repository.ts';
import {
	conditions,
	LIMIT_REACHED,
	throttleRepository,
	type Booked,
	type Candidate
} from './throttle.repository.ts';

/** What an act counts as: its limit, whose count it is, and who is named in the log. */
export type Bounds = {
	/** Names the count, `claims/submissions`. Every act has its own (B2). */
	readonly scope: string;
	/** Whose count: an account's id, an address. Kept as a keyed hash. */
	readonly key: string;
	readonly limit: Limit;
	readonly accountId: string | null;
};

/** A try of the sign-in, ready to be booked in the batch that reads the account. */
export type SignInTry = {
	/** Where it was booked; empty when the throttle stops it: nothing is checked then (A14). */
	readonly book: Read<readonly Booked[]>;
	/** Ask after booking: from the twentieth try on only a link from the owner's mail opens more. */
	readonly isLocked: Read<boolean>;
};

export type ThrottleService = ReturnType<typeof createThrottleService>;

/** Scopes that the browser's own device token opens. */
export const DEVICE_SCOPES: readonly string[] = ['sign-in/device', 'sign-in/unlocked'];

export function createThrottleService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly audit: Pick<AuditService, 'record'>;
	readonly origin: Pick<Origin, 'ip'>;
}) {
	const { db, cipher, clock, audit, origin } = parts;
	const keyOf = (...words: readonly string[]) =>
		cipher.blindIndex('throttle', words.map((word) => `${word.length}:${word}`).join());
	const nameKey = (email: string) => keyOf('name', normaliseEmail(email));
	const deviceKey = (email: string, deviceHash: Uint8Array) =>
		keyOf('device', normaliseEmail(email), encodeHexLowerCase(deviceHash));

	const addressKey = () => addressBlockOf(origin.ip) ?? 'none';
	const mailBounds = (email: string): readonly Bounds[] => [
		{
			scope: 'mails/to-address',
			key: normaliseEmail(email),
			limit: LIMITS.mailsToAddress,
			accountId: null
		},
		{
			scope: 'mails/from-address',
			key: addressKey(),
			limit: LIMITS.mailsFromAddress,
			accountId: null
		}
	];

	/** Strangers share their network's row and the row of everybody; known devices wait for nobody. */
	async function addressCandidate(): Promise<Candidate> {
		const block = addressBlockOf(origin.ip);
		const keyHash = await keyOf('address', block ?? 'none');
		const rule = block === null ? SIGN_IN_RULES.noAddress : SIGN_IN_RULES.address;
		return { scope: 'sign-in/address', keyHash, rule };
	}

	return {
		/**
		 * The rows of one try (security.md 3.10). A known device and a browser that opened the unlock
		 * link have rows of their own; everybody else shares the name's row, the network's and one of all.
		 */
		async signInTry(
			email: string,
			emailIndexes: readonly Uint8Array[],
			deviceHash: Uint8Array | null
		): Promise<SignInTry> {
			const nowMs = clock.nowMs();
			const strangers: readonly Candidate[] = [
				{ scope: 'sign-in/unknown', keyHash: await nameKey(email), rule: SIGN_IN_RULES.unknown },
				await addressCandidate(),
				{ scope: 'sign-in/global', keyHash: await keyOf('global'), rule: SIGN_IN_RULES.global }
			];
			const candidates =
				deviceHash === null
					? strangers
					: await withOwnRows(strangers, email, emailIndexes, deviceHash, nowMs);
			return {
				book: throttleRepository.book(candidates, nowMs),
				isLocked: throttleRepository.isLocked(candidates, nowMs)
			};
		},

		/** The row of a code, whose account only the challenge names: booked with the challenge's own try. */
		codeTry: (challengeHash: Uint8Array): Read<boolean> =>
			throttleRepository.bookCode(challengeHash, clock.nowMs()),

		/** A full sign-in takes back the tries of its own row and of no other. */
		async forgetSignIn(email: string, deviceHash: Uint8Array | null): Promise<readonly Write[]> {
			if (deviceHash === null) {
				return [throttleRepository.forget('sign-in/unknown', await nameKey(email))];
			}
			const keyHash = await deviceKey(email, deviceHash);
			return DEVICE_SCOPES.map((scope) => throttleRepository.forget(scope, keyHash));
		},

		purge: (): Write => throttleRepository.purge(clock.nowMs()),

		forgetCodes: (accountId: string): Write => throttleRepository.forgetCodes(accountId),

		/** Tries for the browser that opened the link of the unlock mail, and for no other. */
		async openTries(
			account: { readonly id: string; readonly email: string },
			deviceHash: Uint8Array
		): Promise<readonly Write[]> {
			const nowMs = clock.nowMs();
			const endsAtMs = nowMs + UNLOCK_LIFETIME_MS;
			const ownKey = await deviceKey(account.email, deviceHash);
			return [
				throttleRepository.open('sign-in/unlocked', ownKey, nowMs, endsAtMs),
				throttleRepository.openCode(account.id, deviceHash, nowMs, endsAtMs)
			];
		},

		/** Books an act alone, before anything is checked: true when it may go on. */
		async book(scope: string, key: string, limit: Limit): Promise<Read<boolean>> {
			const candidate = { scope, keyHash: await keyOf(scope, key), rule: limit };
			const { query, map } = throttleRepository.book([candidate], clock.nowMs());
			return { query, map: async (rows) => (await map(rows)).length > 0 };
		},

		/**
		 * The condition for the act's own batch: the act counts when it is done and not when it fails.
		 * Over the limit the batch answers `portal/limit-reached`; `commitWithin` also writes the log.
		 */
		async reserve(scope: string, key: string, limit: Limit): Promise<Write> {
			const candidate = { scope, keyHash: await keyOf(scope, key), rule: limit };
			return throttleRepository.require(candidate, clock.nowMs());
		},

		/** Commits an act within its limit. The first refusal of a window leaves an entry in the log. */
		async commitWithin(bounds: Bounds, ...writes: readonly Write[]): Promise<Result<void>> {
			const reserved = await this.reserve(bounds.scope, bounds.key, bounds.limit);
			const done = await db.commit(reserved, ...writes);
			if (done.ok || done.error.code !== LIMIT_REACHED.code) return done;
			return this.refuse(bounds);
		},

		/** `portal/limit-reached`, with one entry in the log for all refusals of a window. */
		async refuse({ scope, key, limit, accountId }: Bounds): Promise<Result<never>> {
			await db.commit(
				throttleRepository.markRefused(scope, await keyOf(scope, key), limit),
				await audit.record({
					event: 'account/limit-reached',
					outcome: 'failure',
					objectRef: `limit:${scope}`,
					accountId
				})
			);
			return failed(LIMIT_REACHED.kind, LIMIT_REACHED.code);
		},

		/** The network the request comes from, for limits by network. */
		addressKey,

		/**
		 * A mail that anybody can have sent: by the address typed, whoever has it, and by the network
		 * that asks (A17). Ask in the batch that reads the account.
		 */
		async bookMail(email: string): Promise<Read<boolean>> {
			const candidates = await Promise.all(
				mailBounds(email).map(async ({ scope, key, limit }) => ({
					scope,
					keyHash: await keyOf(scope, key),
					rule: limit
				}))
			);
			const { query, map } = throttleRepository.book(candidates, clock.nowMs());
			return { query, map: async (rows) => (await map(rows)).length > 0 };
		},

		/** The refusal of such a mail, in the log as that of the limit which was reached. */
		async refuseMail(email: string): Promise<Result<never>> {
			for (const bounds of mailBounds(email)) await this.refuse(bounds);
			return failed(LIMIT_REACHED.kind, LIMIT_REACHED.code);
		}
	};

	async function withOwnRows(
		strangers: readonly Candidate[],
		email: string,
		emailIndexes: readonly Uint8Array[],
		deviceHash: Uint8Array,
		nowMs: number
	): Promise<readonly Candidate[]> {
		const keyHash = await deviceKey(email, deviceHash);
		const known = isDeviceKnown(deviceHash, emailIndexes, nowMs);
		const opened = throttleRepository.isOpen('sign-in/unlocked', keyHash, nowMs);
		const { both, not } = conditions;
		const isStranger = both(not(known), not(opened));
		return [
			{ scope: 'sign-in/unlocked', keyHash, rule: SIGN_IN_RULES.unlocked, when: opened },
			{
				scope: 'sign-in/device',
				keyHash,
				rule: SIGN_IN_RULES.device,
				when: both(known, not(opened))
			},
			...strangers.map((one) => ({ ...one, when: isStranger }))
		];
	}
}
