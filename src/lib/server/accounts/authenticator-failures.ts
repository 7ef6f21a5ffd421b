import { AUTHENTICATOR_FAILURES } from '#lib/domain/accounts/throttle.ts';
import { fullName } from '#lib/domain/accounts/profile.ts';
import type { Language, Mail } from '#lib/domain/messages/mail.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { Account } from './accounts.repository.ts';
import {
	authenticatorFailuresRepository,
	type Authenticator
} from './authenticator-failures.repository.ts';

/** Whose authenticator failed, and how to tell them. */
export type FailureOwner = {
	readonly accountId: string;
	readonly personId: string;
	readonly email: string;
	readonly language: Language;
	readonly name: string;
};

export const failureOwnerOf = (account: Account): FailureOwner => ({
	accountId: account.id,
	personId: account.personId,
	email: account.contact.email,
	language: account.language,
	name: fullName(account.profile)
});

/** The one way to count a failure of an authenticator, wherever it was typed (A12). */
export function createAuthenticatorFailures(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: Pick<AuditService, 'record'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
}) {
	const { db, clock, ids, audit, mails } = parts;

	const off = async (owner: FailureOwner, authenticator: Authenticator) => [
		await audit.record({
			event: 'account/authenticator-off',
			outcome: 'failure',
			objectRef: 'account',
			accountId: owner.accountId,
			factors: [authenticator]
		}),
		await mails.enqueue(
			ids.newId(),
			owner.personId,
			{
				template: 'authenticator-off',
				to: owner.email,
				language: owner.language,
				name: owner.name,
				authenticator
			},
			clock.nowMs()
		)
	];

	return {
		/**
		 * Commits what a refused try leaves behind, with one failure more of each of `failed`. The
		 * database says who made the hundredth: of failures that come at once none slips past, and the
		 * entry and the mail are written once. Only that one costs a round trip more.
		 */
		async commit(
			owner: FailureOwner,
			failed: readonly Authenticator[],
			...writes: readonly Write[]
		): Promise<Result<void>> {
			const counted = failed.map((one) =>
				authenticatorFailuresRepository.count(owner.accountId, one)
			);
			const done = await db.commitAndRead(writes, counted);
			if (!done.ok) return done;
			const gone = failed.filter((_, index) => done.value[index] === AUTHENTICATOR_FAILURES);
			if (gone.length === 0) return ok(undefined);
			const last = await Promise.all(gone.map((one) => off(owner, one)));
			return db.commit(...last.flat());
		}
	};
}
