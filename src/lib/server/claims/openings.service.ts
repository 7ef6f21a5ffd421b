import { requirePermission, type Actor, type StaffRole } from '#lib/domain/actor.ts';
import { GIVEN_BACK, OPENING_LASTS_MS, type OpeningReason } from '#lib/domain/claims/access.ts';
import type { OpeningCheck, OpeningForm } from '#lib/domain/claims/access.schema.ts';
import { NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { OPENINGS_PAGE, type AccessRepository } from './access.repository.ts';
import type { AssignmentsRepository } from './assignments.repository.ts';
import type { InquiryReturnsRepository } from './inquiry-returns.repository.ts';
import { staffNumberOf } from './staff-number.ts';

export type OpeningView = {
	readonly id: string;
	/** An inquiry before a treatment is only ever looked at by whoever has it, and put back (decision 0071). */
	readonly subject: OpeningCheck['subject'];
	/** Of the claim or the inquiry. */
	readonly number: string;
	readonly staffName: string;
	/** The number the customer sees. */
	readonly staffNumber: string;
	readonly role: StaffRole;
	readonly reason: OpeningReason;
	readonly note: string;
	readonly openedAtMs: number;
	readonly looks: number;
	/** Nobody checks themselves. */
	readonly isOwn: boolean;
};

export type OpeningsService = ReturnType<typeof createOpeningsService>;

/** Looks by those who are not in charge: with a reason, for an hour, and checked afterwards (Z6). */
export function createOpeningsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly access: AccessRepository;
	readonly assignments: Pick<AssignmentsRepository, 'findDoor' | 'requireForeign'>;
	readonly inquiryReturns: Omit<InquiryReturnsRepository, 'insert'>;
}) {
	const { db, clock, ids, audit, access, assignments, inquiryReturns } = parts;
	return {
		/** Opens a claim for an hour. `claims/own-claim` for one's own: those are in the customer's portal. */
		async open(actor: Actor, claimId: string, form: OpeningForm): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/open-with-reason');
			if (!permission.ok) return permission;
			const [door] = await db.read(assignments.findDoor(claimId));
			if (!door) return NOT_FOUND;
			const nowMs = clock.nowMs();
			const opening = await access.insertOpening({
				id: ids.newId(),
				claimId,
				personId: door.personId,
				accountId: actor.accountId,
				...form,
				openedAtMs: nowMs,
				endsAtMs: nowMs + OPENING_LASTS_MS
			});
			return db.commit(
				assignments.requireForeign(claimId, actor),
				opening,
				await audit.record({
					event: 'claim/opened-with-reason',
					objectRef: `claim:${claimId}`,
					accountId: actor.accountId,
					subjectOf: { claimId }
				})
			);
		},

		/** Openings of claims, and inquiries read and put back, that nobody has checked yet; the oldest first. */
		async listToReview(actor: Actor): Promise<Result<readonly OpeningView[]>> {
			const permission = requirePermission(actor, 'claim/review-openings');
			if (!permission.ok) return permission;
			const [openings, returns] = await db.read(
				access.listToReview(),
				inquiryReturns.listToReview(OPENINGS_PAGE)
			);
			const ofClaims = openings.map(({ claimNumber, ...opening }) => ({
				...{ ...opening, subject: 'claim' as const, number: claimNumber }
			}));
			const reason: OpeningReason = GIVEN_BACK;
			const ofInquiries = returns.map(({ reference, firstLookAtMs, ...look }) => ({
				...{ ...look, subject: 'inquiry' as const, number: reference, reason },
				...{ note: '', openedAtMs: firstLookAtMs }
			}));
			return ok(
				[...ofClaims, ...ofInquiries]
					.toSorted((one, other) => one.openedAtMs - other.openedAtMs)
					.slice(0, OPENINGS_PAGE)
					.map(({ accountId, ...look }) => ({
						...look,
						staffNumber: staffNumberOf(accountId),
						isOwn: accountId === actor.accountId
					}))
			);
		},

		/** Marks an entry of the list as checked; `claims/opening-reviewed` when somebody was faster or it is one's own. */
		async review(actor: Actor, { subject, opening: id }: OpeningCheck): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/review-openings');
			if (!permission.ok) return permission;
			const { accountId } = actor;
			const nowMs = clock.nowMs();
			return db.commit(
				...(subject === 'claim'
					? [access.requireOpening(id, NOT_FOUND.error), access.review(id, accountId, nowMs)]
					: [
							inquiryReturns.require(id, NOT_FOUND.error),
							inquiryReturns.review(id, accountId, nowMs)
						]),
				await audit.record({
					event: 'claim/opening-reviewed',
					objectRef: `${subject === 'claim' ? 'opening' : 'inquiry-return'}:${id}`,
					accountId: actor.accountId
				})
			);
		}
	};
}
