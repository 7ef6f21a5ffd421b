import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOutside, rounded, type Measure } from '../../bench/measure.ts';
import { median } from '../../bench/load/median.ts';
import { PARTS } from '../../bench/parts.ts';
import { PAGES } from '../../bench/portal/pages.ts';
import { tripsInSequence } from '../../bench/portal/sequence.ts';
import { runBench, type Part } from '../../bench/run-bench.ts';

const ROOMY: Measure = { measure: 'roomy', value: 1, unit: 'trips', ceiling: 2 };
const FULL: Measure = { measure: 'full', value: 2, unit: 'trips', ceiling: 2 };
const OVER: Measure = { measure: 'over', value: 3, unit: 'trips', ceiling: 2 };

function part(name: string, ...measures: readonly Measure[]): Part {
	return {
		name,
		about: `measures ${name}`,
		run({ measured }) {
			measures.forEach(measured);
			return Promise.resolve();
		}
	};
}

const broken: Part = {
	name: 'broken',
	about: 'fails',
	run: () => Promise.reject(new Error('no such server'))
};

async function bench(names: readonly string[], ...parts: readonly Part[]) {
	const printed: string[] = [];
	const said: string[] = [];
	const exitCode = await runBench(names, parts, {
		print: (line) => printed.push(line),
		say: (text) => said.push(text)
	});
	return { exitCode, printed, said: said.join('\n') };
}

describe('the bench', () => {
	it('prints one JSON line a measure and counts them, in the order of the parts', async () => {
		const { exitCode, printed } = await bench([], part('a', ROOMY), part('b', FULL));
		expect(exitCode).toBe(0);
		expect(printed.slice(0, -1).map((line) => JSON.parse(line) as Measure)).toEqual([ROOMY, FULL]);
		expect(printed.at(-1)).toBe('2 measured, 0 outside');
	});

	it('ends with 1 when one measure is outside, and still runs the rest', async () => {
		const { exitCode, printed, said } = await bench([], part('a', OVER), part('b', ROOMY));
		expect(exitCode).toBe(1);
		expect(printed.at(-1)).toBe('2 measured, 1 outside');
		expect(said).toContain('outside: over');
	});

	it('ends with 1 when a part fails, says why, and still runs the rest', async () => {
		const { exitCode, printed, said } = await bench([], broken, part('b', ROOMY));
		expect(exitCode).toBe(1);
		expect(printed.at(-1)).toBe('1 measured, 0 outside');
		expect(said).toContain('no such server');
	});

	it('runs only the parts that are named', async () => {
		const { printed } = await bench(['b'], part('a', OVER), part('b', ROOMY));
		expect(printed).toEqual([JSON.stringify(ROOMY), '1 measured, 0 outside']);
	});

	it('refuses a name it does not know, names those it knows and runs nothing', async () => {
		const { exitCode, printed, said } = await bench(['a', 'bites'], part('a', ROOMY), part('b'));
		expect(exitCode).toBe(1);
		expect(printed).toEqual([]);
		expect(said).toBe('There is no part "bites". There are: a, b.');
	});

	it('lists its parts', async () => {
		const { exitCode, printed } = await bench(['--list'], part('a', OVER), part('b'));
		expect(exitCode).toBe(0);
		expect(printed).toEqual(['a: measures a', 'b: measures b']);
	});

	it('has the parts that the project promises, each under a name of its own', () => {
		const names = PARTS.map(({ name }) => name);
		expect(names.toSorted()).toEqual([
			'audit',
			'bytes',
			'claims',
			'mixed',
			'offline',
			'password',
			'queue',
			'requests',
			'round-trips',
			'sign-in',
			'worker'
		]);
	});
});

it('measures every page there is', () => {
	const routes = readdirSync(resolve('src/routes'), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('+page.svelte'))
		.map((file) => `/${file.replace(/\([\w-]+\)\/|\/?\+page\.svelte$/g, '')}`)
		// What the service worker answers everything below /drafts with.
		.filter((route) => route !== '/shell');
	expect(Object.keys(PAGES).toSorted()).toEqual(routes.toSorted());
});

describe('isOutside', () => {
	it.each<readonly [boolean, Omit<Measure, 'measure' | 'unit'>]>([
		[false, { value: 7 }],
		[false, { value: 7, ceiling: 7 }],
		[true, { value: 7, ceiling: 6 }],
		[true, { value: 1, ceiling: 0 }],
		[false, { value: 7, floor: 7 }],
		[true, { value: 7, floor: 8 }],
		[true, { value: NaN }]
	])('says %s of %j', (expected, figures) => {
		expect(isOutside({ measure: 'x', unit: 'y', ...figures })).toBe(expected);
	});
});

describe('tripsInSequence', () => {
	const trip = (startMs: number, endMs: number) => ({ startMs, endMs });

	it('counts trips that wait for one another', () => {
		expect(tripsInSequence([])).toBe(0);
		expect(tripsInSequence([trip(0, 10), trip(10, 20), trip(21, 30)])).toBe(3);
	});

	it('counts trips at the same time once', () => {
		expect(tripsInSequence([trip(0, 10), trip(12, 22), trip(11, 23), trip(24, 30)])).toBe(3);
		expect(tripsInSequence([trip(0, 100), trip(1, 10), trip(11, 20)])).toBe(2);
	});
});

describe('figures', () => {
	it('takes the middle', () => {
		expect(median([9, 1, 5])).toBe(5);
		expect(median([4, 1, 2, 9])).toBe(3);
		expect(() => median([])).toThrow('No values');
	});

	it('keeps the digits that mean something', () => {
		expect([rounded(0.12345), rounded(104.26), rounded(5342.7)]).toEqual([0.123, 104, 5343]);
	});
});
