import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	test as base,
	chromium,
	type BrowserContext,
	type BrowserContextOptions
} from '@playwright/test';
import { findBrowser } from '../../../tools/browser/browser.ts';
import { startStack, type Stack } from '../../../tools/start/stack.ts';

import { keepSignedIn, signInCast, type Cast } from './cast.ts';
import { keepConsoleLine } from './console-log.ts';

export { expect } from '@playwright/test';

/** Chromium must not try to reach its makers: the network is closed, and so is the portal's. */
const BROWSER_ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync'
];

export type Window = {
	readonly name: string;
	readonly locale: 'de-DE' | 'en-GB';
	readonly viewport: { readonly width: number; readonly height: number };
};

export const PHONE: Window = {
	name: 'phone',
	locale: 'de-DE',
	viewport: { width: 390, height: 844 }
};
export const DESKTOP: Window = {
	name: 'desktop',
	locale: 'en-GB',
	viewport: { width: 1280, height: 900 }
};

/** A browser as a person has it: with a profile on disk that survives its end. */
export type Device = {
	readonly profile: string;
	open(window: Window, more?: BrowserContextOptions): Promise<BrowserContext>;
	readonly forget: () => void;
};

export function newDevice(executablePath: string): Device {
	const profile = mkdtempSync(join(tmpdir(), 'kp-device-'));
	return {
		profile,
		open: (window, more = {}) =>
			chromium.launchPersistentContext(profile, {
				executablePath,
				args: BROWSER_ARGUMENTS,
				locale: window.locale,
				timezoneId: 'Europe/Berlin',
				viewport: window.viewport,
				...more
			}),
		forget: () => rmSync(profile, { recursive: true, force: true })
	};
}

type WorkerFixtures = {
	/** The running portal of this worker, started from an empty data directory with the demo in it. */
	readonly stack: Stack & { readonly dataDir: string };
	readonly browserPath: string;
	/** The cast as it was last signed in. */
	readonly castNow: { cast: Cast };
};
type TestFixtures = {
	/** Two customers and a clerk, signed in, with something of each kind to look at. */
	readonly cast: Cast;
	/** A new device with an empty profile, thrown away after the test. */
	readonly device: Device;
};

export const test = base.extend<TestFixtures, WorkerFixtures>({
	browserPath: [
		async ({}, use) => {
			await use(await findBrowser());
		},
		{ scope: 'worker' }
	],
	stack: [
		async ({}, use) => {
			const dataDir = mkdtempSync(join(tmpdir(), 'kp-stack-'));
			const stack = await startStack({
				dataDir,
				ports: { portal: 0, inbox: 0, smtp: 0, database: 0 },
				seed: true,
				mail: true,
				databaseControl: true,
				// Claims of these tests are younger than rules ask for, but those that are made older.
				bindings: { AUTOMATIC_APPROVAL: 'on' },
				onPortalLine: keepConsoleLine
			});
			await use({ ...stack, dataDir });
			await stack.stop();
			rmSync(dataDir, { recursive: true, force: true });
		},
		{ scope: 'worker', timeout: 240_000 }
	],
	castNow: [
		async ({ stack }, use) => {
			await use({ cast: await signInCast(stack) });
		},
		{ scope: 'worker', timeout: 240_000 }
	],
	cast: async ({ stack, castNow }, use) => {
		castNow.cast = await keepSignedIn(stack, castNow.cast);
		await use(castNow.cast);
	},
	device: async ({ browserPath }, use) => {
		const device = newDevice(browserPath);
		await use(device);
		device.forget();
	}
});
