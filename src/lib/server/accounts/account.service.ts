import type { Actor } from '#lib/domain/actor.ts';
import type { Result } from '#lib/domain/result.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import type { StepUpService } from './step-up.service.ts';

type Asked = Promise<Result<{ readonly id: string }>>;

export type AccountService = ReturnType<typeof createAccountService>;

/** The owner's own account. What is sensitive is only asked for here; `stepUp.confirm` does it. */
export function createAccountService(parts: {
	readonly passwords: Passwords;
	readonly stepUp: Pick<StepUpService, 'ask'>;
}) {
	return {
		/** Asks for a new password. It waits as its hash: nobody finds it in the waiting act. */
		async askPassword(
			actor: Actor,
			sessionId: string,
			input: { readonly password: string }
		): Asked {
			const passwordHash = await parts.passwords.hash(input.password);
			return parts.stepUp.ask(actor, sessionId, 'password/change', { passwordHash });
		}
	};
}
