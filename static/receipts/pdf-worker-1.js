// Turns pages of one PDF into pictures, beside the page's thread. The PDF is a stranger's: PDFium reads it as WebAssembly,
// which computes and does nothing else, and the policy of this folder lets nothing here reach anybody (_headers).

import { PDFiumLibrary } from './pdfium-2.1.13/pdfium.js';

/** As wide as a page is read on a large screen at the greatest size, and as many pixels as one picture may have. */
const WIDTH_PX = 1600;
const MAX_PIXELS = 12_000_000;

/** `{ wasm, pdf, from, count }` in; a message a page, then `{ pages }`, or `{ error }` out. */
self.onmessage = async ({ origin, data }) => {
	// Only whoever started this worker can speak to it, and that has no origin.
	const isStarter = origin === '';
	if (!isStarter) return;
	try {
		const library = await PDFiumLibrary.init({ wasmBinary: data.wasm });
		const pdf = await library.loadDocument(new Uint8Array(data.pdf));
		const pages = pdf.getPageCount();
		for (let index = data.from; index < Math.min(pages, data.from + data.count); index += 1) {
			self.postMessage({ page: index + 1, pages, picture: await pictureOf(pdf.getPage(index)) });
		}
		self.postMessage({ pages });
	} catch (error) {
		self.postMessage({ error: String(error) });
	}
};

async function pictureOf(page) {
	const { originalWidth, originalHeight } = page.getOriginalSize();
	const scale = Math.min(
		WIDTH_PX / originalWidth,
		Math.sqrt(MAX_PIXELS / (originalWidth * originalHeight))
	);
	const width = Math.max(1, Math.round(originalWidth * scale));
	const height = Math.max(1, Math.round(originalHeight * scale));
	const { data } = await page.render({ width, height, render: 'bitmap', renderFormFields: true });
	const canvas = new OffscreenCanvas(width, height);
	const pixels = new ImageData(new Uint8ClampedArray(data), width, height);
	canvas.getContext('2d').putImageData(pixels, 0, 0);
	return canvas.convertToBlob({ type: 'image/png' });
}
