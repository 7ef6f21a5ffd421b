import { resolve } from 'node:path';
import { build } from 'vite';

let bundled: Promise<string> | undefined;

/** The source of tests/faults/page/kit.ts as one script, built once a process. */
export function pageKit(): Promise<string> {
	bundled ??= bundle();
	return bundled;
}

async function bundle(): Promise<string> {
	const built = await build({
		configFile: false,
		logLevel: 'error',
		build: {
			write: false,
			minify: false,
			lib: { entry: resolve('tests/faults/page/kit.ts'), formats: ['iife'], name: 'faultKitBundle' }
		}
	});
	const [first] = Array.isArray(built) ? built : [built];
	if (!('output' in first)) throw new Error('the page kit was not built');
	return first.output[0].code;
}
