export type WorkerModule = {
	readonly file: string;
	readonly kind: 'esModule' | 'wasm' | 'data' | 'text';
};

const KINDS: Record<string, WorkerModule['kind']> = {
	js: 'esModule',
	mjs: 'esModule',
	wasm: 'wasm',
	bin: 'data',
	txt: 'text'
};

/** The modules among the files that wrangler writes; it adds a README and source maps. */
export function workerModules(files: readonly string[]): readonly WorkerModule[] {
	return files.toSorted().flatMap((file) => {
		const kind = KINDS[file.split('.').at(-1) ?? ''];
		return kind ? [{ file, kind }] : [];
	});
}
