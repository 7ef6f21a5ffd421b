// @ts-check
// Asks the browser for a passkey and puts its answer into the form around the button. The browser's own
// JSON forms (parseRequestOptionsFromJSON, toJSON) are in every browser since 2025; where they are missing the
// button stays hidden and the page says how else to go on.
(() => {
	const { PublicKeyCredential } = window;
	/** @type {NodeListOf<HTMLButtonElement>} */
	const buttons = document.querySelectorAll('button[data-passkey]');
	const isAble =
		PublicKeyCredential &&
		'parseRequestOptionsFromJSON' in PublicKeyCredential &&
		'parseCreationOptionsFromJSON' in PublicKeyCredential &&
		'toJSON' in PublicKeyCredential.prototype;

	/** @param {HTMLButtonElement} button @returns {Promise<Record<string, unknown>>} */
	async function optionsFor(button) {
		const answer = await fetch(button.dataset.options ?? '', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
			body: '{}'
		});
		if (!answer.ok) throw new Error(`status ${answer.status}`);
		return answer.json();
	}

	/** @param {HTMLButtonElement} button */
	async function askBrowser(button) {
		const options = await optionsFor(button);
		const credential =
			button.dataset.passkey === 'create'
				? await navigator.credentials.create({
						publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(/** @type {any} */ (options))
					})
				: await navigator.credentials.get({
						publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(/** @type {any} */ (options))
					});
		if (!(credential instanceof PublicKeyCredential)) throw new Error('no credential');
		return JSON.stringify(credential.toJSON());
	}

	/** @param {HTMLButtonElement} button */
	async function press(button) {
		const { form } = button;
		const field = form?.elements.namedItem(button.dataset.field ?? '');
		const line = form?.querySelector('[data-passkey-error]');
		if (!form || !(field instanceof HTMLInputElement) || button.ariaBusy === 'true') return;
		const idleNodes = Array.from(button.childNodes);
		button.ariaBusy = 'true';
		button.replaceChildren(button.dataset.busyText ?? '');
		if (line) line.textContent = '';
		try {
			field.value = await askBrowser(button);
			form.requestSubmit();
		} catch (error) {
			const isKnown = error instanceof DOMException && error.name === 'InvalidStateError';
			const text = isKnown ? button.dataset.knownText : button.dataset.failedText;
			if (line) line.textContent = text ?? '';
		} finally {
			button.ariaBusy = null;
			button.replaceChildren(...idleNodes);
		}
	}

	for (const button of buttons) {
		button.hidden = !isAble;
		button.onclick = () => press(button);
	}
	for (const note of document.querySelectorAll('[data-passkey-missing]')) {
		note.toggleAttribute('hidden', Boolean(isAble));
	}
})();
