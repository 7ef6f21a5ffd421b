import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import type { DecisionForm } from '#lib/domain/claims/decision-form.schema.ts';
import { usesOf } from '#lib/domain/claims/decision-cover.ts';
import type { Decision } from '#lib/domain/claims/decision.ts';
import type { CoverUse } from '#lib/domain/contracts/cover.ts';
import type { ReviewKind } from '#lib/domain/claims/review.ts';
import type { BenefitStatement } from '#lib/domain/documents/document.ts';
import { paidInAllOf, statementNoOf, writeStatement } from '#lib/domain/documents/statement.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { AccessGuard } from './access-guard.ts';
import type { CoverRepository } from './cover.repository.ts';
import {
	decideByForm,
	decisionSteps,
	requireDecider,
	type DecisionPreview
} from './decision-steps.ts';
import type { DecisionWrites } from './decision-writes.ts';
import type { DecisionsRepository } from './decisions.repository.ts';
import { billedLinesOf, coveredClaim } from './desk-claim.ts';
import type { DeskClaim, DeskRepository } from './desk.repository.ts';
import type { ReviewsRepository, StoredReview } from './reviews.repository.ts';

const OTHER_PERSON = { kind: 'forbidden', code: 'claims/review-other-person' } as const;

/** A decision as typed, and what the customer is told about it. */
export type CorrectionForm = DecisionForm & { readonly answer: string };

type Prepared = DecisionPreview & {
	readonly claim: DeskClaim;
	readonly before: BenefitStatement;
	/** What the decision before has used of the cover. */
	readonly granted: readonly CoverUse[];
	readonly no: number;
};

export type CorrectionsService = ReturnType<typeof createCorrectionsService>;

/** New decisions in the place of old ones, where an objection or a reason is open (decision 0053). */
export function createCorrectionsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly desk: Pick<DeskRepository, 'find' | 'findStatement'>;
	readonly accessGuard: Pick<AccessGuard, 'refuse'>;
	readonly ownContracts: { idsOf(accountId: string): Read<readonly string[]> };
	readonly decisions: Pick<DecisionsRepository, 'correct'>;
	readonly cover: Pick<CoverRepository, 'listUses' | 'book'>;
	readonly reviews: Pick<ReviewsRepository, 'listOfClaim' | 'close' | 'requireOther'>;
	readonly decisionWrites: DecisionWrites;
}) {
	const { db, clock, ids, desk, decisions, reviews } = parts;

	async function compute(
		actor: Actor,
		claimId: string,
		form: CorrectionForm,
		nowMs: number
	): Promise<Result<Prepared>> {
		const permission = requirePermission(actor, 'claim/decide');
		if (!permission.ok) return permission;
		const [found, delivered, known, ownContractIds, uses] = await db.read(
			desk.find(claimId, calendarDateOf(nowMs)),
			desk.findStatement(claimId),
			reviews.listOfClaim(claimId),
			parts.ownContracts.idsOf(actor.accountId),
			parts.cover.listUses(claimId)
		);
		const decider = await requireDecider(actor, claimId, found, { ...parts, ownContractIds });
		if (!decider.ok) return decider;
		const { value: claim } = decider;
		const open = known.filter(({ closedAtMs }) => closedAtMs === null);
		const before = delivered?.statement;
		if (!before || open.length === 0) return failed('conflict', 'claims/no-review-open');
		if (claim.version !== form.version) return failed('conflict', 'claims/changed-meanwhile');
		// The rates of the decision before: a decided claim is never converted anew.
		const rates = before.lines.map(({ exchangeRate }) => exchangeRate);
		const decided = decideByForm(claim, form, {
			...{ rates, uses, today: calendarDateOf(nowMs) },
			// What the first decision took off stays taken off, as its statement says.
			advance: before.advance ?? null
		});
		if (!decided.ok) return decided;
		const { decision, facts } = decided.value;
		const granted = decision.totals.paid.amountMinor;
		// Nobody who objects gets less for it, and what was paid is not asked back here.
		if (granted < before.totals.paid.amountMinor) return failed('invalid', 'claims/below-paid');
		// An advance may have been more than the decision before: then that is what was paid.
		const paidBefore = paidInAllOf(before);
		const toPayMinor = Math.max(0, granted - paidBefore.amountMinor);
		const no = statementNoOf(before) + 1;
		const correction = {
			previousNumber: before.statementNumber,
			why: whyOf(open),
			outcome: isSame(before, decision) ? ('upheld' as const) : ('changed' as const),
			...(before.decidedBy === 'rules' && { isOfRules: true as const }),
			answer: form.answer,
			paidBefore,
			toPay: { amountMinor: toPayMinor, currency: paidBefore.currency }
		};
		const statement = writeStatement(facts, decision, nowMs, { no, correction });
		const used = uses.filter(({ isOfThisClaim }) => isOfThisClaim);
		return ok({ claim, before, granted: used, decision, statement, no });
	}

	async function writesOf(
		actor: Actor,
		{ claim, granted, decision, statement, no }: Prepared,
		nowMs: number
	): Promise<readonly Write[]> {
		const { correction } = statement;
		if (!correction) throw new Error('a corrected statement says what it corrects');
		const documentId = ids.newId();
		const by = { accountId: actor.accountId, nowMs };
		const ref = { id: claim.id, version: claim.version, personId: claim.owner.personId };
		const uses = usesOf(billedLinesOf(claim), decision.lines);
		const { paymentOf, statementOf } = parts.decisionWrites;
		return [
			// Before the decision names somebody else as its maker.
			reviews.requireOther(claim.id, actor.accountId, OTHER_PERSON),
			await decisions.correct(ref, decision, by),
			parts.cover.book(coveredClaim(claim), uses, granted),
			...(await paymentOf(actor.accountId, claim, correction.toPay, no, nowMs)),
			...(await statementOf(claim, statement, documentId, nowMs)),
			reviews.close(claim.id, { outcome: correction.outcome, documentId, ...by }),
			await parts.audit.record({
				event: 'claim/corrected',
				objectRef: `claim:${claim.id}`,
				accountId: actor.accountId,
				subjectAccountId: claim.owner.accountId
			})
		];
	}

	const { preview, store } = decisionSteps({ db, clock, compute, writesOf });
	return {
		preview,

		/**
		 * Answers everything that is open of the claim: a new decision, a new statement beside the old
		 * ones, a payment of the difference that waits for a second person. `claims/no-review-open`,
		 * `claims/below-paid` when it would take money back, `claims/review-other-person` when whoever
		 * decided answers an objection, else as a first decision fails.
		 */
		correct: store
	};
}

function whyOf(open: readonly StoredReview[]): ReviewKind {
	return open.some(({ kind }) => kind === 'objection') ? 'objection' : 'reopening';
}

/** Whether the new decision grants what the old one did, line by line. */
function isSame(before: BenefitStatement, after: Decision): boolean {
	return after.lines.every((line, index) => {
		const old = before.lines[index];
		return (
			old?.recognised.amountMinor === line.recognised.amountMinor &&
			old.deductible.amountMinor === line.deductible.amountMinor &&
			old.reason === line.reason
		);
	});
}
