/** The policy terms of the demo operator. A real one puts its own here, every version it ever had. */
import { parseCalendarDate, type CalendarDate } from '../calendar.ts';
import type { PolicyTerms, TermsClause } from './policy-terms.ts';

const day = (text: string): CalendarDate => {
	const date = parseCalendarDate(text);
	if (date === null) throw new Error(`${text} is not a calendar date`);
	return date;
};

const GERMAN: readonly TermsClause[] = [
	{
		title: '§ 1 Wer ist versichert?',
		parts: ['Versichert sind die Personen, die im Versicherungsschein stehen.']
	},
	{
		title: '§ 2 Wann gilt der Schutz?',
		parts: [
			'Versichert sind Behandlungen vom ersten bis zum letzten Tag des Vertrags.',
			'Das Versicherungsjahr beginnt am ersten Tag des Vertrags und dann jedes Jahr am selben Tag.'
		]
	},
	{
		title: '§ 3 Was ist versichert?',
		parts: [
			'Wir zahlen notwendige Behandlungen bei Krankheit und Unfall, Medikamente und den Transport ins Krankenhaus.'
		]
	},
	{
		title: '§ 4 Wie viel zahlen wir?',
		parts: [
			'Wir zahlen bis zur Höchstleistung des Tarifs. Sie gilt für jede versicherte Person und jedes Versicherungsjahr.',
			'Den Selbstbehalt trägt jede versicherte Person in jedem Versicherungsjahr selbst. Es zählt der Tag, an dem die Behandlung begonnen hat.',
			'Wir zahlen Gebühren, die für die Behandlung üblich sind.'
		]
	},
	{
		title: '§ 5 Was ist nicht versichert?',
		parts: [
			'Nicht versichert sind a) Krankheiten, die vor dem Vertrag bekannt waren, b) Vorsorge und Kosmetik, c) Kuren.'
		]
	},
	{
		title: '§ 6 Was brauchen wir von Ihnen?',
		parts: [
			'Reichen Sie Rechnungen bald ein.',
			'Wir brauchen die Rechnung mit Name, Diagnose, Leistungen und Tagen.',
			'Auf unsere Fragen antworten Sie vollständig.',
			'Jede Rechnung wird einmal erstattet.'
		]
	},
	{
		title: '§ 7 Wann zahlen wir?',
		parts: ['Wir zahlen, sobald wir alles wissen, was wir für die Entscheidung brauchen.']
	},
	{
		title: '§ 8 Wie endet der Vertrag?',
		parts: ['Er endet am letzten Tag, durch Kündigung oder durch Widerruf in den ersten 14 Tagen.']
	},
	{
		title: '§ 9 Wenn auch andere zahlen',
		parts: ['Was eine andere Versicherung zahlt, zahlen wir nicht noch einmal.']
	}
];

const ENGLISH: readonly TermsClause[] = [
	{
		title: '§ 1 Who is insured?',
		parts: ['Insured are the persons who are named in the policy.']
	},
	{
		title: '§ 2 When does the cover hold?',
		parts: [
			'Treatments from the first to the last day of the contract are insured.',
			'The insurance year begins on the first day of the contract, and then on the same day each year.'
		]
	},
	{
		title: '§ 3 What is insured?',
		parts: [
			'We pay for necessary treatment of illness and accident, medicine and transport to hospital.'
		]
	},
	{
		title: '§ 4 How much do we pay?',
		parts: [
			'We pay up to the maximum benefit of the plan. It holds for each insured person and each insurance year.',
			'Each insured person carries the deductible in each insurance year. What counts is the day on which the treatment began.',
			'We pay fees that are usual for the treatment.'
		]
	},
	{
		title: '§ 5 What is not insured?',
		parts: [
			'Not insured are a) illnesses that were known before the contract, b) check-ups and cosmetic treatment, c) spa treatment.'
		]
	},
	{
		title: '§ 6 What do we need from you?',
		parts: [
			'Hand in bills soon.',
			'We need the bill with name, diagnosis, services and days.',
			'Answer our questions in full.',
			'Each bill is reimbursed once.'
		]
	},
	{
		title: '§ 7 When do we pay?',
		parts: ['We pay as soon as we know everything that we need for the decision.']
	},
	{
		title: '§ 8 How does the contract end?',
		parts: ['It ends on its last day, by termination, or by withdrawal in the first 14 days.']
	},
	{
		title: '§ 9 If others pay too',
		parts: ['What another insurance pays we do not pay again.']
	}
];

/** As § 4 read before 2026, when nothing was said about the day that counts. */
function before2026(clauses: readonly TermsClause[], sentence: string): readonly TermsClause[] {
	return clauses.map((clause) =>
		clause.title.startsWith('§ 4 ')
			? { ...clause, parts: clause.parts.map((part, at) => (at === 1 ? sentence : part)) }
			: clause
	);
}

export const POLICY_TERMS: readonly PolicyTerms[] = [
	{
		id: 'avb-ak-2025',
		name: 'AVB-AK 2025',
		effectiveFrom: day('2020-01-01'),
		runningFrom: null,
		text: {
			de: before2026(
				GERMAN,
				'Den Selbstbehalt trägt jede versicherte Person in jedem Versicherungsjahr selbst.'
			),
			en: before2026(ENGLISH, 'Each insured person carries the deductible in each insurance year.')
		}
	},
	{
		id: 'avb-ak-2026',
		name: 'AVB-AK 2026',
		effectiveFrom: day('2026-01-01'),
		runningFrom: day('2026-10-01'),
		text: { de: GERMAN, en: ENGLISH }
	}
];
