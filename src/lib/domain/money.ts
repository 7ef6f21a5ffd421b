/**
 * An amount in the currency's minor unit (cents for EUR, none for JPY) with its ISO 4217 code.
 * Always a safe integer; never a float (domain.md section 2, Money).
 */
export type Money = { readonly amountMinor: number; readonly currency: string };

/** Largest amount the portal takes, in minor units: ten million in a currency with two decimals. */
export const MAX_AMOUNT_MINOR = 1_000_000_000;

/**
 * Decimal places by ISO 4217 where they are not 2. Not asked of `Intl`: its answer depends on the
 * age of the browser's data (HUF and IDR: 2 or 0), and device and Worker must agree to the cent.
 */
const EXPONENTS: ReadonlyMap<string, number> = new Map([
	...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'
		.split(' ')
		.map((code) => [code, 0] as const),
	...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const)
]);

/** In circulation in 2026, and BGN and ANG, which invoices of recent years are still in. */
const CURRENCIES: readonly string[] = (
	'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN ' +
	'BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS ' +
	'GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW ' +
	'KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD ' +
	'NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD ' +
	'SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED ' +
	'VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG'
).split(' ');

/** Decimal places of a currency by ISO 4217 (EUR 2, JPY 0, KWD 3). */
export function currencyExponent(currency: string): number {
	return EXPONENTS.get(currency) ?? 2;
}

/** The ISO 4217 codes that an invoice may be in, in alphabetical order. */
export function listCurrencies(): readonly string[] {
	return CURRENCIES;
}

/**
 * Reads an amount as people type it: `1234,56`, `1.234,56`, `1,234.56`, `1 234.56`.
 * The last comma or point is the decimal sign when at most `exponent` digits follow it; whatever
 * separators are left must all be the same other sign and group thousands. Null for anything else,
 * negative amounts included: a wrong guess here is a factor of 100.
 */
export function parseAmountMinor(text: string, currency: string): number | null {
	const exponent = currencyExponent(currency);
	const trimmed = text.trim().replace(/[\s\u00a0\u202f']/g, '');
	if (!/^\d[\d.,]*$/.test(trimmed) || trimmed.length > 20) return null;
	const lastSign = Math.max(trimmed.lastIndexOf(','), trimmed.lastIndexOf('.'));
	const decimals = lastSign < 0 ? 0 : trimmed.length - lastSign - 1;
	const hasDecimals = lastSign >= 0 && decimals > 0 && decimals <= exponent;
	const wholePart = hasDecimals ? trimmed.slice(0, lastSign) : trimmed;
	const fraction = hasDecimals ? trimmed.slice(lastSign + 1) : '';
	if (/[.,]/.test(wholePart) && !/^\d{1,3}(?:(?:\.\d{3})+|(?:,\d{3})+)$/.test(wholePart))
		return null;
	if (hasDecimals && wholePart.includes(trimmed.charAt(lastSign))) return null;
	const whole = wholePart.replace(/[.,]/g, '');
	const amount = Number(whole + fraction.padEnd(exponent, '0'));
	return Number.isSafeInteger(amount) && amount <= MAX_AMOUNT_MINOR ? amount : null;
}

/** The plain text `parseAmountMinor` reads back, with a decimal comma in German. */
export function formatAmountPlain(money: Money, locale: string): string {
	const exponent = currencyExponent(money.currency);
	return new Intl.NumberFormat(locale, {
		minimumFractionDigits: exponent,
		maximumFractionDigits: exponent,
		useGrouping: false
	}).format(money.amountMinor / 10 ** exponent);
}

/** The sum; throws when currencies differ or the sum is no safe integer, which no caller may let happen. */
export function sumMoney(amounts: readonly Money[], currency: string): Money {
	let amountMinor = 0;
	for (const amount of amounts) {
		if (amount.currency !== currency) throw new Error('sum over different currencies');
		amountMinor += amount.amountMinor;
	}
	if (!Number.isSafeInteger(amountMinor)) throw new Error('a sum beyond what a number holds');
	return { amountMinor, currency };
}

/** A decimal exchange rate as text (`1.0705`), at most 8 decimals; null if `text` is not one. */
export function parseRate(text: string): string | null {
	const normal = text.trim().replace(',', '.');
	if (!/^\d{1,9}(\.\d{1,8})?$/.test(normal) || Number(normal) <= 0) return null;
	return normal;
}

/** Below 0 when the first of two decimal rates is the smaller one, 0 when `1.50` meets `1.5`. */
export function compareRates(one: string, other: string): number {
	const difference = scaledRate(one) - scaledRate(other);
	return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

/** A rate as a whole number of its smallest part, `parseRate` allows eight decimals. */
function scaledRate(rate: string): bigint {
	const [whole = '0', fraction = ''] = rate.split('.');
	return BigInt(whole + fraction.padEnd(8, '0'));
}

/**
 * Converts at a rate quoted as foreign units per one unit of `toCurrency` (the ECB's direction),
 * rounded half-up to the minor unit per line (domain.md section 2, Exchange rates).
 */
export function convertMoney(amount: Money, rate: string, toCurrency: string): Money {
	const [whole = '0', fraction = ''] = rate.split('.');
	const rateScaled = BigInt(whole + fraction);
	const scale = 10n ** BigInt(fraction.length) * 10n ** BigInt(currencyExponent(toCurrency));
	const divisor = rateScaled * 10n ** BigInt(currencyExponent(amount.currency));
	const numerator = BigInt(amount.amountMinor) * scale;
	return { amountMinor: Number((numerator * 2n + divisor) / (divisor * 2n)), currency: toCurrency };
}
