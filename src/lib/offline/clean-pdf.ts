// The pages of a PDF in a new one, and nothing else: no author, dates, XMP, scripts, forms' actions or attachments.
// Part of the worker that is loaded with the first PDF; kept for the time without network (decisions 0040, 0051).
import {
	EncryptedPDFError,
	PDFArray,
	PDFDict,
	PDFDocument,
	PDFName,
	PDFRawStream,
	PDFStream,
	ParseSpeeds,
	type PDFContext,
	type PDFRef
} from '@cantoo/pdf-lib';
import { withoutJpegMetadata } from '#lib/domain/documents/jpeg.ts';
import { PDF_DROPPED_KEYS } from '#lib/domain/documents/pdf.ts';

/** Authors and dates of remarks on a page; in form fields `T` is the field's own name. */
const REMARK_KEYS = ['T', 'CreationDate', 'M', 'NM', 'Subj', 'RC'];
const DROPPED = PDF_DROPPED_KEYS.map((key) => PDFName.of(key));

/** The cleaned bytes, or why there are none: locked with a password, or no PDF that opens. */
export async function cleanPdf(
	bytes: Uint8Array
): Promise<Uint8Array<ArrayBuffer> | 'pdf-locked' | 'pdf-unreadable'> {
	try {
		// Without pauses: nobody waits for this thread.
		const source = await PDFDocument.load(bytes, {
			updateMetadata: false,
			parseSpeed: ParseSpeeds.Fastest
		});
		const target = await PDFDocument.create({ updateMetadata: false });
		const pages = await target.copyPages(source, source.getPageIndices());
		if (pages.length === 0) return 'pdf-unreadable';
		for (const page of pages) target.addPage(page);
		await target.flush();
		clean(target.context);
		const saved = await target.save({
			useObjectStreams: false,
			addDefaultPage: false,
			objectsPerTick: Infinity
		});
		return new Uint8Array(saved);
	} catch (error) {
		return error instanceof EncryptedPDFError ? 'pdf-locked' : 'pdf-unreadable';
	}
}

function clean(context: PDFContext): void {
	for (const [ref, object] of context.enumerateIndirectObjects()) {
		if (object instanceof PDFStream) {
			if (nameOf(object.dict, 'Type') === 'Metadata') context.delete(ref);
			cleanDictionary(object.dict);
			// Where it stands the Worker can see it.
			const filter = object.dict.lookup(PDFName.of('Filter'));
			if (filter) object.dict.set(PDFName.of('Filter'), filter);
			if (object instanceof PDFRawStream) cleanPicture(context, ref, object);
		} else if (object instanceof PDFDict) cleanDictionary(object);
		else if (object instanceof PDFArray) cleanArray(object);
	}
	delete context.trailerInfo.Info;
}

function cleanDictionary(dictionary: PDFDict): void {
	for (const key of DROPPED) dictionary.delete(key);
	const isRemark = dictionary.has(PDFName.of('Rect')) && dictionary.has(PDFName.of('Subtype'));
	if (isRemark) dictionary.delete(PDFName.of('A'));
	if (isRemark && nameOf(dictionary, 'Subtype') !== 'Widget') {
		for (const key of REMARK_KEYS) dictionary.delete(PDFName.of(key));
	}
	for (const [, value] of dictionary.entries()) {
		if (value instanceof PDFDict) cleanDictionary(value);
		if (value instanceof PDFArray) cleanArray(value);
	}
}

function cleanArray(array: PDFArray): void {
	for (const value of array.asArray()) {
		if (value instanceof PDFDict) cleanDictionary(value);
		if (value instanceof PDFArray) cleanArray(value);
	}
}

// A scanner app puts the camera's JPEG into the page as it is, place and all.
function cleanPicture(context: PDFContext, ref: PDFRef, stream: PDFRawStream): void {
	if (nameOf(stream.dict, 'Filter') !== 'DCTDecode') return;
	const picture = withoutJpegMetadata(stream.getContents());
	if (picture) context.assign(ref, PDFRawStream.of(stream.dict, picture));
}

function nameOf(dictionary: PDFDict, key: string): string {
	const value = dictionary.get(PDFName.of(key));
	return value instanceof PDFName ? value.decodeText() : '';
}
