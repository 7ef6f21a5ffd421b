import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import type { DecisionForm } from '#lib/domain/claims/decision-form.schema.ts';
import { writeStatement } from '#lib/domain/documents/statement.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { AccessGuard } from './access-guard.ts';
import type { CoverRepository } from './cover.repository.ts';
import {
	decideByForm,
	decisionSteps,
	requireDecider,
	type DecisionPreview
} from './decision-steps.ts';
import { createDecisionWrites, paidInAdvance, type DecisionWriteParts } from './decision-writes.ts';
import type { DecisionsRepository } from './decisions.repository.ts';
import type { DeskClaim, DeskRepository } from './desk.repository.ts';
import type { DocumentRequestsRepository } from './document-requests.repository.ts';
import type { ExchangeRatesRepository } from './exchange-rates.repository.ts';
import type { Payout, PayoutsRepository } from './payouts.repository.ts';
import { RATE_WINDOW_DAYS, recordedRatesOf } from './recorded-rates.ts';

export type DecisionParts = DecisionWriteParts & {
	readonly db: Database;
	readonly clock: Clock;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly desk: Pick<DeskRepository, 'find'>;
	readonly accessGuard: Pick<AccessGuard, 'refuse'>;
	readonly ownContracts: { idsOf(accountId: string): Read<readonly string[]> };
	readonly rates: Pick<ExchangeRatesRepository, 'listFor'>;
	readonly decisions: Pick<DecisionsRepository, 'decide'>;
	readonly cover: Pick<CoverRepository, 'listUses' | 'book'>;
	readonly payouts: Pick<PayoutsRepository, 'findAdvance' | 'insert'>;
	readonly requests: Pick<DocumentRequestsRepository, 'withdrawOpen'>;
};

type Prepared = DecisionPreview & {
	readonly claim: DeskClaim;
	readonly advance: Payout | null;
};

export type DecisionsService = ReturnType<typeof createDecisionsService>;

export function createDecisionsService(parts: DecisionParts) {
	const { db, clock, audit, desk, decisions } = parts;
	const leaves = createDecisionWrites(parts);

	/** Fails with `claims/own-claim`, `claims/not-in-review`, `claims/changed-meanwhile` or the fields at fault. */
	async function compute(
		actor: Actor,
		claimId: string,
		form: DecisionForm,
		nowMs: number
	): Promise<Result<Prepared>> {
		const permission = requirePermission(actor, 'claim/decide');
		if (!permission.ok) return permission;
		const [claim, ownContractIds, rates, uses, advance] = await db.read(
			desk.find(claimId, calendarDateOf(nowMs)),
			parts.ownContracts.idsOf(actor.accountId),
			parts.rates.listFor(claimId, RATE_WINDOW_DAYS),
			parts.cover.listUses(claimId),
			parts.payouts.findAdvance(claimId)
		);
		const decider = await requireDecider(actor, claimId, claim, { ...parts, ownContractIds });
		if (!decider.ok) return decider;
		const { value: decidable } = decider;
		if (decidable.decidedAtMs !== null) return failed('conflict', 'claims/not-in-review');
		if (decidable.version !== form.version) return failed('conflict', 'claims/changed-meanwhile');
		// What was bent beside the portal is neither taken off nor paid once more.
		if (advance && !advance.isGenuine) return failed('conflict', 'payouts/not-genuine');
		const decided = decideByForm(decidable, form, {
			...{ rates: recordedRatesOf(decidable, rates), uses },
			...{ today: calendarDateOf(nowMs), advance: advance && paidInAdvance(advance) }
		});
		if (!decided.ok) return decided;
		const { decision, facts } = decided.value;
		const statement = writeStatement(facts, decision, nowMs);
		return ok({ claim: decidable, advance, decision, statement });
	}

	async function writesOf(
		actor: Actor,
		{ claim, advance, decision, statement }: Prepared,
		nowMs: number
	): Promise<readonly Write[]> {
		const { accountId, personId } = claim.owner;
		return [
			await decisions.decide({ id: claim.id, version: claim.version, personId }, decision, {
				accountId: actor.accountId,
				nowMs
			}),
			// Decided on what is there: nobody waits for a document any more.
			parts.requests.withdrawOpen(claim.id, nowMs),
			...(await leaves.ofFirst(
				{ claim, decision, statement, isAdvanceBack: advance?.state === 'returned' },
				actor.accountId,
				nowMs
			)),
			await audit.record({
				event: 'claim/decided',
				objectRef: `claim:${claim.id}`,
				accountId: actor.accountId,
				subjectAccountId: accountId
			})
		];
	}

	const { preview, store } = decisionSteps({ db, clock, compute, writesOf });
	return {
		preview,

		/**
		 * Decides the claim: decision, deductible, payment, statement as page and PDF, mail and log entry, all
		 * in one batch or nothing. Fails like the preview does, and with `claims/changed-meanwhile`
		 * when somebody else was faster, at this claim, its advance or what the insured person has left.
		 */
		decide: store
	};
}
