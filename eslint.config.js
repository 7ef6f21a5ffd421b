import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
	{
		ignores: [
			'.svelte-kit/',
			'.wrangler/',
			'.data/',
			'dist/',
			'node_modules/',
			'src/lib/i18n/generated/',
			'test-results/',
			'playwright-report/'
		]
	},
	js.configs.recommended,
	...ts.configs.strictTypeChecked,
	...svelte.configs.recommended,
	{
		languageOptions: {
			globals: { ...globals.browser, ...globals.node },
			parserOptions: {
				// Kit keeps the service worker out of its tsconfig: other globals apply there.
				projectService: { allowDefaultProject: ['src/service-worker.ts'] },
				extraFileExtensions: ['.svelte'],
				tsconfigRootDir: import.meta.dirname
			}
		},
		rules: {
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			'no-console': 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
			'@typescript-eslint/switch-exhaustiveness-check': 'error',
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			// Kit's redirect() and error() throw objects of their own.
			'@typescript-eslint/only-throw-error': 'off',
			// `expect(x.method)` and destructured service methods do not use `this`.
			'@typescript-eslint/unbound-method': 'off',
			'@typescript-eslint/no-confusing-void-expression': 'off',
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_' }
			],
			// Code points are what the password rules count.
			'@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
			'svelte/no-at-html-tags': 'error',
			// Links go to our own absolute paths: the portal is never served below a base path.
			'svelte/no-navigation-without-resolve': 'off',
			// A space before an inline element is written as a string: the compiler trims it otherwise.
			'svelte/no-useless-mustaches': 'off'
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: {
			parserOptions: { parser: ts.parser, svelteConfig }
		},
		rules: {
			// State may have changed while something was awaited.
			'@typescript-eslint/no-unnecessary-condition': 'off'
		}
	},
	{
		// Their types are svelte-check's: a program anew for each component made up most of a lint.
		files: ['**/*.svelte'],
		...ts.configs.disableTypeChecked,
		languageOptions: { parserOptions: { projectService: false } }
	},
	{
		// The command line speaks through the console; the Worker's log is one JSON line an event.
		files: ['tools/**', 'tests/**', 'src/lib/server/platform/log.ts'],
		rules: { 'no-console': 'off' }
	},
	{
		// Rows of raw SQL and stand-ins for async interfaces: their shape is what the test is about.
		files: ['tests/**', 'tools/**', '**/*.test.ts'],
		rules: {
			'@typescript-eslint/no-base-to-string': 'off',
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'no-empty-pattern': 'off'
		}
	},
	{
		files: ['static/**/*.js', '*.config.js', '.dependency-cruiser.cjs'],
		...ts.configs.disableTypeChecked
	}
);
