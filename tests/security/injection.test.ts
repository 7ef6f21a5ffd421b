/** Rules over the whole source: text of people never becomes a statement, pattern, format or program. */
import { analyse } from 'scslre';
import ts from 'typescript';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { newPasswordSchema } from '#lib/domain/accounts/password.schema.ts';
import { callsOf, importsOf, nodesOf, readSourceTree } from '../support/source-tree.ts';

const source = readSourceTree('src', 'static');
const places = (found: readonly { readonly at: string }[]) => found.map(({ at }) => at);

test('the source is read as a whole', () => {
	expect(source.length).toBeGreaterThan(350);
	expect(callsOf(source, 'crypto.subtle.encrypt').map(({ path }) => path)).toEqual([
		'src/lib/offline/intake.ts',
		'src/lib/offline/sealing.ts',
		// Each with a pair of keys and a salt of its own.
		'src/lib/server/platform/push-message.ts',
		'src/lib/server/platform/sealed-value.ts'
	]);
});

test('ASVS 1.2.4: SQL is built by drizzle with parameters, and raw text stands in table definitions alone', () => {
	// Texts that drizzle takes as they are: constraints made of our own constants.
	const raw = callsOf(source, /^sql\.raw$|\.(unsafe|executeMultiple|migrate|prepare)$/);
	expect(raw.filter(({ path }) => !path.startsWith('src/lib/server/db/tables/'))).toEqual([]);
	// Statements written by hand are literals, whole.
	const byHand = callsOf(source, /\b(client|db|lucia)\.(execute|batch)$/).filter(({ node }) =>
		node.arguments?.[0] ? !ts.isStringLiteral(node.arguments[0]) : true
	);
	expect(new Set(byHand.map(({ path }) => path))).toEqual(new Set(['src/lib/server/db/client.ts']));
	// A text with a hole that reads like a statement: `sql` makes a parameter of it, nothing else may.
	const STATEMENT =
		/\b(select\b[^]*\bfrom|insert\s+into|update\b[^]*\bset|delete\s+from|order\s+by|where)\b/i;
	const withHoles = nodesOf(source, ts.isTemplateExpression).filter(
		({ node }) => STATEMENT.test(node.getText()) && !ts.isTaggedTemplateExpression(node.parent)
	);
	// The builder's own statement inside the guard that must find a row (client.ts, requireFound).
	expect(withHoles.map(({ node }) => node.getText())).toEqual([
		'`insert into must_change (n) select exists (${sql})`'
	]);
	const tags = nodesOf(source, ts.isTaggedTemplateExpression).filter(({ node }) =>
		STATEMENT.test(node.getText())
	);
	for (const { at, node } of tags) expect(node.tag.getText(), at).toMatch(/^sql(<\w+>)?$/);
	const added = nodesOf(source, ts.isBinaryExpression).filter(
		({ node }) =>
			node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
			[node.left, node.right].some((side) => ts.isStringLiteral(side) && STATEMENT.test(side.text))
	);
	expect(places(added)).toEqual([]);
});

test('ASVS 1.2.9: no pattern is made of text, so no text has to be escaped for one', () => {
	const made = nodesOf(
		source,
		(node): node is ts.Identifier => ts.isIdentifier(node) && node.text === 'RegExp'
	);
	// As the name of a type it makes nothing.
	expect(places(made.filter(({ node }) => !ts.isTypeNode(node.parent)))).toEqual([]);
	// `match` and `search` make a pattern of a text they are given.
	const constants = new Set(
		nodesOf(source, ts.isVariableDeclaration)
			.filter(({ node }) => node.initializer && ts.isRegularExpressionLiteral(node.initializer))
			.map(({ path, node }) => `${path} ${node.name.getText()}`)
	);
	const hidden = callsOf(source, /\.(match|matchAll|search)$/).filter(({ path, node }) => {
		const [pattern] = node.arguments ?? [];
		return (
			pattern !== undefined &&
			!ts.isRegularExpressionLiteral(pattern) &&
			!constants.has(`${path} ${pattern.getText()}`) &&
			// Looks up an answer, not a pattern.
			!/^caches?\./.test(node.expression.getText())
		);
	});
	// `edges` is one of two patterns written out two lines above.
	expect(hidden.map(({ node }) => node.getText())).toEqual(['text.match(edges)']);
	// GLOB and LIKE are patterns too: what is looked for is a literal.
	const likes = callsOf(source, /^(not)?[iI]?[lL]ike$/).filter(
		({ node }) => !(node.arguments?.[1] && ts.isStringLiteral(node.arguments[1]))
	);
	expect(places(likes)).toEqual([]);
});

/** Quadratic, and never given a long text. */
const SEE_SHORT_TEXTS = [
	// A new password, which its schema has cut at 128 characters before.
	'src/lib/domain/accounts/common-password.ts',
	// A line of a photographed invoice, on the device of whoever took the photo.
	'src/lib/domain/claims/invoice-text.ts',
	// A name or a purpose in a payment: stored with at most some hundred characters.
	'src/lib/domain/claims/sepa.ts'
];

test('ASVS 1.3.12: no pattern takes exponential time, nor more than linear time on text without bound', () => {
	const patterns = nodesOf(source, ts.isRegularExpressionLiteral).map(({ path, at, node }) => {
		const [, body = '', flags = ''] = /^\/([^]*)\/([a-z]*)$/.exec(node.text) ?? [];
		return { path, at, ...analyse({ source: body, flags }) };
	});
	expect(patterns.length).toBeGreaterThan(60);
	const slow = patterns.filter(({ reports }) => reports.length > 0);
	expect(slow.filter(({ reports }) => reports.some((one) => one.exponential))).toEqual([]);
	expect(new Set(slow.map(({ path }) => path))).toEqual(new Set(SEE_SHORT_TEXTS));
	const callers = importsOf(source).filter(({ name }) => name.endsWith('/common-password.ts'));
	expect(callers.map(({ path }) => path)).toEqual(['src/lib/server/accounts/password-policy.ts']);
	expect(v.safeParse(newPasswordSchema, 'a'.repeat(129)).success).toBe(false);
});

test('ASVS 1.3.10: nothing prints with a format, so no text can be one', () => {
	const printing = callsOf(source, /^console\./);
	expect(printing.length).toBeGreaterThan(0);
	// The first of several arguments would be a format with %s and %c.
	for (const { at, node } of printing) expect(node.arguments, at).toHaveLength(1);
	expect(
		places(callsOf(source, /\b(sprintf|vsprintf|printf|util\.format|format\.apply)$/))
	).toEqual([]);
});
