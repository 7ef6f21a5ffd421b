import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderPdf, type PdfFonts } from './pdf.ts';

const FONT_DIR = 'node_modules/@expo-google-fonts/noto-sans';
let fonts: PdfFonts;

beforeAll(async () => {
	fonts = {
		regular: await readFile(`${FONT_DIR}/400Regular/NotoSans_400Regular.ttf`),
		bold: await readFile(`${FONT_DIR}/700Bold/NotoSans_700Bold.ttf`)
	};
});

const render = () =>
	renderPdf(
		fonts,
		{
			title: 'Leistungsabrechnung',
			language: 'de',
			author: 'Demo',
			createdAtMs: Date.UTC(2026, 10, 22)
		},
		(doc) => {
			const root = doc.struct('Document', {}, [
				doc.struct('H1', {}, () => doc.font('bold').text('Leistungsabrechnung')),
				doc.struct('P', {}, () => doc.font('regular').text('Größe: 12,50 €'))
			]);
			doc.addStructure(root);
		}
	);

describe('renderPdf', () => {
	it('makes a tagged PDF/A-2a in the language given', async () => {
		const text = Buffer.from(await render()).toString('latin1');
		expect(text.slice(0, 8)).toBe('%PDF-1.7');
		expect(text).toContain('<pdfaid:part>2</pdfaid:part>');
		expect(text).toContain('<pdfaid:conformance>A</pdfaid:conformance>');
		expect(text).toContain('/Marked true');
		expect(text).toContain('/Lang (de)');
		expect(text.match(/\/FontFile2 /g)).toHaveLength(2);
	});

	it('makes the same bytes of the same input', async () => {
		expect(Buffer.from(await render()).equals(await render())).toBe(true);
	});

	it('passes on what goes wrong while drawing', async () => {
		const failing = renderPdf(
			fonts,
			{ title: 'x', language: 'de', author: 'x', createdAtMs: 0 },
			() => {
				throw new Error('no amount');
			}
		);
		await expect(failing).rejects.toThrow('no amount');
	});
});
