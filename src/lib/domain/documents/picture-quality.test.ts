import { expect, test } from 'vitest';
import {
	greyOf,
	looksBlank,
	looksBlurred,
	sharpnessOf,
	type GreyPicture
} from './picture-quality.ts';

const WIDTH = 520;
const HEIGHT = 600;

function randomFrom(seed: number): () => number {
	let state = seed;
	return () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32;
}

/** A page of strokes as wide and as dense as those of print, at twice the size that is judged. */
function printedPage(paper = 235, ink = 40): GreyPicture {
	const random = randomFrom(1);
	const values = new Uint8Array(WIDTH * HEIGHT).fill(paper);
	const fill = (left: number, top: number, width: number, height: number) => {
		for (let y = top; y < top + height; y++)
			values.fill(ink, y * WIDTH + left, y * WIDTH + left + width);
	};
	for (let base = 130; base < HEIGHT - 150; base += 48) {
		for (let x = 100; x < WIDTH - 150; x += 10 + Math.floor(random() * 6)) {
			if (random() < 0.18) continue;
			const height = 14 + Math.floor(random() * 12);
			fill(x, base - height, 3 + Math.floor(random() * 2), height);
			if (random() > 0.5) fill(x, base - Math.floor(height * random()), 12, 3);
		}
	}
	return { width: WIDTH, height: HEIGHT, values };
}

/** Three boxes in a row are a Gaussian as far as eyes can tell. */
function blurred(page: GreyPicture, radius: number): GreyPicture {
	let values = Float64Array.from(page.values);
	for (let pass = 0; pass < 3; pass++) {
		values = boxed(boxed(values, radius, 1), radius, WIDTH);
	}
	return { ...page, values: Uint8Array.from(values) };
}

function boxed(values: Float64Array<ArrayBuffer>, radius: number, step: number) {
	return values.map((_, at) => {
		let sum = 0;
		for (let offset = -radius; offset <= radius; offset++) {
			sum += values[at + offset * step] ?? values[at] ?? 0;
		}
		return sum / (2 * radius + 1);
	});
}

function halved({ values }: GreyPicture): GreyPicture {
	const [width, height] = [WIDTH / 2, HEIGHT / 2];
	const small = new Uint8Array(width * height).map((_, at) => {
		const from = Math.floor(at / width) * 2 * WIDTH + (at % width) * 2;
		const sum = [0, 1, WIDTH, WIDTH + 1].reduce(
			(total, step) => total + (values[from + step] ?? 0),
			0
		);
		return sum / 4;
	});
	return { width, height, values: small };
}

function grainy(page: GreyPicture, steps: number): GreyPicture {
	const random = randomFrom(9);
	const values = page.values.map((value) =>
		Math.min(255, Math.max(0, value + (random() - 0.5) * 2 * steps))
	);
	return { ...page, values };
}

test.each([0, 1, 2])('print blurred by a radius of %i pixels can be read: no hint', (radius) => {
	expect(looksBlurred(halved(blurred(printedPage(), radius)))).toBe(false);
});

test.each([4, 5, 6])('print blurred by a radius of %i pixels cannot be read: a hint', (radius) => {
	expect(looksBlurred(halved(blurred(printedPage(), radius)))).toBe(true);
});

test('grain of a dark room neither hides blur nor is taken for it', () => {
	expect(looksBlurred(halved(grainy(blurred(printedPage(), 5), 8)))).toBe(true);
	expect(looksBlurred(halved(grainy(printedPage(), 8)))).toBe(false);
});

test('a dim photo is judged like a bright one', () => {
	expect(looksBlurred(halved(printedPage(78, 13)))).toBe(false);
	expect(looksBlurred(halved(blurred(printedPage(78, 13), 5)))).toBe(true);
});

test('paper without print is neither sharp nor blurred', () => {
	const paper = { width: 200, height: 200, values: new Uint8Array(40_000).fill(240) };
	expect(sharpnessOf(grainy({ ...paper }, 3))).toBeNull();
	expect(looksBlurred(paper)).toBe(false);
});

test('a picture of one colour is blank, up to what JPEG makes of it; one thin line is not', () => {
	const values = new Uint8Array(10_000).fill(3);
	const picture = { width: 100, height: 100, values };
	expect(looksBlank(picture)).toBe(true);
	expect(looksBlank(grainy(picture, 4))).toBe(true);
	values.fill(40, 5000, 5100);
	expect(looksBlank(picture)).toBe(false);
});

test('grey weighs colours as eyes do', () => {
	const rgba = Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255);
	expect([...greyOf(rgba, 2, 2).values]).toEqual([76, 149, 29, 255]);
});
