import { deflateSync } from 'node:zlib';
import { PDFDocument } from '@cantoo/pdf-lib';
import { expect, test } from 'vitest';
import { faultOfPdf, packedStreams } from '#lib/domain/documents/pdf.ts';
import { cleanPdf } from '#lib/offline/clean-pdf.ts';
import { JPEG_METADATA, jpegOf, pdfOf, pdfPage, pdfStream } from '../../support/files.ts';

const SECRET = 'Mai Nguyen, Koeln';
const INFO = '/Info 5 0 R';
const info = `<< /Author (${SECRET}) /Title (${SECRET}) /CreationDate (D:20261126) >>`;
const xmp = pdfStream('/Type /Metadata /Subtype /XML', `<x:xmpmeta>${SECRET}</x:xmpmeta>`);
const photo = pdfStream(
	'/Type /XObject /Subtype /Image /Width 40 /Height 30 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode',
	jpegOf({ segments: [JPEG_METADATA.exif, JPEG_METADATA.comment] })
);
const attached = pdfStream('/Type /EmbeddedFile', SECRET);

async function cleaned(bytes: Uint8Array): Promise<Uint8Array> {
	const clean = await cleanPdf(bytes);
	if (typeof clean === 'string') throw new Error(clean);
	return clean;
}

const DIRTY: Readonly<Record<string, Uint8Array>> = {
	'an Info dictionary': pdfOf([...pdfPage(), info], INFO),
	'XMP of the document': pdfOf([...pdfPage('/Metadata 5 0 R'), xmp]),
	'XMP of a page': pdfOf([...pdfPage('', '/Metadata 5 0 R'), xmp]),
	'XMP that nothing points to': pdfOf([...pdfPage(), xmp]),
	'private data of a program': pdfOf(
		pdfPage('', `/PieceInfo << /App << /Private (${SECRET}) >> >>`)
	),
	'a remark with its author': pdfOf(
		pdfPage('', `/Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /T (${SECRET}) >>]`)
	),
	'a script on opening': pdfOf(
		pdfPage(`/OpenAction << /S /JavaScript /JS (app.alert("${SECRET}")) >>`)
	),
	'a link that starts a program': pdfOf(
		pdfPage(
			'',
			`/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (${SECRET}) >> >>]`
		)
	),
	'a file within the file': pdfOf([
		...pdfPage('/Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >>'),
		'<< /Type /Filespec /F (a) /EF << /F 6 0 R >> >>',
		attached
	]),
	'a photo with its EXIF': pdfOf([
		...pdfPage('', '/Resources << /XObject << /Im 5 0 R >> >>'),
		photo
	])
};

test.each(Object.entries(DIRTY))('F4: a PDF loses %s and keeps its page', async (_, bytes) => {
	const clean = await cleaned(bytes);
	const text = Buffer.from(clean).toString('latin1');
	for (const word of [SECRET, 'GPSLatitude', 'CreationDate', 'Producer', 'JavaScript', 'Launch']) {
		expect(text).not.toContain(word);
	}
	expect(faultOfPdf(clean)).toBeNull();
	const pages = (await PDFDocument.load(clean)).getPages();
	expect(pages.map((page) => page.getSize())).toEqual([{ width: 200, height: 200 }]);
	expect(text).toContain('0 0 m 100 100 l S');
});

test.each(Object.entries(DIRTY).filter(([name]) => !/remark/.test(name)))(
	'F4: a PDF that still has %s is found by the Worker',
	(_, bytes) => {
		expect(faultOfPdf(bytes)).toMatch(/^(metadata|active)$/);
	}
);

test('F4: metadata in packed objects, as programs of today write it, goes too', async () => {
	const source = await PDFDocument.create();
	source.setAuthor(SECRET);
	source.addPage([200, 100]);
	source.addPage([100, 200]);
	const packed = await source.save({ useObjectStreams: true });
	expect(faultOfPdf(packed)).toBe('metadata');
	const clean = await cleaned(packed);
	expect(faultOfPdf(clean)).toBeNull();
	const again = await PDFDocument.load(clean, { updateMetadata: false });
	expect(again.getAuthor()).toBeUndefined();
	expect(again.getPages().map((page) => page.getWidth())).toEqual([200, 100]);
});

test('F4: a name in disguise is read as what it stands for', () => {
	expect(faultOfPdf(pdfOf(pdfPage('/Open#41ction 4 0 R')))).toBe('active');
	expect(faultOfPdf(pdfOf(pdfPage('', '/#4detadata 4 0 R')))).toBe('metadata');
});

test('short names in packed bytes are chance, not scripts', () => {
	const packed = pdfStream('/Filter /FlateDecode', deflateSync(Buffer.from('0 0 m')));
	const chance = pdfStream('/Filter /DCTDecode', 'xx/JS yy/AA /EF');
	expect(faultOfPdf(pdfOf([...pdfPage(), packed, chance]))).toBeNull();
});

test('F3: a filter that is named elsewhere, or in disguise, hides nothing', async () => {
	const filter = '/FlateDecode';
	const packed = deflateSync(Buffer.from('0 0 m 100 100 l S'));
	const elsewhere = pdfOf([...pdfPage(), pdfStream('/Filter 6 0 R', packed), filter]);
	expect(faultOfPdf(elsewhere)).toBe('too-large');
	expect(faultOfPdf(await cleaned(elsewhere))).toBeNull();
	const twice = pdfStream('/Filter [/Flate#44ecode /Fl]', 'x');
	expect(faultOfPdf(pdfOf([...pdfPage(), twice]))).toBe('too-large');
	const disguised = pdfOf([...pdfPage(), pdfStream('/Filter /F#6cateDecode', packed)]);
	expect(packedStreams(disguised)).toHaveLength(1);
});

test('F3: a stream packed twice is refused: nobody could count what it unpacks to', () => {
	const twice = pdfStream('/Filter [/FlateDecode /FlateDecode]', 'x');
	expect(faultOfPdf(pdfOf([...pdfPage(), twice]))).toBe('too-large');
});

test('what is no PDF, or locked, is told before anything is stored', async () => {
	expect(await cleanPdf(Buffer.from('%PDF-1.7\nrubbish'))).toBe('pdf-unreadable');
	const locked = pdfOf(
		[...pdfPage(), '<< /Filter /Standard /V 1 /R 2 /O (a) /U (b) /P -4 >>'],
		'/Encrypt 5 0 R /ID [(a) (b)]'
	);
	expect(await cleanPdf(locked)).toBe('pdf-locked');
	expect(faultOfPdf(locked)).toBe('active');
});
