import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import Icons from 'unplugin-icons/vite';
import { defineConfig } from 'vite';
import { announcerStyle } from './tools/build/announcer-style.ts';
import { cleanEntry } from './tools/build/clean-entry.ts';
import { jobsEntry } from './tools/build/jobs-entry.ts';
import { offlineAssets } from './tools/build/offline-assets.ts';
import { roomChunks } from './tools/build/room-chunks.ts';
import { roomRouter } from './tools/build/room-router.ts';
import { strengthEntry } from './tools/build/strength-entry.ts';
import { WORKERD_MODULES_IN_NODE } from './tools/build/workerd-modules.ts';

export default defineConfig(({ command }) => ({
	plugins: [
		paraglideVitePlugin({
			project: './project.inlang',
			outdir: './src/lib/i18n/generated',
			strategy: ['cookie', 'preferredLanguage', 'baseLocale'],
			cookieName: 'kp-language',
			emitTsDeclarations: true,
			disableAsyncLocalStorage: false
		}),
		sveltekit(),
		Icons({ compiler: 'svelte' }),
		announcerStyle(),
		offlineAssets(),
		roomChunks(),
		roomRouter(),
		jobsEntry(),
		strengthEntry(),
		cleanEntry()
	],
	resolve: { alias: command === 'serve' ? WORKERD_MODULES_IN_NODE : {} },
	build: {
		target: 'es2023',
		rolldownOptions: {
			// Runtime compilation of WASM is blocked in workerd: the import stays for wrangler to resolve.
			external: (id) => id.endsWith('.wasm') || id.startsWith('cloudflare:')
		}
	}
}));
