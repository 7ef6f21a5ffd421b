import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import { decideTyped, type DecisionForm } from '#lib/domain/claims/decision-form.schema.ts';
import { settleRates } from '#lib/domain/claims/exchange-rates.ts';
import { usesOf } from '#lib/domain/claims/decision-cover.ts';
import type { Decision } from '#lib/domain/claims/decision.ts';
import type { CoverUse } from '#lib/domain/contracts/cover.ts';
import type { ReviewKind } from '#lib/domain/claims/review.ts';
import type { BenefitStatement } from '#lib/domain/documents/document.ts';
import { statementNoOf, writeStatement } from '#lib/domain/documents/statement.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { AccessGuard } from './access-guard.ts';
import type { CoverRepository } from './cover.repository.ts';
import type { DecisionWrites } from './decision-writes.ts';
import type { DecisionsRepository } from './decisions.repository.ts';
import type { DecisionPreview } from './decisions.service.ts';
import {
	billedLinesOf,
	coveredClaim,
	isOwnClaim,
	restsOfClaim,
	statementFactsOf
} from './desk-views.ts';
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

	async function prepare(
		actor: Actor,
		claimId: string,
		form: CorrectionForm,
		nowMs: number
	): Promise<Result<Prepared>> {
		const permission = requirePermission(actor, 'claim/decide');
		if (!permission.ok) return permission;
		const [claim, delivered, known, ownContractIds, uses] = await db.read(
			desk.find(claimId, calendarDateOf(nowMs)),
			desk.findStatement(claimId),
			reviews.listOfClaim(claimId),
			parts.ownContracts.idsOf(actor.accountId),
			parts.cover.listUses(claimId)
		);
		if (!claim) return NOT_FOUND;
		if (claim.assigneeId !== actor.accountId) return parts.accessGuard.refuse(actor, claimId);
		if (isOwnClaim(actor, claim, ownContractIds)) return failed('forbidden', 'claims/own-claim');
		const open = known.filter(({ closedAtMs }) => closedAtMs === null);
		const before = delivered?.statement;
		if (!before || open.length === 0) return failed('conflict', 'claims/no-review-open');
		if (claim.version !== form.version) return failed('conflict', 'claims/changed-meanwhile');
		const years = restsOfClaim(claim, uses);
		const billed = billedLinesOf(claim);
		const { currency } = claim.contract;
		// The rates of the decision before: a decided claim is never converted anew.
		const rates = before.lines.map(({ exchangeRate }) => exchangeRate);
		const settled = settleRates(billed, form.lines, rates, currency);
		if (!settled.ok) return settled;
		const decided = decideTyped(billed, settled.value, {
			currency,
			years,
			today: calendarDateOf(nowMs)
		});
		if (!decided.ok) return decided;
		const paidBefore = before.totals.paid;
		const toPayMinor = decided.value.totals.paid.amountMinor - paidBefore.amountMinor;
		// Nobody who objects gets less for it, and what was paid is not asked back here.
		if (toPayMinor < 0) return failed('invalid', 'claims/below-paid');
		const no = statementNoOf(before) + 1;
		const correction = {
			previousNumber: before.statementNumber,
			why: whyOf(open),
			outcome: isSame(before, decided.value) ? ('upheld' as const) : ('changed' as const),
			answer: form.answer,
			paidBefore,
			toPay: { amountMinor: toPayMinor, currency: paidBefore.currency }
		};
		const facts = statementFactsOf(claim, decided.value, years);
		const statement = writeStatement(facts, decided.value, nowMs, { no, correction });
		const granted = uses.filter(({ isOfThisClaim }) => isOfThisClaim);
		return ok({ claim, before, granted, decision: decided.value, statement, no });
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
			...(await paymentOf(actor, claim, correction.toPay, no, nowMs)),
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

	return {
		/** The first of two steps: computes, stores nothing. */
		async preview(
			actor: Actor,
			claimId: string,
			form: CorrectionForm
		): Promise<Result<DecisionPreview>> {
			const prepared = await prepare(actor, claimId, form, clock.nowMs());
			if (!prepared.ok) return prepared;
			const { decision, statement } = prepared.value;
			return ok({ decision, statement });
		},

		/**
		 * Answers everything that is open of the claim: a new decision, a new statement beside the old
		 * ones, a payment of the difference that waits for a second person. `claims/no-review-open`,
		 * `claims/below-paid` when it would take money back, `claims/review-other-person` when whoever
		 * decided answers an objection, else as a first decision fails.
		 */
		async correct(
			actor: Actor,
			claimId: string,
			form: CorrectionForm
		): Promise<Result<{ readonly number: string }>> {
			const nowMs = clock.nowMs();
			const prepared = await prepare(actor, claimId, form, nowMs);
			if (!prepared.ok) return prepared;
			const done = await db.commit(...(await writesOf(actor, prepared.value, nowMs)));
			return done.ok ? ok({ number: prepared.value.claim.number }) : done;
		}
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
