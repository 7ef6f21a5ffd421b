import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashInputs } from './inputs.ts';

let project: string;

beforeEach(async () => {
	project = await mkdtemp(join(tmpdir(), 'portal-inputs-'));
	await write('src/worker.ts', 'one');
});
afterEach(() => rm(project, { recursive: true, force: true }));

async function write(file: string, content: string): Promise<void> {
	await mkdir(dirname(join(project, file)), { recursive: true });
	await writeFile(join(project, file), content);
}

describe('hashInputs', () => {
	it.each(['src/routes/+page.svelte', 'static/robots.txt', 'wrangler.toml', '_headers'])(
		'changes with %s',
		async (file) => {
			const before = await hashInputs(project);
			await write(file, 'new');
			expect(await hashInputs(project)).not.toBe(before);
		}
	);

	it.each(['src/a.test.ts', 'src/lib/i18n/generated/messages.js', 'docs/a.md', 'dist/a.js'])(
		'does not change with %s',
		async (file) => {
			const before = await hashInputs(project);
			await write(file, 'new');
			expect(await hashInputs(project)).toBe(before);
		}
	);

	it('changes when a file is renamed', async () => {
		const before = await hashInputs(project);
		await rm(join(project, 'src/worker.ts'));
		await write('src/worked.ts', 'one');
		expect(await hashInputs(project)).not.toBe(before);
	});
});
