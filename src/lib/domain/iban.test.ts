import { describe, expect, it } from 'vitest';
import { isPlausibleIban } from './iban.ts';

describe('an IBAN', () => {
	it.each([
		'DE89 3704 0044 0532 0130 00',
		'de89370400440532013000',
		'ES9121000418450200051332',
		'GB29NWBK60161331926819',
		'MT84MALT011000012345MTLCAST001S'
	])('is taken: %s', (text) => {
		expect(isPlausibleIban(text)).toBe(true);
	});

	it.each([
		'',
		'DE89 3704 0044 0532 0130 01',
		'DE98 3704 0044 0532 0130 00',
		'DE8937040044053201300',
		'DE893704004405320130AB',
		'89370400440532013000'
	])('is refused: %s', (text) => {
		expect(isPlausibleIban(text)).toBe(false);
	});
});
