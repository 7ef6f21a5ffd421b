/** Reads what vitest and playwright wrote about the last run. */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import * as v from 'valibot';
import { idsOfTitle } from './title.ts';

/** One test of the last run that proves something by its name or by that of a group it stands in. */
export type Outcome = {
	readonly ids: readonly string[];
	readonly title: string;
	readonly file: string;
	readonly isPassed: boolean;
};

export const REPORTS = ['test-results/vitest.json', 'test-results/e2e.json'] as const;

const vitestSchema = v.object({
	testResults: v.array(
		v.object({
			name: v.string(),
			assertionResults: v.array(
				v.object({ ancestorTitles: v.array(v.string()), title: v.string(), status: v.string() })
			)
		})
	)
});

export function readVitestReport(json: unknown, root: string): readonly Outcome[] {
	return v.parse(vitestSchema, json).testResults.flatMap(({ name, assertionResults }) =>
		assertionResults.map(({ ancestorTitles, title, status }) => ({
			ids: [...ancestorTitles, title].flatMap(idsOfTitle),
			title: [...ancestorTitles, title].join(' > '),
			file: relative(root, name),
			isPassed: status === 'passed'
		}))
	);
}

type Suite = {
	readonly title: string;
	readonly file: string;
	readonly specs: readonly {
		readonly title: string;
		readonly tests: readonly { readonly status: string }[];
	}[];
	readonly suites?: readonly Suite[] | undefined;
};

const suiteSchema: v.GenericSchema<Suite> = v.object({
	title: v.string(),
	file: v.string(),
	specs: v.array(v.object({ title: v.string(), tests: v.array(v.object({ status: v.string() })) })),
	suites: v.optional(v.array(v.lazy(() => suiteSchema)))
});
const playwrightSchema = v.object({
	config: v.object({ rootDir: v.string() }),
	suites: v.array(suiteSchema)
});

export function readPlaywrightReport(json: unknown, root: string): readonly Outcome[] {
	const { config, suites } = v.parse(playwrightSchema, json);
	const outcomesOf = (suite: Suite, above: readonly string[]): readonly Outcome[] => [
		...suite.specs.map(({ title, tests }) => ({
			ids: [...above, title].flatMap(idsOfTitle),
			title: [...above, title].join(' > '),
			file: relative(root, `${config.rootDir}/${suite.file}`),
			// A test that was skipped, or passed at the second try only, proves nothing.
			isPassed: tests.length > 0 && tests.every(({ status }) => status === 'expected')
		})),
		...(suite.suites ?? []).flatMap((inner) => outcomesOf(inner, [...above, inner.title]))
	];
	return suites.flatMap((suite) => outcomesOf(suite, []));
}

/** The tests of the last run, or null when one of the two reports is missing. */
export function readReports(root: string): readonly Outcome[] | null {
	const [vitest, playwright] = REPORTS.map((file) => `${root}/${file}`);
	if (!vitest || !playwright || !existsSync(vitest) || !existsSync(playwright)) return null;
	const parse = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
	return [
		...readVitestReport(parse(vitest), root),
		...readPlaywrightReport(parse(playwright), root)
	].filter(({ ids }) => ids.length > 0);
}
