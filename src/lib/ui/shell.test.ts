import { expect, test } from 'vitest';
import { currentOf } from './shell.ts';

test('a place is the page itself, or holds it, or neither', () => {
	expect(currentOf('/claims', '/claims')).toBe('page');
	expect(currentOf('/claims?page=2', '/claims')).toBe('page');
	expect(currentOf('/claims/0193', '/claims')).toBe('true');
	expect(currentOf('/claims-archive', '/claims')).toBeUndefined();
	expect(currentOf('', '/claims')).toBeUndefined();
});
