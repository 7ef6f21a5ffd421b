// @ts-check
// Small comforts: every page works without them.

// A form that answers with a download never leaves the page.
const BUSY_LIMIT_MS = 30_000;
const VAULT_LIMIT_MS = 800;

// Who signs out is told of nothing more here (decision 0074). The browser's own record goes when it gets to it.
function forgetNotices() {
	indexedDB.deleteDatabase('kundenportal-notices');
	void navigator.serviceWorker
		?.getRegistration()
		.then((registration) => registration?.pushManager?.getSubscription())
		.then((subscription) => subscription?.unsubscribe())
		.catch(() => undefined);
}

/** @returns {Promise<void>} when nobody can read the drafts on this device any more */
function forgetVaultKeys() {
	forgetNotices();
	// The offline room of another tab drops its copy when this word changes.
	localStorage.setItem('kundenportal-keys-gone', crypto.randomUUID());
	return new Promise((resolve) => {
		setTimeout(resolve, VAULT_LIMIT_MS);
		const opening = indexedDB.open('kundenportal');
		// No database yet: leave no empty one behind.
		opening.onupgradeneeded = () => opening.transaction?.abort();
		opening.onerror = () => resolve();
		opening.onsuccess = () => {
			const database = opening.result;
			if (!database.objectStoreNames.contains('keys')) return resolve(database.close());
			const clearing = database.transaction('keys', 'readwrite');
			clearing.objectStore('keys').clear();
			clearing.oncomplete = clearing.onabort = () => resolve(database.close());
		};
	});
}

// Somebody signed out with no network: the session ends now, before anything of it is shown again.
async function endOldSession() {
	try {
		await fetch('/sign-out', { method: 'POST', redirect: 'manual' });
		if ((await fetch('/api/session')).status !== 401) return;
	} catch {
		return;
	}
	localStorage.removeItem('kundenportal-signed-out');
	document.cookie = '__Host-kp-signed-out=; Path=/; Secure; Max-Age=0';
	if (document.querySelector('[data-signed-in]')) location.reload();
}

/** @type {Map<HTMLElement, Node[]>} */
const busyButtons = new Map();

function freeForms() {
	document.querySelectorAll('form[aria-busy]').forEach((form) => form.removeAttribute('aria-busy'));
	busyButtons.forEach((nodes, button) => button.replaceChildren(...nodes));
	busyButtons.clear();
}

document.addEventListener('submit', (event) => {
	const form = event.target;
	if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
	if (form.hasAttribute('aria-busy')) return event.preventDefault();
	form.setAttribute('aria-busy', 'true');
	setTimeout(freeForms, BUSY_LIMIT_MS);
	const button = event.submitter;
	// Not disabled: the form would lose the button's name and value.
	if (button?.dataset.busyText) {
		busyButtons.set(button, [...button.childNodes]);
		button.textContent = button.dataset.busyText;
	}
	// A button that sends no claim takes its files along for nothing, and must stay the one that sends.
	const files = button?.hasAttribute('data-without-files')
		? []
		: [...form.querySelectorAll('input[data-clean]')];
	const chosen = files.filter(
		(input) => input instanceof HTMLInputElement && input.files?.length
	);
	if (chosen.length > 0) {
		event.preventDefault();
		// Cleaned here where the device can; the server looks at it in any case.
		void import('/clean-file.js')
			.then(({ cleanChosen }) => Promise.all(chosen.map(cleanChosen)))
			.catch(() => undefined)
			.then(() => form.submit());
	}
	if (form.hasAttribute('data-signs-out')) {
		event.preventDefault();
		void forgetVaultKeys().then(() => form.submit());
	}
});

/** @param {HTMLElement} button */
async function copy(button) {
	const source = document.getElementById(button.dataset.copy ?? '');
	const label = button.querySelector('span');
	if (!source || !label) return;
	const idleText = label.textContent;
	try {
		await navigator.clipboard.writeText(source.innerText.trim());
		label.role = 'status';
		label.textContent = button.dataset.doneText ?? idleText;
		setTimeout(() => (label.textContent = idleText), 2000);
	} catch {
		getSelection()?.selectAllChildren(source);
	}
}

/** @param {HTMLInputElement} input */
function addReveal(input) {
	const button = document.createElement('button');
	/** @param {boolean} isShown */
	const show = (isShown) => {
		input.type = isShown ? 'text' : 'password';
		button.textContent = (isShown ? input.dataset.revealHide : input.dataset.reveal) ?? '';
	};
	button.type = 'button';
	button.className = 'btn btn-secondary';
	button.onclick = () => show(input.type === 'password');
	// Browsers remember a shown password like any text.
	input.form?.addEventListener('submit', () => show(false));
	show(false);
	input.after(button);
}

// Word lists are heavy: they come when somebody is about to choose a password. No meter is no harm.
/** @param {HTMLInputElement} input */
function addStrength(input) {
	const load = () => import('/strength.js').then(({ showStrength }) => showStrength(input));
	input.addEventListener('focus', () => load().catch(() => undefined), { once: true });
}

/** @param {HTMLElement} place */
function offerNotices(place) {
	void import('/push.js').then(({ offerPush }) => offerPush(place)).catch(() => undefined);
}

// Mail links carry their code behind the hash, which no log ever sees.
/** @param {HTMLInputElement} input */
function fillFromFragment(input) {
	const value = location.hash.slice(1);
	if (!value || document.getElementById(value)) return;
	input.value = value;
	history.replaceState(history.state, '', location.pathname + location.search);
}

function showConnection() {
	/** @type {HTMLElement | null} */
	const line = document.querySelector('[data-offline-text]');
	if (line) line.textContent = navigator.onLine ? '' : (line.dataset.offlineText ?? '');
}

addEventListener('online', showConnection);
addEventListener('offline', showConnection);
addEventListener('pageshow', (event) => {
	freeForms();
	// The browser's memory must not show a signed-in page to the next person.
	if (event.persisted && document.querySelector('[data-signed-in]')) location.reload();
});

showConnection();
/** @type {NodeListOf<HTMLElement>} */
const pushPlaces = document.querySelectorAll('[data-push-key]');
pushPlaces.forEach(offerNotices);
document.querySelectorAll('input').forEach((input) => {
	if (input.dataset.reveal) addReveal(input);
	if ('strength' in input.dataset) addStrength(input);
	if ('fromFragment' in input.dataset) fillFromFragment(input);
});
document.querySelectorAll('button').forEach((button) => {
	const isCopy = button.hasAttribute('data-copy');
	if (!isCopy && !button.hasAttribute('data-print')) return;
	button.hidden = false;
	button.onclick = isCopy ? () => copy(button) : () => print();
});
// What the page came back for: what is wrong, or an answer far down.
/** @type {HTMLElement | null} */
const answer = document.querySelector('[data-error-summary], [data-answer]');
answer?.focus();
if (location.pathname === '/signed-out') void forgetVaultKeys();
// The offline room does it by itself.
else if (localStorage.getItem('kundenportal-signed-out') && !location.pathname.startsWith('/drafts'))
	void endOldSession();

// Whose drafts may open by themselves on this device: nobody's while somebody is signing in.
/** @type {HTMLElement | null} */
const shell = document.querySelector('[data-signed-in]');
if (!location.pathname.startsWith('/drafts') && (shell || location.pathname.startsWith('/sign-in')))
	localStorage.setItem('kundenportal-owner', shell?.dataset.signedIn ?? '');

// The name is SvelteKit's for this purpose; the content policy allows no other.
const policy = Reflect.get(window, 'trustedTypes')?.createPolicy('sveltekit-trusted-url', {
	createScriptURL: String
});
const worker = '/service-worker.js';
navigator.serviceWorker?.register(policy?.createScriptURL(worker) ?? worker).catch(() => undefined);
