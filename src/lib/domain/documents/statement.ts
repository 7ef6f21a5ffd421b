import type { Invoice } from '../claims/claim.schema.ts';
import { totalsOf, type Decision } from '../claims/decision.ts';
import type { Payee } from '../claims/payee-account.ts';
import { lastFourOf } from '../claims/payee-view.ts';
import { maskPolicyNumber } from '../contracts/contract.ts';
import type { Language } from '../messages/mail.ts';
import type { Money } from '../money.ts';
import type {
	BenefitStatement,
	StatementAdvance,
	StatementCorrection,
	StatementPerson
} from './document.ts';

/** What a statement says besides the decision itself. */
export type StatementFacts = {
	readonly claimId: string;
	readonly claimNumber: string;
	readonly language: Language;
	readonly policyNumber: string;
	/** Everybody the claim is about, its own person first. */
	readonly insuredPersons: readonly {
		readonly personId: string;
		readonly name: string;
		/** What the decision leaves of their deductible in the last insurance year it is about; null without a bill. */
		readonly deductibleLeftMinor: number | null;
	}[];
	/** Whose bill each is. */
	readonly personOf: (invoice: Invoice) => string;
	readonly payee: Payee;
	readonly invoices: readonly Invoice[];
	/** What was paid in advance or is on its way; null for nothing. */
	readonly advance: StatementAdvance | null;
};

/**
 * The statement of a decision, complete and frozen: nothing of it is looked up again later. A
 * corrected decision is a new statement with the next number (features.md 4.3): `corrects`.
 */
export function writeStatement(
	facts: StatementFacts,
	decision: Decision,
	decidedAtMs: number,
	corrects: { readonly no: number; readonly correction: StatementCorrection } | null = null
): BenefitStatement {
	const people = peopleOn(facts, decision);
	const hasSeveral = people.length > 1;
	return {
		kind: 'benefit-statement',
		statementNumber: `${facts.claimNumber}-${corrects?.no ?? 1}`,
		claimNumber: facts.claimNumber,
		claimId: facts.claimId,
		decidedAtMs,
		language: facts.language,
		policyNumberMasked: maskPolicyNumber(facts.policyNumber),
		insuredPersonName: people.map(({ name }) => name).join(', '),
		payee: {
			holder: facts.payee.holder,
			ibanLast4: lastFourOf(facts.payee)
		},
		outcome: decision.outcome,
		lines: decision.lines.map(({ invoiceId, ...line }) => {
			const invoice = facts.invoices.find((candidate) => candidate.id === invoiceId);
			if (!invoice) throw new Error('a decided line has no invoice');
			return {
				...line,
				...(hasSeveral && { insuredPersonName: nameOf(facts, invoice) }),
				invoiceNumber: invoice.number,
				treatmentFrom: invoice.treatmentFrom,
				treatmentTo: invoice.treatmentTo
			};
		}),
		totals: decision.totals,
		deductibleLeftMinor: people[0]?.deductibleLeftMinor ?? 0,
		...(hasSeveral && { persons: people }),
		...(facts.advance && { advance: facts.advance }),
		...(corrects && { correction: corrects.correction }),
		objection: 'review-request',
		decidedBy: 'person'
	};
}

/** Whoever has a bill, with the sums of theirs: who has none plays no part in the decision. */
function peopleOn(facts: StatementFacts, decision: Decision): readonly StatementPerson[] {
	const ofPerson = (personId: string) =>
		facts.invoices
			.filter((invoice) => facts.personOf(invoice) === personId)
			.flatMap(({ id }) => decision.lines.filter(({ invoiceId }) => invoiceId === id));
	return facts.insuredPersons.flatMap(({ personId, name, deductibleLeftMinor }) => {
		const lines = ofPerson(personId);
		if (lines.length === 0) return [];
		const totals = totalsOf(lines, decision.totals.paid.currency);
		return [{ name, totals, deductibleLeftMinor: deductibleLeftMinor ?? 0 }];
	});
}

function nameOf(facts: StatementFacts, invoice: Invoice): string {
	const person = facts.insuredPersons.find(({ personId }) => personId === facts.personOf(invoice));
	if (!person) throw new Error('a bill is of nobody the claim is about');
	return person.name;
}

/** The statement of an approval that no person has made (§ 37 BDSG; decision 0072). */
export function writeStatementOfRules(
	facts: StatementFacts,
	decision: Decision,
	decidedAtMs: number
): BenefitStatement {
	return { ...writeStatement(facts, decision, decidedAtMs), decidedBy: 'rules' };
}

type Settled = Pick<BenefitStatement, 'totals' | 'advance' | 'correction'>;

/** What leaves with this statement: what it grants less what was paid before, never less than nothing. */
export function toPayOf({ totals, advance, correction }: Settled): Money {
	if (correction) return correction.toPay;
	const { amountMinor, currency } = totals.paid;
	return { amountMinor: Math.max(0, amountMinor - (advance?.amount.amountMinor ?? 0)), currency };
}

/** What has been paid by the time this statement is carried out: a correction adds to it. */
export function paidInAllOf({ totals, advance }: Settled): Money {
	const { amountMinor, currency } = totals.paid;
	return { amountMinor: Math.max(amountMinor, advance?.amount.amountMinor ?? 0), currency };
}

/** By how much the advance was more than what is granted; nothing asks it back by itself. */
export function overpaidOf(statement: Settled): Money {
	const { amountMinor, currency } = paidInAllOf(statement);
	return { amountMinor: amountMinor - statement.totals.paid.amountMinor, currency };
}

/** Which statement of its claim this one is, counted from 1. */
export function statementNoOf({
	statementNumber,
	claimNumber
}: Pick<BenefitStatement, 'statementNumber' | 'claimNumber'>): number {
	return Number(statementNumber.slice(claimNumber.length + 1));
}
