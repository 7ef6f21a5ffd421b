import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { failureOf } from '../../tools/test/reports.ts';
import { FAULTS } from './list.ts';

const FOLDER = 'test-results';
const REPORT = `${FOLDER}/faults.json`;
/** Set where this run is the rest after `npm test`: its table then tells of both. */
const AFTER_PART = 'FAULTS_AFTER_PART';
/** The end of a failure tells what it was; a build that failed would fill pages. */
const LONGEST_TEXT = 2_000;
const NUMBER = /^fault (\d+)\b/;

type Outcome = { readonly isHeld: boolean; readonly seconds: number };

/** What is read back of a run: the fault's number and its outcome. */
type Written = { readonly outcomes: readonly (readonly [number, Outcome])[] };

/**
 * Prints the table of the reference's list and the line that counts. A fault holds when every test
 * that names it has passed; a run of a part says so for the rest.
 */
export default class FaultReport implements Reporter {
	readonly #outcomes = new Map<number, Outcome>();
	readonly #failures: string[] = [];
	readonly #short: string[] = [];
	#others = 0;

	onBegin(): void {
		if (!process.env[AFTER_PART] || !existsSync(REPORT)) return;
		const { outcomes } = JSON.parse(readFileSync(REPORT, 'utf8')) as Written;
		for (const [number, outcome] of outcomes) this.#outcomes.set(number, outcome);
	}

	onTestEnd(test: TestCase, result: TestResult): void {
		// Its line in the list says why.
		if (result.status === 'skipped') return;
		const isHeld = result.status === 'passed';
		const number = Number(NUMBER.exec(test.title)?.[1] ?? Number.NaN);
		process.stdout.write(
			`${isHeld ? 'held  ' : 'BROKEN'} ${test.title} (${(result.duration / 1000).toFixed(1)} s)\n`
		);
		if (!isHeld) {
			const text = textOf(result);
			this.#failures.push(`${test.title}\n${text.slice(-LONGEST_TEXT)}`);
			this.#short.push(failureOf(test.title, text));
		}
		if (Number.isNaN(number)) {
			if (!isHeld) this.#others += 1;
			return;
		}
		const before = this.#outcomes.get(number) ?? { isHeld: true, seconds: 0 };
		this.#outcomes.set(number, {
			isHeld: before.isHeld && isHeld,
			seconds: before.seconds + result.duration / 1000
		});
	}

	onError(error: { message?: string }): void {
		this.#others += 1;
		this.#failures.push(error.message ?? 'an error outside of every test');
	}

	onEnd(): void {
		for (const failure of this.#failures) process.stdout.write(`\n${failure}\n`);
		process.stdout.write(
			'\n  #  fault                                            injected by                     held\n'
		);
		for (const fault of FAULTS) process.stdout.write(`${this.#line(fault)}\n`);
		const held = [...this.#outcomes.values()].filter(({ isHeld }) => isHeld).length;
		const broken = this.#outcomes.size - held + this.#others;
		mkdirSync(FOLDER, { recursive: true });
		const outcomes: Written['outcomes'] = [...this.#outcomes];
		writeFileSync(
			REPORT,
			JSON.stringify({ passed: held, failed: broken, failures: this.#short, outcomes })
		);
		// After the table once more: of a long output the end is what is read.
		for (const failure of this.#short) process.stdout.write(`\nBROKEN ${failure}\n`);
		process.stdout.write(
			`\nfaults held: ${held} of ${FAULTS.length}, not run here: ${FAULTS.length - this.#outcomes.size}\n`
		);
	}

	#line({ number, name, injectedBy, notHere }: (typeof FAULTS)[number]): string {
		const outcome = this.#outcomes.get(number);
		const held =
			outcome === undefined
				? (notHere ?? 'not in this run')
				: `${outcome.isHeld ? 'yes' : 'NO'} (${outcome.seconds.toFixed(0)} s)`;
		return `${String(number).padStart(3)}  ${name.padEnd(48)} ${injectedBy.padEnd(31)} ${held}`;
	}

	printsToStdio(): boolean {
		return true;
	}
}

function textOf(result: TestResult): string {
	return result.errors.map(({ message, stack }) => stack ?? message ?? '').join('\n');
}
