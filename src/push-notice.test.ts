import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { rememberSignOut } from '#lib/offline/sign-out.ts';
import { openMailbox, showNotice } from './push-notice.ts';

const DATABASE = 'kundenportal-notices';

afterEach(() => {
	vi.unstubAllGlobals();
	return forget();
});

const forget = () =>
	new Promise<void>((done) => {
		indexedDB.deleteDatabase(DATABASE).onsuccess = () => done();
	});

/** What static/push.js writes when notices are switched on. */
const remember = (language: unknown) =>
	new Promise<void>((done) => {
		const opening = indexedDB.open(DATABASE, 1);
		opening.onupgradeneeded = () => opening.result.createObjectStore('words');
		opening.onsuccess = () => {
			const writing = opening.result.transaction('words', 'readwrite');
			writing.objectStore('words').put(language, 'language');
			writing.oncomplete = () => {
				opening.result.close();
				done();
			};
		};
	});

async function shownFor(word: string | undefined) {
	const showNotification = vi.fn<ServiceWorkerRegistration['showNotification']>(() =>
		Promise.resolve()
	);
	await showNotice({ showNotification } as unknown as ServiceWorkerRegistration, word);
	return showNotification.mock.calls.map(([title, options]) => `${title}: ${options?.body ?? ''}`);
}

test('a device shows a fixed text in its language, and nothing of what was sent', async () => {
	await remember('de');
	expect(await shownFor('status-changed')).toEqual([
		'Kundenportal: Es gibt etwas Neues. Melden Sie sich an, um es zu lesen.'
	]);
	await remember('en');
	expect(await shownFor('status-changed')).toEqual([
		'Kundenportal: There is something new. Sign in to read it.'
	]);
});

test('any other word shows nothing, so that no push can bring a text of its own', async () => {
	await remember('de');
	for (const word of [undefined, '', 'status-changed ', '"status-changed"', '{"title":"x"}']) {
		expect(await shownFor(word)).toEqual([]);
	}
});

test('a device where nobody has switched notices on shows nothing, and keeps nothing', async () => {
	expect(await shownFor('status-changed')).toEqual([]);
	expect(await indexedDB.databases()).toEqual([]);
	for (const strange of [7, 'fr', 'constructor', null]) {
		await remember(strange);
		expect(await shownFor('status-changed')).toEqual([]);
	}
});

test('after a sign-out with no network a push shows nothing', async () => {
	vi.stubGlobal('localStorage', { setItem: () => undefined });
	vi.stubGlobal('document', { cookie: '' });
	await remember('de');
	rememberSignOut(true);
	await vi.waitFor(async () => expect(await indexedDB.databases()).toEqual([]));
	expect(await shownFor('status-changed')).toEqual([]);
});

test('a click leads to the mailbox and nowhere else', async () => {
	const opened: unknown[] = [];
	const close = vi.fn();
	const clients = { openWindow: (url: unknown) => Promise.resolve(opened.push(url)) };
	await openMailbox(clients, { close });
	expect(opened).toEqual(['/mailbox']);
	expect(close).toHaveBeenCalledOnce();
});
