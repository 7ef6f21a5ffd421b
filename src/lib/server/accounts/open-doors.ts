/** Doors into an account that stand half open, and how they are shut when its owner takes it back. */
import { and, eq, inArray, isNull } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { joinWrites, write, type Write } from '#lib/server/db/client.ts';
import {
	enrolments,
	knownDevices,
	mailTokens,
	passkeys,
	pendingActs,
	sessions,
	signInChallenges,
	type MailTokenPurpose
} from '#lib/server/db/tables/accounts.ts';
import { revokeVaultDevices } from './vault-devices.repository.ts';

/** Mails that begin a recovery: with another proof beside them they replace what opens the account. */
const RECOVERY_LINKS: readonly MailTokenPurpose[] = ['reset-password', 'open-recovery'];

/** Links an intruder may have asked for. Those that defend the owner stay good. */
const OPENING_LINKS: readonly MailTokenPurpose[] = [
	...RECOVERY_LINKS,
	'confirm-email',
	'unlock-sign-in'
];

/**
 * With every change of what opens the account: a sign-in or a recovery that was begun with the old
 * password or the old code is not finished after it (ASVS 7.4.3).
 */
export function shutHalfOpenDoors(accountId: string): Write {
	return joinWrites(...beginnings(accountId), unusedLinks(accountId, RECOVERY_LINKS));
}

/**
 * The account belongs to whoever proves their way in next: nobody is signed in or half signed in, on
 * no device, by no older mail. Passkeys go too: one that an intruder has added would open the account
 * by itself, and nobody can tell it from the owner's.
 */
export function shutEveryDoor(accountId: string): Write {
	return joinWrites(
		endSessionsOf(accountId),
		write(sqlBuilder.delete(knownDevices).where(eq(knownDevices.accountId, accountId))),
		write(sqlBuilder.delete(passkeys).where(eq(passkeys.accountId, accountId))),
		write(sqlBuilder.delete(pendingActs).where(eq(pendingActs.accountId, accountId))),
		...beginnings(accountId),
		unusedLinks(accountId, OPENING_LINKS)
	);
}

/**
 * Nobody is signed in any more, and the drafts on their devices lock (D7); whoever can prove themselves
 * comes in again.
 */
export function endSessionsOf(accountId: string): Write {
	return joinWrites(
		revokeVaultDevices(accountId),
		write(sqlBuilder.delete(sessions).where(eq(sessions.accountId, accountId)))
	);
}

function beginnings(accountId: string): readonly Write[] {
	return [
		write(sqlBuilder.delete(signInChallenges).where(eq(signInChallenges.accountId, accountId))),
		write(sqlBuilder.delete(enrolments).where(eq(enrolments.accountId, accountId)))
	];
}

function unusedLinks(accountId: string, purposes: readonly MailTokenPurpose[]): Write {
	return write(
		sqlBuilder
			.delete(mailTokens)
			.where(
				and(
					eq(mailTokens.accountId, accountId),
					inArray(mailTokens.purpose, [...purposes]),
					isNull(mailTokens.usedAtMs)
				)
			)
	);
}
