import { expect, test } from 'vitest';
import { FILE_TYPES } from '../claims/claim.schema.ts';
import { extensionOf, isContentOfType, isNameOfType, TAIL_BYTES } from './file-type.ts';

test.each([
	['rechnung.jpg', 'image/jpeg', true],
	['RECHNUNG.JPEG', 'image/jpeg', true],
	['foto.jfif', 'image/jpeg', true],
	['Rechnung Nr. 5', 'image/jpeg', true],
	['Scan 1.2026', 'application/pdf', true],
	['rechnung', 'application/pdf', true],
	['rechnung.pdf', 'image/jpeg', false],
	['rechnung.jpg', 'application/pdf', false],
	['foto.heic', 'image/jpeg', false],
	['bild.svg', 'image/png', false],
	['seite.html', 'application/pdf', false],
	['rechnung.pdf.exe', 'application/pdf', false]
] as const)('the name %s of a %s: %s', (name, type, isOfType) => {
	expect(isNameOfType(name, type)).toBe(isOfType);
});

test('the ending we give a type is one we take for it', () => {
	for (const type of FILE_TYPES) expect(isNameOfType(`a.${extensionOf(type)}`, type)).toBe(true);
});

test('a ZIP is found as far from the end as a ZIP comment reaches', () => {
	const photo = new Uint8Array(TAIL_BYTES + 4).fill(7);
	photo.set([0xff, 0xd8, 0xff]);
	expect(isContentOfType('image/jpeg', photo, photo.subarray(-TAIL_BYTES))).toBe(true);
	photo.set([0x50, 0x4b, 5, 6], photo.length - TAIL_BYTES);
	expect(isContentOfType('image/jpeg', photo, photo.subarray(-TAIL_BYTES))).toBe(false);
});

test('ASVS 1.3.4: an SVG is taken under no name and no type, however it begins', () => {
	const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>1</script></svg>';
	const disguises = [
		svg,
		`<?xml version="1.0"?>${svg}`,
		`\ufeff${svg}`,
		`  \n${svg}`,
		`<!DOCTYPE svg>${svg}`,
		`\u0000\u0000${svg}`,
		// Gzip, as .svgz.
		`\u001f\u008b${svg}`
	];
	for (const disguise of disguises) {
		const bytes = new TextEncoder().encode(disguise);
		for (const type of FILE_TYPES) expect(isContentOfType(type, bytes, bytes)).toBe(false);
	}
	for (const type of FILE_TYPES) {
		for (const name of ['a.svg', 'a.SVG', 'a.svgz', 'a.jpg.svg']) {
			expect(isNameOfType(name, type), `${name} ${type}`).toBe(false);
		}
	}
	expect(FILE_TYPES).not.toContain('image/svg+xml');
});
