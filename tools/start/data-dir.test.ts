import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDataDir, resetDataDir } from './data-dir.ts';

let folder: string;
let starter: ChildProcess;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'portal-data-'));
	await writeFile(join(folder, 'portal.db'), 'x');
	// Stands for a running `npm start`: what counts is its command line.
	starter = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)', 'tools/start/start.ts']);
});
afterEach(async () => {
	starter.kill('SIGKILL');
	await rm(folder, { recursive: true, force: true });
});

describe('resetDataDir', () => {
	it('refuses while the portal runs', async () => {
		await writeFile(join(folder, 'running.pid'), String(starter.pid));
		await expect(resetDataDir(folder)).rejects.toThrow(`process ${starter.pid}`);
		expect(existsSync(join(folder, 'portal.db'))).toBe(true);
	});

	it('empties the directory after a portal that was killed', async () => {
		await writeFile(join(folder, 'running.pid'), String(starter.pid));
		const gone = new Promise((done) => starter.once('exit', done));
		starter.kill('SIGKILL');
		await gone;
		await resetDataDir(folder);
		expect(existsSync(folder)).toBe(false);
	});

	it('does not take another program with the same number for the portal', async () => {
		await writeFile(join(folder, 'running.pid'), '1');
		await resetDataDir(folder);
		expect(existsSync(folder)).toBe(false);
	});
});

describe('claimDataDir', () => {
	it('lets one portal at a time use the directory', async () => {
		await writeFile(join(folder, 'running.pid'), String(starter.pid));
		await expect(claimDataDir(folder)).rejects.toThrow('is running');
		starter.kill('SIGKILL');
		await new Promise((done) => starter.once('exit', done));
		const release = await claimDataDir(folder);
		expect(existsSync(join(folder, 'running.pid'))).toBe(true);
		await release();
		expect(existsSync(join(folder, 'running.pid'))).toBe(false);
	});
});
