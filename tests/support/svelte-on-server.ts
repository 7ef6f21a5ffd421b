import { compile } from 'svelte/compiler';

/** Components as the server renders them, for tests that compare what a page says with something else. */
export const svelteOnServer = {
	name: 'svelte-on-server',
	// Icons are pictures without words, drawn at build by another plugin.
	resolveId: (id: string) => (id.startsWith('~icons/') ? `\0${id}` : null),
	load: (id: string) =>
		id.startsWith('\0~icons/') ? 'export default function Icon() { return undefined }' : null,
	transform(code: string, id: string) {
		if (!id.endsWith('.svelte')) return null;
		const { js } = compile(code, { filename: id, generate: 'server' });
		return { code: js.code, map: js.map };
	}
};
