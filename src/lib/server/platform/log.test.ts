import { afterEach, expect, test, vi } from 'vitest';
import { logEvent } from './log.ts';

afterEach(() => vi.restoreAllMocks());

function linesOf(write: () => void): readonly unknown[][] {
	const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
	write();
	return printed.mock.calls;
}

test('ASVS 16.2.4: every event is one line of JSON with time in UTC, level and name', () => {
	const [line, ...more] = linesOf(() =>
		logEvent('warning', 'mail-not-sent', { requestId: 'r1', status: 503, error: 'a\nb\u2028c' })
	);
	expect(more).toEqual([]);
	const text = String(line?.[0]);
	expect(text).not.toMatch(/[\n\r]/);
	expect(JSON.parse(text)).toEqual({
		at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
		level: 'warning',
		event: 'mail-not-sent',
		requestId: 'r1',
		status: 503,
		error: 'a\nb\u2028c'
	});
});

test('ASVS 1.3.10: what an error says is printed as it is, signs of a format too', () => {
	const error = '100 %d %s %o %c ${1 + 1} {{1}} %';
	const [line] = linesOf(() => logEvent('error', 'job-failed', { error }));
	expect(line).toHaveLength(1);
	expect(JSON.parse(String(line?.[0]))).toMatchObject({ error });
});
