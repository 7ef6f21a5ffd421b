import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import {
	CODE_FILES,
	CODE_WORKER,
	READING_FOLDER,
	TEXT_FILES,
	totalBytes,
	type ReadingFile
} from './files.ts';

const version = (name: string) =>
	v.parse(
		v.object({ version: v.string() }),
		JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'))
	).version;

test('the size that is told before is the size that is loaded', () => {
	for (const files of [CODE_FILES, TEXT_FILES]) {
		const fileOf = ({ source, path }: ReadingFile) =>
			source === null ? `static${path}` : `node_modules/${source}`;
		const real = files.reduce((sum, one) => sum + statSync(fileOf(one)).size, 0);
		expect(totalBytes(files)).toBe(real);
	}
});

test('another version of a package lies in another folder', () => {
	const versions = [version('zxing-wasm'), version('tesseract.js')];
	expect(READING_FOLDER).toBe(`/reading/zxing-${versions[0]}-tesseract-${versions[1]}`);
	expect(version('tesseract.js-core')).toBe(version('tesseract.js'));
});

test('a changed worker of ours has a new name: devices keep the old one under the old', () => {
	const hash = createHash('sha256').update(readFileSync(`static${CODE_WORKER.path}`));
	expect([CODE_WORKER.path, hash.digest('hex').slice(0, 16)]).toEqual([
		'/reading/code-worker-1.js',
		'640fcf1f3eb3047d'
	]);
});
