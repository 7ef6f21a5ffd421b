// @ts-check
// Shows the pages of PDFs at the desk as pictures, once they come into view. The PDF itself never becomes part of the page:
// a worker makes pictures of it (receipts/pdf-worker-1.js). Without this script the file is there to download.
(() => {
	const WORKER = '/receipts/pdf-worker-1.js';
	const PAGES_AT_ONCE = 5;
	/** A PDF that keeps its reader busy for longer is not waited for. */
	const PATIENCE_MS = 30_000;

	/** @typedef {{ page: number, pages: number, picture: Blob } | { pages: number } | { error: string }} Answer */

	// The page's policy takes a worker's address from this one rule alone (Trusted Types).
	const rules = {
		/** @param {string} address */
		createScriptURL(address) {
			if (address === WORKER) return address;
			throw new Error('not a worker of ours');
		}
	};
	const { trustedTypes } = /** @type {any} */ (window);
	const policy = trustedTypes?.createPolicy('portal-workers', rules) ?? rules;

	/** @type {Promise<ArrayBuffer> | null} */
	let reader = null;
	/** One after the other: a claim can have twenty. @type {Promise<void>} */
	let queue = Promise.resolve();

	/** @param {string} path @returns {Promise<ArrayBuffer>} */
	async function load(path) {
		const answer = await fetch(path);
		if (!answer.ok) throw new Error(`status ${answer.status}`);
		return answer.arrayBuffer();
	}

	/**
	 * Reads some pages; each is handed on when it is ready.
	 * @param {{ folder: string, pdf: ArrayBuffer, from: number }} what
	 * @param {(page: { page: number, pages: number, picture: Blob }) => void} onPage
	 * @returns {Promise<number>} how many pages the PDF has
	 */
	async function read({ folder, pdf, from }, onPage) {
		reader ??= load(`${folder}/pdfium.wasm`).catch((error) => {
			reader = null;
			throw error;
		});
		const wasm = await reader;
		const worker = new Worker(policy.createScriptURL(WORKER), { type: 'module' });
		let timer = 0;
		try {
			return await new Promise((resolve, reject) => {
				const wait = () => {
					clearTimeout(timer);
					timer = setTimeout(() => reject(new Error('too slow')), PATIENCE_MS);
				};
				worker.onerror = () => reject(new Error('the reader did not start'));
				worker.onmessage = ({ origin, data }) => {
					// Only a worker that was started here has no origin (W9).
					const isOurs = origin === '';
					if (!isOurs) return;
					wait();
					const answer = /** @type {Answer} */ (data);
					if ('error' in answer) reject(new Error(answer.error));
					else if ('picture' in answer) onPage(answer);
					else resolve(answer.pages);
				};
				wait();
				worker.postMessage({ wasm, pdf, from, count: PAGES_AT_ONCE });
			});
		} finally {
			clearTimeout(timer);
			worker.terminate();
		}
	}

	/** @param {string | undefined} text @param {Record<string, number>} numbers */
	const fill = (text, numbers) =>
		(text ?? '').replace(/\{(\w+)\}/g, (whole, name) => String(numbers[name] ?? whole));

	/** @param {HTMLElement} figure */
	function prepare(figure) {
		/** @template {HTMLElement} T @param {string} name @returns {T} */
		const part = (name) => /** @type {any} */ (figure.querySelector(`[data-pdf-${name}]`));
		const state = part('state');
		const frame = part('pages');
		/** @type {HTMLButtonElement} */
		const more = part('more');
		const { dataset } = figure;
		/** @type {ArrayBuffer | null} */
		let pdf = null;
		let shown = 0;

		async function show() {
			more.hidden = true;
			state.hidden = false;
			state.textContent = dataset.loading ?? '';
			try {
				pdf ??= await load(dataset.pdf ?? '');
				const what = { folder: dataset.folder ?? '', pdf, from: shown };
				const pages = await read(what, ({ page, pages: of, picture }) => {
					const image = new Image();
					image.src = URL.createObjectURL(picture);
					image.alt = fill(dataset.alt, { page, pages: of });
					frame.append(image);
					frame.hidden = false;
					part('view').hidden = false;
					shown = page;
				});
				state.hidden = true;
				more.hidden = shown >= pages;
				more.textContent = fill(dataset.more, { shown, pages });
			} catch {
				state.textContent = dataset.failed ?? '';
			}
		}

		const begin = () => {
			queue = queue.then(show);
		};
		more.addEventListener('click', begin);
		return begin;
	}

	/** @type {Map<Element, () => void>} */
	const waiting = new Map();
	const observer = new IntersectionObserver(
		(entries) => {
			for (const { target, isIntersecting } of entries) {
				if (!isIntersecting) continue;
				observer.unobserve(target);
				waiting.get(target)?.();
			}
		},
		{ rootMargin: '200px' }
	);
	for (const figure of document.querySelectorAll('figure[data-pdf]')) {
		waiting.set(figure, prepare(/** @type {HTMLElement} */ (figure)));
		observer.observe(figure);
	}
})();
