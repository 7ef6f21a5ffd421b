import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';

test('a row is quoted, comma by comma, and ends as RFC 4180 has it', () => {
	expect(csvOf([['a', 'b "c"', 'd,e']])).toBe('\uFEFF"a","b ""c""","d,e"\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
	'L5: %j is shown and not run by a spreadsheet',
	(text) => {
		expect(csvOf([[text]])).toBe(`\uFEFF"'${text}"\r\n`);
	}
);

test('L5: a line end inside a cell begins no new row', () => {
	expect(csvOf([['a\r\nb'], ['c']])).toBe('\uFEFF"a\r\nb"\r\n"c"\r\n');
});
