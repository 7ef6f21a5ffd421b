import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './lock.ts';

const NO_SUCH_PROCESS = 2 ** 22 + 1;

let folder: string;
let file: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'portal-lock-'));
	file = join(folder, 'dist', '.building');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('withLock', () => {
	it('lets one build at a time work and tells the other that it waits', async () => {
		const steps: string[] = [];
		const build = (name: string) =>
			withLock(
				file,
				async () => {
					steps.push(`${name} begins`);
					await sleep(50);
					steps.push(`${name} ends`);
				},
				() => steps.push(`${name} waits`)
			);
		await Promise.all([build('a'), build('b')]);
		// Who waits may say so before the other one begins.
		const work = steps.filter((step) => !step.endsWith('waits'));
		const [first, second] = work[0] === 'a begins' ? ['a', 'b'] : ['b', 'a'];
		expect(work).toEqual([
			...[`${first} begins`, `${first} ends`],
			...[`${second} begins`, `${second} ends`]
		]);
		expect(steps.filter((step) => step.endsWith('waits'))).toEqual([`${second} waits`]);
	});

	it('is free again after a build that failed', async () => {
		const failing = withLock(
			file,
			() => Promise.reject(new Error('broken')),
			() => undefined
		);
		await expect(failing).rejects.toThrow('broken');
		expect(existsSync(file)).toBe(false);
	});

	it('takes over from a build that was killed', async () => {
		await withLock(
			file,
			() => Promise.resolve(),
			() => undefined
		);
		await writeFile(file, String(NO_SUCH_PROCESS));
		await expect(
			withLock(
				file,
				() => Promise.resolve('built'),
				() => undefined
			)
		).resolves.toBe('built');
	});
});
