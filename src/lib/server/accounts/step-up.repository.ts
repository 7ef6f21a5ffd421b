import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { AUTHENTICATOR_FAILURES } from '#lib/domain/accounts/throttle.ts';
import { STEP_UP_FAILURES_A_DAY, STEP_UP_TRIES } from '#lib/domain/accounts/lifetimes.ts';
import { fullName, parseContact, type Contact } from '#lib/domain/accounts/profile.ts';
import { isSensitiveAct, type SensitiveAct } from '#lib/domain/accounts/sensitive-acts.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Write
} from '#lib/server/db/client.ts';
import { openPerson } from '#lib/server/db/people.ts';
import { accounts, pendingActs } from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';
import { contactCell, totpCell } from './account-cells.ts';

/** Whose act it is, and from which session it was asked for. */
export type Asker = Pick<Actor, 'accountId' | 'personId'> & { readonly sessionId: string };

/** The owner of a waiting act, with what the proof is checked against. */
export type ActOwner = {
	readonly accountId: string;
	readonly personId: string;
	readonly language: Language;
	readonly name: string;
	readonly contact: Contact;
	/** As sealed in the row: a change that names it fails when the contact changed meanwhile. */
	readonly sealedContact: Uint8Array;
	readonly passwordHash: string;
	readonly passwordFailures: number;
	readonly totpSecret: Uint8Array | null;
	readonly totpLastStep: number;
};

export type WaitingAct = {
	readonly act: SensitiveAct;
	/** As the act's own schema has to read it. Null: the row was tampered with. */
	readonly payload: { readonly value: unknown } | null;
	/** Handed to the browser for a passkey in place of a code. */
	readonly passkeyChallenge: string | null;
	readonly owner: ActOwner;
};

const ENDED = { kind: 'conflict', code: 'accounts/step-up-ended' } as const;

/** Person, session and act are bound to the values: moved to another row they do not open. */
const payloadCell = (id: string, act: string, asker: Asker): Cell => ({
	table: 'pending_acts',
	column: 'payload',
	rowId: `${id}/${asker.accountId}/${asker.sessionId}/${act}`,
	personId: asker.personId
});

export type StepUpRepository = ReturnType<typeof createStepUpRepository>;

export function createStepUpRepository(cipher: Cipher) {
	const isOpen = (id: string, asker: Asker, nowMs: number) =>
		and(
			eq(pendingActs.id, id),
			eq(pendingActs.accountId, asker.accountId),
			eq(pendingActs.sessionId, asker.sessionId),
			isNull(pendingActs.usedAtMs),
			gt(pendingActs.expiresAtMs, nowMs)
		);

	/** Whether the account may still fail today: a select that finds a row, or none. */
	const hasFailuresLeft = (accountId: string, nowMs: number) => {
		const failures = sqlBuilder
			.select({ sum: sql`coalesce(sum(${pendingActs.tries}), 0)` })
			.from(pendingActs)
			.where(
				and(
					eq(pendingActs.accountId, accountId),
					isNull(pendingActs.usedAtMs),
					gt(pendingActs.createdAtMs, nowMs - DAY_MS)
				)
			);
		return sql`(${failures}) < ${STEP_UP_FAILURES_A_DAY}`;
	};

	return {
		/** Whoever guessed wrong all day may not even ask. */
		requireFailuresLeft(accountId: string, nowMs: number): Write {
			return requireFound(
				sqlBuilder
					.select({ id: accounts.id })
					.from(accounts)
					.where(and(eq(accounts.id, accountId), hasFailuresLeft(accountId, nowMs))),
				{ kind: 'rate-limited', code: 'accounts/too-many-tries' }
			);
		},

		async insert(
			asker: Asker,
			act: {
				readonly id: string;
				readonly act: SensitiveAct;
				readonly payload: unknown;
				readonly nowMs: number;
				readonly expiresAtMs: number;
			}
		): Promise<Write> {
			const payload = await cipher.sealJson(payloadCell(act.id, act.act, asker), act.payload);
			return write(
				sqlBuilder.insert(pendingActs).values({
					id: act.id,
					accountId: asker.accountId,
					sessionId: asker.sessionId,
					act: act.act,
					payload,
					createdAtMs: act.nowMs,
					expiresAtMs: act.expiresAtMs
				})
			);
		},

		/** Yesterday's acts are over, and so are the failures they count. */
		deleteOld(accountId: string, nowMs: number): Write {
			return write(
				sqlBuilder
					.delete(pendingActs)
					.where(
						and(eq(pendingActs.accountId, accountId), lt(pendingActs.createdAtMs, nowMs - DAY_MS))
					)
			);
		},

		/** The open act of this session, with its owner. */
		find(id: string, asker: Asker, nowMs: number): Read<WaitingAct | null> {
			return read(
				sqlBuilder
					.select({ act: pendingActs, account: accounts, person: people })
					.from(pendingActs)
					.innerJoin(accounts, eq(accounts.id, pendingActs.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(isOpen(id, asker, nowMs)),
				async ([row]) => {
					if (!row || !isSensitiveAct(row.act.act)) return null;
					const { account, person } = row;
					const profile = await openPerson(cipher, person);
					const contact = await cipher.openJson(
						contactCell(account.id, person.id),
						account.contact
					);
					return {
						act: row.act.act,
						payload: await cipher
							.openJson(payloadCell(id, row.act.act, asker), row.act.payload)
							.then((value) => ({ value }))
							.catch(() => null),
						passkeyChallenge: row.act.passkeyChallenge,
						owner: {
							accountId: account.id,
							personId: person.id,
							language: account.language,
							name: fullName(profile),
							contact: parseContact(contact),
							sealedContact: account.contact,
							passwordHash: account.passwordHash,
							passwordFailures: account.passwordFailures,
							totpSecret: account.totpSecret
								? await cipher.openTotpSecret(totpCell(account.id), account.totpSecret)
								: null,
							totpLastStep: account.totpLastStep
						}
					};
				}
			);
		},

		/**
		 * Books a try before anything is checked. Besides the tries of this act, the failures of a day
		 * are limited: a stolen session cannot ask for act after act and guess codes for hours.
		 */
		bookTry(id: string, asker: Asker, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(pendingActs)
					.set({ tries: sql`${pendingActs.tries} + 1` })
					.where(
						and(
							isOpen(id, asker, nowMs),
							lt(pendingActs.tries, STEP_UP_TRIES),
							hasFailuresLeft(asker.accountId, nowMs)
						)
					),
				ENDED
			);
		},

		/** Binds a passkey's challenge to this act: an answer to another one proves nothing here. */
		setPasskeyChallenge(id: string, asker: Asker, challenge: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(pendingActs)
					.set({ passkeyChallenge: challenge })
					.where(isOpen(id, asker, nowMs)),
				ENDED
			);
		},

		/** The proof counts once, for this act alone. */
		use(id: string, asker: Asker, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(pendingActs)
					.set({ usedAtMs: nowMs })
					.where(isOpen(id, asker, nowMs)),
				ENDED
			);
		},

		/** The step of an accepted code, for sign-in and step-up alike: it never counts again (A7). */
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
				{ kind: 'invalid', code: 'accounts/step-up-failed' }
			);
		}
	};
}
