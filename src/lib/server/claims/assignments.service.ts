import { may, requirePermission, type Actor } from '#lib/domain/actor.ts';
import { NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { AccessRepository } from './access.repository.ts';
import type { AssignmentsRepository, Colleague } from './assignments.repository.ts';

/** What somebody at a claim's door may choose from. */
export type DoorView = {
	readonly number: string;
	readonly isDecided: boolean;
	readonly assigneeName: string | null;
	readonly isMine: boolean;
	/** Empty for those who share out no work. */
	readonly colleagues: readonly Colleague[];
};

export type AssignmentsService = ReturnType<typeof createAssignmentsService>;

/** Claims are worked on by one person at a time, and seen by that person (Z6). */
export function createAssignmentsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly ids: Ids;
	readonly assignments: AssignmentsRepository;
	readonly access: Pick<AccessRepository, 'insertGivenBack'>;
}) {
	const { db, clock, audit, assignments } = parts;
	const record = (event: 'claim/assigned' | 'claim/released', actor: Actor, claimId: string) =>
		audit.record({
			event,
			objectRef: `claim:${claimId}`,
			accountId: actor.accountId,
			subjectOf: { claimId }
		});

	/** What passing on one's own work leaves behind: nothing for a claim that was never looked at. */
	async function passingOn(actor: Actor, claimId: string): Promise<readonly Write[]> {
		const [door] = await db.read(assignments.findDoor(claimId));
		if (!door) return [];
		const { personId } = door;
		const { accountId } = actor;
		const nowMs = clock.nowMs();
		const id = parts.ids.newId();
		return [await parts.access.insertGivenBack({ id, claimId, personId, accountId, nowMs })];
	}

	async function give(
		actor: Actor,
		claimId: string,
		assigneeId: string,
		from: string | null,
		more: readonly Write[] = []
	): Promise<Result<void>> {
		return db.commit(
			...more,
			assignments.requireClaim(claimId),
			assignments.requireForeign(claimId, actor),
			assignments.requireSuitable(claimId, assigneeId),
			assignments.assign(claimId, assigneeId, from, clock.nowMs()),
			await record('claim/assigned', actor, claimId)
		);
	}

	return {
		/** The claim's number and who has it, for somebody it is not assigned to. Nothing about health. */
		async viewDoor(actor: Actor, claimId: string): Promise<Result<DoorView>> {
			const permission = requirePermission(actor, 'claim/read-queue');
			if (!permission.ok) return permission;
			const [door, colleagues] = await db.read(
				assignments.findDoor(claimId),
				assignments.listColleagues()
			);
			if (!door) return NOT_FOUND;
			return ok({
				number: door.number,
				isDecided: door.isDecided,
				assigneeName: door.assignee?.name ?? null,
				isMine: door.assignee?.id === actor.accountId,
				colleagues: may(actor.role, 'claim/assign') ? colleagues : []
			});
		},

		/**
		 * Takes an undecided claim that nobody has. Fails with `claims/own-claim` or
		 * `claims/assigned-meanwhile`; of two who take it at once one gets it.
		 */
		async take(actor: Actor, claimId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/take');
			return permission.ok ? give(actor, claimId, actor.accountId, null) : permission;
		},

		/**
		 * Gives one's own work to a colleague: `claims/assignee-unsuitable` when it is theirs. Looked at and
		 * undecided it lands in the data protection officer's list, as with `release`.
		 */
		async handOver(actor: Actor, claimId: string, assigneeId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/take');
			if (!permission.ok) return permission;
			const more = await passingOn(actor, claimId);
			return give(actor, claimId, assigneeId, actor.accountId, more);
		},

		/** A lead gives any undecided claim to anybody of the desk, from whoever has it. */
		async assign(actor: Actor, claimId: string, assigneeId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/assign');
			return permission.ok ? give(actor, claimId, assigneeId, 'anybody') : permission;
		},

		/** Puts a claim back into the queue; looked at, it lands in the data protection officer's list. */
		async release(actor: Actor, claimId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/take');
			if (!permission.ok) return permission;
			return db.commit(
				...(await passingOn(actor, claimId)),
				assignments.requireClaim(claimId),
				assignments.assign(claimId, null, actor.accountId, clock.nowMs()),
				await record('claim/released', actor, claimId)
			);
		}
	};
}
