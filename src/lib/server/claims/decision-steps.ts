/** What a first decision and a corrected one have in common: who may decide, what the form decides, the two steps. */
import type { Actor } from '#lib/domain/actor.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { decideTyped, type DecisionForm } from '#lib/domain/claims/decision-form.schema.ts';
import type { Decision, ExchangeRate } from '#lib/domain/claims/decision.ts';
import { settleRates } from '#lib/domain/claims/exchange-rates.ts';
import type { KnownUse } from '#lib/domain/contracts/cover.ts';
import type { BenefitStatement, StatementAdvance } from '#lib/domain/documents/document.ts';
import type { StatementFacts } from '#lib/domain/documents/statement.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { AccessGuard } from './access-guard.ts';
import { billedLinesOf, isOwnClaim, restsOfClaim, statementFactsOf } from './desk-claim.ts';
import type { DeskClaim } from './desk.repository.ts';

/** A decision as it would be, and the statement the customer would get. */
export type DecisionPreview = {
	readonly decision: Decision;
	readonly statement: BenefitStatement;
};

/**
 * Only whoever has the claim decides it, and nobody their own (Z6, Z7): a reason to look is none to decide.
 * Fails with not found, `claims/not-assigned` (written down) and `claims/own-claim`.
 */
export async function requireDecider(
	actor: Actor,
	claimId: string,
	claim: DeskClaim | null,
	parts: {
		readonly ownContractIds: readonly string[];
		readonly accessGuard: Pick<AccessGuard, 'refuse'>;
	}
): Promise<Result<DeskClaim>> {
	if (!claim) return NOT_FOUND;
	if (claim.assigneeId !== actor.accountId) return parts.accessGuard.refuse(actor, claimId);
	return isOwnClaim(actor, claim, parts.ownContractIds)
		? failed('forbidden', 'claims/own-claim')
		: ok(claim);
}

/**
 * What a form decides about a claim, with the exchange rate of each line and what is left of the cover.
 * Fails with `portal/invalid-input` and the fields at fault.
 */
export function decideByForm(
	claim: DeskClaim,
	form: DecisionForm,
	known: {
		readonly rates: readonly (ExchangeRate | null)[];
		readonly uses: readonly KnownUse[];
		readonly today: CalendarDate;
		readonly advance: StatementAdvance | null;
	}
): Result<{ readonly decision: Decision; readonly facts: StatementFacts }> {
	const billed = billedLinesOf(claim);
	const years = restsOfClaim(claim, known.uses);
	const { currency } = claim.contract;
	const settled = settleRates(billed, form.lines, known.rates, currency);
	if (!settled.ok) return settled;
	const decided = decideTyped(billed, settled.value, { currency, years, today: known.today });
	if (!decided.ok) return decided;
	const decision = decided.value;
	return ok({ decision, facts: statementFactsOf(claim, decision, years, known.advance) });
}

/** Shown, then computed anew and stored in one batch: nothing of the first step is trusted in the second. */
export function decisionSteps<
	Form,
	Prepared extends DecisionPreview & { readonly claim: DeskClaim }
>(step: {
	readonly db: Pick<Database, 'commit'>;
	readonly clock: Clock;
	readonly compute: (
		actor: Actor,
		claimId: string,
		form: Form,
		nowMs: number
	) => Promise<Result<Prepared>>;
	readonly writesOf: (actor: Actor, prepared: Prepared, nowMs: number) => Promise<readonly Write[]>;
}) {
	return {
		/** The first step: computes, stores nothing. */
		async preview(actor: Actor, claimId: string, form: Form): Promise<Result<DecisionPreview>> {
			const prepared = await step.compute(actor, claimId, form, step.clock.nowMs());
			if (!prepared.ok) return prepared;
			const { decision, statement } = prepared.value;
			return ok({ decision, statement });
		},

		/** The second step: all of it or nothing. */
		async store(
			actor: Actor,
			claimId: string,
			form: Form
		): Promise<Result<{ readonly number: string }>> {
			const nowMs = step.clock.nowMs();
			const prepared = await step.compute(actor, claimId, form, nowMs);
			if (!prepared.ok) return prepared;
			const done = await step.db.commit(...(await step.writesOf(actor, prepared.value, nowMs)));
			return done.ok ? ok({ number: prepared.value.claim.number }) : done;
		}
	};
}
