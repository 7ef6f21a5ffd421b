import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { isFromWorker, isOwnMessage } from './own-message.ts';

afterEach(() => vi.unstubAllGlobals());

test('W9: a message of another origin or shape is dropped', () => {
	vi.stubGlobal('location', { origin: 'https://portal.example' });
	const from = (origin: string, data: unknown) => isOwnMessage({ origin, data }, 'changed');
	expect(from('https://portal.example', 'changed')).toBe(true);
	expect(from('https://evil.example', 'changed')).toBe(false);
	expect(from('null', 'changed')).toBe(false);
	for (const data of ['Changed', { data: 'changed' }, ['changed'], null, undefined]) {
		expect(from('https://portal.example', data)).toBe(false);
	}
});

test('W9: what another window says is no message of a worker', () => {
	expect(isFromWorker({ origin: '' })).toBe(true);
	for (const origin of ['null', 'https://evil.example'])
		expect(isFromWorker({ origin })).toBe(false);
});

test('W9: nobody listens to messages without asking where they come from', () => {
	const listens = /addEventListener\(\s*['"]message|\.onmessage\b/;
	const listeners = ['src', 'static'].flatMap((folder) =>
		readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((file) => /\.(ts|js|svelte)$/.test(file) && !file.endsWith('.test.ts'))
			.map((file) => readFileSync(join(folder, file), 'utf8'))
			.filter((source) => listens.test(source))
	);
	expect(listeners.length).toBeGreaterThanOrEqual(3);
	for (const source of listeners) {
		expect(source).toMatch(/isOwnMessage\(|isFromWorker\(|origin === (self\.location\.origin|'')/);
	}
});
