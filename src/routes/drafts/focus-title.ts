import { tick } from 'svelte';

/** Whoever types or listens goes on at the heading, where what had the focus is no longer there. */
export async function focusTitle(): Promise<void> {
	await tick();
	if (document.activeElement !== document.body) return;
	const title = document.querySelector<HTMLElement>('main h1');
	title?.setAttribute('tabindex', '-1');
	title?.focus({ preventScroll: true });
}
