import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import { decideTyped, type DecisionForm } from '#lib/domain/claims/decision-form.schema.ts';
import { settleRates } from '#lib/domain/claims/exchange-rates.ts';
import { usesOf } from '#lib/domain/claims/decision-cover.ts';
import type { Decision } from '#lib/domain/claims/decision.ts';
import type { BenefitStatement } from '#lib/domain/documents/document.ts';
import { writeStatement } from '#lib/domain/documents/statement.ts';
import { NOT_FOUND, failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { AccessGuard } from './access-guard.ts';
import type { CoverRepository } from './cover.repository.ts';
import { createDecisionWrites, type DecisionWriteParts } from './decision-writes.ts';
import type { DecisionsRepository } from './decisions.repository.ts';
import {
	billedLinesOf,
	coveredClaim,
	isOwnClaim,
	restsOfClaim,
	statementFactsOf
} from './desk-views.ts';
import type { DeskClaim, DeskRepository } from './desk.repository.ts';
import type { DocumentRequestsRepository } from './document-requests.repository.ts';
import type { ExchangeRatesRepository } from './exchange-rates.repository.ts';
import { RATE_WINDOW_DAYS, recordedRatesOf } from './recorded-rates.ts';

export type DecisionParts = DecisionWriteParts & {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly desk: Pick<DeskRepository, 'find'>;
	readonly accessGuard: Pick<AccessGuard, 'refuse'>;
	readonly ownContracts: { idsOf(accountId: string): Read<readonly string[]> };
	readonly rates: Pick<ExchangeRatesRepository, 'listFor'>;
	readonly decisions: Pick<DecisionsRepository, 'decide'>;
	readonly cover: Pick<CoverRepository, 'listUses' | 'book'>;
	readonly requests: Pick<DocumentRequestsRepository, 'withdrawOpen'>;
};

/** A decision as it would be, and the statement the customer would get. */
export type DecisionPreview = {
	readonly decision: Decision;
	readonly statement: BenefitStatement;
};

export type DecisionsService = ReturnType<typeof createDecisionsService>;

export function createDecisionsService(parts: DecisionParts) {
	const { db, clock, ids, audit, desk, decisions } = parts;
	const leaves = createDecisionWrites(parts);

	/** Fails with `claims/own-claim`, `claims/not-in-review`, `claims/changed-meanwhile` or the fields at fault. */
	async function prepare(
		actor: Actor,
		claimId: string,
		form: DecisionForm,
		nowMs: number
	): Promise<Result<DecisionPreview & { readonly claim: DeskClaim }>> {
		const permission = requirePermission(actor, 'claim/decide');
		if (!permission.ok) return permission;
		const [claim, ownContractIds, rates, uses] = await db.read(
			desk.find(claimId, calendarDateOf(nowMs)),
			parts.ownContracts.idsOf(actor.accountId),
			parts.rates.listFor(claimId, RATE_WINDOW_DAYS),
			parts.cover.listUses(claimId)
		);
		if (!claim) return NOT_FOUND;
		// A reason to look is none to decide.
		if (claim.assigneeId !== actor.accountId) return parts.accessGuard.refuse(actor, claimId);
		if (isOwnClaim(actor, claim, ownContractIds)) return failed('forbidden', 'claims/own-claim');
		if (claim.decidedAtMs !== null) return failed('conflict', 'claims/not-in-review');
		if (claim.version !== form.version) return failed('conflict', 'claims/changed-meanwhile');
		const years = restsOfClaim(claim, uses);
		const billed = billedLinesOf(claim);
		const { currency } = claim.contract;
		const settled = settleRates(billed, form.lines, recordedRatesOf(claim, rates), currency);
		if (!settled.ok) return settled;
		const decided = decideTyped(billed, settled.value, {
			currency,
			years,
			today: calendarDateOf(nowMs)
		});
		if (!decided.ok) return decided;
		const facts = statementFactsOf(claim, decided.value, years);
		const statement = writeStatement(facts, decided.value, nowMs);
		return ok({ claim, decision: decided.value, statement });
	}

	async function writesOf(
		actor: Actor,
		{ claim, decision, statement }: DecisionPreview & { readonly claim: DeskClaim },
		nowMs: number
	): Promise<readonly Write[]> {
		const { accountId, personId } = claim.owner;
		const uses = usesOf(billedLinesOf(claim), decision.lines);
		return [
			await decisions.decide({ id: claim.id, version: claim.version, personId }, decision, {
				accountId: actor.accountId,
				nowMs
			}),
			// Decided on what is there: nobody waits for a document any more.
			parts.requests.withdrawOpen(claim.id, nowMs),
			parts.cover.book(coveredClaim(claim), uses, []),
			...(await leaves.paymentOf(actor, claim, decision.totals.paid, 1, nowMs)),
			...(await leaves.statementOf(claim, statement, ids.newId(), nowMs)),
			await audit.record({
				event: 'claim/decided',
				objectRef: `claim:${claim.id}`,
				accountId: actor.accountId,
				subjectAccountId: accountId
			})
		];
	}

	return {
		/** The first of two steps: computes, stores nothing. */
		async preview(
			actor: Actor,
			claimId: string,
			form: DecisionForm
		): Promise<Result<DecisionPreview>> {
			const prepared = await prepare(actor, claimId, form, clock.nowMs());
			if (!prepared.ok) return prepared;
			const { decision, statement } = prepared.value;
			return ok({ decision, statement });
		},

		/**
		 * Decides the claim: decision, deductible, payment, statement as page and PDF, mail and log entry, all
		 * in one batch or nothing. Fails like the preview does, and with `claims/changed-meanwhile`
		 * when somebody else was faster, at this claim or at what the insured person has left.
		 */
		async decide(
			actor: Actor,
			claimId: string,
			form: DecisionForm
		): Promise<Result<{ readonly number: string }>> {
			const nowMs = clock.nowMs();
			const prepared = await prepare(actor, claimId, form, nowMs);
			if (!prepared.ok) return prepared;
			const done = await db.commit(...(await writesOf(actor, prepared.value, nowMs)));
			return done.ok ? ok({ number: prepared.value.claim.number }) : done;
		}
	};
}
