import type { Actor } from '#lib/domain/actor.ts';
import { failed, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import { NOT_ASSIGNED } from './access.repository.ts';

export type AccessGuard = ReturnType<typeof createAccessGuard>;

/** Refusals to those a claim is not assigned to leave a trace, for its owner too (Z6). */
export function createAccessGuard(parts: {
	readonly db: Database;
	readonly audit: { record(note: AuditNote): Promise<Write> };
}) {
	/** `claims/not-assigned`, written down. One more round trip, which only a refused look costs. */
	async function refuse(actor: Actor, claimId: string): Promise<Result<never>> {
		const note = await parts.audit.record({
			event: 'claim/access-refused',
			outcome: 'failure',
			objectRef: `claim:${claimId}`,
			accountId: actor.accountId,
			subjectOf: { claimId }
		});
		const done = await parts.db.commit(note);
		return done.ok ? failed(NOT_ASSIGNED.kind, NOT_ASSIGNED.code) : done;
	}
	return {
		refuse,
		/** The answer as it is, with a log entry when it is that refusal. */
		async logged<T>(actor: Actor, claimId: string, answer: Result<T>): Promise<Result<T>> {
			if (answer.ok || answer.error.code !== NOT_ASSIGNED.code) return answer;
			return refuse(actor, claimId);
		}
	};
}
