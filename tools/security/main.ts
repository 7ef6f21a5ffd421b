/**
 * `npm run security:coverage`: which test proves which requirement, and whether it passed.
 * `--write` renews docs/security/asvs.md (needs no run of the tests); `--check` is the last step of
 * `npm test`: it reads the reports of the steps before it and compares the committed table.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ASVS, CHAPTERS, chapterOf } from './asvs.ts';
import {
	brokenClaims,
	claimAll,
	isProven,
	provenAsvs,
	unknownIds,
	type Claims
} from './coverage.ts';
import { readReports, REPORTS, type Outcome } from './reports.ts';
import { newestChangeMs, readSources } from './sources.ts';
import { writeTable } from './table.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const TABLE = join(ROOT, 'docs/security/asvs.md');
const RENEW = 'npm run security:coverage -- --write';

function main(): void {
	const isCheck = process.argv.includes('--check');
	const sources = readSources(ROOT);
	const claims = claimAll(sources);
	const faults: string[] = unknownIds(sources).map((id) => `${id} is no id of ours`);
	const table = writeTable(claims);
	if (process.argv.includes('--write')) {
		mkdirSync(dirname(TABLE), { recursive: true });
		writeFileSync(TABLE, table);
		console.log('docs/security/asvs.md is up to date');
		return finish(faults);
	}
	if (!existsSync(TABLE) || readFileSync(TABLE, 'utf8') !== table) {
		faults.push(`docs/security/asvs.md is out of date: ${RENEW}`);
	}
	if (!isCheck && !hasFreshReports()) runTests();
	const outcomes = readReports(ROOT);
	if (!outcomes) return finish([...faults, `no reports in ${REPORTS.join(' and ')}: npm test`]);
	print(claims, outcomes);
	faults.push(
		...brokenClaims(claims, outcomes).map(
			(id) => `${id} is marked done, but no passing test proves it`
		)
	);
	finish(faults);
	const proven = claims.requirements.filter(
		({ requirement, openBecause }) => openBecause === null && isProven(requirement.id, outcomes)
	);
	console.log(
		`ASVS proven: ${provenAsvs(claims, outcomes).length} of ${ASVS.length}, ` +
			`requirements proven: ${proven.length} of ${claims.requirements.length}`
	);
}

function hasFreshReports(): boolean {
	const newest = newestChangeMs(ROOT);
	return REPORTS.map((file) => join(ROOT, file)).every(
		(file) => existsSync(file) && statSync(file).mtimeMs > newest
	);
}

function runTests(): void {
	console.log('The reports are missing or older than the sources: running the tests\n');
	spawnSync(
		process.execPath,
		['tools/test/run.ts', 'unit and integration', 'build', 'end to end'],
		{
			cwd: ROOT,
			stdio: 'inherit'
		}
	);
}

function print(claims: Claims, outcomes: readonly Outcome[]): void {
	const proven = new Set(provenAsvs(claims, outcomes));
	for (const { requirement, openBecause } of claims.requirements) {
		const state = openBecause === null ? 'done' : `open: ${openBecause}`;
		console.log(`${requirement.id.padEnd(4)} ${requirement.promise} (${state})`);
		const own = outcomes.filter(({ ids }) => ids.includes(requirement.id));
		for (const { title, file, isPassed } of own) {
			console.log(`     ${isPassed ? 'passed' : 'FAILED'}  ${title} [${file}]`);
		}
		if (openBecause !== null && isProven(requirement.id, outcomes)) {
			console.log('     its tests pass: is it still open?');
		}
	}
	console.log('');
	for (const [number, name] of Object.entries(CHAPTERS)) {
		const own = claims.asvs.filter(
			({ requirement }) => chapterOf(requirement.id) === Number(number)
		);
		const ids = own.map(({ requirement }) => requirement.id).filter((id) => proven.has(id));
		console.log(`V${number} ${name}: ${ids.length} of ${own.length}: ${ids.join(' ')}`);
	}
	console.log('');
}

function finish(faults: readonly string[]): void {
	for (const fault of faults) console.log(`FAULT: ${fault}`);
	process.exitCode = faults.length > 0 ? 1 : 0;
}

main();
