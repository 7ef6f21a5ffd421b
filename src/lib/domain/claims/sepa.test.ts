import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sepaText } from './sepa.ts';

test.each([
	['Müller & Söhne', 'Mueller + Soehne'],
	['Weiß', 'Weiss'],
	['Lê Thị Mai', 'Le Thi Mai'],
	['Łukasz Żółć', 'Lukasz Zolc'],
	['O’Brien–Smith', "O'Brien-Smith"],
	['Ærøskøbing', 'Aeroskobing'],
	['/Slash//twice/', 'Slash/twice'],
	['a   b', 'a b'],
	['Иван', '....'],
	['', 'NOTPROVIDED'],
	['   ', 'NOTPROVIDED']
])('%j is written %j', (text, written) => {
	expect(sepaText(text, 70)).toBe(written);
});

test('whatever comes in, only characters that every bank takes go out, and never too many', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
			const written = sepaText(text, 70);
			expect(written).toMatch(/^[a-zA-Z0-9/\-?:().,'+ ]{1,70}$/);
			expect(written).not.toMatch(/^\/|\/$|\/\//);
		})
	);
});
