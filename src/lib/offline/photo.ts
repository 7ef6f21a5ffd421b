// Draws a photo anew: upright, at most 2200 pixels long, as JPEG. Nothing but the picture comes through a canvas, and
// what a browser's own encoder adds is taken out again. Browsers decode and encode beside the page's thread.
import { withoutJpegMetadata } from '#lib/domain/documents/jpeg.ts';
import {
	GREY_EDGE,
	greyOf,
	looksBlank,
	looksBlurred,
	type GreyPicture
} from '#lib/domain/documents/picture-quality.ts';
import type { PreparedFile } from './attachments.ts';

const LONGEST_EDGE = 2200;
const THUMBNAIL_EDGE = 320;
const JPEG_QUALITY = 0.85;
/** Turning draws a photo that was a JPEG already: a little finer, so that nothing is seen of it. */
const TURNED_QUALITY = 0.92;

export type DrawnPhoto = Pick<PreparedFile, 'bytes' | 'thumbnail' | 'looksEmpty' | 'looksBlurred'>;

/** This browser cannot open it, or gives nothing back. */
export class UnreadablePhoto extends Error {
	override name = 'UnreadablePhoto';
}

/** Draws a picture after `turns` quarter turns to the right. Throws `UnreadablePhoto`. */
export async function drawPhoto(picked: Blob, turns: 0 | 1): Promise<DrawnPhoto> {
	const photo = await decode(picked);
	try {
		let canvas = draw(photo, LONGEST_EDGE, turns);
		let grey = greyCopy(canvas);
		// Above the limits of some phones a canvas takes a picture and stays black (F24): the decoder scales instead.
		if (looksBlank(grey) && photo.width * photo.height > LONGEST_EDGE ** 2) {
			const smaller = await decode(picked, LONGEST_EDGE / Math.max(photo.width, photo.height));
			canvas = draw(smaller, LONGEST_EDGE, turns);
			grey = greyCopy(canvas);
			smaller.close();
		}
		const isBlank = looksBlank(grey);
		return {
			bytes: await encode(canvas, turns === 0 ? JPEG_QUALITY : TURNED_QUALITY),
			thumbnail: await encode(draw(canvas, THUMBNAIL_EDGE, 0), JPEG_QUALITY),
			looksEmpty: isBlank,
			looksBlurred: !isBlank && looksBlurred(grey)
		};
	} finally {
		photo.close();
	}
}

async function decode(picked: Blob, scale = 1): Promise<ImageBitmap> {
	const options: ImageBitmapOptions = { imageOrientation: 'from-image' };
	try {
		const photo = await createImageBitmap(picked, options);
		if (scale === 1) return photo;
		const resizeWidth = Math.max(1, Math.round(photo.width * scale));
		photo.close();
		return await createImageBitmap(picked, { ...options, resizeWidth, resizeQuality: 'high' });
	} catch (cause) {
		throw new UnreadablePhoto('the browser does not open this picture', { cause });
	}
}

function draw(
	source: ImageBitmap | OffscreenCanvas,
	longestEdge: number,
	turns: 0 | 1
): OffscreenCanvas {
	const scale = Math.min(1, longestEdge / Math.max(source.width, source.height));
	const width = Math.max(1, Math.round(source.width * scale));
	const height = Math.max(1, Math.round(source.height * scale));
	const canvas = turns ? new OffscreenCanvas(height, width) : new OffscreenCanvas(width, height);
	const context = contextOf(canvas);
	// A transparent PNG would otherwise become black text on black.
	context.fillStyle = '#fff';
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.imageSmoothingQuality = 'high';
	if (turns) {
		context.translate(height, 0);
		context.rotate(Math.PI / 2);
	}
	context.drawImage(source, 0, 0, width, height);
	return canvas;
}

function greyCopy(canvas: OffscreenCanvas): GreyPicture {
	const small = draw(canvas, GREY_EDGE, 0);
	const { data, width, height } = contextOf(small).getImageData(0, 0, small.width, small.height);
	return greyOf(data, width, height);
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
	const context = canvas.getContext('2d', { alpha: false });
	if (!context) throw new UnreadablePhoto('no canvas');
	return context;
}

// Short of memory, browsers give an empty file instead of an error (F25): it must never count as a photo.
async function encode(canvas: OffscreenCanvas, quality: number): Promise<ArrayBuffer> {
	const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
	const clean = withoutJpegMetadata(new Uint8Array(await blob.arrayBuffer()));
	if (!clean) throw new UnreadablePhoto('the browser gave no picture back');
	return clean.buffer;
}
