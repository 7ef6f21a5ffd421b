import { median } from '../load/median.ts';
import { rounded } from '../measure.ts';
import { withPortal, type BenchPortal } from '../portal/bench-portal.ts';
import {
	addresses,
	createTryIn,
	FREE_TRIES,
	requireStopped,
	seedKnownAddresses,
	type Try,
	type TryIn
} from '../portal/sign-in-tries.ts';
import type { Part, Report } from '../run-bench.ts';

// Requests under way at once: the hash blocks the isolate, more would only wait in line.
const CONNECTIONS = 2;
const WARM_UPS = 5;
/** Issue 3, the timing half of A17: "200 runs known and unknown, medians within 10 ms". */
const A17_CEILING_MS = 10;
/** Issue 2: "two round trips to the database per signed-in page and three per write". */
const TRIPS_CEILING = 3;

export type Runs = {
	/** Tries of each kind in the comparison of known and unknown addresses. */
	readonly compared: number;
	readonly atOnce: number;
	/** Few enough to be over before the first pause of 30 seconds is. */
	readonly stopped: number;
};

export const signIns: Part = {
	name: 'sign-in',
	about: 'first step of the sign-in with hashing, what the throttle stops, and A17',
	run: (report) => measureSignIns({ compared: 200, atOnce: 100, stopped: 40 }, report)
};

export async function measureSignIns(runs: Runs, report: Report): Promise<void> {
	await withPortal({ say: report.say, trustsClientIpHeader: true }, async (portal) => {
		const tryIn = createTryIn(portal);
		for (const email of addresses('warm', WARM_UPS)) await tryIn(email);
		await measureRate(runs.atOnce, tryIn, report);
		await compareAddresses(runs.compared, portal, tryIn, report);
		await requireStopped(portal, 0);
		await measureThrottle(runs.stopped, tryIn, report);
		await requireStopped(portal, runs.stopped);
	});
}

async function measureRate(count: number, tryIn: TryIn, { say, measured }: Report): Promise<void> {
	say(`${count} sign-ins, ${CONNECTIONS} at once`);
	const waiting = [...addresses('rate', count)];
	const done: Try[] = [];
	const work = async () => {
		for (let email = waiting.pop(); email !== undefined; email = waiting.pop()) {
			done.push(await tryIn(email));
		}
	};
	const startedAtMs = performance.now();
	await Promise.all(Array.from({ length: CONNECTIONS }, work));
	const seconds = (performance.now() - startedAtMs) / 1_000;
	measured({ measure: 'sign-in: rate', value: rounded(count / seconds), unit: 'requests/s' });
	measured({ measure: 'sign-in: median', value: medianMs(done), unit: 'ms' });
}

/** In turns, and every other time the other way round: what slows the machine slows both. */
async function compareAddresses(
	count: number,
	portal: BenchPortal,
	tryIn: TryIn,
	{ say, measured }: Report
): Promise<void> {
	say('Making accounts');
	const names = Math.ceil(count / FREE_TRIES);
	const known = await seedKnownAddresses(portal, names);
	const unknown = addresses('unknown', names);
	say(`${count} tries with a known address and ${count} with an unknown one`);
	const tries = { known: [] as Try[], unknown: [] as Try[] };
	for (let run = 0; run < count; run += 1) {
		const order = run % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
		for (const kind of order) {
			// The same number of tries with every name, of both kinds: the fifth writes one entry more.
			const email = (kind === 'known' ? known : unknown)[run % names];
			if (email !== undefined) tries[kind].push(await tryIn(email));
		}
	}
	const ofKnown = median(tries.known.map(({ ms }) => ms));
	const ofUnknown = median(tries.unknown.map(({ ms }) => ms));
	measured({ measure: 'sign-in: known address', value: rounded(ofKnown), unit: 'ms' });
	measured({ measure: 'sign-in: unknown address', value: rounded(ofUnknown), unit: 'ms' });
	measured({
		measure: 'sign-in: known beside unknown address (A17)',
		value: rounded(Math.abs(ofKnown - ofUnknown)),
		...{ unit: 'ms', ceiling: A17_CEILING_MS }
	});
}

/** What a guess costs us, once the throttle stops it and before. */
async function measureThrottle(
	count: number,
	tryIn: TryIn,
	{ say, measured }: Report
): Promise<void> {
	say(`${count} tries that the throttle stops, beside as many that it lets through`);
	const [guessed = ''] = addresses('guessed', 1);
	for (let free = 0; free < FREE_TRIES; free += 1) await tryIn(guessed);
	const stopped: Try[] = [];
	const letThrough: Try[] = [];
	for (const email of addresses('fresh', count)) {
		stopped.push(await tryIn(guessed));
		letThrough.push(await tryIn(email));
	}
	for (const [name, tries] of Object.entries({ stopped, 'let through': letThrough })) {
		const measure = `sign-in: try that is ${name}`;
		const trips = median(tries.map((one) => one.trips));
		measured({ measure, value: medianMs(tries), unit: 'ms' });
		measured({
			measure: `${measure}, database`,
			value: trips,
			...{ unit: 'round trips', ceiling: TRIPS_CEILING }
		});
	}
}

const medianMs = (tries: readonly Try[]): number => rounded(median(tries.map(({ ms }) => ms)));
