/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
// A closed list: the shell of the offline room and the files it needs. Never a page of a signed-in person, never an
// answer of the API, and of all that is not GET only what is shared to the app (offline.md, F2, F34 and F47).
import { files, version } from '$service-worker';
import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { NetworkOnly } from 'workbox-strategies';
import { openMailbox, showNotice } from './push-notice.ts';
import { answerShare } from './share-target.ts';

declare const self: ServiceWorkerGlobalScope;
/** Filled in by tools/build/offline-assets.ts. */
declare const __OFFLINE_ASSETS__: readonly string[];

const SHELL = '/shell';
const OFFLINE_PAGE = '/offline';
/** As the manifest's `share_target` says. */
const SHARE = '/share';
/** What reading invoices needs: fetched and kept by the room when it is asked for, never at installation. */
const READING = /^\/reading\//;
const READING_CACHE = 'reading';
const STATIC_FILES = /^\/(icons\/.+|app\.webmanifest|portal\.js|features\.js)$/;

precacheAndRoute(
	[
		...__OFFLINE_ASSETS__.map((url) => ({ url, revision: null })),
		...[SHELL, OFFLINE_PAGE, ...files.filter((file) => STATIC_FILES.test(file))].map((url) => ({
			url,
			revision: version
		}))
	],
	{ cleanURLs: false, directoryIndex: '', ignoreURLParametersMatching: [] }
);
cleanupOutdatedCaches();
// The page of the first visit too: what it loads later is here already when the network goes.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

registerRoute(
	// A browser that has cleared its caches alone still finds the room with a network.
	new NavigationRoute(async ({ request }) => (await matchPrecache(SHELL)) ?? fetch(request), {
		allowlist: [/^\/drafts(\/|\?|$)/]
	})
);

registerRoute(
	new NavigationRoute(
		new NetworkOnly({ plugins: [{ handlerDidError: () => matchPrecache(OFFLINE_PAGE) }] })
	)
);

registerRoute(
	({ url, sameOrigin }) => sameOrigin && READING.test(url.pathname),
	async ({ request }) =>
		(await caches.match(request.url, { cacheName: READING_CACHE })) ?? fetch(request)
);

// What is shared to the app from the phone: the one POST that is answered here.
registerRoute(
	({ url, sameOrigin }) => sameOrigin && url.pathname === SHARE,
	({ request }) => answerShare(request, self.location.origin),
	'POST'
);

self.addEventListener('push', (event) =>
	event.waitUntil(showNotice(self.registration, event.data?.text()))
);
self.addEventListener('notificationclick', (event) =>
	event.waitUntil(openMailbox(self.clients, event.notification))
);

// A new worker waits until the customer agrees: an update must not interrupt typing. Anything else is dropped (W9).
self.addEventListener('message', ({ origin, data }) => {
	if (origin === self.location.origin && data === 'SKIP_WAITING') void self.skipWaiting();
});
