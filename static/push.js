// @ts-check
// The switch of notices on this device (decision 0074). Loaded by portal.js on the page that has it.

const WORKER_LIMIT_MS = 10_000;
/** src/push-notice.ts reads it: without it the service worker shows nothing. */
const DATABASE = 'kundenportal-notices';

/** @param {string} language @returns {Promise<void>} */
function remember(language) {
	return new Promise((resolve, reject) => {
		const opening = indexedDB.open(DATABASE, 1);
		opening.onupgradeneeded = () => opening.result.createObjectStore('words');
		opening.onerror = () => reject(new Error('notices: not remembered'));
		opening.onsuccess = () => {
			const writing = opening.result.transaction('words', 'readwrite');
			writing.objectStore('words').put(language, 'language');
			writing.oncomplete = () => resolve(opening.result.close());
			writing.onabort = () => reject(new Error('notices: not remembered'));
		};
	});
}

/** @returns {Promise<PushManager>} */
async function findManager() {
	if (!('PushManager' in window && 'Notification' in window)) throw new Error('no push here');
	const limit = new Promise((_, reject) => setTimeout(reject, WORKER_LIMIT_MS));
	const found = await Promise.race([navigator.serviceWorker.ready, limit]);
	return /** @type {ServiceWorkerRegistration} */ (found).pushManager;
}

// The page comes anew: it says what is done, and counts the devices again.
/** @param {string} done */
const tell = (done) => location.replace(`${location.pathname}?${done}`);

/** @param {string} path @param {unknown} said */
const post = (path, said) =>
	fetch(path, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(said)
	});

/** @param {PushManager} manager @param {string} key @returns {Promise<string>} the state after it */
async function switchOn(manager, key) {
	const permission = await Notification.requestPermission();
	if (permission !== 'granted') return permission === 'denied' ? 'refused' : 'off';
	// One that was made for an older key of ours would be in the way.
	await (await manager.getSubscription())?.unsubscribe();
	const made = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
	const { endpoint, keys } = made.toJSON();
	const answer = await post('/api/push', { endpoint, p256dh: keys?.p256dh, auth: keys?.auth });
	if (answer.ok) {
		await remember(document.documentElement.lang);
		return 'done=on';
	}
	await made.unsubscribe();
	const { code, issues } = await answer.json();
	if (code === 'messages/push-device-unknown') return 'device';
	return issues?.endpoint === 'unknown-service' ? 'service' : 'failed';
}

/** @param {PushManager} manager @returns {Promise<string>} */
async function switchOff(manager) {
	// First of all: from here on nothing is shown, whatever the network does.
	indexedDB.deleteDatabase(DATABASE);
	const made = await manager.getSubscription();
	if (!made) return 'failed';
	const answer = await post('/api/push/end', { endpoint: made.endpoint });
	await made.unsubscribe();
	return answer.ok ? 'done=off' : 'failed';
}

/** @param {HTMLElement} place holds a sentence for each state, and a button for each way */
export async function offerPush(place) {
	/** @param {string} state */
	function show(state) {
		place.querySelectorAll('[data-state]').forEach((part) => {
			if (part instanceof HTMLElement) part.hidden = part.dataset.state !== state;
		});
		place.removeAttribute('aria-busy');
	}
	try {
		const manager = await findManager();
		if (Notification.permission === 'denied') return show('refused');
		const isOn = place.dataset.isOn === 'true' && (await manager.getSubscription()) !== null;
		if (isOn) await remember(document.documentElement.lang);
		show(isOn ? 'on' : 'off');
		/** @param {HTMLButtonElement} button @param {() => Promise<string>} act */
		const listen = (button, act) => {
			button.onclick = () => {
				if (place.hasAttribute('aria-busy')) return;
				place.setAttribute('aria-busy', 'true');
				void act()
					.catch(() => 'failed')
					.then((next) => (next.startsWith('done=') ? tell(next) : show(next)));
			};
		};
		place.querySelectorAll('button').forEach((button) => {
			const isForOn = button.dataset.push === 'on';
			const key = place.dataset.pushKey ?? '';
			listen(button, () => (isForOn ? switchOn(manager, key) : switchOff(manager)));
		});
	} catch {
		show('unable');
	}
}
