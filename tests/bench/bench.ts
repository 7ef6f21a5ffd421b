// `npm run bench [-- NAME ...]`: one JSON line a measure on stdout, everything for people on stderr.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopAllChildren } from '../../tools/start/child-process.ts';
import { onInterrupt } from '../../tools/start/interrupt.ts';
import { PARTS } from './parts.ts';
import { runBench } from './run-bench.ts';

const INTERRUPTED = 130;

const print = process.stdout.write.bind(process.stdout);
// The build tells its progress on stdout, where only measures belong here.
process.stdout.write = process.stderr.write.bind(process.stderr);

// One directory for databases, profiles and servers of all parts: nothing is left of it, nor taken from `.data`.
const directory = mkdtempSync(join(tmpdir(), 'kp-bench-'));
process.env['TMPDIR'] = directory;
const removeDirectory = () =>
	rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

onInterrupt(async () => {
	await stopAllChildren();
	removeDirectory();
	process.exit(INTERRUPTED);
});

process.exitCode = await runBench(process.argv.slice(2), PARTS, {
	print: (line) => void print(`${line}\n`),
	say: (text) => console.error(text)
});
await stopAllChildren();
removeDirectory();
