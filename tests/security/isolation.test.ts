/** Where dangerous things may happen: each place is named here, and nowhere else. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { callsOf, importsOf, nodesOf, packageOf, readSourceTree } from '../support/source-tree.ts';

const source = readSourceTree('src', 'static');
const server = source.filter(({ path }) =>
	/^src\/(?!lib\/(offline|ui)\/|service-worker)/.test(path)
);
const browser = source.filter(({ path }) =>
	/^(static\/|src\/lib\/(offline|ui)\/|src\/.*\.svelte$|src\/service-worker)/.test(path)
);
const pathsOf = (found: readonly { readonly path: string }[]) =>
	[...new Set(found.map(({ path }) => path))].toSorted();
const importers = (pattern: RegExp) =>
	pathsOf(importsOf(source).filter(({ name }) => pattern.test(name)));

test('ASVS 5.3.1, ASVS 5.3.2: the server has no folder to write to, and no path is made of a name', () => {
	const files = importsOf(server).filter(({ name }) =>
		/^(node:)?(fs|path|child_process|vm|module|worker_threads)(\/|$)/.test(name)
	);
	expect(files).toEqual([]);
	// Static files are asked for under names that stand in the source.
	const asked = callsOf(server, /\bfetchAsset$/).map(({ node }) => node.arguments?.[0]?.getText());
	expect(asked.toSorted()).toEqual([
		"'/fonts/noto-sans-bold.ttf'",
		"'/fonts/noto-sans-regular.ttf'",
		'BANK_LIST_PATH',
		'PASSWORD_LIST_PATH'
	]);
	expect(readFileSync('src/lib/server/platform/password-list.ts', 'utf8')).toContain(
		"PASSWORD_LIST_PATH = '/passwords/common.bin'"
	);
	expect(readFileSync('src/lib/server/platform/german-banks.ts', 'utf8')).toContain(
		"BANK_LIST_PATH = '/banks/de.json'"
	);
	// Code comes from the build alone: what is loaded on demand is named by a literal.
	const loaded = nodesOf(source, ts.isCallExpression).filter(
		({ node }) => node.expression.kind === ts.SyntaxKind.ImportKeyword
	);
	expect(loaded.length).toBeGreaterThan(3);
	for (const { at, node } of loaded) {
		expect(node.arguments[0] && ts.isStringLiteral(node.arguments[0]), at).toBe(true);
	}
});

/** The risky parts of docs/security/dependencies.md, and the one module each of them may be seen from. */
const CONTAINED: Readonly<Record<string, readonly string[]>> = {
	lucia: ['src/lib/server/accounts/sessions.ts'],
	'@phi-ag/argon2': ['src/lib/server/platform/password-hash.ts'],
	pdfkit: ['src/lib/server/platform/pdf.ts'],
	'@tus/server': ['src/lib/server/platform/tus.ts'],
	'@simplewebauthn/server': ['src/lib/server/platform/webauthn.ts'],
	'@rgrove/parse-xml': ['src/lib/server/platform/exchange-rates.ts']
};

test('ASVS 15.2.5: every risky part is behind one module of ours, and the document names it', () => {
	const document = readFileSync('docs/security/dependencies.md', 'utf8');
	for (const [name, modules] of Object.entries(CONTAINED)) {
		const seen = importsOf(source).filter(({ name: own }) => packageOf(own) === name);
		expect(pathsOf(seen), name).toEqual(modules);
		expect(document, name).toContain(name);
	}
	// Drawing text of people: loaded when a PDF is made, so that no other request carries it.
	const eager = nodesOf(source, ts.isImportDeclaration).filter(
		({ node }) =>
			node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword &&
			/['"](pdfkit|[^'"]*(platform\/pdf|statement-pdf|recovery-letter-pdf)\.ts)['"]/.test(
				node.moduleSpecifier.getText()
			)
	);
	for (const { at } of eager) expect(at).toMatch(/platform\/pdf|-pdf\.ts|pdf-sheet|compose\.ts/);
	// Bytes and words of strangers reach the socket by one module.
	expect(importers(/^cloudflare:sockets$/)).toEqual(['src/lib/server/platform/mail.ts']);
});

test('ASVS 16.2.3: events go to the listed logs and nowhere else', () => {
	const inventory = readFileSync('docs/security/logs.md', 'utf8');
	// The console of the Worker, by one module.
	expect(pathsOf(callsOf(source, /^console\./))).toEqual(['src/lib/server/platform/log.ts']);
	expect(inventory).toContain('src/lib/server/platform/log.ts');
	// The audit tables, by one repository.
	const inserting = callsOf(source, /\.insert$/).filter(({ node }) =>
		/^audit/.test(node.arguments?.[0]?.getText() ?? '')
	);
	expect(pathsOf(inserting)).toEqual([
		'src/lib/server/audit/audit.repository.ts',
		'src/lib/server/audit/sealing.repository.ts'
	]);
	// Out of the house: checkpoints, by the one way out.
	expect(pathsOf(callsOf(source, 'fetchOutbound'))).toEqual([
		'src/lib/server/platform/checkpoint-sink.ts',
		// Asks for a public file, and brings nothing with it.
		'src/lib/server/platform/exchange-rates.ts',
		// One word to devices whose owner wants to be told, and no events.
		'src/lib/server/platform/push.ts',
		// Files that are looked through for malware: bytes, and no events.
		'src/lib/server/platform/scanner.ts'
	]);
	const others = callsOf(
		server,
		/(^|\.)(fetch|sendBeacon|connect|XMLHttpRequest|WebSocket|EventSource)$/
	);
	expect(pathsOf(others)).toEqual([
		'src/lib/server/platform/mail.ts',
		// Static files of the build, and what Kit hands on.
		'src/lib/server/platform/static-files.ts',
		'src/worker.ts'
	]);
	expect(inventory).toMatch(/checkpoints outside the database/);
	// A browser reports to its own origin.
	expect(callsOf(browser, /sendBeacon$/)).toEqual([]);
});

/** What the DOM itself has under `document` and `window`: anything else could be an element by that name. */
const STANDARD = {
	document:
		/^(addEventListener|removeEventListener|body|createElement|createRange|documentElement|getElementById|hidden|querySelector|querySelectorAll|title|visibilityState|activeElement|cookie|startViewTransition)$/,
	window:
		/^(addEventListener|removeEventListener|crypto|indexedDB|BroadcastChannel|PublicKeyCredential|structuredClone|location|navigator|matchMedia|scrollTo|trustedTypes|history|setTimeout|isSecureContext)$/
};

test('ASVS 3.2.3: no script takes an element for a variable', () => {
	// Pages of the mailbox have a variable of their own by that name.
	const hasOwnDocument = new Set(
		nodesOf(browser, ts.isVariableDeclaration)
			.filter(({ node }) => /(^|\W)document(\W|$)/.test(node.name.getText()))
			.map(({ path }) => path)
	);
	const reads = nodesOf(browser, ts.isPropertyAccessExpression).flatMap(({ path, at, node }) => {
		const owner = node.expression.getText();
		if (owner === 'document' && hasOwnDocument.has(path)) return [];
		if (owner !== 'document' && owner !== 'window') return [];
		return STANDARD[owner].test(node.name.text) ? [] : [`${at} ${node.getText()}`];
	});
	expect(reads).toEqual([]);
	const byText = nodesOf(browser, ts.isElementAccessExpression).filter(({ node }) =>
		/^(document|window|globalThis|self)(\.\w*(forms|elements|frames))?$/.test(
			node.expression.getText()
		)
	);
	expect(byText.map(({ at }) => at)).toEqual([]);
	// Nothing of ours is left on the global objects either.
	const writes = nodesOf(browser, ts.isBinaryExpression).filter(
		({ node }) =>
			node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
			/^(window|globalThis|self|document)\.(?!title$|cookie$|location|onmessage$)\w+$/.test(
				node.left.getText()
			)
	);
	expect(writes.map(({ at, node }) => `${at} ${node.getText()}`)).toEqual([]);
	// Fields of a form are asked for by name and looked at before use; `form.name` would be clobbered.
	const fields = callsOf(browser, /\.elements\.namedItem$/);
	for (const { path } of fields) {
		expect(readFileSync(path, 'utf8'), path).toMatch(/instanceof HTMLInputElement/);
	}
	// Every name is declared: plain scripts are checked like the rest, and none is sloppy.
	const plain = browser.filter(({ path }) => /^static\/(?!features|strength)\w+\.js$/.test(path));
	expect(plain.length).toBeGreaterThan(2);
	for (const { path, text } of plain) expect(text, path).toMatch(/^\/\/ @ts-check/);
});

test('ASVS 3.2.3, ASVS 1.3.5: ids and names of elements are ours, and no text of people is markup', () => {
	const components = source.filter(({ path }) => path.endsWith('.svelte'));
	for (const { path, text } of components) {
		expect(text, path).not.toContain('{@html');
		expect(text, path).not.toMatch(
			/\b(innerHTML|outerHTML|insertAdjacentHTML|srcdoc|document\.write)\b/
		);
		// An element whose name, style or source is a text of somebody.
		expect(text, path).not.toMatch(/\sstyle=\{|\ssrcdoc=/);
		// The name of an element is a heading of a level that its page wrote down.
		for (const [made] of text.matchAll(/<svelte:element[^>]*/g)) {
			expect(made, path).toContain('this={`h${level}`}');
		}
	}
	const scripts = callsOf(
		source,
		/\b(insertAdjacentHTML|parseFromString|createContextualFragment|setHTMLUnsafe|document\.write)$/
	);
	expect(scripts.map(({ at }) => at)).toEqual([]);
	const markup = nodesOf(source, ts.isPropertyAccessExpression).filter(({ node }) =>
		/^(innerHTML|outerHTML)$/.test(node.name.text)
	);
	expect(markup.map(({ at }) => at)).toEqual([]);
	// Nothing that turns text into markup, style or a program is part of the product.
	const packages = new Set(importsOf(source).flatMap(({ name }) => packageOf(name) ?? []));
	const interpreting =
		/mark(down|ed)|mdast|mdsvex|remark|rehype|showdown|bbcode|handlebars|mustache|(^|-)ejs$|nunjucks|liquid|^pug|xslt|^sass|^less$|katex|mathjax|lodash/i;
	expect([...packages].filter((name) => interpreting.test(name))).toEqual([]);
});
