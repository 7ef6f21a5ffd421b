import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ASVS, CHAPTERS, chapterOf } from './asvs.ts';
import { brokenClaims, claimAll, isProven, provenAsvs, unknownIds } from './coverage.ts';
import { DEVIATIONS, OPEN } from './open.ts';
import { readPlaywrightReport, readVitestReport, type Outcome } from './reports.ts';
import { REQUIREMENTS } from './requirements.ts';
import { provedBy, readSources, type Sources } from './sources.ts';
import { writeTable } from './table.ts';
import { idsOfSource, idsOfTitle } from './title.ts';

const byLevel = (level: number) => ASVS.filter((one) => one.level === level).length;

test('the list holds the 251 requirements that apply, each once, in a known chapter', () => {
	expect(new Set(ASVS.map(({ id }) => id)).size).toBe(251);
	expect([byLevel(1), byLevel(2), byLevel(3)]).toEqual([57, 128, 66]);
	for (const { id } of ASVS) expect(CHAPTERS, id).toHaveProperty(String(chapterOf(id)));
});

test('the portal has 87 requirements, and they name only ids that exist', () => {
	expect(new Set(REQUIREMENTS.map(({ id }) => id)).size).toBe(87);
	const known = new Set(ASVS.map(({ id }) => id));
	const own = new Set(REQUIREMENTS.map(({ id }) => id));
	for (const { asvs } of REQUIREMENTS) for (const id of asvs) expect(known, id).toContain(id);
	for (const id of Object.keys(OPEN)) expect(own, id).toContain(id);
	for (const id of Object.keys(DEVIATIONS)) expect(known, id).toContain(id);
});

test.each([
	['A7: once', ['A7']],
	['A7, A8, ASVS 6.5.5: once', ['A7', 'A8', '6.5.5']],
	['a code of A7: once', []],
	['A7 once', []],
	['A123: no id', []]
])('the title %j proves %j', (title, ids) => {
	expect(idsOfTitle(title)).toEqual(ids);
});

test('a title is found in a source file, whatever quotes it has', () => {
	expect(idsOfSource(`test('A7: x', f); test("Z2, ASVS 8.2.2: y", f); test(\`W1: z\`, f)`)).toEqual(
		[...['A7', 'Z2', '8.2.2', 'W1']]
	);
});

const outcome = (id: string, isPassed = true): Outcome => ({
	...{ ids: [id], title: id, file: 'x.test.ts', isPassed }
});

test('an id is proven by a passing test, and by none when one fails or is skipped', () => {
	expect(isProven('A7', [outcome('A7')])).toBe(true);
	expect(isProven('A7', [outcome('A7'), outcome('A7', false)])).toBe(false);
	expect(isProven('A7', [outcome('A8')])).toBe(false);
});

const sources: Sources = {
	filesOf: new Map([
		['A7', ['a.test.ts']],
		['1.3.2', ['b.test.ts']]
	]),
	documentsOf: new Map([['2.1.1', ['input.md']]])
};
const two = [
	{ id: 'A7', promise: 'once', asvs: ['6.5.1'] },
	{ id: 'A10', promise: 'booked', asvs: ['6.5.1', '6.6.3'] }
];
const stateOf = (id: string, open: Record<string, string>) =>
	claimAll(sources, two, open).asvs.find(({ requirement }) => requirement.id === id)?.openBecause;

test('an ASVS id is done when all requirements that name it are, or a test or document names it', () => {
	expect(stateOf('6.5.1', {})).toBeNull();
	expect(stateOf('6.5.1', { A10: 'not built yet' })).toBe('A10: not built yet');
	expect(stateOf('1.3.2', {})).toBeNull();
	expect(stateOf('1.2.4', {})).toBe('no test proves it yet');
	expect(stateOf('2.1.1', {})).toBeNull();
	expect(stateOf('2.1.2', {})).toBe('its document is not written yet');
	expect(stateOf('12.1.1', {})).toMatch(/deployed host/);
	expect(stateOf('6.4.2', {})).toMatch(/K1/);
});

test('a done id without a passing test is a fault, an open one is not', () => {
	const done = claimAll(sources, two, {});
	expect(brokenClaims(done, [outcome('A7')])).toEqual(['A10', '1.3.2']);
	expect(provenAsvs(done, [outcome('A7')])).toEqual(['2.1.1']);
	const open = claimAll(sources, two, { A10: 'later' });
	expect(brokenClaims(open, [outcome('A7'), outcome('1.3.2')])).toEqual([]);
	expect(provenAsvs(open, [outcome('A7'), outcome('1.3.2')])).toEqual(['1.3.2', '2.1.1']);
});

test('an id nobody knows is reported', () => {
	const slip = { filesOf: new Map([['A77', ['x.test.ts']]]), documentsOf: new Map() };
	expect(unknownIds(slip)).toEqual(['A77']);
	expect(unknownIds(readSources(process.cwd()))).toEqual([]);
});

test('only the head of a document proves', () => {
	expect(provedBy('# Input\n\nProves: 2.1.1, 2.1.2\n')).toEqual(['2.1.1', '2.1.2']);
	expect(provedBy('# Input\n\nText about 2.1.1')).toEqual([]);
	expect(provedBy(`${'\n'.repeat(10)}Proves: 2.1.1\n`)).toEqual([]);
});

test('both reports are read, nested groups too', () => {
	const vitest = {
		testResults: [
			{
				name: '/portal/src/a.test.ts',
				assertionResults: [
					{ ancestorTitles: ['A7: group'], title: 'once', status: 'passed' },
					{ ancestorTitles: [], title: 'A8: step', status: 'skipped' }
				]
			}
		]
	};
	expect(readVitestReport(vitest, '/portal')).toEqual([
		{ ids: ['A7'], title: 'A7: group > once', file: 'src/a.test.ts', isPassed: true },
		{ ids: ['A8'], title: 'A8: step', file: 'src/a.test.ts', isPassed: false }
	]);
	const spec = (title: string, status: string) => ({ title, tests: [{ status }] });
	const file = 'holds.e2e.ts';
	const playwright = {
		config: { rootDir: '/portal/tests/e2e' },
		suites: [
			{
				...{ title: file, file, specs: [spec('W1: policy', 'expected')] },
				suites: [{ title: 'inner', file, specs: [spec('W3: headers', 'flaky')] }]
			}
		]
	};
	expect(readPlaywrightReport(playwright, '/portal')).toMatchObject([
		{ ids: ['W1'], title: 'W1: policy', file: `tests/e2e/${file}`, isPassed: true },
		{ ids: ['W3'], title: 'inner > W3: headers', isPassed: false }
	]);
});

let folder = '';
afterEach(() => rmSync(folder || '/nowhere', { recursive: true, force: true }));

test('titles are collected from test files, proofs from documents, and the table tells both', () => {
	folder = mkdtempSync(join(tmpdir(), 'kp-coverage-'));
	const files: Readonly<Record<string, string>> = {
		'src/a.test.ts': `test('A7: once', f);`,
		'src/a.ts': `const text = 'A8: no test';`,
		'tools/security/own.test.ts': `const example = 'A9: example';`,
		'tests/e2e/b.e2e.ts': `test('A7: in a browser', f);`,
		'docs/security/input.md': '# Input\n\nProves: 2.1.1\n',
		'static/x.txt': '',
		'drizzle/x.sql': ''
	};
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), text);
	}
	const found = readSources(folder);
	expect([...found.filesOf]).toEqual([['A7', ['src/a.test.ts', 'tests/e2e/b.e2e.ts']]]);
	expect([...found.documentsOf]).toEqual([['2.1.1', ['input.md']]]);
	const table = writeTable(claimAll(found, two, { A10: 'not built yet' }));
	expect(table).toContain('Requirements done: 1 of 2. ASVS 5.0.0 done: 1 of 251 that apply.');
	expect(table).toContain(
		'| A7 | once | 6.5.1 | [a.test.ts](../../src/a.test.ts), [b.e2e.ts](../../tests/e2e/b.e2e.ts) | done |'
	);
	expect(table).toContain('| A10 | booked | 6.5.1, 6.6.3 |  | open: not built yet |');
});
