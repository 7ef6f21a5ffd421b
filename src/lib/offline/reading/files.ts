// What reading an invoice needs besides the room: the build puts it under /reading, the device fetches it when it is first
// asked for, and the service worker keeps it in a cache of its own (decision 0041).

export type ReadingFile = {
	readonly path: string;
	/** Below node_modules; null for a static file of ours. */
	readonly source: string | null;
	readonly bytes: number;
};

/** Changes with the packages: a new version is never mixed with files of an old one. */
export const READING_FOLDER = '/reading/zxing-3.1.4-tesseract-7.0.0';
/** The service worker knows this name too. */
export const READING_CACHE = 'reading';

const file = (name: string, source: string, bytes: number): ReadingFile => ({
	path: `${READING_FOLDER}/${name}`,
	source,
	bytes
});

/** Ours, and kept like the others: a change needs the next number in its name. */
export const CODE_WORKER = {
	path: '/reading/code-worker-1.js',
	source: null,
	bytes: 972
} as const satisfies ReadingFile;
export const CODE_SCRIPT = file('zxing.js', 'zxing-wasm/dist/iife/reader/index.js', 36_519);
export const CODE_WASM = file('zxing.wasm', 'zxing-wasm/dist/reader/zxing_reader.wasm', 953_527);

export const TEXT_WORKER = file('text-worker.js', 'tesseract.js/dist/worker.min.js', 111_307);
export const TEXT_CORE = file(
	'tesseract-core-simd-lstm.js',
	'tesseract.js-core/tesseract-core-simd-lstm.js',
	89_271
);
/** Found by the core beside its worker, under the name it was built with. */
const TEXT_WASM = file(
	'tesseract-core-simd-lstm.wasm',
	'tesseract.js-core/tesseract-core-simd-lstm.wasm',
	2_857_601
);
const model = (language: string, bytes: number) =>
	file(
		`${language}.traineddata.gz`,
		`@tesseract.js-data/${language}/4.0.0_best_int/${language}.traineddata.gz`,
		bytes
	);

export const CODE_FILES: readonly ReadingFile[] = [CODE_WORKER, CODE_SCRIPT, CODE_WASM];
export const TEXT_FILES: readonly ReadingFile[] = [
	...[TEXT_WORKER, TEXT_CORE, TEXT_WASM],
	...[model('deu', 1_333_102), model('eng', 2_952_873)]
];
/** Licences travel with every copy. */
export const LICENCE_FILES: readonly { readonly path: string; readonly source: string }[] = [
	{ path: `${READING_FOLDER}/zxing-licence.txt`, source: 'zxing-wasm/LICENSE' },
	{ path: `${READING_FOLDER}/tesseract-licence.txt`, source: 'tesseract.js-core/LICENSE' }
];

export function totalBytes(files: readonly ReadingFile[]): number {
	return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
