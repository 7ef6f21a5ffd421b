import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';

const STOP_GRACE_MS = 3_000;
const TAIL_LINES = 200;
const SETPRIV = '/usr/bin/setpriv';

export type ChildOptions = {
	readonly name: string;
	readonly command: string;
	readonly args: readonly string[];
	readonly cwd?: string;
	readonly env?: Readonly<Record<string, string>>;
	/** Gets every line the process writes; without it lines are only kept for `logTail`. */
	readonly onLine?: ((line: string) => void) | undefined;
};

export type RunningChild = {
	readonly pid: number;
	readonly hasExited: () => boolean;
	/** Settles when the process is gone, with a sentence that says how. */
	readonly exited: Promise<{ readonly code: number; readonly how: string }>;
	readonly logTail: () => string;
	/** SIGTERM, then SIGKILL; resolves when the process is gone. */
	readonly stop: () => Promise<void>;
};

/** Starts a process that ends with this one, even when this one is killed. */
export function startChild({ name, command, args, cwd, env, onLine }: ChildOptions): RunningChild {
	const [program, programArgs] = endingWithParent(command, args);
	const child = spawn(program, programArgs, {
		cwd,
		env: { ...process.env, ...env },
		// A group of its own: Ctrl-C reaches only the starter, which ends its children in order.
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe']
	});
	const tail: string[] = [];
	const keep = (line: string) => {
		tail.push(line);
		if (tail.length > TAIL_LINES) tail.shift();
		onLine?.(line);
	};
	eachLine(child.stdout, keep);
	eachLine(child.stderr, keep);

	let gone = false;
	const exited = new Promise<{ code: number; how: string }>((done) => {
		const end = (code: number, how: string) => {
			gone = true;
			living.delete(running);
			done({ code, how: `${name} ended (${how})` });
		};
		child.once('error', (error) => end(1, error.message));
		// Not `exit`: the last lines of its output come before `close`.
		child.once('close', (code, signal) => end(code ?? 1, signal ?? `exit code ${code}`));
	});
	const running: RunningChild = {
		pid: child.pid ?? 0,
		hasExited: () => gone,
		exited,
		logTail: () => tail.join('\n'),
		async stop() {
			if (gone) return;
			child.kill('SIGTERM');
			const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
			await exited;
			clearTimeout(timer);
		}
	};
	living.add(running);
	return running;
}

const living = new Set<RunningChild>();

/** For a start that is interrupted half-way. */
export async function stopAllChildren(): Promise<void> {
	await Promise.all([...living].map((child) => child.stop()));
}

function endingWithParent(
	command: string,
	args: readonly string[]
): readonly [string, readonly string[]] {
	if (!existsSync(SETPRIV)) return [command, args];
	return [SETPRIV, ['--pdeathsig', 'KILL', '--', command, ...args]];
}

function eachLine(stream: Readable, take: (line: string) => void): void {
	let rest = '';
	stream.setEncoding('utf8');
	stream.on('data', (chunk: string) => {
		const lines = (rest + chunk).split('\n');
		rest = lines.pop() ?? '';
		lines.filter((line) => line !== '').forEach(take);
	});
	stream.on('end', () => {
		if (rest !== '') take(rest);
	});
}
