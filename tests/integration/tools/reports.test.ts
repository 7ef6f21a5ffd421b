import { expect, test } from 'vitest';
import { readFaults, readPlaywright, readVitest } from '../../../tools/test/reports.ts';

const RED = '\u001B[31m';

test('the failed tests of a unit run are named with the start of their error', () => {
	const assertionResults = [
		{ status: 'passed', fullName: 'adds', failureMessages: [] },
		{ status: 'failed', fullName: 'subtracts', failureMessages: [`${RED}Error: 3, not 2`, 'more'] }
	];
	const report = { numPassedTests: 1, numFailedTests: 1, testResults: [{ assertionResults }] };
	expect(readVitest(report)).toEqual({
		...{ passed: 1, failed: 1, failures: ['subtracts\nError: 3, not 2'] }
	});
});

test('the failed tests of a browser run are found in suites within suites', () => {
	const spec = (title: string, ok: boolean, message: string) => ({
		...{ title, ok, tests: [{ results: [{ errors: ok ? [] : [{ message }] }] }] }
	});
	const inner = { specs: [spec('signs in', false, `${RED}Timeout ${'x'.repeat(900)}`)] };
	const report = {
		stats: { expected: 1, unexpected: 1, flaky: 0 },
		suites: [{ specs: [spec('opens', true, '')], suites: [inner] }]
	};
	const { passed, failed, failures = [] } = readPlaywright(report);
	expect([passed, failed, failures.length]).toEqual([1, 1, 1]);
	expect(failures[0]).toMatch(/^signs in\nTimeout x{592}$/);
});

test('a report that says nothing counts nothing', () => {
	const nothing = { passed: 0, failed: 0, failures: [] };
	expect([readVitest(null), readPlaywright({}), readFaults([])]).toEqual([
		nothing,
		nothing,
		nothing
	]);
	expect(readFaults({ passed: 2, failed: 1, failures: ['fault 5\nError'] })).toEqual({
		...{ passed: 2, failed: 1, failures: ['fault 5\nError'] }
	});
});
