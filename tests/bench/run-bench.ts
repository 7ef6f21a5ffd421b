import { isOutside, type Measure } from './measure.ts';

export type Report = {
	readonly measured: (measure: Measure) => void;
	/** For people who wait. */
	readonly say: (text: string) => void;
};

export type Part = {
	readonly name: string;
	readonly about: string;
	readonly run: (report: Report) => Promise<void>;
};

export type Output = {
	readonly print: (line: string) => void;
	readonly say: (text: string) => void;
};

/** Runs the named parts, or all. Answers the exit code: 1 when a measure is outside or a part failed. */
export async function runBench(
	names: readonly string[],
	parts: readonly Part[],
	output: Output
): Promise<number> {
	if (names.includes('--list')) {
		parts.forEach(({ name, about }) => output.print(`${name}: ${about}`));
		return 0;
	}
	const unknown = names.filter((name) => !parts.some((part) => part.name === name));
	if (unknown.length > 0) {
		const known = parts.map(({ name }) => name).join(', ');
		output.say(`There is no part "${unknown.join('", "')}". There are: ${known}.`);
		return 1;
	}
	const chosen = parts.filter(({ name }) => names.length === 0 || names.includes(name));
	const tally = { measured: 0, outside: 0, failed: 0 };
	for (const part of chosen) await runPart(part, tally, output);
	output.print(`${tally.measured} measured, ${tally.outside} outside`);
	return tally.outside + tally.failed > 0 ? 1 : 0;
}

async function runPart(
	part: Part,
	tally: { measured: number; outside: number; failed: number },
	{ print, say }: Output
): Promise<void> {
	const startedAtMs = Date.now();
	say(`${part.name}: ${part.about}`);
	try {
		await part.run({
			measured(measure) {
				tally.measured += 1;
				print(JSON.stringify(measure));
				if (!isOutside(measure)) return;
				tally.outside += 1;
				say(`${part.name}: outside: ${measure.measure}`);
			},
			say: (text) => say(`${part.name}: ${text}`)
		});
	} catch (error) {
		tally.failed += 1;
		say(`${part.name} failed: ${error instanceof Error ? error.stack : String(error)}`);
	}
	say(`${part.name}: ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
}
