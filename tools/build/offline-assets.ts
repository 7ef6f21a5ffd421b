// The service worker keeps a closed list of files. Kit tells it every hashed file of the client build, staff pages
// included; this plugin works out the few that the offline room needs.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

type Chunk = {
	readonly file: string;
	readonly imports?: readonly string[];
	readonly dynamicImports?: readonly string[];
	readonly css?: readonly string[];
	/** Workers that the chunk starts, by their address. */
	readonly assets?: readonly string[];
};
type ClientManifest = Readonly<Record<string, Chunk>>;

const CLIENT_MANIFEST = '.svelte-kit/output/client/.vite/manifest.json';
const NODES = '.svelte-kit/generated/client-optimized/nodes';
const APP = '.svelte-kit/generated/client-optimized/app.js';
const CLIENT_START = /kit\/src\/runtime\/client\/entry\.js$/;
/** Root layout and root error page belong to every page. */
const ROOT_NODES = ['0.js', '1.js'];
const ROOM = /routes\/(drafts|shell)\//;
const WORKER = /\/workers\/[^/]+\.js$/;
const OFFLINE_PAGE = /routes\/offline\//;

const OFFLINE_ROOM = resolve(import.meta.dirname, '../../src/lib/offline');
/** tus-js-client brings 5 kB for what every browser of today can do. */
const NATIVE_STAND_INS = {
	'url-parse': join(OFFLINE_ROOM, 'native-url.ts'),
	'js-base64': join(OFFLINE_ROOM, 'native-base64.ts')
};

/** Defines `__OFFLINE_ASSETS__` for src/service-worker.ts, which Kit builds last. */
export function offlineAssets(): Plugin {
	return {
		name: 'offline-assets',
		configResolved(config) {
			// Kit hands this very object to the worker's build, after the client build has written its manifest.
			Object.defineProperty(config.define ?? {}, '__OFFLINE_ASSETS__', {
				configurable: true,
				enumerable: true,
				get: () => JSON.stringify(listOfflineAssets(config.root))
			});
		},
		config: () => ({
			define: { __OFFLINE_ASSETS__: '[]' },
			resolve: { alias: NATIVE_STAND_INS }
		})
	};
}

/** Paths (`/_app/immutable/...`) of all scripts and styles that a URL below /drafts can ask for. */
export function listOfflineAssets(root: string): readonly string[] {
	const manifestFile = join(root, CLIENT_MANIFEST);
	if (!existsSync(manifestFile)) return [];
	const manifest: ClientManifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
	const roomNodes = readdirSync(join(root, NODES)).filter(
		(node) => ROOT_NODES.includes(node) || ROOM.test(readFileSync(join(root, NODES, node), 'utf8'))
	);
	const files = new Set<string>();
	const seen = new Set<string>();
	// The app imports the pages of the whole portal dynamically: only the room's own are followed. What was seen on that
	// way is looked at again on the other, or nothing behind it would be found.
	const seenOfApp = new Set<string>();
	for (const key of Object.keys(manifest)) {
		if (key === APP || CLIENT_START.test(key)) collect(manifest, key, files, seenOfApp, false);
	}
	for (const node of roomNodes) collect(manifest, `${NODES}/${node}`, files, seen, true);
	// Without script: of the page for no network only the styles are kept.
	for (const css of stylesOf(manifest, nodesOf(root, OFFLINE_PAGE))) files.add(css);
	return [...files].toSorted().map((file) => `/${file}`);
}

function nodesOf(root: string, routes: RegExp): readonly string[] {
	return readdirSync(join(root, NODES)).filter((node) =>
		routes.test(readFileSync(join(root, NODES, node), 'utf8'))
	);
}

function stylesOf(manifest: ClientManifest, nodes: readonly string[]): ReadonlySet<string> {
	const files = new Set<string>();
	for (const node of nodes) collect(manifest, `${NODES}/${node}`, files, new Set(), true);
	return new Set([...files].filter((file) => file.endsWith('.css')));
}

function collect(
	manifest: ClientManifest,
	key: string,
	files: Set<string>,
	seen: Set<string>,
	isFollowed: boolean
): void {
	const chunk = manifest[key];
	if (!chunk || seen.has(key)) return;
	seen.add(key);
	files.add(chunk.file);
	chunk.css?.forEach((file) => files.add(file));
	chunk.assets?.filter((file) => WORKER.test(file)).forEach((file) => files.add(file));
	const next = isFollowed
		? [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]
		: chunk.imports;
	next?.forEach((inner) => collect(manifest, inner, files, seen, isFollowed));
}
