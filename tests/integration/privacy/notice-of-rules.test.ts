/** The privacy notice names decisions by rules where there are any (Art. 13 (2) f, Art. 22 GDPR). */
import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import { overwriteGetLocale } from '#lib/i18n/generated/runtime.js';
import Notice from '../../../src/routes/(public)/privacy/+page.svelte';

const noticeOf = (locale: 'de' | 'en', hasRules: boolean) => {
	overwriteGetLocale(() => locale);
	const data = { locale, hasPush: false, hasRules };
	return render(Notice as Component<{ data: typeof data }>, { props: { data } }).body;
};

test.each([
	['de', 'Entscheiden Regeln', '150,00', ['kürzen nie', 'dass eine Person', 'Art. 22 DSGVO']],
	['en', 'Do rules decide', '150.00', ['never cut', 'a person to check', 'Art. 22 GDPR']]
] as const)('in %s: what they do, by what, and that a person can be asked', (locale, ...says) => {
	const notice = noticeOf(locale, true);
	for (const text of says.flat()) expect(notice).toContain(text);
});

test.each(['de', 'en'] as const)('in %s it says nothing of rules where they are off', (locale) => {
	expect(noticeOf(locale, false)).not.toMatch(/Regeln|rules/i);
});
