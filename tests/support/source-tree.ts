import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { filesBelow } from './secret-scan.ts';

/** A file of the product as its syntax, so that a rule about code is not a rule about spelling. */
export type SourceFile = {
	readonly path: string;
	readonly text: string;
	/** Of a component its scripts alone, at the lines they stand in. */
	readonly syntax: ts.SourceFile;
};

const IS_PRODUCT = /(?<!\.test|\.d)\.(ts|svelte|js)$/;

/** The source of the product below the folders, without tests and generated code. */
export function readSourceTree(...folders: readonly string[]): readonly SourceFile[] {
	return folders
		.flatMap(filesBelow)
		.map((path) => path.replaceAll('\\', '/'))
		.filter((path) => IS_PRODUCT.test(path) && !path.includes('/generated/'))
		.toSorted()
		.map((path) => {
			const text = readFileSync(path, 'utf8');
			const code = path.endsWith('.svelte') ? scriptsOf(text) : text;
			const kind = path.endsWith('.js') ? ts.ScriptKind.JS : ts.ScriptKind.TS;
			const syntax = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true, kind);
			return { path, text, syntax };
		});
}

/** A component with everything outside its scripts blanked: line numbers stay. */
function scriptsOf(component: string): string {
	const blank = (text: string) => text.replace(/[^\n]/g, ' ');
	let code = '';
	let at = 0;
	for (const { index, 1: open = '', 2: script = '' } of component.matchAll(
		/(<script[^>]*>)([^]*?)<\/script>/g
	)) {
		code += blank(component.slice(at, index + open.length)) + script;
		at = index + open.length + script.length;
	}
	return code + blank(component.slice(at));
}

/** Every node of a kind in the files, as `path:line` and the node. */
export function nodesOf<T extends ts.Node>(
	files: readonly SourceFile[],
	isWanted: (node: ts.Node) => node is T
): readonly { readonly path: string; readonly at: string; readonly node: T }[] {
	return files.flatMap(({ path, syntax }) => {
		const found: { path: string; at: string; node: T }[] = [];
		const visit = (node: ts.Node): void => {
			if (isWanted(node)) {
				const { line } = syntax.getLineAndCharacterOfPosition(node.getStart());
				found.push({ path, at: `${path}:${line + 1}`, node });
			}
			ts.forEachChild(node, visit);
		};
		visit(syntax);
		return found;
	});
}

/** Calls and constructions whose callee reads exactly so, or matches: `crypto.subtle.digest`. */
export function callsOf(files: readonly SourceFile[], callee: string | RegExp) {
	return nodesOf(
		files,
		(node): node is ts.CallExpression | ts.NewExpression =>
			ts.isCallExpression(node) || ts.isNewExpression(node)
	).filter(({ node }) => {
		const name = node.expression.getText();
		return typeof callee === 'string' ? name === callee : callee.test(name);
	});
}

/** What each file imports, statically or on demand. */
export function importsOf(files: readonly SourceFile[]) {
	return nodesOf(files, ts.isStringLiteral).flatMap(({ path, node }) => {
		const { parent } = node;
		const isImport =
			ts.isImportDeclaration(parent) ||
			ts.isExportDeclaration(parent) ||
			(ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword);
		return isImport ? [{ path, name: node.text }] : [];
	});
}

/** The package of an import, or null for a file of ours. */
export function packageOf(name: string): string | null {
	if (/^[.#$/]/.test(name)) return null;
	return name
		.split('/')
		.slice(0, name.startsWith('@') ? 2 : 1)
		.join('/');
}
