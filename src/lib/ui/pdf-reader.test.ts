import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { PDF_READER_FOLDER } from './pdf-reader.ts';

const packageSchema = v.object({ version: v.string() });

test('another version of the package lies in another folder', () => {
	const text = readFileSync('node_modules/@hyzyla/pdfium/package.json', 'utf8');
	const { version } = v.parse(packageSchema, JSON.parse(text));
	expect(PDF_READER_FOLDER).toBe(`/receipts/pdfium-${version}`);
	const worker = readFileSync('static/receipts/pdf-worker-1.js', 'utf8');
	expect(worker).toContain(`from './pdfium-${version}/pdfium.js'`);
});

test('the worker that reads PDFs reaches nobody', () => {
	const [, policy = ''] =
		/\n\/receipts\/\*\n(?: {2}!.*\n)? {2}Content-Security-Policy: (.*)\n/.exec(
			readFileSync('_headers', 'utf8')
		) ?? [];
	expect(policy).toBe("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'");
});
