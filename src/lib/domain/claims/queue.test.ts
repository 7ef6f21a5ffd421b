import { describe, expect, it } from 'vitest';
import { normaliseClaimNumber, parseCursor, writeCursor } from './queue.ts';

const ID = '019aa000-0000-7000-8000-00000000000a';

describe('parseCursor', () => {
	it('reads back what writeCursor wrote', () => {
		const cursor = { submittedAtMs: 1_795_000_000_000, id: ID };
		expect(parseCursor(writeCursor(cursor))).toEqual(cursor);
	});

	it.each([null, '', '_', `x_${ID}`, `1_${ID}x`, "1_' or 1=1 --", `-1_${ID}`, `1e9_${ID}`])(
		'takes %j for no cursor',
		(text) => {
			expect(parseCursor(text)).toBeNull();
		}
	);
});

describe('normaliseClaimNumber', () => {
	it.each(['S-2026-7K4MXR', ' s-2026-7k4mxr ', 'S-2026- 7K4MXR'])('reads %j', (typed) => {
		expect(normaliseClaimNumber(typed)).toBe('S-2026-7K4MXR');
	});

	it.each(['', 'S', '<script>', '-----', 'S-2026-7K4MXR-AND-MUCH-MORE-OF-IT', 'S_2026'])(
		'refuses %j',
		(typed) => {
			expect(normaliseClaimNumber(typed)).toBeNull();
		}
	);
});
