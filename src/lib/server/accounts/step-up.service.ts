import {
	ACT_LIMITS,
	actionOfAct,
	type ActView,
	type SensitiveAct
} from '#lib/domain/accounts/sensitive-acts.ts';
import { NOT_ME_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import { AUTHENTICATOR_FAILURES } from '#lib/domain/accounts/throttle.ts';
import type { AuditFactor } from '#lib/domain/audit/audit.ts';
import { isStaff, requirePermission, type Actor } from '#lib/domain/actor.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, type Ids } from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import {
	creationOptions,
	newPasskeyChallenge,
	passkeyIdOf,
	requestOptions,
	verifyRequest,
	type PasskeyOptions,
	type RelyingParty
} from '#lib/server/platform/webauthn.ts';
import { createAccountsRepository } from './accounts.repository.ts';
import { authenticatorFailuresRepository } from './authenticator-failures.repository.ts';
import { createAuthenticatorFailures } from './authenticator-failures.ts';
import type { Authenticator } from './authenticator-failures.repository.ts';
import { shutHalfOpenDoors } from './open-doors.ts';
import { openPasskey, passkeysRepository, type FoundPasskey } from './passkeys.repository.ts';
import type { Sessions } from './sessions.ts';
import {
	createStepUpRepository,
	type ActOwner,
	type Asker,
	type WaitingAct
} from './step-up.repository.ts';
import type { Proof, SensitiveActHandler, SensitiveActHandlers } from './step-up-acts.ts';
import type { Bounds, ThrottleService } from './throttle.service.ts';
import { findTotpStep } from './totp.ts';

/** What a code or a passkey answers that somebody else has just used. */
const SPENT_FACTOR: ReadonlySet<string> = new Set([
	'accounts/step-up-failed',
	'accounts/sign-in-failed'
]);
const ENDED = failed('conflict', 'accounts/step-up-ended');
const REFUSED = failed('invalid', 'accounts/step-up-failed');

const LIMIT_REACHED = 'portal/limit-reached';

function boundsOf(act: SensitiveAct, accountId: string): Bounds | null {
	const limit = ACT_LIMITS[act];
	return limit ? { scope: `acts/${act}`, key: accountId, limit, accountId } : null;
}

/** The owner is told of each of these, and what was begun before it ends with it. */
const changesCredential = (act: SensitiveActHandler) =>
	act.endsOtherSessions || act.change !== null;

export type StepUpDone = {
	readonly act: SensitiveAct;
	/** The session goes on under a new token: whoever copied the old one is out (S3). */
	readonly sessionToken: string;
	readonly recoveryCodes: readonly string[] | null;
};

/** What a proof is worth. `use` is null when something was wrong; `failed` says what. */
type Judgement = {
	readonly use: Write | null;
	readonly clears: readonly Write[];
	readonly failed: readonly Authenticator[];
};

export type StepUpService = ReturnType<typeof createStepUpService>;

/**
 * The only way to a sensitive act (security.md 3.4): `ask` keeps the new values, `show` says what
 * will happen, `confirm` takes the full factor and does it, all in one batch.
 */
export function createStepUpService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly passwords: Passwords;
	readonly sessions: Pick<Sessions, 'rotate' | 'endOthers'>;
	readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
	readonly audit: Pick<AuditService, 'record'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
	readonly acts: SensitiveActHandlers;
	readonly relyingParty: RelyingParty;
}) {
	const { db, clock, ids, audit, acts, sessions } = parts;
	const stepUps = createStepUpRepository(parts.cipher);
	const accounts = createAccountsRepository(parts.cipher);
	const failures = createAuthenticatorFailures(parts);

	/** What this request has found already: a page that follows a failed proof asks nothing twice. */
	const found = new Map<string, WaitingAct | null>();
	let foundKeys: readonly FoundPasskey[] = [];

	const askerOf = (actor: Actor, sessionId: string): Asker => ({
		accountId: actor.accountId,
		personId: actor.personId,
		sessionId
	});

	const isPasskeyOnly = (actor: Actor, keys: readonly FoundPasskey[]) =>
		isStaff(actor.role) && keys.length > 0;

	const factorsOf = (needsPassword: boolean, proof: Proof): readonly AuditFactor[] => [
		...(needsPassword ? (['password'] as const) : []),
		proof.passkey === '' ? 'totp' : 'passkey'
	];

	/** A refused proof, in the log at once, with the failures of what was wrong (A12). */
	async function refuse(
		owner: ActOwner,
		factors: readonly AuditFactor[],
		judged: Pick<Judgement, 'failed' | 'clears'> = { failed: [], clears: [] }
	): Promise<Result<never>> {
		const { accountId } = owner;
		await failures.commit(
			{ ...owner, email: owner.contact.email },
			judged.failed,
			...judged.clears,
			await audit.record({
				event: 'account/step-up-failed',
				outcome: 'failure',
				objectRef: 'account',
				accountId,
				factors
			})
		);
		return REFUSED;
	}

	/**
	 * What uses up the second factor when everything the act asks for is right, and what each part
	 * counts as. Which of the two was wrong is not told: a stolen session must not be an oracle for
	 * the password. A password that is off is wrong, whichever factor stands beside it (A12).
	 */
	async function judge(
		waiting: WaitingAct,
		keys: readonly FoundPasskey[],
		needsPassword: boolean,
		proof: Proof,
		nowMs: number
	): Promise<Judgement> {
		const { owner } = waiting;
		const isVerified =
			!needsPassword || (await parts.passwords.verify(proof.password ?? '', owner.passwordHash));
		const isPasswordRight =
			isVerified && (!needsPassword || owner.passwordFailures < AUTHENTICATOR_FAILURES);
		const factor =
			proof.passkey === ''
				? useOfCode(owner, proof.code, nowMs)
				: { use: await useOfPasskey(waiting, keys, proof.passkey, nowMs), failed: [] };
		return {
			use: isPasswordRight ? factor.use : null,
			clears:
				needsPassword && isPasswordRight
					? [authenticatorFailuresRepository.clearPassword(owner.accountId)]
					: [],
			failed: [...(isVerified ? [] : (['password'] as const)), ...factor.failed]
		};
	}

	function useOfCode(
		owner: ActOwner,
		code: string,
		nowMs: number
	): Pick<Judgement, 'use' | 'failed'> {
		const step = findTotpStep(owner.totpSecret ?? new Uint8Array(20), code, nowMs);
		const isFresh = owner.totpSecret !== null && step !== null && step > owner.totpLastStep;
		return {
			use: isFresh ? stepUps.useTotpStep(owner.accountId, step) : null,
			failed: step === null ? ['totp'] : []
		};
	}

	/** One of the owner's passkeys, answering the challenge that was made for this very act. */
	async function useOfPasskey(
		{ passkeyChallenge, owner }: WaitingAct,
		keys: readonly FoundPasskey[],
		answer: string,
		nowMs: number
	): Promise<Write | null> {
		const id = passkeyIdOf(answer);
		const key = keys.find((one) => one.id === id);
		if (!key || passkeyChallenge === null) return null;
		const opened = await openPasskey(parts.cipher, owner.personId, key);
		const verified = await verifyRequest(parts.relyingParty, passkeyChallenge, answer, opened);
		return verified && passkeysRepository.use(key, verified.signCount, nowMs);
	}

	/** Tells the owner what changed, with the link that takes it all back into their hands (A25). */
	async function tell(owner: ActOwner, act: SensitiveActHandler, nowMs: number): Promise<Write[]> {
		if (!act.change) return [];
		const token = newToken(ids);
		const { email } = owner.contact;
		return [
			accounts.insertMailToken({
				tokenHash: await hashToken(token),
				accountId: owner.accountId,
				purpose: 'not-me',
				emailIndex: await parts.cipher.blindIndex('email', normaliseEmail(email)),
				expiresAtMs: nowMs + NOT_ME_LIFETIME_MS
			}),
			await parts.mails.enqueue(
				ids.newId(),
				owner.personId,
				{
					template: 'account-changed',
					to: email,
					language: owner.language,
					name: owner.name,
					change: act.change,
					code: token
				},
				nowMs
			)
		];
	}

	return {
		/**
		 * Keeps an act for its proof. `payload` is what the act's handler reads back: validated by the
		 * caller, secrets already hashed. Answers the id for `/account/confirm/[id]`.
		 * Fails with `accounts/too-many-tries` after a day's wrong proofs.
		 */
		async ask(
			actor: Actor,
			sessionId: string,
			act: SensitiveAct,
			payload: unknown
		): Promise<Result<{ readonly id: string }>> {
			const permission = requirePermission(actor, actionOfAct(act, actor.role));
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const id = ids.newId();
			const asker = askerOf(actor, sessionId);
			const done = await db.commit(
				stepUps.requireFailuresLeft(actor.accountId, nowMs),
				stepUps.deleteOld(actor.accountId, nowMs),
				await stepUps.insert(asker, {
					id,
					act,
					payload,
					nowMs,
					expiresAtMs: nowMs + acts[act].lifetimeMs
				})
			);
			return done.ok ? ok({ id }) : done;
		},

		/** What the page says and asks for. Fails with `accounts/step-up-ended`. */
		async show(actor: Actor, sessionId: string, id: string): Promise<Result<ActView>> {
			const asker = askerOf(actor, sessionId);
			const [waiting, keys] = found.has(id)
				? [found.get(id), foundKeys]
				: await db.read(
						stepUps.find(id, asker, clock.nowMs()),
						passkeysRepository.keysOf(actor.accountId)
					);
			if (!waiting?.payload) return ENDED;
			const handler = acts[waiting.act];
			return ok({
				hasPasskey: keys.length > 0,
				isPasskeyOnly: isPasskeyOnly(actor, keys),
				wantsNewPasskey: handler.newPasskeyChallenge(waiting.payload.value) !== null,
				act: waiting.act,
				needsPassword: handler.needsPassword && !isPasskeyOnly(actor, keys),
				facts: handler.facts(waiting.payload.value, waiting.owner),
				enrolment: await handler.enrolment(waiting.payload.value, waiting.owner)
			});
		},

		/** Options for a passkey in place of the code, bound to this act. One round trip. */
		async offerPasskey(
			actor: Actor,
			sessionId: string,
			id: string
		): Promise<Result<PasskeyOptions>> {
			const challenge = newPasskeyChallenge(ids.randomBytes);
			const asker = askerOf(actor, sessionId);
			const done = await db.commitAndRead(
				[stepUps.setPasskeyChallenge(id, asker, challenge, clock.nowMs())],
				[passkeysRepository.keysOf(actor.accountId)]
			);
			if (!done.ok) return done;
			const [keys] = done.value;
			return ok(await requestOptions(parts.relyingParty, challenge, keys));
		},

		/** Options for the passkey that an act is about to add. Fails with `accounts/step-up-ended`. */
		async offerNewPasskey(
			actor: Actor,
			sessionId: string,
			id: string
		): Promise<Result<PasskeyOptions>> {
			const asker = askerOf(actor, sessionId);
			const [waiting, keys] = await db.read(
				stepUps.find(id, asker, clock.nowMs()),
				passkeysRepository.keysOf(actor.accountId)
			);
			const challenge =
				waiting?.payload && acts[waiting.act].newPasskeyChallenge(waiting.payload.value);
			if (!waiting || !challenge) return ENDED;
			const account = { id: actor.accountId, name: waiting.owner.contact.email };
			return ok(await creationOptions(parts.relyingParty, account, challenge, keys));
		},

		/**
		 * Checks the proof and does the act, with its log entry, mail and a new session token in one
		 * batch. Fails with `accounts/step-up-failed` (password or code, never which; try again),
		 * `accounts/step-up-ended` (time or tries are over, used, another session), `portal/limit-reached`
		 * where the act has a limit, or what the act says.
		 */
		async confirm(
			actor: Actor,
			sessionId: string,
			id: string,
			proof: Proof
		): Promise<Result<StepUpDone>> {
			const nowMs = clock.nowMs();
			const asker = askerOf(actor, sessionId);
			const booked = await db.commitAndRead(
				[stepUps.bookTry(id, asker, nowMs)],
				[stepUps.find(id, asker, nowMs), passkeysRepository.keysOf(actor.accountId)]
			);
			if (!booked.ok) return booked;
			const [waiting, keys] = booked.value;
			found.set(id, waiting);
			foundKeys = keys;
			if (!waiting) return ENDED;
			const handler = acts[waiting.act];
			const isByPasskey = isPasskeyOnly(actor, keys);
			const needsPassword = handler.needsPassword && !isByPasskey;
			const factors = factorsOf(needsPassword, proof);
			const { owner } = waiting;
			if (isByPasskey && proof.passkey === '') return refuse(owner, factors);
			const judged = await judge(waiting, keys, needsPassword, proof, nowMs);
			if (judged.use === null || !waiting.payload) return refuse(owner, factors, judged);
			const bounds = boundsOf(waiting.act, actor.accountId);
			const session = await sessions.rotate(sessionId);
			const context = { owner, asker, proof, nextSessionId: session.sessionId, nowMs };
			const proven = await handler.run(waiting.payload.value, context);
			if (!proven.ok) return proven;
			const done = await db.commit(
				stepUps.use(id, asker, nowMs),
				...judged.clears,
				judged.use,
				...proven.value.writes,
				...(bounds ? [await parts.throttle.reserve(bounds.scope, bounds.key, bounds.limit)] : []),
				...(changesCredential(handler) ? [shutHalfOpenDoors(actor.accountId)] : []),
				...(handler.endsOtherSessions ? [sessions.endOthers(actor.accountId, sessionId)] : []),
				session.write,
				await audit.record({
					event: handler.event,
					objectRef: proven.value.objectRef ?? 'account',
					accountId: actor.accountId,
					factors
				}),
				...(await tell(owner, handler, nowMs))
			);
			if (!done.ok) {
				if (bounds && done.error.code === LIMIT_REACHED) return parts.throttle.refuse(bounds);
				return SPENT_FACTOR.has(done.error.code) ? refuse(owner, factors) : done;
			}
			found.set(id, null);
			return ok({
				act: waiting.act,
				sessionToken: session.token,
				recoveryCodes: proven.value.recoveryCodes ?? null
			});
		}
	};
}
