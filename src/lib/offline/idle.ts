// Who walks away from an open screen leaves it open for a quarter of an hour at most. All tabs count together.
export const IDLE_LIMIT_MS = 15 * 60_000;
const LOOK_MS = 15_000;
const NOTE_MS = 5_000;
const STAMP = 'kundenportal-used';
const SIGNS_OF_USE = ['pointerdown', 'keydown', 'input', 'wheel'];

/** Calls `onIdle` when nobody has used the room for `IDLE_LIMIT_MS`, also on waking from sleep. */
export function watchIdle(onIdle: () => void, signal: AbortSignal): void {
	const isIdle = () => Date.now() - Number(localStorage.getItem(STAMP)) >= IDLE_LIMIT_MS;
	const note = () => localStorage.setItem(STAMP, String(Date.now()));
	const look = () => {
		if (isIdle()) onIdle();
	};
	let notedAtMs = 0;
	const use = () => {
		// The first touch after a long pause must not count as having been here all the time.
		look();
		if (Date.now() - notedAtMs < NOTE_MS) return;
		notedAtMs = Date.now();
		note();
	};
	note();
	for (const type of SIGNS_OF_USE) addEventListener(type, use, { signal, passive: true });
	document.addEventListener('visibilitychange', look, { signal });
	const timer = setInterval(look, LOOK_MS);
	signal.addEventListener('abort', () => clearInterval(timer));
}
