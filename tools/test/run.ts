/**
 * `npm test`: everything, in the order in which a fault is cheapest to find. Every step runs even when
 * an earlier one failed; the last line is the true total.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { readFaults, readPlaywright, readVitest, type Counts } from './reports.ts';

type Step = {
	readonly name: string;
	readonly command: readonly string[];
	/** Keeps one core busy and only reads: such steps in a row run two at a time. */
	readonly isCheck?: true;
	/** Where the runner writes its counts; a step without one counts as one test. */
	readonly report?: { readonly file: string; readonly read: (json: unknown) => Counts };
};

const bin = (name: string) => `node_modules/.bin/${name}`;
const UNIT_REPORT = 'test-results/vitest.json';
const E2E_REPORT = 'test-results/e2e.json';
const FAULTS_REPORT = 'test-results/faults.json';

const STEPS: readonly Step[] = [
	{ name: 'messages and types', command: [process.execPath, 'tools/test/prepare.ts'] },
	// The longest first, so that the others fit beside it.
	{ name: 'lint', isCheck: true, command: [bin('eslint'), '--max-warnings', '0', '.'] },
	{ name: 'types', isCheck: true, command: [bin('svelte-check'), '--fail-on-warnings'] },
	{
		name: 'format',
		isCheck: true,
		command: [bin('prettier'), '--check', '--log-level', 'warn', '.']
	},
	{
		name: 'import rules',
		isCheck: true,
		command: [bin('depcruise'), 'src', '--config', '.dependency-cruiser.cjs']
	},
	{
		name: 'migration drift',
		isCheck: true,
		command: [process.execPath, 'tools/database/drift.ts']
	},
	{
		name: 'unit and integration',
		command: [
			bin('vitest'),
			'run',
			'--reporter=default',
			'--reporter=json',
			`--outputFile.json=${UNIT_REPORT}`
		],
		report: { file: UNIT_REPORT, read: readVitest }
	},
	{ name: 'build', command: [process.execPath, 'tools/build/build.ts'] },
	{ name: 'list of components', command: [process.execPath, 'tools/build/sbom.ts'] },
	{
		name: 'end to end',
		command: [bin('playwright'), 'test'],
		report: { file: E2E_REPORT, read: readPlaywright }
	},
	{
		// The part that fits; `.ci/run` runs the rest after this.
		name: 'faults, the part',
		command: [
			bin('playwright'),
			'test',
			'--config',
			'tests/faults/playwright.config.ts',
			'--grep',
			'@part'
		],
		report: { file: FAULTS_REPORT, read: readFaults }
	},
	{
		name: 'security coverage',
		command: [process.execPath, 'tools/security/main.ts', '--check']
	}
];

type Outcome = Counts & { readonly name: string; readonly seconds: number };

/** Two cores. */
const CHECKS_AT_ONCE = 2;

async function main(): Promise<void> {
	const wanted = process.argv.slice(2);
	const steps = wanted.length > 0 ? STEPS.filter((step) => wanted.includes(step.name)) : STEPS;
	const outcomes: Outcome[] = [];
	for (const round of roundsOf(steps)) outcomes.push(...(await runRound(round)));
	console.log('');
	for (const { name, passed, failed, seconds } of outcomes) {
		console.log(
			`${failed === 0 ? 'ok    ' : 'FAILED'} ${name}: ${passed} passed, ${failed} failed (${seconds} s)`
		);
	}
	// Once more at the end: of a long output the end is what is read.
	for (const { name, failures = [] } of outcomes) {
		for (const failure of failures) console.log(`\nfailed in ${name}: ${failure}`);
	}
	const total = (key: 'passed' | 'failed') => outcomes.reduce((sum, one) => sum + one[key], 0);
	console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
	process.exitCode = total('failed') === 0 ? 0 : 1;
}

/** Checks in a row are one round; every other step is one of its own. */
function roundsOf(steps: readonly Step[]): Step[][] {
	const rounds: Step[][] = [];
	for (const step of steps) {
		const last = rounds.at(-1);
		if (step.isCheck && last?.[0]?.isCheck) last.push(step);
		else rounds.push([step]);
	}
	return rounds;
}

async function runRound(round: readonly Step[]): Promise<Outcome[]> {
	const waiting = [...round.entries()];
	const outcomes: Outcome[] = [];
	async function work(): Promise<void> {
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			const [place, step] = next;
			outcomes[place] = await runStep(step, round.length > 1);
		}
	}
	await Promise.all(Array.from({ length: CHECKS_AT_ONCE }, work));
	return outcomes;
}

/** @param isAmongOthers its output is kept until it ends: two at once would be mixed line by line. */
async function runStep(step: Step, isAmongOthers: boolean): Promise<Outcome> {
	const heading = `\n== ${step.name}`;
	if (!isAmongOthers) console.log(heading);
	const startedMs = Date.now();
	if (step.report) rmSync(step.report.file, { force: true });
	const { code, output } = await run(step.command, isAmongOthers ? 'pipe' : 'inherit');
	if (isAmongOthers) console.log(`${heading}\n${output}`.trimEnd());
	const seconds = Math.round((Date.now() - startedMs) / 1000);
	return { name: step.name, seconds, ...countsOf(step, code) };
}

function run(
	[command = '', ...rest]: readonly string[],
	output: 'inherit' | 'pipe'
): Promise<{ readonly code: number; readonly output: string }> {
	return new Promise((resolve) => {
		const chunks: Buffer[] = [];
		const child = spawn(command, rest, {
			stdio: ['ignore', output, output],
			env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' }
		});
		const end = (code: number) => resolve({ code, output: Buffer.concat(chunks).toString() });
		for (const stream of [child.stdout, child.stderr]) {
			stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
		}
		child.on('error', (error) => {
			console.error(error.message);
			end(1);
		});
		child.on('close', (code) => end(code ?? 1));
	});
}

/** A runner that crashed, or that ran nothing, has failed whatever its report says. */
function countsOf(step: Step, code: number): Counts {
	if (!step.report) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
	if (!existsSync(step.report.file)) return { passed: 0, failed: 1 };
	const counts = step.report.read(JSON.parse(readFileSync(step.report.file, 'utf8')));
	const isBroken = code !== 0 && counts.failed === 0;
	return isBroken || counts.passed + counts.failed === 0
		? { ...counts, failed: counts.failed + 1 }
		: counts;
}

await main();
