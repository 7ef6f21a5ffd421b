import { may, requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import {
	decisionsBySpan,
	figuresSince,
	openByAge,
	paidByMonth,
	shareWithinMonth,
	volumeBegins,
	volumeMonths,
	type OpenByAge,
	type PaidByMonth
} from '#lib/domain/claims/figures.ts';
import { submittedBefore } from '#lib/domain/claims/queue.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { FiguresRepository, RequestCounts } from './figures.repository.ts';

export type FiguresView = {
	readonly open: OpenByAge;
	/** Decisions of people, one number for each of `DECISION_SPANS`. */
	readonly decided: readonly number[];
	/** Decisions by rules in the same time (decision 0072). */
	readonly decidedByRules: number;
	readonly shareWithinMonth: number | null;
	readonly requests: RequestCounts;
	/** By currency; empty for whoever may not see payments. */
	readonly paid: readonly PaidByMonth[];
	readonly workload: readonly { readonly name: string | null; readonly count: number }[];
};

export type FiguresService = ReturnType<typeof createFiguresService>;

/** How the desk is doing, for those who share out its work. */
export function createFiguresService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly figures: FiguresRepository;
}) {
	return {
		/** Age of the queue, time to a first decision in the last 90 days, what waits for an answer, what was paid, and who has how much. */
		async show(actor: Actor): Promise<Result<FiguresView>> {
			const permission = requirePermission(actor, 'claim/read-figures');
			if (!permission.ok) return permission;
			const nowMs = parts.clock.nowMs();
			const before = (age: 'soon' | 'urgent' | 'overdue') => submittedBefore(age, nowMs) ?? 0;
			const sinceMs = figuresSince(nowMs);
			const [counts, decisions, requests, sums, workload] = await parts.db.read(
				parts.figures.countOpen({
					soon: before('soon'),
					urgent: before('urgent'),
					overdue: before('overdue')
				}),
				parts.figures.countDecided(sinceMs),
				parts.figures.countRequests(calendarDateOf(nowMs), sinceMs),
				parts.figures.sumPaid(volumeBegins(nowMs)),
				parts.figures.countByAssignee()
			);
			const decided = decisionsBySpan(decisions.filter(({ isByRules }) => !isByRules));
			const byRules = decisions.filter(({ isByRules }) => isByRules);
			return ok({
				open: openByAge(counts),
				decided,
				decidedByRules: byRules.reduce((sum, { count }) => sum + count, 0),
				shareWithinMonth: shareWithinMonth(decided),
				requests,
				paid: may(actor.role, 'payout/read') ? paidByMonth(volumeMonths(nowMs), sums) : [],
				workload
			});
		}
	};
}
