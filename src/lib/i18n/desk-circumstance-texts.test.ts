import { expect, test } from 'vitest';
import { CIRCUMSTANCE_FIELDS } from '#lib/domain/claims/circumstances.ts';
import { CIRCUMSTANCE_LABELS } from './circumstance-texts.ts';
import { DESK_CIRCUMSTANCE_LABELS } from './desk-circumstance-texts.ts';
import { overwriteGetLocale } from './generated/runtime.js';

test.each(['de', 'en'] as const)('the desk asks a clerk nothing, in %s', (locale) => {
	overwriteGetLocale(() => locale);
	// The customer's own labels do, so that the pattern is known to find it.
	const asks = /\?|\b(you|your|Sie|Ihre?[nmrs]?)\b/;
	expect(CIRCUMSTANCE_FIELDS.some((field) => asks.test(CIRCUMSTANCE_LABELS[field]()))).toBe(true);
	const labels = CIRCUMSTANCE_FIELDS.map((field) => DESK_CIRCUMSTANCE_LABELS[field]());
	expect(new Set(labels).size).toBe(CIRCUMSTANCE_FIELDS.length);
	for (const label of labels) expect(label).not.toMatch(asks);
});
