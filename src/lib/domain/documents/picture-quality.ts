// Whether a photo of an invoice can be read, told from a small grey copy of it. A hint for the customer, never a refusal.

export type GreyPicture = {
	readonly width: number;
	readonly height: number;
	/** One byte a pixel, row by row. */
	readonly values: Uint8Array;
};

/** Longest edge of the copy that is judged: smaller ones hide blur, larger ones cost time. */
export const GREY_EDGE = 1024;

/** Brightest and darkest pixel of an empty picture lie no further apart: JPEG alone makes three steps. */
const BLANK_RANGE = 10;
const TILE = 64;
/** A tile of paper without print says nothing on focus. */
const MIN_CONTRAST = 50;
/** The sharpest tenth of the tiles decides: blur lies on all of them, an empty margin on most. */
const SHARP_SHARE = 0.9;
/** Grain looks like edges. The flattest tenth shows how much of it there is, up to what cameras do. */
const FLAT_SHARE = 0.1;
const MAX_GRAIN = 500;
/**
 * Laplacian against contrast, measured on print with strokes of 3 to 4 pixels (of 2200): sharp 3.9,
 * blurred by 1.4 pixels 0.80, by 2.4 0.22, by 3.5 and just readable 0.06, by 4.5 and not 0.02 to 0.04.
 */
const BLURRED_BELOW = 0.05;

/** Grey values (ITU-R BT.601) of a picture in RGBA. */
export function greyOf(
	rgba: Uint8Array | Uint8ClampedArray,
	width: number,
	height: number
): GreyPicture {
	const values = new Uint8Array(width * height);
	for (let pixel = 0, at = 0; pixel < values.length; pixel++, at += 4) {
		const [red = 0, green = 0, blue = 0] = [rgba[at], rgba[at + 1], rgba[at + 2]];
		values[pixel] = (red * 299 + green * 587 + blue * 114) / 1000;
	}
	return { width, height, values };
}

/** One colour all over: what some phones hand over when memory is short. */
export function looksBlank({ values }: GreyPicture): boolean {
	let [darkest, brightest] = [255, 0];
	for (const value of values) {
		if (value < darkest) darkest = value;
		if (value > brightest) brightest = value;
	}
	return brightest - darkest <= BLANK_RANGE;
}

/** Too blurred to read; false where nothing is printed that could be sharp. */
export function looksBlurred(picture: GreyPicture): boolean {
	const sharpness = sharpnessOf(picture);
	return sharpness !== null && sharpness < BLURRED_BELOW;
}

/**
 * Variance of the Laplacian relative to the contrast, of the sharpest tenth of the printed tiles:
 * about 0 for fog, above 1 for pixel-sharp edges. Null where no tile has contrast.
 */
export function sharpnessOf(picture: GreyPicture): number | null {
	const tiles: { contrast: number; edges: number }[] = [];
	for (let top = 1; top + 1 < picture.height; top += TILE) {
		for (let left = 1; left + 1 < picture.width; left += TILE) {
			tiles.push(tileOf(picture, left, top));
		}
	}
	const flattest = atShare(
		tiles.map(({ edges }) => edges),
		FLAT_SHARE
	);
	const grain = Math.min(flattest ?? 0, MAX_GRAIN);
	const printed = tiles.filter(({ contrast }) => contrast >= MIN_CONTRAST);
	return atShare(
		printed.map(({ contrast, edges }) => Math.max(0, edges - grain) / contrast),
		SHARP_SHARE
	);
}

function atShare(numbers: readonly number[], share: number): number | null {
	const sorted = numbers.toSorted((a, b) => a - b);
	return sorted[Math.floor((sorted.length - 1) * share)] ?? null;
}

function tileOf(
	{ width, height, values }: GreyPicture,
	left: number,
	top: number
): { contrast: number; edges: number } {
	let [count, sum, squares, edgeSum, edgeSquares] = [0, 0, 0, 0, 0];
	for (let y = top; y < Math.min(top + TILE, height - 1); y++) {
		for (let x = left; x < Math.min(left + TILE, width - 1); x++) {
			const at = y * width + x;
			const value = values[at] ?? 0;
			const beside = (values[at - 1] ?? 0) + (values[at + 1] ?? 0);
			const edge = beside + (values[at - width] ?? 0) + (values[at + width] ?? 0) - 4 * value;
			count++;
			sum += value;
			squares += value * value;
			edgeSum += edge;
			edgeSquares += edge * edge;
		}
	}
	const variance = (total: number, ofSquares: number) => ofSquares / count - (total / count) ** 2;
	return { contrast: variance(sum, squares), edges: variance(edgeSum, edgeSquares) };
}
