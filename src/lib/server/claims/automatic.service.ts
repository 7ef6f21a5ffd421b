/** Approvals in full by rules, without a person (Art. 22 GDPR, § 37 BDSG; decision 0072). Rules refuse nothing. */
import { calendarDateOf } from '#lib/domain/calendar.ts';
import {
	decideInFull,
	reasonsForPerson,
	type AutomaticFacts
} from '#lib/domain/claims/automatic.ts';
import { writeStatementOfRules } from '#lib/domain/documents/statement.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { logEvent } from '#lib/server/platform/log.ts';
import type { AutomaticRepository } from './automatic.repository.ts';
import type { CoverRepository } from './cover.repository.ts';
import type { DecisionWrites } from './decision-writes.ts';
import type { DecisionsRepository } from './decisions.repository.ts';
import { billedLinesOf, findingsOf, restsOfClaim, statementFactsOf } from './desk-claim.ts';
import type { DeskClaim, DeskRepository } from './desk.repository.ts';
import type { ExchangeRatesRepository } from './exchange-rates.repository.ts';
import { RATE_WINDOW_DAYS, recordedRatesOf } from './recorded-rates.ts';

/** Claims of one minute: a statement is printed for each that is decided. */
const CLAIMS_AT_ONCE = 5;

export type AutomaticService = ReturnType<typeof createAutomaticService>;

export function createAutomaticService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	/** The operator has switched it on: without that nothing is even looked at. */
	readonly isOn: boolean;
	readonly automatic: AutomaticRepository;
	readonly desk: Pick<DeskRepository, 'find' | 'listInvoicesBeside'>;
	readonly cover: Pick<CoverRepository, 'listUses'>;
	readonly rates: Pick<ExchangeRatesRepository, 'listFor'>;
	readonly decisions: Pick<DecisionsRepository, 'decideByRules'>;
	readonly decisionWrites: DecisionWrites;
}) {
	const { db, clock, automatic, desk, decisionWrites } = parts;

	async function readFacts(claimId: string, nowMs: number) {
		const today = calendarDateOf(nowMs);
		const [claim, beside, known, uses, rates] = await db.read(
			desk.find(claimId, today),
			automatic.findBeside(claimId, nowMs),
			desk.listInvoicesBeside(claimId),
			parts.cover.listUses(claimId),
			parts.rates.listFor(claimId, RATE_WINDOW_DAYS)
		);
		if (!claim || !beside) throw new Error('a claim that was due is gone');
		const recorded = recordedRatesOf(claim, rates);
		const years = restsOfClaim(claim, uses);
		const { currency, startsOn } = claim.contract;
		const decision = decideInFull(billedLinesOf(claim), recorded, { currency, years, today });
		const facts: AutomaticFacts = {
			...{ id: claim.id, state: claim.state, submittedAtMs: claim.submittedAtMs },
			...{ isAssigned: claim.assigneeId !== null, cameByPost: claim.capturedAtMs !== null },
			...{ content: claim.content, coverStartsOn: startsOn, currency, decision, beside },
			findings: findingsOf(claim, { known, years, recorded }),
			secondLook: decision && decisionWrites.secondLookOf(claim, decision.totals.paid, 1, nowMs)
		};
		return { claim, facts, years };
	}

	/** The same writes as a clerk's decision; the conditions of the rules stand once more in the first. */
	async function approve(
		claim: DeskClaim,
		decision: NonNullable<AutomaticFacts['decision']>,
		years: Awaited<ReturnType<typeof readFacts>>['years'],
		nowMs: number
	): Promise<void> {
		const { id, version, owner } = claim;
		const statement = writeStatementOfRules(
			statementFactsOf(claim, decision, years),
			decision,
			nowMs
		);
		// Refused where somebody was faster: the claim is theirs, or due once more in a minute.
		await db.commit(
			await parts.decisions.decideByRules(
				{ id, version, personId: owner.personId },
				decision,
				nowMs
			),
			...(await decisionWrites.ofFirst({ claim, decision, statement }, null, nowMs)),
			await parts.audit.record({
				event: 'claim/decided-by-rules',
				objectRef: `claim:${id}`,
				accountId: null,
				subjectAccountId: owner.accountId
			})
		);
	}

	async function lookAt(claimId: string, nowMs: number): Promise<void> {
		const { claim, facts, years } = await readFacts(claimId, nowMs);
		const reasons = reasonsForPerson(facts, nowMs);
		if (reasons.length === 0 && facts.decision) await approve(claim, facts.decision, years, nowMs);
		else await db.commit(automatic.leaveToPeople(claimId, reasons, nowMs));
	}

	return {
		/** What the privacy notice has to say (Art. 13 (2) f GDPR). */
		isOn: parts.isOn,

		/**
		 * Looks at a few claims that nobody has taken: each is approved in full, or left to people with the
		 * reasons, and never looked at again. Answers how many. One that cannot be read or printed is left
		 * to people without a reason, or it would stand before all others for ever.
		 */
		async decideDue(): Promise<number> {
			if (!parts.isOn) return 0;
			const nowMs = clock.nowMs();
			const [due] = await db.read(automatic.listDue(nowMs, CLAIMS_AT_ONCE));
			for (const claimId of due) {
				try {
					await lookAt(claimId, nowMs);
				} catch (error) {
					logEvent('error', 'claim-left-to-people', { error: String(error) });
					await db.commit(automatic.leaveToPeople(claimId, [], nowMs));
				}
			}
			return due.length;
		}
	};
}
