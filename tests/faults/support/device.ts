import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { randomBytes, randomUUID } from 'node:crypto';
import {
	expect,
	type BrowserContext,
	type BrowserContextOptions,
	type CDPSession,
	type Page
} from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { newDevice, PHONE, type Device as Profile } from '../../e2e/support/portal.ts';
import type { DeviceContent, DraftSpec, Kit } from '../page/kit-types.ts';
import type { Backstage, SeededCustomer } from './customers.ts';
import { pageKit } from './page-kit.ts';

export const WORDS = { locale: 'de' } as const;
const PHOTO_BYTES = 600_000;
/** Answered by the proxy itself: how a session gets into the browser, as a sign-in would set it. */
export const SESSION_PATH = '/__fault-session';

export type Home = {
	readonly url: string;
	readonly backstage: Backstage;
	readonly browserPath: string;
	/** Makes SESSION_PATH set this session. */
	readonly offerSession: (token: string) => void;
};

/** Somebody's phone: a browser with a profile on disk, and what it has called saved. */
export class Device {
	readonly owner: SeededCustomer;
	/** May be nowhere on this device in clear. */
	readonly marker = `Kennwort-${randomUUID().slice(0, 8)}-Geheim`;
	/** What was called saved, draft id to what must be there: one of these notes (old or new after a crash). */
	readonly acknowledged = new Map<string, readonly string[]>();
	readonly #home: Home;
	readonly #profile: Profile;
	#context: BrowserContext | null = null;
	#page: Page | null = null;

	constructor(home: Home, owner: SeededCustomer) {
		this.#home = home;
		this.owner = owner;
		this.#profile = newDevice(home.browserPath);
	}

	get page(): Page {
		if (!this.#page) throw new Error('the device is switched off');
		return this.#page;
	}

	get context(): BrowserContext {
		if (!this.#context) throw new Error('the device is switched off');
		return this.#context;
	}

	get profile(): string {
		return this.#profile.profile;
	}

	get isOn(): boolean {
		return this.#context !== null;
	}

	/** Starts the browser; nothing is opened yet. */
	async start(more: BrowserContextOptions = {}): Promise<void> {
		this.#context = await this.#profile.open(PHONE, more);
		this.#page = this.#context.pages()[0] ?? (await this.#context.newPage());
	}

	/** A session of the owner (or of somebody else), as after a sign-in. */
	async signIn(who: SeededCustomer = this.owner): Promise<void> {
		this.#home.offerSession(await this.#home.backstage.openSession(who));
		const page = await this.context.newPage();
		await page.goto(this.#home.url + SESSION_PATH);
		await page.close();
	}

	/** Signed in and in the room; with `isInstalled` the service worker holds the shell. */
	async enter(path = '/drafts', isInstalled = false): Promise<void> {
		await this.page.goto(this.#home.url + path);
		await expect(this.page.locator('h1').first()).toBeVisible();
		if (isInstalled) {
			await this.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
			await this.page.reload();
			await this.page.evaluate(() => navigator.serviceWorker.controller !== null);
		}
	}

	/** Puts a complete draft on the device, ready to be sent, and notes that it was called saved. */
	async seed(spec: Partial<DraftSpec> = {}): Promise<string> {
		const id = await this.inKit((kit, given) => kit.seed(given), {
			contractId: this.owner.contractId,
			insuredPersonId: this.owner.insuredPersonId,
			marker: this.marker,
			photoBytes: [PHOTO_BYTES],
			...spec
		});
		this.acknowledged.set(id, [this.marker]);
		return id;
	}

	read(): Promise<DeviceContent> {
		return this.inKit((kit) => kit.read(), null);
	}

	/** Runs something with the room's own code, on a page of the origin that is no part of the room. */
	async inKit<T, A>(act: (kit: Kit, argument: A) => Promise<T>, argument: A): Promise<T> {
		const page = await this.context.newPage();
		try {
			// A page that may ask the portal: the vault's key comes from there.
			await page.goto(`${this.#home.url}/imprint`);
			return await this.inKitHere(act, argument, page);
		} finally {
			await page.close();
		}
	}

	/** The same on the page as it stands: with no network, or beside the authenticator that it has. */
	async inKitHere<T, A>(
		act: (kit: Kit, argument: A) => Promise<T>,
		argument: A,
		page = this.page
	): Promise<T> {
		await page.evaluate(await pageKit());
		const call = `(${act.toString()})(globalThis.faultKit, ${JSON.stringify(argument)})`;
		return page.evaluate<T>(call);
	}

	/** A passkey's authenticator of its own for the device's page, which confirms by itself. */
	async plugInAuthenticator(): Promise<void> {
		const cdp = await this.cdp();
		await cdp.send('WebAuthn.enable');
		await cdp.send('WebAuthn.addVirtualAuthenticator', {
			options: {
				...{ protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal' },
				...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
				...{ automaticPresenceSimulation: true, hasPrf: true }
			}
		});
	}

	/** The cookie by which a sign-in knows this browser again; it survives what clears the storage. */
	async becomeKnown(): Promise<void> {
		await this.context.addCookies([
			{
				...{ name: '__Host-kp-device', value: deviceToken(), domain: 'localhost', path: '/' },
				...{ secure: true, httpOnly: true, sameSite: 'Lax' },
				expires: Date.now() / 1000 + 3600
			}
		]);
	}

	/** Opens the last step of a draft and presses send. */
	async send(draftId: string, page = this.page): Promise<void> {
		await page.goto(`${this.#home.url}/drafts/${draftId}/check`);
		await page.getByRole('button', { name: m.drafts_send({}, WORDS) }).click();
	}

	async openDraft(draftId: string, step = '', page = this.page): Promise<void> {
		await page.goto(`${this.#home.url}/drafts/${draftId}${step && `/${step}`}`);
	}

	async expectReceived(page = this.page, timeout = 20_000): Promise<void> {
		await this.expectTitle(m.drafts_accepted_title({}, WORDS), page, timeout);
	}

	async expectTitle(title: string, page = this.page, timeout = 20_000): Promise<void> {
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(title, { timeout });
	}

	/** What the browser tells a page when a network comes back. */
	async wake(page = this.page): Promise<void> {
		await page.evaluate(() => dispatchEvent(new Event('online')));
	}

	cdp(page = this.page): Promise<CDPSession> {
		return this.context.newCDPSession(page);
	}

	/** The renderer dies, as on a phone that is short of memory. */
	async crash(page = this.page): Promise<void> {
		const crashed = page.waitForEvent('crash');
		const cdp = await this.cdp(page);
		void cdp.send('Page.crash').catch(() => undefined);
		await crashed;
		await page.close();
		if (page === this.#page) this.#page = await this.context.newPage();
	}

	/** SIGKILL to the whole browser of this profile, and to no other. */
	async kill(): Promise<void> {
		const gone = this.context.waitForEvent('close');
		for (const pid of pidsOf(this.profile)) {
			try {
				process.kill(pid, 'SIGKILL');
			} catch {
				// It ended with its parent.
			}
		}
		await gone;
		this.#context = null;
		this.#page = null;
	}

	async stop(): Promise<void> {
		await this.#context?.close();
		this.#context = null;
		this.#page = null;
	}

	forget(): void {
		this.#profile.forget();
	}
}

const TOKEN_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function deviceToken(): string {
	return Array.from(randomBytes(40), (byte) => TOKEN_LETTERS[byte % 32]).join('');
}

/** Our own browser processes: their command line names this very profile. */
function pidsOf(profile: string): readonly number[] {
	if (process.platform !== 'linux') {
		return execFileSync('pgrep', ['-f', profile], { encoding: 'utf8' }).split('\n').map(Number);
	}
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.filter((pid) => {
			try {
				return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--user-data-dir=${profile}`);
			} catch {
				return false;
			}
		})
		.map(Number);
}
