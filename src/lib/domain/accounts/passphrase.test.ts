import { describe, expect, it } from 'vitest';
import {
	faultOfPassphrase,
	faultOfPin,
	normalisePassphrase,
	PASSPHRASE_MIN_LENGTH,
	pauseAfterGuesses
} from './passphrase.ts';

describe('a passphrase', () => {
	it('is taken from 15 characters on', () => {
		const sentence = 'der grüne Bus f';
		expect(Array.from(sentence)).toHaveLength(PASSPHRASE_MIN_LENGTH);
		expect(faultOfPassphrase(sentence)).toBeNull();
		expect(faultOfPassphrase(sentence.slice(1))).toBe('too-short');
	});

	it('is not made long by spaces', () => {
		expect(faultOfPassphrase('abcdef            g')).toBe('too-short');
	});

	it('has six different characters at least', () => {
		expect(faultOfPassphrase('abcdeabcdeabcde')).toBe('too-simple');
		expect(faultOfPassphrase('abcdefabcdeabcd')).toBeNull();
	});

	it('is the same from every keyboard', () => {
		expect(normalisePassphrase(' der  gru\u0308ne Bus\u00a0')).toBe('der grüne Bus');
	});
});

describe('a PIN', () => {
	it('has exactly six digits', () => {
		for (const pin of ['', '28064', '2806491', '28064a', '٢٨٠٦٤٩']) {
			expect(faultOfPin(pin)).toBe('not-six-digits');
		}
		expect(faultOfPin('280649')).toBeNull();
	});

	it('is no row up or down and no digit repeated', () => {
		for (const pin of ['123456', '012345', '567890', '654321', '543210', '000000', '777777']) {
			expect(faultOfPin(pin), pin).toBe('too-simple');
		}
		for (const pin of ['123457', '113456', '246802', '121212', '777778']) {
			expect(faultOfPin(pin), pin).toBeNull();
		}
	});
});

describe('after wrong guesses', () => {
	it('four are free, then the pause doubles up to five minutes', () => {
		expect([0, 1, 4, 5, 6, 7, 10, 11, 20, 1000].map(pauseAfterGuesses)).toEqual([
			...[0, 0, 0, 5_000, 10_000, 20_000, 160_000, 300_000, 300_000, 300_000]
		]);
	});
});
