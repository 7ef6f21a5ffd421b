import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'chrome'];
const VERSION_TIMEOUT_MS = 20_000;
const DOWNLOAD_TIMEOUT_MS = 120_000;
const PACKAGE_TIMEOUT_MS = 600_000;

export type BrowserSearch = {
	readonly env?: Readonly<Record<string, string | undefined>>;
	readonly say?: (text: string) => void;
};

/**
 * The path of a Chromium that starts: CHROME_PATH, else an installed one, else Playwright's own, else Playwright's
 * download, else Debian's package (as root).
 */
export async function findBrowser({
	env = process.env,
	say = console.error
}: BrowserSearch = {}): Promise<string> {
	const present = await findPresentBrowser(env);
	if (present) return present;

	say('No Chromium found. Downloading the one of Playwright (up to 2 minutes) ...');
	const cli = join(PROJECT_DIR, 'node_modules/playwright/cli.js');
	await attempt(process.execPath, [cli, 'install', 'chromium'], DOWNLOAD_TIMEOUT_MS, say);
	const downloaded = await playwrightsOwn();
	if (downloaded) return downloaded;

	if (process.getuid?.() === 0) {
		say('Installing the package chromium with apt-get (up to 10 minutes) ...');
		await attempt('apt-get', ['update'], PACKAGE_TIMEOUT_MS, say);
		const packages = ['install', '-y', '--no-install-recommends', 'chromium'];
		await attempt('apt-get', packages, PACKAGE_TIMEOUT_MS, say);
	}
	const installed = await findPresentBrowser(env);
	if (installed) return installed;
	throw new Error(
		'The browser tests need Chromium. Install it (apt-get install chromium), or set CHROME_PATH to one.'
	);
}

export async function findPresentBrowser(
	env: Readonly<Record<string, string | undefined>>
): Promise<string | null> {
	const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
	const installed = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
	const candidates = env.CHROME_PATH ? [env.CHROME_PATH, ...installed] : installed;
	for (const path of candidates) if (await starts(path)) return path;
	return playwrightsOwn();
}

async function playwrightsOwn(): Promise<string | null> {
	const { chromium } = await import('playwright');
	const path = chromium.executablePath();
	return (await starts(path)) ? path : null;
}

// Ubuntu's /usr/bin/chromium-browser exists without a browser behind it: being there is not enough.
async function starts(path: string): Promise<boolean> {
	try {
		await access(path, constants.X_OK);
		const { stdout } = await run(path, ['--version'], { timeout: VERSION_TIMEOUT_MS });
		return /chrom/i.test(stdout);
	} catch {
		return false;
	}
}

async function attempt(
	command: string,
	args: readonly string[],
	timeout: number,
	say: (text: string) => void
): Promise<void> {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	await run(command, args, { timeout, env, maxBuffer: 2 ** 26 }).catch((error: unknown) => {
		say(`That failed: ${error instanceof Error ? error.message.slice(0, 400) : String(error)}`);
	});
}
