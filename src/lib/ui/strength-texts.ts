import { m } from '#lib/i18n/generated/messages.js';

/** What the meter says, in the language of the page: from very weak to strong, and one piece of advice. */
export type StrengthTexts = {
	readonly levels: readonly string[];
	readonly short: string;
	readonly advice: Readonly<Record<'word' | 'name' | 'row' | 'date' | 'more', string>>;
};

export function strengthTexts(): StrengthTexts {
	return {
		levels: [
			m.accounts_strength_1(),
			m.accounts_strength_2(),
			m.accounts_strength_3(),
			m.accounts_strength_4()
		],
		short: m.accounts_strength_short(),
		advice: {
			word: m.accounts_strength_word(),
			name: m.accounts_strength_name(),
			row: m.accounts_strength_row(),
			date: m.accounts_strength_date(),
			more: m.accounts_strength_more()
		}
	};
}
