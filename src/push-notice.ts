// The one word that may be pushed (decision 0074): a fixed text in the language this device remembers, and the mailbox on
// a click. A device where nobody has switched notices on, or where somebody has signed out since, shows nothing (F48).

const STATUS_CHANGED = 'status-changed';
/** static/push.js writes it, static/portal.js and the offline room delete it. */
const DATABASE = 'kundenportal-notices';
const STORE = 'words';
const MAILBOX = '/mailbox';
const ICON = '/icons/icon-192.png';

const TEXTS = new Map([
	['de', 'Es gibt etwas Neues. Melden Sie sich an, um es zu lesen.'],
	['en', 'There is something new. Sign in to read it.']
]);

/** Shows the fixed text, or nothing: nobody is told by it what is new, or whose portal this is. */
export async function showNotice(
	registration: ServiceWorkerRegistration,
	word: string | undefined
): Promise<void> {
	if (word !== STATUS_CHANGED) return;
	const language = await rememberedLanguage();
	const body = language === null ? undefined : TEXTS.get(language);
	if (language === null || body === undefined) return;
	// Of several the last one stands alone.
	const options = { body, lang: language, tag: STATUS_CHANGED, icon: ICON };
	await registration.showNotification('Kundenportal', options);
}

/** A window of its own: in one that is open somebody may be typing. */
export async function openMailbox(
	clients: { openWindow(address: string): Promise<unknown> },
	notice: Pick<Notification, 'close'>
): Promise<void> {
	notice.close();
	await clients.openWindow(MAILBOX);
}

/** Never makes the database: null where it is not there. */
function rememberedLanguage(): Promise<string | null> {
	return new Promise((resolve) => {
		const opening = indexedDB.open(DATABASE);
		opening.onupgradeneeded = () => opening.transaction?.abort();
		opening.onerror = () => resolve(null);
		opening.onsuccess = () => {
			const database = opening.result;
			const reading = database.transaction(STORE).objectStore(STORE).get('language');
			reading.onerror = () => resolve(null);
			reading.onsuccess = () => {
				const language: unknown = reading.result;
				resolve(typeof language === 'string' ? language : null);
			};
			reading.transaction?.addEventListener('complete', () => database.close());
		};
	});
}
