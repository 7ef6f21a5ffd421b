import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { noteRefusedValue } from '#lib/server/edge/refused-value.ts';
import { SealedValueError } from '#lib/server/platform/sealed-value.ts';
import { handleError } from '../../../src/hooks.server.ts';

const REQUEST = '00000000-0000-4000-8000-000000000001';
let lines: string[];
beforeEach(() => {
	lines = [];
	vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

function eventWith(record: (accountId: string | null, objectRef: string) => Promise<unknown>) {
	const locals = {
		requestId: REQUEST,
		isUnavailable: false,
		signedIn: { actor: { accountId: 'a1' } },
		services: { recordRefusedValue: record }
	};
	return { locals, route: { id: '/(customer)/claims/[id]' } } as unknown as Parameters<
		typeof handleError
	>[0]['event'];
}

test('D2: a value that does not open gives the plain error page, a log line and an audit event', async () => {
	const recorded: unknown[] = [];
	const shown = await handleError({
		error: new SealedValueError(),
		event: eventWith(async (...entry) => recorded.push(entry)),
		status: 500,
		message: 'Internal Error'
	});
	expect(shown).toEqual({ message: 'unexpected', requestId: REQUEST });
	expect(recorded).toEqual([['a1', 'route:/(customer)/claims/[id]']]);
	expect(JSON.parse(lines.join())).toMatchObject({
		level: 'error',
		event: 'sealed-value-refused',
		requestId: REQUEST,
		error: 'a stored value could not be opened'
	});
	expect(lines.join()).not.toContain('a1');
});

test('D2: another error is not recorded as damaged data', async () => {
	const recorded: unknown[] = [];
	await handleError({
		error: new Error('a bug'),
		event: eventWith(async (...entry) => recorded.push(entry)),
		status: 500,
		message: 'Internal Error'
	});
	expect(recorded).toEqual([]);
	expect(lines.join()).toContain('unexpected-error');
});

test('D2: a log that cannot be written does not hide the refusal', async () => {
	await noteRefusedValue(new SealedValueError(), {
		requestId: REQUEST,
		routeId: null,
		accountId: null,
		record: () => Promise.reject(new Error('fetch failed'))
	});
	expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
		'sealed-value-refused',
		'audit-failed'
	]);
});
