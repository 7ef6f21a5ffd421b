import * as v from 'valibot';
import { STEP_UP_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { failed, ok } from '#lib/domain/result.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import { createAccountRepository } from './account.repository.ts';
import { defineAct, type SensitiveActHandlers } from './step-up-acts.ts';

/** The sensitive acts of the account page: what each writes once it is proven. */
export function createAccountActs(parts: {
	readonly passwords: Pick<Passwords, 'verify'>;
}): SensitiveActHandlers {
	const account = createAccountRepository();
	return {
		'password/change': defineAct({
			payload: v.strictObject({ passwordHash: v.string() }),
			needsPassword: true,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			endsOtherSessions: true,
			event: 'account/password-changed',
			change: 'password',
			// Only here, where the password in use has just been proven: a page that compared earlier
			// would tell a stolen session which password is right.
			run: async ({ passwordHash }, { owner, proof }) =>
				(await parts.passwords.verify(proof.password ?? '', passwordHash))
					? failed('invalid', 'accounts/password-same')
					: ok({ writes: [account.setPassword(owner.accountId, passwordHash)] })
		})
	};
}
