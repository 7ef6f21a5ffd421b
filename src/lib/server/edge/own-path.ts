/** Longer than any address of ours; a longer `Location` is one that proxies refuse (ASVS 4.2.5). */
const LONGEST_PATH = 512;

/**
 * A path on our own site, or `fallback`. Prevents open redirects (W7): `//evil`, `/\evil`,
 * `javascript:` and whole addresses all end at the fallback.
 */
export function ownPath(next: string | null | undefined, fallback = '/'): string {
	if (!next || next.length > LONGEST_PATH || !/^\/(?![/\\])[\w\-./?=&%[\]]*$/.test(next))
		return fallback;
	return next;
}
