import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as v from 'valibot';

const picture = v.object({ src: v.string(), sizes: v.string(), type: v.optional(v.string()) });
const manifestSchema = v.object({
	name: v.string(),
	short_name: v.pipe(v.string(), v.maxLength(12)),
	description: v.string(),
	id: v.string(),
	start_url: v.string(),
	scope: v.literal('/'),
	display: v.literal('standalone'),
	lang: v.literal('de'),
	categories: v.pipe(v.array(v.string()), v.minLength(1)),
	icons: v.array(v.object({ ...picture.entries, purpose: v.optional(v.string()) })),
	screenshots: v.pipe(
		v.array(v.object({ ...picture.entries, form_factor: v.string(), label: v.string() })),
		v.minLength(1)
	),
	shortcuts: v.array(v.object({ name: v.string(), url: v.string(), icons: v.array(picture) }))
});

/** Width and height as a PNG says them itself. */
function sizeOf(path: string): string {
	const head = readFileSync(`static${path}`).subarray(0, 24);
	expect(head.subarray(1, 4).toString()).toBe('PNG');
	return `${head.readUInt32BE(16)}x${head.readUInt32BE(20)}`;
}

test('the portal can be installed: every picture of the manifest is there and as large as it says', () => {
	const manifest = v.parse(
		manifestSchema,
		JSON.parse(readFileSync('static/app.webmanifest', 'utf8'))
	);
	const { icons, screenshots, shortcuts } = manifest;
	const pictures = [...icons, ...screenshots, ...shortcuts.flatMap((one) => one.icons)];
	for (const { src, sizes } of pictures.filter(({ src }) => src.endsWith('.png'))) {
		expect(sizeOf(src), src).toBe(sizes);
	}
	// Shown before it is installed, one for each kind of window.
	expect(screenshots.map(({ form_factor: form }) => form).toSorted()).toEqual(['narrow', 'wide']);
	expect(shortcuts.map(({ url }) => url)).toContain('/drafts?new');
	// What browsers ask for before they offer it: 192 and 512 pixels, and one that may be cut round.
	expect(icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']));
	expect(icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
	for (const url of [manifest.start_url, ...shortcuts.map((one) => one.url)]) {
		expect(url).toMatch(/^\/[a-z]+(\?new)?$/);
	}
});
