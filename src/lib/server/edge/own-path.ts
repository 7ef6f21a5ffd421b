/**
 * A path on our own site, or `fallback`. Prevents open redirects (W7): `//evil`, `/\evil`,
 * `javascript:` and whole addresses all end at the fallback.
 */
export function ownPath(next: string | null | undefined, fallback = '/'): string {
	if (!next || !/^\/(?![/\\])[\w\-./?=&%[\]]*$/.test(next)) return fallback;
	return next;
}
