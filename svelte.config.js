import { portalAdapter } from './tools/build/portal-adapter.ts';

/** @type {import('@sveltejs/kit').Config} */
const config = {
	compilerOptions: { runes: true },
	kit: {
		// The adapter overwrites whatever its config calls `main`: it gets a config of its own, so that
		// src/worker.ts stays ours (docs/decisions/0002).
		adapter: portalAdapter({ config: 'adapter.toml' }),
		files: { serviceWorker: 'src/service-worker.ts' },
		// The page scripts register the worker themselves: pages without hydration need it too.
		serviceWorker: { register: false },
		// The offline shell is served under many URLs, so its script URLs must not be relative.
		paths: { relative: false },
		// Kit checks form posts; our own hook checks everything that is not a reading request.
		csrf: { trustedOrigins: [] },
		csp: {
			mode: 'auto',
			directives: {
				'default-src': ['none'],
				'script-src': ['self'],
				'script-src-attr': ['none'],
				'style-src': ['self'],
				'style-src-attr': ['none'],
				'img-src': ['self', 'blob:'],
				'font-src': ['self'],
				'connect-src': ['self'],
				'manifest-src': ['self'],
				'worker-src': ['self'],
				'object-src': ['none'],
				'frame-src': ['none'],
				'base-uri': ['none'],
				'form-action': ['self'],
				'frame-ancestors': ['none'],
				'require-trusted-types-for': ['script'],
				'trusted-types': ['svelte-trusted-html', 'sveltekit-trusted-url', 'portal-workers'],
				'report-uri': ['/csp-report'],
				'report-to': ['csp']
			}
		},
		prerender: { entries: ['/shell', '/offline'], handleUnseenRoutes: 'fail' },
		version: { pollInterval: 0 },
		typescript: {
			config: (ts) => ({
				...ts,
				include: [
					...ts.include,
					'../tools/**/*.ts',
					'../tests/**/*.ts',
					'../*.config.ts',
					'../*.config.js'
				]
			})
		}
	}
};

export default config;
