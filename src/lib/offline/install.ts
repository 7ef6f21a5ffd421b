// Whether the portal can become an app here, and how. Chromium asks for us; an iPhone has to be told by hand.
const DISMISSED = 'kundenportal-install-dismissed';

/** Chromium's own event; no standard, so no type of its own. */
type InstallPrompt = Event & { prompt(): Promise<unknown> };

export type InstallWay = 'prompt' | 'share-menu' | null;

let waiting: InstallPrompt | null = null;
let tell: () => void = () => undefined;

/** Once a page load, early: the browser offers it only once. */
export function listenForPrompt(): void {
	addEventListener('beforeinstallprompt', (event) => {
		event.preventDefault();
		if (isInstallPrompt(event)) waiting = event;
		tell();
	});
	addEventListener('appinstalled', () => {
		waiting = null;
		tell();
	});
}

/** The way that is open now; null where there is none, it is done, or its owner does not want it. */
export function installWay(): InstallWay {
	if (localStorage.getItem(DISMISSED) || matchMedia('(display-mode: standalone)').matches) {
		return null;
	}
	if (waiting) return 'prompt';
	return /iPhone|iPad|iPod/.test(navigator.userAgent) ? 'share-menu' : null;
}

/** Calls back when the way changes. */
export function watchInstallWay(onChange: () => void): () => void {
	tell = onChange;
	return () => (tell = () => undefined);
}

export async function install(): Promise<void> {
	const prompt = waiting;
	waiting = null;
	await prompt?.prompt();
	tell();
}

/** Said once is enough: it is not offered on this device again. */
export function dismissInstall(): void {
	localStorage.setItem(DISMISSED, '1');
	tell();
}

function isInstallPrompt(event: Event): event is InstallPrompt {
	return 'prompt' in event && typeof event.prompt === 'function';
}
