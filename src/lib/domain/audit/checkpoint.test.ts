import { expect, test } from 'vitest';
import {
	checkpointFileName,
	checkpointText,
	logOrigin,
	parseCheckpoint,
	sizeOfFileName
} from './checkpoint.ts';

const root = Uint8Array.from({ length: 32 }, (_, index) => index);
const checkpoint = { origin: 'portal.example/audit', size: 1234, root };
const TEXT = 'portal.example/audit\n1234\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n';
const NOTE = `${TEXT}\n\u2014 portal.example/audit AAECAw==\n`;

test('L2: a checkpoint is three lines of origin, size and root, as C2SP has them', () => {
	expect(checkpointText(checkpoint)).toBe(TEXT);
	expect(logOrigin('https://portal.example')).toBe('portal.example/audit');
});

test('L2: a note is read back as it was written, further lines of its text included', () => {
	expect(parseCheckpoint(NOTE)).toEqual({
		checkpoint,
		text: TEXT,
		signatures: [{ name: 'portal.example/audit', bytes: Uint8Array.of(0, 1, 2, 3) }]
	});
	const longer = NOTE.replace('\n\n', '\nan extension\n\n');
	expect(parseCheckpoint(longer)?.text).toBe(`${TEXT}an extension\n`);
});

test.each([
	['no end of line', NOTE.slice(0, -1)],
	['no signature', `${TEXT}\n`],
	['no blank line', NOTE.replace('\n\n', '\n')],
	['a size with a zero in front', NOTE.replace('1234', '01234')],
	['a negative size', NOTE.replace('1234', '-1')],
	['a root that is too short', NOTE.replace('AAECAwQFBgcI', '')],
	['a root in another encoding of the same bytes', NOTE.replace('Hh8=', 'Hh9=')],
	['a hyphen for the dash', NOTE.replace('\u2014', '-')],
	['no origin', NOTE.replace('portal.example/audit\n1234', '\n1234')]
])('L2: a note with %s is refused', (_, note) => {
	expect(parseCheckpoint(note)).toBe(null);
});

test('a checkpoint is kept under its size, and other names are not taken for one', () => {
	expect(checkpointFileName(1234)).toBe('0000000000001234.txt');
	expect(sizeOfFileName('0000000000001234.txt')).toBe(1234);
	expect(sizeOfFileName('1234.txt')).toBe(null);
});
