// Built as /strength.js (tools/build/strength-entry.ts). portal.js loads it when somebody goes into a new-password
// field, and only then come the words of the page's language: 130 to 165 kB gzip that nobody else needs.
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs } from '@zxcvbn-ts/language-common';
import type { StrengthTexts } from './strength-texts.ts';

const QUIET_MS = 400;
const PASSWORD_MIN = 12;
/** Nothing is said of an empty field, and no advice given where it is hard to guess. */
const LENGTHS = [0, 2, 2, 1, 1];
const WARNINGS: readonly (readonly [keyof StrengthTexts['advice'], RegExp])[] = [
	['name', /^(namesByThemselves|commonNames|userInputs)$/],
	['row', /^(straightRow|keyPattern|simpleRepeat|extendedRepeat|sequences)$/],
	['date', /^(recentYears|dates)$/],
	['word', /^(topTen|topHundred|common|similarToCommon|wordByItself|pwned)$/]
];

/** Shows below the field how hard its password is to guess, and what would make it harder. Never refuses. */
export async function showStrength(input: HTMLInputElement): Promise<void> {
	const meter = document.querySelector<HTMLElement>(`[data-strength-of="${input.id}"]`);
	const text = meter?.querySelector('[role=status]');
	if (!meter || !text) return;
	const texts = JSON.parse(meter.dataset['texts'] ?? '') as StrengthTexts;
	const isEnglish = document.documentElement.lang === 'en';
	const { dictionary } = await (isEnglish ? import('portal:words/en') : import('portal:words/de'));
	const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
	const show = () => {
		const { score, feedback } = zxcvbn.check(input.value, othersOf(input));
		const isShort = [...input.value.normalize('NFC')].length < PASSWORD_MIN;
		const level = input.value === '' ? 0 : isShort ? 1 : Math.max(1, score);
		const advice = WARNINGS.find(([, keys]) => keys.test(feedback.warning ?? ''))?.[0] ?? 'more';
		const verdict = [texts.levels[level - 1], isShort ? texts.short : texts.advice[advice]];
		meter.dataset['level'] = String(level);
		text.textContent = verdict.slice(0, LENGTHS[level]).join(' ');
	};
	// Before its first text: a screen reader only reads changes of what is already there.
	meter.hidden = false;
	let waiting: ReturnType<typeof setTimeout> | undefined;
	// A screen reader would read out every letter's verdict.
	input.addEventListener('input', () => {
		clearTimeout(waiting);
		waiting = setTimeout(show, QUIET_MS);
	});
	if (input.value) show();
}

/** What else stands in the form: names and address of the person, which are guessed first. */
function othersOf(input: HTMLInputElement): string[] {
	return [...(input.form?.elements ?? [])].flatMap((field) =>
		field instanceof HTMLInputElement && /^(text|email|tel)$/.test(field.type) && field !== input
			? field.value.split(/[\s@.]+/)
			: []
	);
}
