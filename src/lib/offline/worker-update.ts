// A new version waits until the customer agrees: every window saves first, then each loads once. Nothing loads by itself.
import { isOwnMessage } from './own-message.ts';

const CHANNEL = 'kundenportal-update';
const SAVE = 'save';

export type UpdateWatch = {
	/** Called as soon as a new worker is ready, with the way to switch over. */
	readonly onWaiting: (activate: () => Promise<void>) => void;
	/** Saves what is being typed; false where the device does not take it: then this window stays as it is. */
	readonly save: () => Promise<boolean>;
};

/** Returns how to stop. */
export function watchWorker({ onWaiting, save }: UpdateWatch): () => void {
	const leaving = new AbortController();
	const { signal } = leaving;
	const container = 'serviceWorker' in navigator ? navigator.serviceWorker : null;
	if (!container?.controller) return () => leaving.abort();
	const channel = new BroadcastChannel(CHANNEL);
	channel.onmessage = (message: MessageEvent<unknown>) => {
		if (isOwnMessage(message, SAVE)) void save();
	};
	signal.addEventListener('abort', () => channel.close());
	container.addEventListener(
		'controllerchange',
		// Saved once more: somebody may have gone on typing in this window meanwhile.
		() => void save().then((isSaved) => isSaved && location.reload()),
		{ signal, once: true }
	);
	void container.ready.then((registration) => {
		const tell = () => {
			const { waiting } = registration;
			if (!waiting || signal.aborted) return;
			onWaiting(async () => {
				channel.postMessage(SAVE);
				if (await save()) waiting.postMessage('SKIP_WAITING');
			});
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
