// Turns what the customer picks into what is sent: photos upright, at most 2200 pixels, as JPEG without place or camera
// data; PDF as it is.
import { MAX_FILE_BYTES } from '#lib/domain/claims/claim.schema.ts';
import type { PreparedFile } from './attachments.ts';

const LONGEST_EDGE = 2200;
const THUMBNAIL_EDGE = 240;
const JPEG_QUALITY = 0.85;
const SAMPLE_EDGE = 16;
const PDF_START = '%PDF-';
const NAME_LENGTH = 200;

export type FileProblem =
	'file-type' | 'file-too-large' | 'file-empty' | 'file-unreadable' | 'file-heic';
export type PreparedOutcome =
	| { readonly ok: true; readonly file: PreparedFile }
	| { readonly ok: false; readonly problem: FileProblem };

export async function prepareFile(picked: File): Promise<PreparedOutcome> {
	if (picked.size === 0) return { ok: false, problem: 'file-empty' };
	const start = await picked.slice(0, PDF_START.length).text();
	if (start === PDF_START) return preparePdf(picked);
	if (!picked.type.startsWith('image/')) return { ok: false, problem: 'file-type' };
	return preparePhoto(picked);
}

async function preparePdf(picked: File): Promise<PreparedOutcome> {
	if (picked.size > MAX_FILE_BYTES) return { ok: false, problem: 'file-too-large' };
	const bytes = await picked.arrayBuffer();
	const name = picked.name.slice(0, NAME_LENGTH);
	const type = 'application/pdf';
	return { ok: true, file: { name, type, bytes, thumbnail: null, looksEmpty: false } };
}

async function preparePhoto(picked: File): Promise<PreparedOutcome> {
	let photo: ImageBitmap;
	try {
		photo = await createImageBitmap(picked, { imageOrientation: 'from-image' });
	} catch {
		// An iPhone's own format: another photo of the same kind would not open either.
		const isHeic = /^image\/hei[cf]/.test(picked.type) || /\.hei[cf]$/i.test(picked.name);
		return { ok: false, problem: isHeic ? 'file-heic' : 'file-unreadable' };
	}
	try {
		const bytes = await drawJpeg(photo, LONGEST_EDGE);
		if (bytes.byteLength > MAX_FILE_BYTES) return { ok: false, problem: 'file-too-large' };
		const thumbnail = await drawJpeg(photo, THUMBNAIL_EDGE);
		const name = `${picked.name.replace(/\.[^.]*$/, '').slice(0, NAME_LENGTH - 4) || 'photo'}.jpg`;
		const looksEmpty = isOneColour(photo);
		return { ok: true, file: { name, type: 'image/jpeg', bytes, thumbnail, looksEmpty } };
	} finally {
		photo.close();
	}
}

async function drawJpeg(photo: ImageBitmap, longestEdge: number): Promise<ArrayBuffer> {
	const scale = Math.min(1, longestEdge / Math.max(photo.width, photo.height));
	const width = Math.max(1, Math.round(photo.width * scale));
	const height = Math.max(1, Math.round(photo.height * scale));
	const canvas = new OffscreenCanvas(width, height);
	const context = canvas.getContext('2d', { alpha: false });
	if (!context) throw new Error('no canvas');
	// A transparent PNG would otherwise become black text on black.
	context.fillStyle = '#fff';
	context.fillRect(0, 0, width, height);
	context.imageSmoothingQuality = 'high';
	context.drawImage(photo, 0, 0, width, height);
	const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: JPEG_QUALITY });
	return blob.arrayBuffer();
}

// Some phones hand over a black or white picture when memory is short: the customer should look again.
function isOneColour(photo: ImageBitmap): boolean {
	const context = new OffscreenCanvas(SAMPLE_EDGE, SAMPLE_EDGE).getContext('2d');
	if (!context) return false;
	context.drawImage(photo, 0, 0, SAMPLE_EDGE, SAMPLE_EDGE);
	const { data } = context.getImageData(0, 0, SAMPLE_EDGE, SAMPLE_EDGE);
	return data.every((value, index) => value === data[index % 4]);
}
