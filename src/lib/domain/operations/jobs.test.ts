import { expect, it } from 'vitest';
import { nextRunMs } from './jobs.ts';

const at = (text: string) => Date.parse(text);

it.each([
	['outbox', '2026-11-26T10:00:30Z', null, '2026-11-26T10:01:30Z'],
	['exchange-rates', '2026-11-26T10:00:30Z', null, '2026-11-26T10:05:00Z'],
	['exchange-rates', '2026-11-26T10:05:00Z', null, '2026-11-26T10:35:00Z'],
	['exchange-rates', '2026-11-26T10:59:00Z', null, '2026-11-26T11:05:00Z'],
	['retention', '2026-11-26T10:00:00Z', null, '2026-11-26T10:01:00Z'],
	['retention', '2026-11-26T10:00:00Z', '2026-11-25', '2026-11-26T10:01:00Z'],
	['retention', '2026-11-26T10:00:00Z', '2026-11-26', '2026-11-26T23:00:00Z'],
	// The nights of the clocks: 25 hours in October, 23 in March.
	['retention', '2026-10-25T10:00:00Z', '2026-10-25', '2026-10-25T23:00:00Z'],
	['retention', '2027-03-28T10:00:00Z', '2027-03-28', '2027-03-28T22:00:00Z']
] as const)('%s that ran at %s (retention done on %s) runs next at %s', (job, ran, done, next) => {
	expect(nextRunMs(job, { startedAtMs: at(ran) }, done)).toBe(at(next));
});
