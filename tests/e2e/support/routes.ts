/** Every route of the built portal, from SvelteKit's own manifest, with what it answers to. */
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';

export type Route = {
	readonly id: string;
	/** Its address, with `ids` or a made-up id in place of parameters. */
	pathFor(ids?: Readonly<Record<string, string>>): string;
	readonly isPage: boolean;
	/** Methods of the endpoint, or what a page answers to. */
	readonly methods: readonly string[];
	/** Queries that name its form actions; empty for an endpoint. */
	readonly actions: readonly string[];
};

export const NOBODYS_ID = '01990000-0000-7000-8000-000000000000';

const manifestSchema = v.object({
	manifest: v.object({
		_: v.object({
			routes: v.array(v.object({ id: v.string(), page: v.nullable(v.unknown()) }))
		})
	})
});

export async function listRoutes(): Promise<readonly Route[]> {
	const file = resolve('.svelte-kit/output/server/manifest-full.js');
	const { manifest } = v.parse(manifestSchema, await import(pathToFileURL(file).href));
	return manifest._.routes.map(({ id, page }) => {
		const isPage = page !== null;
		const actions = isPage ? actionsOf(id) : [];
		return {
			...{ id, isPage, actions },
			methods: isPage ? pageMethods(actions) : endpointMethods(id),
			pathFor: (ids = {}) => pathOf(id, ids)
		};
	});
}

/** The same ids from the sources: a route that the manifest lost would go untested. */
export function listRouteFolders(): readonly string[] {
	const files = readdirSync('src/routes', { recursive: true, encoding: 'utf8' });
	const ids = files
		.filter((file) => /(^|\/)\+(page\.svelte|server\.ts)$/.test(file))
		.map((file) => `/${file.split('/').slice(0, -1).join('/')}`);
	return [...new Set(ids)].toSorted();
}

function pathOf(id: string, ids: Readonly<Record<string, string>>): string {
	const path = id
		.replace(/\/\([a-z-]+\)/g, '')
		.replace(/\/\[\[\w+\]\]/g, '')
		.replace(/(\w+)\/\[\w+\]/g, (_whole, noun: string) => `${noun}/${ids[noun] ?? NOBODYS_ID}`);
	return path === '' ? '/' : path;
}

/** The words before the parameters: what kinds of object a route shows. */
export function nounsOf(id: string): readonly string[] {
	return [...id.matchAll(/(\w+)\/\[\w+\]/g)].map(([, noun = '']) => noun);
}

function endpointMethods(id: string): readonly string[] {
	const source = readFileSync(`src/routes${id}/+server.ts`, 'utf8');
	const names = [...source.matchAll(/^export (?:const|async function|function) ([A-Z]+)\b/gm)];
	const methods = names.map(([, name = '']) => name);
	return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
}

function pageMethods(actions: readonly string[]): readonly string[] {
	return actions.length > 0 ? ['GET', 'HEAD', 'POST'] : ['GET', 'HEAD'];
}

function actionsOf(id: string): readonly string[] {
	const file = `src/routes${id}/+page.server.ts`;
	if (!existsSync(file)) return [];
	const [, after] = readFileSync(file, 'utf8').split(/export const actions\b/);
	if (after === undefined) return [];
	const names = [...after.matchAll(/(?:^\t|= \{ )(?:async )?(\w+)\s*[:(]/gm)].map(
		([, name]) => name
	);
	return names.map((name) => (name === 'default' ? '' : `?/${name}`));
}
