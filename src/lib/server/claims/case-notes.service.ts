import { may, requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { AccessGuard } from './access-guard.ts';
import { isOwnClaim } from './desk-claim.ts';
import type { AssignmentsRepository } from './assignments.repository.ts';
import type { DeskClaim, DeskRepository } from './desk.repository.ts';
import type { NotesRepository } from './notes.repository.ts';
import type { ReviewsRepository } from './reviews.repository.ts';

export type CaseNotesService = ReturnType<typeof createCaseNotesService>;

/** What staff write about a claim: notes for each other, and the reason to open a decided one again. */
export function createCaseNotesService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly desk: Pick<DeskRepository, 'find'>;
	readonly accessGuard: Pick<AccessGuard, 'refuse'>;
	readonly ownContracts: { idsOf(accountId: string): Read<readonly string[]> };
	readonly notes: Pick<NotesRepository, 'insert'>;
	readonly reviews: Pick<ReviewsRepository, 'open' | 'keep'>;
	readonly assignments: Pick<AssignmentsRepository, 'requireForeign'>;
}) {
	const { db, clock, ids } = parts;

	async function find(
		actor: Actor,
		claimId: string,
		mayAlso: (actor: Actor) => boolean
	): Promise<Result<DeskClaim>> {
		const permission = requirePermission(actor, 'claim/decide');
		if (!permission.ok) return permission;
		const [claim, ownContractIds] = await db.read(
			parts.desk.find(claimId, calendarDateOf(clock.nowMs())),
			parts.ownContracts.idsOf(actor.accountId)
		);
		if (!claim) return NOT_FOUND;
		if (claim.assigneeId !== actor.accountId && !mayAlso(actor)) {
			return parts.accessGuard.refuse(actor, claimId);
		}
		if (isOwnClaim(actor, claim, ownContractIds)) return failed('forbidden', 'claims/own-claim');
		return ok(claim);
	}

	const record = (event: 'claim/noted' | 'claim/reopened', actor: Actor, claim: DeskClaim) =>
		parts.audit.record({
			event,
			objectRef: `claim:${claim.id}`,
			accountId: actor.accountId,
			subjectAccountId: claim.owner.accountId
		});

	return {
		/** Writes a note down, for good. Only whoever works on the claim. */
		async add(actor: Actor, claimId: string, text: string): Promise<Result<void>> {
			const found = await find(actor, claimId, () => false);
			if (!found.ok) return found;
			return db.commit(
				await parts.notes.insert({
					...{ id: ids.newId(), claimId, personId: found.value.owner.personId },
					...{ accountId: actor.accountId, text, atMs: clock.nowMs() }
				}),
				await record('claim/noted', actor, found.value)
			);
		},

		/**
		 * Opens a decided claim again, with a reason: whoever decided it, or a lead, who has it from then
		 * on. `claims/not-decided`, `claims/review-open`, `claims/own-claim`. More money waits for a second person.
		 */
		async reopen(actor: Actor, claimId: string, reason: string): Promise<Result<void>> {
			const found = await find(actor, claimId, ({ role }) => may(role, 'claim/assign'));
			if (!found.ok) return found;
			const nowMs = clock.nowMs();
			return db.commit(
				// Nor whoever typed it in: it would be theirs to decide from then on.
				parts.assignments.requireForeign(claimId, actor),
				await parts.reviews.open({
					...{ id: ids.newId(), claimId, personId: found.value.owner.personId },
					...{ kind: 'reopening', line: 0, reason, fileId: null },
					...{ openedAtMs: nowMs, openedBy: actor.accountId }
				}),
				parts.reviews.keep(claimId, actor.accountId, nowMs),
				await record('claim/reopened', actor, found.value)
			);
		}
	};
}
