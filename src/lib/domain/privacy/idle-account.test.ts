import { expect, test } from 'vitest';
import { idleSinceMs } from './idle-account.ts';

test.each([
	['2026-11-26T10:00:00Z', '2024-11-26T10:00:00Z'],
	['2026-02-28T23:59:59Z', '2024-02-28T23:59:59Z'],
	['2028-02-29T00:00:00Z', '2026-02-28T00:00:00Z']
])('D9: at %s an account is idle that was last used before %s', (now, then) => {
	expect(new Date(idleSinceMs(Date.parse(now))).toISOString()).toBe(then.replace('Z', '.000Z'));
});
