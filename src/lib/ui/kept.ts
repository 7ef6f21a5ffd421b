import { getContext, setContext } from 'svelte';

const KEPT = 'kept-form';

type Kept = () => Readonly<Record<string, string>> | null;

/** Offers every field below what its reader had typed before their session ended. */
export function offerKept(kept: Kept): void {
	setContext(KEPT, kept);
}

/** Hands `take` what was typed in a field of this name, when something waits for this page. */
export function takeKept(name: () => string, take: (kept: string) => void): void {
	const kept = getContext<Kept | undefined>(KEPT)?.()?.[name()];
	if (kept !== undefined) take(kept);
}
