// The adapter asks the edge cache before SvelteKit runs and stores every answer that forgets `no-store`: one slip
// would serve a personal page to everyone. Static files have Cloudflare's own cache, so nothing is lost.
// Must be evaluated before the adapter's module, which keeps `caches.default`.
const nothing = {
	match: () => Promise.resolve(undefined),
	put: () => Promise.resolve(undefined),
	delete: () => Promise.resolve(false)
};

Object.defineProperty(globalThis, 'caches', {
	value: { default: nothing, open: () => Promise.resolve(nothing) }
});
