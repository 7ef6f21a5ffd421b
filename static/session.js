// @ts-check
// Warns two minutes before a session ends, lets it be extended, and at its end keeps what was typed
// and takes everything personal off the screen.
(() => {
	const WARNING_MS = 120_000;
	const KEEP_LIMIT_MS = 3000;
	const TICK_MS = 1000;

	/** @type {HTMLDialogElement | null} */
	const dialog = document.querySelector('dialog#session-end');
	if (!dialog) return;
	/** @param {string} name @returns {HTMLElement | null} */
	const part = (name) => dialog.querySelector(`[data-session-${name}]`);
	const { dataset } = dialog;

	let idleEndMs = 0;
	let absoluteEndMs = 0;
	let hasEnded = false;
	let isAsking = false;
	let isAbsoluteUnderstood = false;

	/** @param {{ idleMs: number, absoluteMs: number }} left */
	function setEnds(left) {
		// Not performance.now(): it stands still while a laptop sleeps.
		idleEndMs = Date.now() + left.idleMs;
		absoluteEndMs = Date.now() + left.absoluteMs;
	}

	/** @param {'GET' | 'POST'} method @returns {Promise<boolean>} false when the session is over */
	async function ask(method) {
		try {
			const answer = await fetch('/session', { method, redirect: 'manual' });
			if (answer.status === 401 || answer.status === 403) return false;
			if (answer.ok) setEnds(await answer.json());
		} catch {
			// No network: the clock of this page goes on.
		}
		return true;
	}

	/** @param {Element} field */
	function isTyped(field) {
		if (field instanceof HTMLSelectElement) {
			return Array.from(field.options).some((one) => one.selected !== one.defaultSelected);
		}
		if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
		if (!(field instanceof HTMLInputElement)) return false;
		return field.type === 'checkbox' || field.type === 'radio'
			? field.checked !== field.defaultChecked
			: field.type !== 'hidden' && field.value !== field.defaultValue;
	}

	/** What stands in the form somebody has typed in; null when nothing was typed. */
	function typedValues() {
		const forms = Array.from(document.querySelectorAll('main form'));
		for (const form of forms) {
			if (!(form instanceof HTMLFormElement)) continue;
			if (!Array.from(form.elements).some(isTyped)) continue;
			/** @type {Record<string, string>} */
			const values = {};
			for (const [name, value] of new FormData(form)) {
				const field = form.elements.namedItem(name);
				const isSecret =
					field instanceof HTMLInputElement &&
					(field.type === 'password' || field.autocomplete === 'one-time-code');
				if (typeof value === 'string' && !isSecret) values[name] = value;
			}
			return values;
		}
		return null;
	}

	/** @returns {Promise<boolean>} */
	async function keepTyped() {
		const values = typedValues();
		if (!values) return false;
		const body = JSON.stringify({ path: location.pathname, values });
		const headers = { 'Content-Type': 'application/json' };
		const limit = AbortSignal.timeout(KEEP_LIMIT_MS);
		try {
			const request = { method: 'POST', body, headers, keepalive: true, signal: limit };
			const answer = await fetch('/api/kept-forms', request);
			return answer.ok && (await answer.json()).isKept === true;
		} catch {
			return false;
		}
	}

	async function end() {
		if (hasEnded) return;
		hasEnded = true;
		// The screen first: whoever walks by must not wait for the network to be kept out.
		const keeping = keepTyped();
		document.body.replaceChildren();
		const why = (await keeping) ? 'kept' : 'idle';
		const next = encodeURIComponent(location.pathname);
		location.replace(`${dataset.door ?? '/sign-in'}?next=${next}&ended=${why}`);
	}

	/** @param {number} leftMs */
	function showLeft(leftMs) {
		const line = part('left');
		const seconds = Math.max(0, Math.ceil(leftMs / 1000));
		const isLastMinute = seconds <= 60;
		const text = isLastMinute
			? (dataset.seconds ?? '').replace('{seconds}', String(seconds))
			: (dataset.minutes ?? '').replace('{minutes}', String(Math.ceil(seconds / 60)));
		if (line) line.textContent = text;
		// Said once: a countdown read aloud every second would drown everything else.
		const status = part('status');
		if (status && isLastMinute && !status.textContent) status.textContent = dataset.oneMinute ?? '';
	}

	async function tick() {
		if (hasEnded || !dialog) return;
		const leftMs = Math.min(idleEndMs, absoluteEndMs) - Date.now();
		if (leftMs <= 0) {
			// Another tab may have gone on using the session.
			if (absoluteEndMs > Date.now() && (await ask('GET')) && idleEndMs > Date.now()) return;
			return end();
		}
		const isAbsolute = absoluteEndMs <= idleEndMs;
		if (leftMs > WARNING_MS || (isAbsolute && isAbsoluteUnderstood)) {
			if (dialog.open && leftMs > WARNING_MS) dialog.close();
			return;
		}
		showLeft(leftMs);
		if (dialog.open || isAsking) return;
		isAsking = true;
		const isAlive = await ask('GET');
		isAsking = false;
		if (!isAlive) return end();
		if (Math.min(idleEndMs, absoluteEndMs) - Date.now() > WARNING_MS) return;
		part('idle')?.toggleAttribute('hidden', isAbsolute);
		part('absolute')?.toggleAttribute('hidden', !isAbsolute);
		part('stay')?.toggleAttribute('hidden', isAbsolute);
		part('close')?.toggleAttribute('hidden', !isAbsolute);
		dialog.showModal();
	}

	/** A person pressed it, or left the dialog with Escape: both mean "I am still here". */
	async function stay() {
		if (!dialog) return;
		if (absoluteEndMs <= idleEndMs) isAbsoluteUnderstood = true;
		else if (!(await ask('POST'))) return end();
		const status = part('status');
		if (status) status.textContent = '';
		dialog.close();
	}

	/** Whoever comes back to this page may have signed out elsewhere, or said "this was not me". */
	async function wake() {
		await tick();
		if (!hasEnded && document.visibilityState === 'visible' && !(await ask('GET'))) await end();
	}

	part('stay')?.addEventListener('click', stay);
	part('close')?.addEventListener('click', stay);
	dialog.addEventListener('cancel', (event) => {
		event.preventDefault();
		void stay();
	});
	setEnds({ idleMs: Number(dataset.idleMs), absoluteMs: Number(dataset.absoluteMs) });
	setInterval(tick, TICK_MS);
	// Timers sleep with the device; waking up must not show what the session no longer opens.
	document.addEventListener('visibilitychange', wake);
	addEventListener('pageshow', tick);
})();
