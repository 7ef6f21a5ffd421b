import { calendarDateOf } from '#lib/domain/calendar.ts';
import type { ExchangeRate } from '#lib/domain/claims/decision.ts';
import {
	findRate,
	RATE_BASE,
	rateDayOf,
	rateWindowDays,
	type RateDayRule,
	type RecordedRate
} from '#lib/domain/claims/exchange-rates.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import type { DeskClaim } from './desk.repository.ts';

const { dayRule, dayRuleOfPlan } = OPERATOR.exchangeRates;

/** How far back the invoices of any plan can ask for a rate. */
export const RATE_WINDOW_DAYS = rateWindowDays([dayRule, ...Object.values(dayRuleOfPlan)]);

/** For every invoice, in their order, the rate that is recorded for its day; null without one. */
export function recordedRatesOf(
	{
		content,
		contract,
		submittedAtMs
	}: Pick<DeskClaim, 'content' | 'submittedAtMs'> & {
		readonly contract: Pick<DeskClaim['contract'], 'plan' | 'currency'>;
	},
	rates: readonly RecordedRate[]
): readonly (ExchangeRate | null)[] {
	const rule: RateDayRule = dayRuleOfPlan[contract.plan] ?? dayRule;
	const receivedOn = calendarDateOf(submittedAtMs);
	return content.invoices.map((invoice) =>
		contract.currency === RATE_BASE && invoice.currency !== contract.currency
			? findRate(rates, invoice.currency, rateDayOf(invoice, rule, receivedOn))
			: null
	);
}
