import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, parseCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import {
	holdKey,
	isReviewDay,
	type HoldEnd,
	type HoldForm
} from '#lib/domain/privacy/legal-hold.ts';
import { failed, ok, type Issues, type Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { ActiveHold, HoldsRepository } from './holds.repository.ts';

export type HoldRow = ActiveHold & { readonly isReviewDue: boolean };
export type HoldsView = { readonly holds: readonly HoldRow[]; readonly today: CalendarDate };

export type HoldsService = ReturnType<typeof createHoldsService>;

/** Exceptions from deletion: who has set them, why, and until when somebody looks again (decision 0062). */
export function createHoldsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly throttle: Pick<ThrottleService, 'commitWithin'>;
	readonly holds: HoldsRepository;
}) {
	const { db, clock, ids, audit, throttle, holds } = parts;
	const invalid = (issues: Issues) => failed('invalid', 'portal/invalid-input', issues);

	return {
		/** Every hold that is not over, those first that have to be looked at soonest. */
		async list(actor: Actor): Promise<Result<HoldsView>> {
			const permission = requirePermission(actor, 'hold/read');
			if (!permission.ok) return permission;
			const today = calendarDateOf(clock.nowMs());
			const [active] = await db.read(holds.listActive());
			return ok({
				holds: active.map((hold) => ({ ...hold, isReviewDue: hold.reviewOn <= today })),
				today
			});
		},

		/**
		 * Keeps a claim, a contract or an account from deletion. Fails with `portal/invalid-input`
		 * (nothing here of that number or address, a day of review that is past or more than a year away) and
		 * with `privacy/hold-exists`. What is tried in vain is logged and counted as well: addresses could
		 * be tried here. Fails with `portal/limit-reached` after a day's share.
		 */
		async place(actor: Actor, form: HoldForm): Promise<Result<void>> {
			const permission = requirePermission(actor, 'hold/change');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const reviewOn = parseCalendarDate(form.reviewOn);
			if (reviewOn === null || !isReviewDay(reviewOn, calendarDateOf(nowMs)))
				return invalid({ reviewOn: 'review-day' });
			const key = holdKey(form.subject, form.found);
			if (key === null) return invalid({ found: 'hold-unknown' });
			const [subjectId] = await db.read(await holds.findSubject(form.subject, key));
			const { accountId } = actor;
			const bounds = {
				...{ scope: 'staff/hold-lookups', key: accountId, limit: LIMITS.holdLookups, accountId }
			};
			const note = await audit.record({
				event: 'hold/placed',
				outcome: subjectId === null ? 'failure' : 'success',
				objectRef: `${form.subject}:${subjectId ?? 'unknown'}`,
				accountId
			});
			if (subjectId === null) {
				const counted = await throttle.commitWithin(bounds, note);
				return counted.ok ? invalid({ found: 'hold-unknown' }) : counted;
			}
			return throttle.commitWithin(
				bounds,
				holds.place(
					{
						...{ id: ids.newId(), subject: form.subject, subjectId },
						...{ reason: form.reason, reviewOn, placedBy: actor.accountId, placedAtMs: nowMs }
					},
					actor
				),
				note
			);
		},

		/**
		 * Ends a hold: what it kept goes with the next run of the retention, if its time is over.
		 * `privacy/hold-ended` when somebody was faster, `claims/own-claim` for what is the actor's own.
		 */
		async end(actor: Actor, { hold, endReason }: HoldEnd): Promise<Result<void>> {
			const permission = requirePermission(actor, 'hold/change');
			if (!permission.ok) return permission;
			const how = { by: actor, reason: endReason, nowMs: clock.nowMs() };
			return db.commit(
				holds.lift(hold, how),
				await audit.record({
					event: 'hold/ended',
					objectRef: `hold:${hold}`,
					accountId: actor.accountId
				})
			);
		}
	};
}
