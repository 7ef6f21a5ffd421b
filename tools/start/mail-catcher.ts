import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild, type RunningChild } from './child-process.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

export type MailCatcherOptions = {
	readonly smtpPort: number;
	readonly webPort: number;
	/** Mails are kept here and shown again after a restart. */
	readonly directory: string;
};

export type RunningMailCatcher = { readonly url: string; readonly stop: () => Promise<void> };

/** Takes every mail the portal sends and shows it on a page; nothing leaves the machine. */
export async function startMailCatcher({
	smtpPort,
	webPort,
	directory
}: MailCatcherOptions): Promise<RunningMailCatcher> {
	await mkdir(directory, { recursive: true });
	const child = startChild({
		name: 'maildev',
		command: process.execPath,
		args: [
			join(PROJECT_DIR, 'node_modules/maildev/bin/maildev'),
			...['--smtp', String(smtpPort), '--ip', '127.0.0.1'],
			...['--web', String(webPort), '--web-ip', '127.0.0.1'],
			...['--mail-directory', directory, '--silent']
		]
	});
	const url = `http://localhost:${webPort}`;
	try {
		await waitUntilReady(`http://127.0.0.1:${webPort}/healthz`, smtpPort, child);
	} catch (error) {
		await child.stop();
		throw error;
	}
	return { url, stop: child.stop };
}

async function waitUntilReady(url: string, smtpPort: number, child: RunningChild): Promise<void> {
	const deadline = Date.now() + READY_TIMEOUT_MS;
	while (Date.now() < deadline && !child.hasExited()) {
		const answer = await fetch(url).catch(() => null);
		if (answer?.ok && (await accepts(smtpPort))) return;
		await sleep(POLL_MS);
	}
	throw new Error(`The mail catcher did not start.\n${child.logTail()}`);
}

function accepts(port: number): Promise<boolean> {
	return new Promise((done) => {
		const socket = connect({ host: '127.0.0.1', port });
		socket.once('error', () => done(false));
		socket.once('data', () => {
			socket.end('QUIT\r\n');
			done(true);
		});
	});
}
