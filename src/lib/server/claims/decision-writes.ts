/** What a decision leaves besides itself, the first one and every corrected one: payment, statement, mail. */
import { needsStaffAfterRecovery } from '#lib/domain/accounts/recovery.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import { isNewPayee } from '#lib/domain/contracts/bank-account.ts';
import type { Decision } from '#lib/domain/claims/decision.ts';
import { usesOf } from '#lib/domain/claims/decision-cover.ts';
import { ibanOf } from '#lib/domain/claims/payee-account.ts';
import { isPaying, routeOf, secondLookOf, type SecondLook } from '#lib/domain/claims/payout.ts';
import type { BenefitStatement, StatementAdvance } from '#lib/domain/documents/document.ts';
import { toPayOf } from '#lib/domain/documents/statement.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import type { Operator } from '#lib/domain/operator.ts';
import type { Write } from '#lib/server/db/client.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { AdvancesRepository } from './advances.repository.ts';
import type { CoverRepository } from './cover.repository.ts';
import { billedLinesOf, coveredClaim, payeeOf } from './desk-claim.ts';
import type { DeskClaim } from './desk.repository.ts';
import type { Payout, PayoutsRepository } from './payouts.repository.ts';

type Paid = Decision['totals']['paid'];

export type DecisionWriteParts = {
	readonly ids: Ids;
	readonly cover: Pick<CoverRepository, 'book'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
	readonly payouts: Pick<PayoutsRepository, 'insert'>;
	readonly advances: Pick<AdvancesRepository, 'settle'>;
	readonly operator: Pick<Operator, 'payments'>;
	readonly documents: {
		insert(document: {
			readonly id: string;
			readonly accountId: string;
			readonly personId: string;
			readonly claimId: string;
			readonly createdAtMs: number;
			readonly pdfFileId: string;
			readonly content: BenefitStatement;
		}): Promise<Write>;
	};
	readonly files: {
		insertWhole(file: {
			readonly id: string;
			readonly accountId: string;
			readonly personId: string;
			readonly name: string;
			readonly type: 'application/pdf';
			readonly bytes: Uint8Array;
			readonly nowMs: number;
		}): Promise<Write>;
	};
	/** The statement as a PDF with the name of its file. */
	readonly printStatement: (
		statement: BenefitStatement
	) => Promise<{ readonly name: string; readonly bytes: Uint8Array }>;
};

/** What a decision takes off: an advance on its way or paid. One that came back is not paid (decision 0077). */
export function paidInAdvance({ amount, state, paidAtMs }: Payout): StatementAdvance | null {
	if (!isPaying(state)) return null;
	return { amount, paidOn: paidAtMs === null ? null : calendarDateOf(paidAtMs) };
}

export type DecisionWrites = ReturnType<typeof createDecisionWrites>;

export function createDecisionWrites(parts: DecisionWriteParts) {
	const { ids, mails, files, documents } = parts;

	/** Why a second person must look at the payment of the claim's nth decision; null where one is enough. */
	function secondLook(
		claim: DeskClaim,
		amount: Paid,
		decisionNo: number,
		nowMs: number
	): SecondLook | null {
		const iban = ibanOf(payeeOf(claim));
		const { onePersonUpTo: limit, newAccount } = parts.operator.payments;
		const { account, since, isAfterRecovery } = claim.contract.account;
		const isNewAccount = isNewPayee(
			iban,
			{ iban: account.iban, since },
			calendarDateOf(nowMs),
			newAccount.watchDays
		);
		return secondLookOf(amount, isNewAccount, limit, {
			isCorrection: decisionNo > 1,
			isAfterRecovery:
				needsStaffAfterRecovery(claim.owner.recoveredAtMs, nowMs) ||
				(isAfterRecovery && iban === account.iban)
		});
	}

	return {
		secondLookOf: secondLook,
		paymentOf,
		statementOf,

		/** What a first decision leaves: what it uses of the cover, the end of an advance, payment, statement and mail. Null: made by rules. */
		async ofFirst(
			decided: {
				readonly claim: DeskClaim;
				readonly decision: Decision;
				readonly statement: BenefitStatement;
				/** The bank has sent an advance back: what is paid in its place is looked at twice. */
				readonly isAdvanceBack?: boolean;
			},
			madeBy: string | null,
			nowMs: number
		): Promise<readonly Write[]> {
			const { claim, decision, statement, isAdvanceBack = false } = decided;
			const countedMinor = statement.advance?.amount.amountMinor ?? 0;
			const uses = usesOf(billedLinesOf(claim), decision.lines);
			return [
				parts.cover.book(coveredClaim(claim), uses, []),
				parts.advances.settle(claim.id, countedMinor, { accountId: madeBy, nowMs }),
				...(await paymentOf(madeBy, claim, toPayOf(statement), 1, nowMs, isAdvanceBack)),
				...(await statementOf(claim, statement, ids.newId(), nowMs))
			];
		}
	};

	/**
	 * The payment of the claim's nth decision; none where nothing is paid. More for a claim that was
	 * decided before always waits for a second person.
	 */
	async function paymentOf(
		madeBy: string | null,
		claim: DeskClaim,
		amount: Paid,
		decisionNo: number,
		nowMs: number,
		isAdvanceBack = false
	): Promise<readonly Write[]> {
		if (amount.amountMinor === 0) return [];
		const payee = payeeOf(claim);
		const payment = await parts.payouts.insert({
			...{ id: ids.newId(), claimId: claim.id, decisionNo, version: 1 },
			accountId: claim.owner.accountId,
			personId: claim.owner.personId,
			amount,
			payee,
			route: routeOf(amount, payee),
			secondLook:
				secondLook(claim, amount, decisionNo, nowMs) ?? (isAdvanceBack ? 'advance' : null),
			madeBy,
			madeAtMs: nowMs
		});
		return [payment];
	}

	/** The statement as page and PDF in the customer's mailbox, and the mail that says so. */
	async function statementOf(
		claim: DeskClaim,
		statement: BenefitStatement,
		documentId: string,
		nowMs: number
	): Promise<readonly Write[]> {
		const { accountId, personId, accountPersonId, email: to, language, name } = claim.owner;
		const pdf = await parts.printStatement(statement);
		const pdfFileId = ids.newId();
		const mail = { template: 'new-document', to, language, name } as const;
		return [
			await files.insertWhole({
				...{ id: pdfFileId, accountId, personId, nowMs },
				...{ name: pdf.name, type: 'application/pdf', bytes: pdf.bytes }
			}),
			await documents.insert({
				...{ id: documentId, accountId, personId, claimId: claim.id },
				...{ createdAtMs: nowMs, pdfFileId, content: statement }
			}),
			await mails.enqueue(ids.newId(), accountPersonId, mail, nowMs)
		];
	}
}
