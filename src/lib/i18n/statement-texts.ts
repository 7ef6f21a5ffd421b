import { calendarDateOf } from '#lib/domain/calendar.ts';
import { ECB_SOURCE } from '#lib/domain/claims/exchange-rates.ts';
import type { BenefitStatement, StatementLine } from '#lib/domain/documents/document.ts';
import { overpaidOf, toPayOf } from '#lib/domain/documents/statement.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { formatDate, formatMoney } from './format.ts';
import { m } from './generated/messages.js';
import { reasonText } from './reasons.ts';

/** The sentences under a line: whose it is where there are several people, how it was converted, what is not recognised and why. */
export function statementLineNotes(line: StatementLine, locale: Language): readonly string[] {
	const notes: string[] = [];
	if (line.insuredPersonName !== undefined) {
		notes.push(m.staff_statement_for({ name: line.insuredPersonName }, { locale }));
	}
	if (line.exchangeRate) {
		notes.push(
			m.staff_statement_rate(
				{
					original: formatMoney(line.billed, locale),
					currency: line.billedConverted.currency,
					foreign: line.billed.currency,
					rate: localRate(line.exchangeRate.rate, locale),
					date: formatDate(line.exchangeRate.date, locale),
					source: rateSourceText(line.exchangeRate.source, locale)
				},
				{ locale }
			)
		);
	}
	const missingMinor = line.billedConverted.amountMinor - line.recognised.amountMinor;
	if (missingMinor > 0) {
		const amount = formatMoney({ ...line.recognised, amountMinor: missingMinor }, locale);
		notes.push(
			[
				`${m.staff_statement_not_recognised({ amount }, { locale })}.`,
				reasonText(line.reason, locale),
				clauseText(line.clause, locale)
			]
				.join(' ')
				.trim()
		);
	}
	return notes;
}

/** The texts of page and PDF that are the same in both. */
export function statementTexts(statement: BenefitStatement, locale: Language) {
	const options = { locale };
	const { payee } = statement;
	const intro = {
		approved: m.staff_statement_intro_approved,
		partially_approved: m.staff_statement_intro_partially_approved,
		rejected: m.staff_statement_intro_rejected
	};
	// Only the difference to what was paid before leaves: in advance, or by the statement before.
	const toPay = toPayOf(statement);
	const isNothing = toPay.amountMinor === 0;
	const isByRules = statement.decidedBy === 'rules';
	const contact = { mail: OPERATOR.contactMail, number: statement.statementNumber };
	return {
		intro: isByRules
			? m.staff_statement_intro_rules({}, options)
			: intro[statement.outcome]({}, options),
		correction: correctionTexts(statement, locale),
		settled: settledTexts(statement, locale),
		// Where nothing leaves one sentence says it all: an amount of zero and an account only raise questions.
		total: isNothing
			? m.staff_statement_total_nothing({}, options)
			: m.staff_statement_total({}, options),
		totalAmount: isNothing ? null : formatMoney(toPay, locale),
		totalTo: isNothing
			? null
			: m.staff_statement_total_to({ holder: payee.holder, last4: payee.ibanLast4 }, options),
		overpaid: overpaidText(statement, locale),
		deductible: deductibleText(statement, locale),
		decidedBy: isByRules
			? m.staff_statement_by_rules({}, options)
			: m.staff_statement_by_person({}, options),
		// Told at the latest with the decision: a person checks it, hears the customer and answers (§ 37 BDSG).
		objectTitle: isByRules
			? m.staff_statement_rules_title({}, options)
			: m.staff_statement_object_title({}, options),
		objectText: isByRules
			? m.staff_statement_rules_text(contact, options)
			: m.staff_statement_object_text(contact, options),
		complainTitle: m.staff_statement_complain_title({}, options),
		complainText: m.staff_statement_complain_text(
			{ ombudsman: OPERATOR.ombudsman, supervisor: OPERATOR.supervisor },
			options
		)
	};
}

/** What stands above the bills: number, day, claim, person, contract, and whether a person decided. */
export function statementFacts(
	statement: BenefitStatement,
	locale: Language
): readonly { readonly label: string; readonly value: string }[] {
	const options = { locale };
	return [
		{ label: m.staff_statement_number({}, options), value: statement.statementNumber },
		{
			label: m.staff_statement_date({}, options),
			value: formatDate(calendarDateOf(statement.decidedAtMs), locale)
		},
		{ label: m.staff_statement_claim({}, options), value: statement.claimNumber },
		{
			label: statement.persons
				? m.staff_statement_persons({}, options)
				: m.staff_statement_person({}, options),
			value: statement.insuredPersonName
		},
		{ label: m.staff_statement_policy({}, options), value: statement.policyNumberMasked },
		{
			label: m.staff_statement_decided_by({}, options),
			value: statementTexts(statement, locale).decidedBy
		}
	];
}

/** What is granted and what of it was paid in advance, above the total; a correction tells it in its words. */
function settledTexts(
	{ advance, correction, totals }: BenefitStatement,
	locale: Language
): readonly { readonly label: string; readonly amount: string }[] {
	if (!advance || correction) return [];
	const { amount, paidOn } = advance;
	const options = { locale };
	return [
		{
			label: m.advances_statement_granted({}, options),
			amount: formatMoney(totals.paid, locale)
		},
		{
			label:
				paidOn === null
					? m.advances_statement_underway({}, options)
					: m.advances_statement_paid({ date: formatDate(paidOn, locale) }, options),
			amount: `\u2212\u00a0${formatMoney(amount, locale)}`
		}
	];
}

/** Null where the advance was no more than what is granted. */
function overpaidText(statement: BenefitStatement, locale: Language): string | null {
	const over = overpaidOf(statement);
	if (over.amountMinor === 0) return null;
	return m.advances_statement_over({ amount: formatMoney(over, locale) }, { locale });
}

/** The sums below the bills: one for each of several people (features.md 4.3), that of all last. */
export function statementSums(
	{ persons = [], totals }: Pick<BenefitStatement, 'persons' | 'totals'>,
	locale: Language
): readonly { readonly label: string; readonly totals: BenefitStatement['totals'] }[] {
	return [
		...persons.map((person) => ({
			label: m.staff_statement_sum_of({ name: person.name }, { locale }),
			totals: person.totals
		})),
		{ label: m.staff_statement_sum({}, { locale }), totals }
	];
}

/** Null where no deductible plays a part. */
function deductibleText(statement: BenefitStatement, locale: Language): string | null {
	const { persons, totals, deductibleLeftMinor: amountMinor } = statement;
	if (persons) {
		const isPlaying = totals.deductible.amountMinor > 0;
		const hasLeft = persons.some(({ deductibleLeftMinor }) => deductibleLeftMinor > 0);
		if (!isPlaying && !hasLeft) return null;
		const list = persons.map(({ name, deductibleLeftMinor }) => {
			const left = formatMoney({ ...totals.paid, amountMinor: deductibleLeftMinor }, locale);
			return `${name} ${left}`;
		});
		return m.staff_statement_deductible_people({ list: list.join(', ') }, { locale });
	}
	if (amountMinor > 0) {
		const left = formatMoney({ ...totals.paid, amountMinor }, locale);
		return m.staff_statement_deductible_note({ left }, { locale });
	}
	const isUsed = totals.deductible.amountMinor > 0;
	return isUsed ? m.staff_statement_deductible_used({}, { locale }) : null;
}

const CORRECTION_TEXTS = {
	objection: {
		upheld: m.reviews_statement_objection_upheld,
		changed: m.reviews_statement_objection_changed
	},
	reopening: {
		upheld: m.reviews_statement_reopening_upheld,
		changed: m.reviews_statement_reopening_changed
	},
	rules: {
		upheld: m.reviews_statement_rules_upheld,
		changed: m.reviews_statement_rules_changed
	}
} as const;

/** What a statement that takes the place of another one says about that; nothing in a first one. */
function correctionTexts({ correction }: BenefitStatement, locale: Language): readonly string[] {
	if (!correction) return [];
	const { previousNumber: number, outcome, answer, paidBefore, toPay } = correction;
	const isOfRules = correction.isOfRules && correction.why === 'objection';
	const why = isOfRules ? 'rules' : correction.why;
	const options = { locale };
	return [
		[
			m.reviews_statement_replaces({ number }, options),
			CORRECTION_TEXTS[why][outcome]({}, options)
		].join(' '),
		m.reviews_statement_answer({ answer }, options),
		m.reviews_statement_paid(
			{ before: formatMoney(paidBefore, locale), rest: formatMoney(toPay, locale) },
			options
		)
	];
}

/** Never broken between the sign and its number. */
function clauseText(clause: string | null, locale: Language): string {
	if (clause === null) return '';
	const unbroken = clause.replaceAll(' ', '\u00a0').replaceAll('-', '\u2011');
	return `${m.staff_statement_clause({ clause: unbroken }, { locale })}.`;
}

/** Who published a rate: the bank in the reader's language, others as they were typed. */
export function rateSourceText(source: string, locale: Language): string {
	return source === ECB_SOURCE ? m.rates_source_ecb({}, { locale }) : source;
}

/** The decimal text of a rate with the language's sign; its digits stay as the clerk found them. */
export function localRate(rate: string, locale: Language): string {
	return locale === 'de' ? rate.replace('.', ',') : rate;
}
