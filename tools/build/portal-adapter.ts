// The Cloudflare adapter, loaded only when it adapts: it brings wrangler, and Kit reads its configuration in four
// processes a build. The development server gets its bindings from the local stack instead of an emulator.
import type { Adapter } from '@sveltejs/kit';
import { fetchLocalAsset } from './local-assets.ts';

/** Name of the variable in which the local stack hands the Worker's bindings to the development server. */
export const BINDINGS_VARIABLE = 'PORTAL_BINDINGS';

export function portalAdapter({ config }: { readonly config: string }): Adapter {
	return {
		name: 'portal-adapter',
		async adapt(builder) {
			const { default: cloudflare } = await import('@sveltejs/adapter-cloudflare');
			await cloudflare({ config }).adapt(builder);
		},
		supports: { read: () => true },
		emulate: () => ({ platform: () => localPlatform(process.env[BINDINGS_VARIABLE]) })
	};
}

// Prerendering runs without bindings: a page that needs one must fail there.
function localPlatform(bindings = '{}'): App.Platform {
	const env = JSON.parse(bindings) as Record<string, unknown>;
	const ctx = { waitUntil: (work: Promise<unknown>) => void work.catch(console.error) };
	return { env: { ...env, ASSETS: { fetch: fetchLocalAsset } }, ctx } as App.Platform;
}
