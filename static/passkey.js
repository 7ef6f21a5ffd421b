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

	/** @param {string} path @returns {Promise<Record<string, unknown>>} */
	async function optionsFrom(path) {
		const answer = await fetch(path, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
			body: '{}'
		});
		if (!answer.ok) throw new Error(`status ${answer.status}`);
		return answer.json();
	}

	/** @param {string | undefined} kind @param {string | undefined} path */
	async function askBrowser(kind, path) {
		const options = await optionsFrom(path ?? '');
		const credential =
			kind === 'create'
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
			const { passkey, options, nextOptions, nextField } = button.dataset;
			const next = form.elements.namedItem(nextField ?? '');
			// A browser that wants a press for each answer gets one: the first answer stays in its field.
			if (field.value === '') field.value = await askBrowser(passkey, options);
			if (next instanceof HTMLInputElement) next.value = await askBrowser('create', nextOptions);
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
