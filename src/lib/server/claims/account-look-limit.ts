// How often one of the staff is shown a whole account number: one count, wherever they ask (D8, B2).
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { failed, type DomainError, type Result } from '#lib/domain/result.ts';
import type { Bounds, ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { Write } from '#lib/server/db/client.ts';

/** What a service that shows account numbers needs of the throttle. */
export type LookThrottle = Pick<ThrottleService, 'reserve' | 'refuse'>;

const boundsOf = ({ accountId }: Actor): Bounds => ({
	...{ scope: 'claims/account-looks', key: accountId, limit: LIMITS.accountLooks, accountId }
});

/** The condition for the look's own batch. */
export function reserveLook(throttle: LookThrottle, actor: Actor): Promise<Write> {
	const { scope, key, limit } = boundsOf(actor);
	return throttle.reserve(scope, key, limit);
}

/** The refusal beside the button that asked; the first one of a day is in the log. Else the error as it is. */
export async function refusedLook(
	throttle: LookThrottle,
	actor: Actor,
	refused: { readonly ok: false; readonly error: DomainError }
): Promise<Result<never>> {
	if (refused.error.code !== 'portal/limit-reached') return refused;
	const answer = await throttle.refuse(boundsOf(actor));
	if (answer.ok) return answer;
	return failed(answer.error.kind, answer.error.code, { accountReason: 'looks-used-up' });
}
