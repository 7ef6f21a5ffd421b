/** What the runners' reports say: how many, and which failed why. */
import { stripVTControlCharacters } from 'node:util';

export type Counts = {
	readonly passed: number;
	readonly failed: number;
	/** One a failed test: its name and the start of its error. */
	readonly failures?: readonly string[];
};

/** Of an error the start says what was expected; a page of stack would push the others out. */
const LONGEST_ERROR = 600;

export function readVitest(json: unknown): Counts {
	const failures = listAt(json, 'testResults').flatMap((file) =>
		listAt(file, 'assertionResults')
			.filter((test) => textAt(test, 'status') === 'failed')
			.map((test) => failureOf(textAt(test, 'fullName'), listAt(test, 'failureMessages')[0]))
	);
	return {
		...{ passed: numberAt(json, 'numPassedTests'), failed: numberAt(json, 'numFailedTests') },
		failures
	};
}

export function readPlaywright(json: unknown): Counts {
	const stats = valueAt(json, 'stats');
	return {
		passed: numberAt(stats, 'expected'),
		failed: numberAt(stats, 'unexpected') + numberAt(stats, 'flaky'),
		failures: failuresIn(json)
	};
}

/** As `tests/faults/report.ts` writes it. */
export function readFaults(json: unknown): Counts {
	return {
		...{ passed: numberAt(json, 'passed'), failed: numberAt(json, 'failed') },
		failures: listAt(json, 'failures').map(String)
	};
}

export function failureOf(name: string, error: unknown): string {
	const text = stripVTControlCharacters(String(error ?? ''));
	return `${name}\n${text.slice(0, LONGEST_ERROR).trimEnd()}`;
}

/** Suites lie in suites; a test has a result for every try. */
function failuresIn(suite: unknown): readonly string[] {
	const own = listAt(suite, 'specs')
		.filter((spec) => valueAt(spec, 'ok') === false)
		.map((spec) => {
			const results = listAt(spec, 'tests').flatMap((test) => listAt(test, 'results'));
			const errors = results.flatMap((result) => listAt(result, 'errors'));
			return failureOf(textAt(spec, 'title'), textAt(errors[0], 'message'));
		});
	return [...own, ...listAt(suite, 'suites').flatMap(failuresIn)];
}

function valueAt(json: unknown, key: string): unknown {
	return typeof json === 'object' && json !== null ? Reflect.get(json, key) : undefined;
}

function numberAt(json: unknown, key: string): number {
	const value = valueAt(json, key);
	return typeof value === 'number' ? value : 0;
}

function textAt(json: unknown, key: string): string {
	const value = valueAt(json, key);
	return typeof value === 'string' ? value : '';
}

function listAt(json: unknown, key: string): readonly unknown[] {
	const value = valueAt(json, key);
	return Array.isArray(value) ? value : [];
}
