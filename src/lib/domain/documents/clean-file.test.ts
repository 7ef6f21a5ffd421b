import { describe, expect, it } from 'vitest';
import {
	ascii,
	JPEG_METADATA,
	jpegOf,
	joined,
	pngChunk,
	pngOf
} from '../../../../tests/support/files.ts';
import { cleanFile, fileTypeOf } from './clean-file.ts';
import { faultOfFile } from './file-fault.ts';

describe('a file that came by a plain form', () => {
	it('is what its bytes say, whatever it is called', () => {
		expect(fileTypeOf(jpegOf())).toBe('image/jpeg');
		expect(fileTypeOf(pngOf())).toBe('image/png');
		expect(fileTypeOf(ascii('%PDF-1.4 page %%EOF'))).toBe('application/pdf');
		expect(fileTypeOf(ascii('GIF89a'))).toBeNull();
		expect(fileTypeOf(new Uint8Array())).toBeNull();
	});

	it('F4: loses what a photo tells besides its picture, and what hangs on its end', () => {
		const told = joined(jpegOf({ segments: Object.values(JPEG_METADATA) }), ascii('tail'));
		expect(faultOfFile('image/jpeg', told)).toBe('metadata');
		expect(cleanFile('image/jpeg', told)).toEqual({ ok: true, bytes: jpegOf() });
	});

	it('F4: loses the text and dates of a PNG', () => {
		const told = joined(
			pngOf({ chunks: [pngChunk('tEXt', 'Author\0Mai'), pngChunk('tIME', '2026-11')] }),
			ascii('tail')
		);
		expect(faultOfFile('image/png', told)).toBe('metadata');
		expect(cleanFile('image/png', told)).toEqual({ ok: true, bytes: pngOf() });
	});

	it('is refused where it is torn or a PDF tells too much', () => {
		expect(cleanFile('image/jpeg', jpegOf().slice(0, -2))).toEqual({ ok: false, fault: 'broken' });
		expect(cleanFile('image/png', pngOf().slice(0, -4))).toEqual({ ok: false, fault: 'broken' });
		const pdf = joined(ascii('%PDF-1.4\n<</Type/Catalog>> <</Type/Page>> <</Info 1 0 R>>\n%%EOF'));
		expect(cleanFile('application/pdf', pdf)).toEqual({ ok: false, fault: 'metadata' });
	});
});
