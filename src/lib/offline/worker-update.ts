// A new version waits until the customer agrees: everything is saved first, then all tabs load once.

/** Calls `onWaiting` with the way to switch over as soon as a new worker is ready. Returns how to stop. */
export function watchWorker(onWaiting: (activate: () => void) => void): () => void {
	const leaving = new AbortController();
	const { signal } = leaving;
	const container = 'serviceWorker' in navigator ? navigator.serviceWorker : null;
	if (!container?.controller) return () => leaving.abort();
	container.addEventListener('controllerchange', () => location.reload(), { signal, once: true });
	void container.ready.then((registration) => {
		const tell = () => {
			const { waiting } = registration;
			if (waiting && !signal.aborted) onWaiting(() => waiting.postMessage('SKIP_WAITING'));
		};
		tell();
		registration.addEventListener(
			'updatefound',
			() => registration.installing?.addEventListener('statechange', tell, { signal }),
			{ signal }
		);
	});
	return () => leaving.abort();
}
