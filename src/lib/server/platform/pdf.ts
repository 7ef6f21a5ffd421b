import type PDFDocument from 'pdfkit';

export type PdfFonts = { readonly regular: Uint8Array; readonly bold: Uint8Array };

export type PdfMeta = {
	readonly title: string;
	/** Language of the text, as in the html element: `de`, `en`. */
	readonly language: string;
	readonly author: string;
	readonly createdAtMs: number;
};

export type PdfDocument = InstanceType<typeof PDFDocument>;

/**
 * A tagged PDF/A-2a with both fonts embedded, as `regular` (chosen at the start) and `bold`.
 *
 * `draw` gets an A4 page with its cursor at the top. It must put all text into structure elements below one
 * `doc.struct('Document')`; what is decoration only goes between `doc.markContent('Artifact')` and
 * `doc.endMarkedContent()`. The same input gives the same bytes.
 */
export async function renderPdf(
	fonts: PdfFonts,
	{ title, language, author, createdAtMs }: PdfMeta,
	draw: (doc: PdfDocument) => void
): Promise<Uint8Array<ArrayBuffer>> {
	// The heaviest part of the Worker: evaluated by the request that makes a PDF, by no other.
	const { default: Document } = await import('pdfkit');
	const createdAt = new Date(createdAtMs);
	const doc = new Document({
		size: 'A4',
		margins: { top: 56, bottom: 56, left: 64, right: 56 },
		pdfVersion: '1.7',
		subset: 'PDF/A-2a',
		tagged: true,
		lang: language,
		displayTitle: true,
		autoFirstPage: false,
		// Footers say how many pages there are, so all stay open until the last one is drawn.
		bufferPages: true,
		// No default font: pdfkit's own are read from disk, and PDF/A wants embedded ones.
		font: '',
		info: {
			Title: title,
			Author: author,
			Creator: author,
			CreationDate: createdAt,
			ModDate: createdAt
		}
	});
	const bytes = collectBytes(doc);
	doc.registerFont('regular', fonts.regular);
	doc.registerFont('bold', fonts.bold);
	doc.addPage();
	doc.font('regular').fontSize(10);
	draw(doc);
	doc.end();
	return bytes;
}

function collectBytes(doc: PdfDocument): Promise<Uint8Array<ArrayBuffer>> {
	return new Promise((done, failed) => {
		const chunks: Uint8Array[] = [];
		doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
		doc.on('error', failed);
		doc.on('end', () => done(concat(chunks)));
	});
}

function concat(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const all = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
	let offset = 0;
	for (const chunk of chunks) {
		all.set(chunk, offset);
		offset += chunk.length;
	}
	return all;
}
