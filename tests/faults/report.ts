import { mkdirSync, writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { failureOf } from '../../tools/test/reports.ts';
import { FAULTS } from './list.ts';

const FOLDER = 'test-results';
/** The end of a failure tells what it was; a build that failed would fill pages. */
const LONGEST_TEXT = 2_000;
const NUMBER = /^fault (\d+)\b/;

/**
 * Prints the table of the reference's list and the line that counts. A fault holds when every test
 * that names it has passed; a run of a part says so for the rest.
 */
export default class FaultReport implements Reporter {
	readonly #outcomes = new Map<number, boolean>();
	readonly #failures: string[] = [];
	readonly #short: string[] = [];
	#others = 0;
	#seconds = new Map<number, number>();

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
		this.#outcomes.set(number, (this.#outcomes.get(number) ?? true) && isHeld);
		this.#seconds.set(number, (this.#seconds.get(number) ?? 0) + result.duration / 1000);
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
		const held = [...this.#outcomes.values()].filter(Boolean).length;
		const broken = this.#outcomes.size - held + this.#others;
		mkdirSync(FOLDER, { recursive: true });
		writeFileSync(
			`${FOLDER}/faults.json`,
			JSON.stringify({ passed: held, failed: broken, failures: this.#short })
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
				: `${outcome ? 'yes' : 'NO'} (${(this.#seconds.get(number) ?? 0).toFixed(0)} s)`;
		return `${String(number).padStart(3)}  ${name.padEnd(48)} ${injectedBy.padEnd(31)} ${held}`;
	}

	printsToStdio(): boolean {
		return true;
	}
}

function textOf(result: TestResult): string {
	return result.errors.map(({ message, stack }) => stack ?? message ?? '').join('\n');
}
