import { expect, test } from 'vitest';
import { archiveNameOf, archivePathOf } from './archive.ts';

const file = {
	id: '01900000-0000-7000-8000-00000000abcd',
	name: 'rechnung.jpg',
	createdAtMs: Date.UTC(2026, 10, 22, 9),
	claimNumber: 'MA-1',
	position: 0,
	isDocument: false
};

test('a receipt lies in the folder of its claim, a document in its own, the rest apart', () => {
	expect(archivePathOf(file)).toBe('claims/MA-1/01-rechnung.jpg');
	expect(archivePathOf({ ...file, claimNumber: null, position: null })).toBe(
		'uploads/0000abcd-rechnung.jpg'
	);
	expect(archivePathOf({ ...file, claimNumber: null, isDocument: true })).toBe(
		'documents/2026-11-22-0000abcd-rechnung.jpg'
	);
});

test.each([
	'../../etc/passwd',
	'..\\..\\boot.ini',
	'/etc/passwd',
	'C:evil',
	'..',
	'.',
	'\u202egpj.exe'
])('F6: a file named %j leads out of no folder', (name) => {
	const path = archivePathOf({ ...file, name });
	expect(path.split('/')).toHaveLength(3);
	expect(path).toMatch(/^claims\/MA-1\/01-/);
	expect(path).not.toMatch(/[\\:\u202e]|\/\.|\.\.$/);
});

test('the archive names a day and nobody', () => {
	expect(archiveNameOf(file.createdAtMs, 'de')).toBe('meine-daten-2026-11-22.zip');
	expect(archiveNameOf(file.createdAtMs, 'en')).toBe('my-data-2026-11-22.zip');
});
