import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	MAX_AMOUNT_MINOR,
	convertMoney,
	currencyExponent,
	formatAmountPlain,
	listCurrencies,
	parseAmountMinor,
	parseRate,
	sumMoney
} from './money.ts';

const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const anyAmount = fc.integer({ min: 0, max: MAX_AMOUNT_MINOR });
const anyCurrency = fc.constantFrom('EUR', 'USD', 'JPY', 'KWD', 'HUF');

describe('currencyExponent', () => {
	it.each([
		['EUR', 2],
		['JPY', 0],
		['KWD', 3],
		['ISK', 0],
		// Browsers disagree about these two; ISO 4217 does not.
		['HUF', 2],
		['IDR', 2]
	])('%s has %i decimals', (currency, exponent) => {
		expect(currencyExponent(currency)).toBe(exponent);
	});
});

describe('listCurrencies', () => {
	it('holds each code once, in order', () => {
		const codes = listCurrencies();
		expect([...new Set(codes)].toSorted()).toEqual(codes);
		expect(codes.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
	});
});

describe('parseAmountMinor', () => {
	it.each([
		['1234,56', 123_456],
		['1.234,56', 123_456],
		['1,234.56', 123_456],
		['1 234.56', 123_456],
		["1'234.56", 123_456],
		['1\u00a0234,56', 123_456],
		['1\u202f234,56', 123_456],
		['1.234', 123_400],
		['1,234', 123_400],
		['1.234.567', 123_456_700],
		['12,5', 1_250],
		['12.5', 1_250],
		['0,01', 1],
		['0', 0],
		['007', 700],
		[' 12,50 ', 1_250],
		['10000000', MAX_AMOUNT_MINOR]
	])('reads %j as %i cents', (text, amountMinor) => {
		expect(parseAmountMinor(text, 'EUR')).toBe(amountMinor);
	});

	it.each([
		'',
		'abc',
		'-1',
		'+1',
		'1e3',
		'12,',
		',50',
		'1,2345',
		'12,34,56',
		'1.23.45',
		'1.234.56',
		'1.234,567.89',
		'1234.567',
		'12 EUR',
		'10000000,01',
		'99999999999999999999'
	])('ASVS 1.4.2: refuses %j', (text) => {
		expect(parseAmountMinor(text, 'EUR')).toBeNull();
	});

	it('knows currencies without and with three decimals', () => {
		expect(parseAmountMinor('1.234', 'JPY')).toBe(1_234);
		expect(parseAmountMinor('12,50', 'JPY')).toBeNull();
		expect(parseAmountMinor('1,234', 'KWD')).toBe(1_234);
		expect(parseAmountMinor('1,5', 'KWD')).toBe(1_500);
	});

	it('reads back every amount that formatAmountPlain writes', () => {
		const locale = fc.constantFrom('de-DE', 'en-GB');
		fc.assert(
			fc.property(anyAmount, anyCurrency, locale, (amountMinor, currency, tag) => {
				const text = formatAmountPlain({ amountMinor, currency }, tag);
				expect(parseAmountMinor(text, currency)).toBe(amountMinor);
			})
		);
	});

	it('ASVS 1.4.2: answers any text with an amount in bounds or null', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 30 }), (text) => {
				const amount = parseAmountMinor(text, 'EUR');
				expect(amount === null || (amount >= 0 && amount <= MAX_AMOUNT_MINOR)).toBe(true);
			})
		);
	});
});

describe('sumMoney', () => {
	it('adds up and starts at nothing', () => {
		expect(sumMoney([], 'EUR')).toEqual(eur(0));
		expect(sumMoney([eur(10), eur(20)], 'EUR')).toEqual(eur(30));
	});

	it('ASVS 1.4.2: throws rather than round a sum that no number holds', () => {
		const most = { amountMinor: Number.MAX_SAFE_INTEGER, currency: 'EUR' };
		expect(sumMoney([most], 'EUR')).toEqual(most);
		expect(() => sumMoney([most, { amountMinor: 1, currency: 'EUR' }], 'EUR')).toThrow();
	});

	it('throws over two currencies', () => {
		expect(() => sumMoney([eur(1), { amountMinor: 1, currency: 'USD' }], 'EUR')).toThrow(
			'different currencies'
		);
	});
});

describe('parseRate', () => {
	it.each([
		['1.0705', '1.0705'],
		['1,0705', '1.0705'],
		[' 163,45 ', '163.45'],
		['27000', '27000'],
		['0.00000001', '0.00000001']
	])('reads %j as %s', (text, rate) => {
		expect(parseRate(text)).toBe(rate);
	});

	it.each(['', '0', '0,00', '-1', '1.123456789', '1.2.3', '1,2,3', '1e3', '.5', '1234567890'])(
		'refuses %j',
		(text) => {
			expect(parseRate(text)).toBeNull();
		}
	);
});

describe('convertMoney', () => {
	it.each([
		// Half a cent goes up, a hair less goes down.
		[{ amountMinor: 101, currency: 'USD' }, '2', 51],
		[{ amountMinor: 100, currency: 'USD' }, '2.00000001', 50],
		[{ amountMinor: 10_705, currency: 'USD' }, '1.0705', 10_000],
		[{ amountMinor: 16_345, currency: 'JPY' }, '163.45', 10_000],
		[{ amountMinor: 330, currency: 'KWD' }, '0.33', 100],
		[{ amountMinor: 1, currency: 'VND' }, '27000', 0]
	])('%o at %s is %i cents', (amount, rate, cents) => {
		expect(convertMoney(amount, rate, 'EUR')).toEqual(eur(cents));
	});

	it('changes nothing at a rate of one', () => {
		fc.assert(
			fc.property(anyAmount, (amountMinor) => {
				const usd = { amountMinor, currency: 'USD' };
				expect(convertMoney(usd, '1', 'EUR')).toEqual(eur(amountMinor));
				expect(convertMoney(usd, '1.00000000', 'EUR')).toEqual(eur(amountMinor));
			})
		);
	});

	it('is never off by more than half a cent', () => {
		const rates = fc.integer({ min: 1, max: 1_000_000_000 });
		fc.assert(
			fc.property(anyAmount, rates, (amountMinor, units) => {
				const rate = `${Math.floor(units / 10_000)}.${String(units % 10_000).padStart(4, '0')}`;
				const cents = convertMoney({ amountMinor, currency: 'USD' }, rate, 'EUR').amountMinor;
				const twiceError = 2n * (BigInt(cents) * BigInt(units) - BigInt(amountMinor) * 10_000n);
				expect(twiceError <= BigInt(units) && -twiceError < BigInt(units)).toBe(true);
			})
		);
	});
});
