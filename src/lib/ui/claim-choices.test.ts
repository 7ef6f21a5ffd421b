import { expect, it } from 'vitest';
import { listCurrencies } from '#lib/domain/money.ts';
import { currencyChoices } from './claim-choices.ts';

it('a currency without a name is its code, once', () => {
	for (const locale of ['de', 'en'] as const) {
		const choices = currencyChoices(locale);
		expect(choices).toHaveLength(listCurrencies().length);
		expect(choices[0]?.label).toMatch(/^EUR · Euro$/);
		expect(choices.filter(({ value, label }) => label === `${value} · ${value}`)).toEqual([]);
	}
});
