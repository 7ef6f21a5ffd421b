import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, DAY_MS, HOUR_MS, parseCalendarDate } from '#lib/domain/calendar.ts';
import { LONGEST_AGE_DAYS } from '#lib/domain/claims/exchange-rates.ts';
import { exchangeRatesRepository } from '#lib/server/claims/exchange-rates.repository.ts';
import {
	createExchangeRatesService,
	type QuotedRate
} from '#lib/server/claims/exchange-rates.service.ts';
import { fetchEcbFile, readEcbFile } from '#lib/server/platform/exchange-rates.ts';
import { openTestDatabase, TEST_NOW_MS, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
	addRate,
	deskRooms,
	formOf,
	must,
	typed
} from '../decisions/desk-world.ts';

const FILE = readFileSync('tools/seed/eurofxref-daily-2024-06-28.xml', 'utf8');

let world: TestDatabase;
let clerk: Actor;
let lead: Actor;
let finance: Actor;
beforeEach(async () => {
	world = await openTestDatabase();
	clerk = await addAccount(world, 'clerk', 'Kim');
	lead = await addAccount(world, 'seniorClerk', 'Lou');
	finance = await addAccount(world, 'finance', 'Pay');
});
afterEach(() => world.close());

const service = (fetchQuoted: (() => Promise<readonly QuotedRate[]>) | null = null) =>
	createExchangeRatesService({ ...world, rates: exchangeRatesRepository, fetchQuoted });
const rateOf = async (currency: string, day: string) => {
	const { rows } = await world.client.execute({
		sql: 'select rate from exchange_rates where currency = ? and day = ?',
		args: [currency, day]
	});
	return rows[0]?.['rate'] ?? null;
};

describe('the file of the ECB', () => {
	it('is read as it is published, and its rates kept as text', async () => {
		expect(await service().importRates(readEcbFile(FILE))).toEqual({
			...{ added: 30, known: 0, differing: [] }
		});
		expect(await rateOf('USD', '2024-06-28')).toBe('1.0705');
		expect(await rateOf('HUF', '2024-06-28')).toBe('395.10');
		expect(await world.countRows("audit_events where event = 'rate/imported'")).toBe(1);
	});

	it('changes nothing when it comes again, also twice at once', async () => {
		const both = await Promise.all([1, 2].map(() => service().importRates(readEcbFile(FILE))));
		expect(both.map(({ differing }) => differing)).toEqual([[], []]);
		expect(await world.countRows('exchange_rates')).toBe(30);
		expect(await service().importRates(readEcbFile(FILE))).toMatchObject({ added: 0, known: 30 });
		expect(await world.countRows("audit_events where event = 'rate/imported'")).toBeLessThan(3);
	});

	it('ASVS 2.3.2: never overwrites a rate, and names what it says otherwise', async () => {
		await service().importRates(readEcbFile(FILE));
		const other = readEcbFile(FILE.replace("'USD' rate='1.0705'", "'USD' rate='1.9705'"));
		expect(await service().importRates(other)).toMatchObject({
			...{ added: 0, differing: ['USD 2024-06-28'] }
		});
		expect(await rateOf('USD', '2024-06-28')).toBe('1.0705');
		for (const sql of [
			"update exchange_rates set rate = '2' where currency = 'USD'",
			"delete from exchange_rates where currency = 'USD'"
		]) {
			await expect(world.client.execute(sql)).rejects.toThrow('a fixed rate cannot be changed');
		}
	});

	it.each([
		['another page', '<html><body>Not found</body></html>'],
		['no XML', 'rate=1'],
		['nothing', FILE.replace(/<Cube currency[^>]*>/g, '')],
		['no day', FILE.replace('2024-06-28', '2024-06-31')],
		['a rate of zero', FILE.replace("'1.0705'", "'0'")],
		['a currency nobody has', FILE.replace("'USD'", "'XXX'")],
		['a currency twice', FILE.replace("'JPY'", "'USD'")],
		['an entity of its own', FILE.replace('<gesmes:subject>', '<gesmes:subject>&evil;')],
		['a document type', FILE.replace('<gesmes:Envelope', '<!DOCTYPE x [<!ENTITY a "b">]><x')]
	])('ASVS 2.2.1: with %s is refused whole', (_what, text) => {
		expect(() => readEcbFile(text)).toThrow(/file|rate|day/);
	});

	it('of a day to come is refused', async () => {
		const date = calendarDateOf(TEST_NOW_MS + DAY_MS);
		await expect(service().importRates([{ currency: 'USD', date, rate: '1' }])).rejects.toThrow(
			'a rate of a day to come'
		);
	});

	it('ASVS 1.3.6: comes from the host of the configuration, and no redirect is followed', async () => {
		const answer = (response: Response) => ({
			fetch: () => Promise.resolve(response)
		});
		const address = 'https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml';
		expect(await fetchEcbFile(address, answer(new Response(FILE)))).toHaveLength(30);
		const moved = new Response(null, { status: 302, headers: { Location: 'http://10.0.0.1/' } });
		await expect(fetchEcbFile(address, answer(moved))).rejects.toThrow('redirect');
		const broken = new Response('x', { status: 500 });
		await expect(fetchEcbFile(address, answer(broken))).rejects.toThrow('answered 500');
	});
});

describe('the job', () => {
	const ask = (day: string) => {
		let asked = 0;
		const date = parseCalendarDate(day);
		if (!date) throw new Error(day);
		const job = service(() => {
			asked += 1;
			return Promise.resolve([{ currency: 'USD', date, rate: '1.1' }]);
		});
		return { job, count: () => asked };
	};

	it('asks until the last day is there, and not again', async () => {
		// Monday 23 November 2026, 18:05 in Berlin.
		world.clock.set(Date.UTC(2026, 10, 23, 17, 5));
		const friday = ask('2026-11-20');
		expect(await friday.job.importDue()).toBe(1);
		expect(await friday.job.importDue()).toBe(0);
		expect(friday.count()).toBe(2);
		const monday = ask('2026-11-23');
		expect(await monday.job.importDue()).toBe(1);
		expect(await monday.job.importDue()).toBe(0);
		expect(monday.count()).toBe(1);
	});

	it.each([
		['before the hour of the bank', Date.UTC(2026, 10, 24, 14, 5)],
		['between its two minutes', Date.UTC(2026, 10, 24, 17, 6)]
	])('asks nobody %s', async (_when, nowMs) => {
		await addRate(world, 'USD', '1.1', '2026-11-23');
		world.clock.set(nowMs);
		const { job, count } = ask('2026-11-24');
		expect(await job.importDue()).toBe(0);
		expect(count()).toBe(0);
	});

	it('shows as failed when the bank says otherwise than what is fixed', async () => {
		await addRate(world, 'USD', '1.2', '2026-11-20');
		world.clock.set(Date.UTC(2026, 10, 23, 17, 5));
		await expect(ask('2026-11-20').job.importDue()).rejects.toThrow('USD 2026-11-20');
	});
});

describe('a second source', () => {
	const input = (change: object = {}) => {
		const day = parseCalendarDate('2026-11-20');
		if (!day) throw new Error('no date');
		const evidence = 'https://bank.gov.ua/rates/2026-11-20';
		return { currency: 'UAH', day, rate: '48.21', source: 'NBU', evidence, ...change };
	};
	const waitingId = async (): Promise<string> =>
		must(await service().list(lead)).waiting[0]?.id ?? '';

	it('Z7: counts once a second person has looked, never the same one', async () => {
		must(await service().propose(lead, input()));
		expect(await rateOf('UAH', '2026-11-20')).toBeNull();
		const id = await waitingId();
		expect(await service().approve(lead, id)).toMatchObject({
			error: { kind: 'forbidden', code: 'rates/second-person' }
		});
		must(await service().approve(finance, id));
		expect(await rateOf('UAH', '2026-11-20')).toBe('48.21');
		expect(await service().approve(finance, id)).toMatchObject({
			error: { code: 'rates/changed-meanwhile' }
		});
	});

	it('Z7: the database itself refuses one pair of eyes, and a changed proposal', async () => {
		must(await service().propose(lead, input()));
		for (const sql of [
			`update rate_proposals set state = 'approved', checked_by = '${lead.accountId}'`,
			"update rate_proposals set rate = '99'"
		]) {
			await expect(world.client.execute(sql)).rejects.toThrow(/CONSTRAINT|cannot be changed/);
		}
	});

	it('that is refused fixes nothing', async () => {
		must(await service().propose(clerk, input()));
		must(await service().refuse(lead, await waitingId()));
		expect(await rateOf('UAH', '2026-11-20')).toBeNull();
		expect(must(await service().list(lead)).waiting).toEqual([]);
	});

	it('is for currencies alone that the ECB does not quote', async () => {
		await addRate(world, 'UAH', '48', calendarDateOf(Date.UTC(2026, 10, 10, 12)));
		const quoted = { error: { code: 'rates/quoted-by-ecb' } };
		expect(await service().propose(clerk, input())).toMatchObject(quoted);
		// One that it has ceased to quote may have one again.
		const later = { day: calendarDateOf(Date.UTC(2026, 10, 21, 12)) };
		expect(LONGEST_AGE_DAYS.ecb).toBe(10);
		expect(await service().propose(clerk, input(later))).toEqual({ ok: true });
	});

	it('waits once for a day, and never changes a day that is fixed', async () => {
		must(await service().propose(clerk, input()));
		expect(await service().propose(lead, input({ rate: '50' }))).toMatchObject({
			error: { code: 'rates/waiting' }
		});
		must(await service().approve(lead, await waitingId()));
		expect(await service().propose(clerk, input({ rate: '50' }))).toMatchObject({
			error: { code: 'rates/already-fixed' }
		});
		expect(await rateOf('UAH', '2026-11-20')).toBe('48.21');
	});

	it('two who approve at once fix it once', async () => {
		must(await service().propose(clerk, input()));
		const id = await waitingId();
		const both = await Promise.all([service().approve(lead, id), service().approve(finance, id)]);
		expect(both.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await world.countRows('exchange_rates')).toBe(1);
	});

	it('of a day to come is refused', async () => {
		const day = calendarDateOf(TEST_NOW_MS + DAY_MS);
		expect(await service().propose(clerk, input({ day }))).toMatchObject({
			error: { issues: { day: 'date-in-future' } }
		});
	});
});

describe('a decision', () => {
	const dollars = async () => {
		const customer = await addAccount(world, 'customer', 'Ada');
		const contractId = await addContract(world, customer, 0);
		const claim = await addAssignedClaim(world, customer, contractId, clerk, [[10_705, 'USD']]);
		const view = must(await deskRooms(world).deskService.open(clerk, claim.id));
		const line = (change: object = {}) =>
			formOf(view.version, typed(claim.invoiceIds[0] ?? '', { recognised: '', ...change }));
		return { ...claim, view, line };
	};

	it('takes the rate of the day the claim came in: on a Sunday that of Friday', async () => {
		await addRate(world, 'USD', '1.0705', '2026-11-20');
		await addRate(world, 'USD', '9', '2026-11-23');
		const claim = await dollars();
		expect(claim.view.lines[0]?.recordedRate).toEqual({
			...{ rate: '1.0705', date: '2026-11-20', source: 'ECB' }
		});
		expect(claim.view.lines[0]?.findings).toEqual([]);
		const preview = must(
			await deskRooms(world).decisionsService.preview(clerk, claim.id, claim.line())
		);
		expect(preview.decision.lines[0]).toMatchObject({
			exchangeRate: { rate: '1.0705', date: '2026-11-20', source: 'ECB' },
			paid: { amountMinor: 10_000, currency: 'EUR' }
		});
	});

	it('stays as it was decided, whatever rates come later', async () => {
		await addRate(world, 'USD', '1.0705', '2026-11-20');
		const claim = await dollars();
		must(await deskRooms(world).decisionsService.decide(clerk, claim.id, claim.line()));
		const before = must(await deskRooms(world).deskService.open(clerk, claim.id)).statement;
		world.clock.advance(HOUR_MS);
		await addRate(world, 'USD', '2', '2026-11-22');
		const after = must(await deskRooms(world).deskService.open(clerk, claim.id)).statement;
		expect(after).toEqual(before);
		expect(after?.lines[0]?.exchangeRate?.rate).toBe('1.0705');
	});

	it('waits where there is no rate, and costs no round trip more for it', async () => {
		const claim = await dollars();
		expect(claim.view.lines[0]?.findings).toEqual([{ kind: 'rate-needed', currency: 'USD' }]);
		world.takeRoundTrips();
		const { decisionsService } = deskRooms(world);
		const rate = { rate: '1.05', rateDate: '2026-11-20', rateSource: 'guess' };
		expect(await decisionsService.decide(clerk, claim.id, claim.line(rate))).toMatchObject({
			error: { issues: { 'lines.0.rate': 'rate-not-recorded' } }
		});
		expect(world.takeRoundTrips()).toBe(1);
	});
});

test('rates of single plans reach back as far as their rule asks for', async () => {
	await addRate(world, 'USD', '1.3', '2025-01-02');
	const customer = await addAccount(world, 'customer', 'Ada');
	const contractId = await addContract(world, customer, 0);
	const { id } = await addAssignedClaim(world, customer, contractId, clerk);
	const rates = exchangeRatesRepository;
	const [near, far] = await world.db.read(rates.listFor(id, 0), rates.listFor(id, 800));
	expect([near.length, far.length]).toEqual([0, 1]);
});
