// Turns what the customer picks into what is sent: photos upright and small, PDFs with their pages, neither with a word
// on place, camera or author. What cannot be taken is refused with a way out, before anything of it is stored.
import { MAX_FILE_BYTES } from '#lib/domain/claims/claim.schema.ts';
import { jpegSize } from '#lib/domain/documents/jpeg.ts';
import { pngHeader } from '#lib/domain/documents/png.ts';
import type { PreparedFile } from './attachments.ts';
import { drawPhoto, UnreadablePhoto } from './photo.ts';

const PDF_START = '%PDF-';
const NAME_LENGTH = 200;
/** A frame is found behind EXIF and previews, which phones keep below half a megabyte. */
const HEAD_BYTES = 512 * 1024;
/** Beyond it a phone's browser is ended by its system while it opens the picture (F23, F24). */
const MAX_PIXELS = 130_000_000;
/** Nothing larger is read into memory at all. */
const MAX_PICKED_BYTES = 100 * 1024 * 1024;

export type FileProblem =
	| 'file-type'
	| 'file-too-large'
	| 'file-empty'
	| 'file-unreadable'
	| 'file-heic'
	| 'picture-too-large'
	| 'pdf-locked'
	| 'pdf-unreadable'
	| 'pdf-tool-missing';
export type PreparedOutcome =
	| { readonly ok: true; readonly file: PreparedFile }
	| { readonly ok: false; readonly problem: FileProblem };

export async function prepareFile(picked: File): Promise<PreparedOutcome> {
	if (picked.size === 0) return refused('file-empty');
	try {
		const start = await picked.slice(0, PDF_START.length).text();
		if (start === PDF_START) return await preparePdf(picked);
		if (picked.size > MAX_PICKED_BYTES) return refused('file-too-large');
		// Some cameras' files come without a type; their name is all there is.
		const isPicture = picked.type.startsWith('image/') || isHeic(picked);
		return isPicture ? await preparePhoto(picked) : refused('file-type');
	} catch (error) {
		// Taken away under our hands: a cloud's file without network, a card pulled out.
		if (error instanceof DOMException) return refused('file-unreadable');
		throw error;
	}
}

/** The photo turned by a quarter to the right, as a file to put in its place. */
export async function turnPhoto(
	name: string,
	bytes: Uint8Array<ArrayBuffer>
): Promise<PreparedFile> {
	return { name, type: 'image/jpeg', ...(await drawPhoto(new Blob([bytes]), 1)) };
}

async function preparePdf(picked: File): Promise<PreparedOutcome> {
	if (picked.size > MAX_FILE_BYTES) return refused('file-too-large');
	const tool = await import('./pdf-tool.ts').catch(() => null);
	if (!tool) return refused('pdf-tool-missing');
	const bytes = await tool.cleanPdfBeside(await picked.arrayBuffer());
	if (typeof bytes === 'string') return refused(bytes);
	if (bytes.byteLength > MAX_FILE_BYTES) return refused('file-too-large');
	const file: PreparedFile = {
		name: picked.name.slice(0, NAME_LENGTH),
		type: 'application/pdf',
		bytes,
		thumbnail: null,
		looksEmpty: false,
		looksBlurred: false
	};
	return { ok: true, file };
}

async function preparePhoto(picked: File): Promise<PreparedOutcome> {
	const head = new Uint8Array(await picked.slice(0, HEAD_BYTES).arrayBuffer());
	const size = pngHeader(head) ?? jpegSize(head);
	if (size && size.width * size.height > MAX_PIXELS) return refused('picture-too-large');
	try {
		const drawn = await drawPhoto(picked, 0);
		if (drawn.bytes.byteLength > MAX_FILE_BYTES) return refused('file-too-large');
		const stem = picked.name.replace(/\.[^.]*$/, '').slice(0, NAME_LENGTH - 4);
		return { ok: true, file: { name: `${stem || 'photo'}.jpg`, type: 'image/jpeg', ...drawn } };
	} catch (error) {
		if (!(error instanceof UnreadablePhoto)) throw error;
		return refused(isHeic(picked) ? 'file-heic' : 'file-unreadable');
	}
}

/** An iPhone's own format: where one does not open, another photo of the same kind would not either. */
function isHeic({ type, name }: File): boolean {
	return /^image\/hei[cf]/.test(type) || /\.hei[cf]$/i.test(name);
}

function refused(problem: FileProblem): PreparedOutcome {
	return { ok: false, problem };
}
