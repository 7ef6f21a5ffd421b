import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, findTexts } from '../../support/secret-scan.ts';

const source = filesBelow('src')
	.filter((file) => /(?<!\.test)\.(ts|svelte|js|html)$/.test(file) && !file.includes('generated'))
	.map((file) => ({ file, text: readFileSync(file, 'utf8') }));

test('O5: nothing in the source can take a secret into the build', () => {
	expect(source.length).toBeGreaterThan(200);
	// `static` variants are written into the bundle, and so is what Vite puts for `import.meta.env`.
	const inlined = /\$env\/(static|dynamic)|process\.env|import\.meta\.env\.(?!DEV\b|PROD\b|SSR\b)/;
	expect(source.filter(({ text }) => inlined.test(text)).map(({ file }) => file)).toEqual([]);
});

test('O5, ASVS 13.3.2: the bindings are read in one place, and keys leave the platform for nobody else', () => {
	const reading = (what: RegExp) =>
		source
			.filter(({ file, text }) => !file.endsWith('.test.ts') && what.test(text))
			.map(({ file }) => file)
			.toSorted();
	expect(reading(/\breadConfiguration\(/)).toEqual([
		'src/hooks.server.ts',
		'src/lib/server/jobs/run-jobs.ts',
		'src/lib/server/platform/configuration.ts'
	]);
	expect(reading(/\bconfiguration\.keys\b/)).toEqual(['src/lib/server/compose.ts']);
});

test('O5: the scan of a build finds a secret, plain and in base64', () => {
	const folder = mkdtempSync(join(tmpdir(), 'kp-scan-'));
	try {
		const secret = 'ein geheimer Satz';
		writeFileSync(join(folder, 'clean.js'), 'nothing');
		writeFileSync(join(folder, 'plain.js'), `const a = "${secret}"`);
		writeFileSync(join(folder, 'hidden.js'), Buffer.from(secret).toString('base64'));
		const found = findTexts(folder, { password: secret }).map((line) => line.split('/').at(-1));
		expect(found.toSorted()).toEqual(['hidden.js: password', 'plain.js: password']);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});
