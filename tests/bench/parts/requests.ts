import { cpuMicroseconds } from '../load/cpu-time.ts';
import { load } from '../load/load.ts';
import { median } from '../load/median.ts';
import { rounded } from '../measure.ts';
import { signIn } from '../portal/accounts-road.ts';
import { withPortal } from '../portal/bench-portal.ts';
import { linkContract } from '../portal/claims-road.ts';
import { JUST_TAKE } from '../portal/steps.ts';
import type { Part, Report } from '../run-bench.ts';
import { withBenchWorker } from '../workers/bench-worker.ts';

// Requests a second say nothing by themselves on shared cores, CPU time and ratios do (performance.md, noise
// rules): the three Workers take turns, and every ratio is that of neighbours in time.
const ROUNDS = 7;
const TURN_MS = 1_500;
const WARM_UP_MS = 1_000;
const CONNECTIONS = 2;
const MAX_REQUESTS = 20_000;

type Server = {
	readonly name: string;
	readonly url: string;
	readonly cookie: string;
	readonly pid: number;
};

type Turn = {
	readonly requestsPerSecond: number;
	readonly medianMs: number;
	readonly cpuMicroseconds: number;
};

export const requests: Part = {
	name: 'requests',
	about: 'contract page beside a constant and a single query, in turns',
	async run(report) {
		await withPortal({ say: report.say }, async (portal) => {
			const customer = await signIn(portal, 'customer', JUST_TAKE);
			const contractId = await linkContract(portal, customer, JUST_TAKE);
			const cookie = customer.cookieHeader;
			const { bindings, portal: running } = portal.stack;
			const { DATABASE_URL = '' } = bindings;
			const workerd = running();
			if (!workerd) throw new Error('The portal is stopped');
			await withBenchWorker('constant', {}, (constant) =>
				withBenchWorker('one-query', { DATABASE_URL }, async (query) => {
					const page = { url: `${workerd.url}/contracts/${contractId}`, pid: workerd.pid };
					const servers: readonly Server[] = [
						{ name: 'constant', ...constant, cookie: '' },
						{ name: 'single query', ...query, cookie: '' },
						{ name: 'contract page', ...page, cookie }
					];
					print(servers, await takeTurns(servers, report), report);
				})
			);
		});
	}
};

async function takeTurns(
	servers: readonly Server[],
	{ say }: Report
): Promise<ReadonlyMap<Server, readonly Turn[]>> {
	const turns = new Map<Server, Turn[]>(servers.map((server) => [server, []]));
	for (const server of servers) await takeTurn(server, WARM_UP_MS);
	for (let round = 1; round <= ROUNDS; round += 1) {
		say(`round ${round} of ${ROUNDS}`);
		for (const server of servers) {
			turns.get(server)?.push(await takeTurn(server, TURN_MS));
		}
	}
	return turns;
}

async function takeTurn({ url, cookie, pid, name }: Server, maxMs: number): Promise<Turn> {
	const before = cpuMicroseconds(pid);
	const order = { url, cookie, connections: CONNECTIONS, maxMs, maxRequests: MAX_REQUESTS };
	const { requests: count, seconds, medianMs } = await load(order);
	const used = cpuMicroseconds(pid) - before;
	if (used === 0) throw new Error(`${name}: process ${pid} has done nothing, another one answers`);
	return { requestsPerSecond: count / seconds, medianMs, cpuMicroseconds: used / count };
}

function print(
	servers: readonly Server[],
	turns: ReadonlyMap<Server, readonly Turn[]>,
	{ measured }: Report
): void {
	const of = (server: Server, figure: keyof Turn) =>
		(turns.get(server) ?? []).map((turn) => turn[figure]);
	for (const server of servers) {
		const measure = (figure: keyof Turn, what: string, unit: string) =>
			measured({
				measure: `requests: ${server.name}, ${what}`,
				value: rounded(median(of(server, figure))),
				unit
			});
		measure('requestsPerSecond', 'rate', 'requests/s');
		measure('medianMs', 'median', 'ms');
		measure('cpuMicroseconds', 'CPU', 'microseconds/request');
	}
	const page = servers.at(-1);
	if (!page) return;
	for (const other of servers.slice(0, -1)) {
		const ratio = (figure: keyof Turn, what: string) => {
			const others = of(other, figure);
			const pairs = of(page, figure).map((value, round) => value / (others[round] ?? NaN));
			measured({
				measure: `requests: ${page.name} / ${other.name}, ${what}`,
				value: rounded(median(pairs)),
				unit: 'ratio'
			});
		};
		ratio('medianMs', 'median');
		ratio('cpuMicroseconds', 'CPU');
	}
}
