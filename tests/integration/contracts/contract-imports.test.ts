import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import fc from 'fast-check';
import type { Actor } from '#lib/domain/actor.ts';
import { CONTRACT_COLUMNS } from '#lib/domain/contracts/contract-file.ts';
import { contractImportsRepository } from '#lib/server/contracts/contract-imports.repository.ts';
import {
	createContractImportsService,
	PAGE_ROWS
} from '#lib/server/contracts/contract-imports.service.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { readCsv } from '#lib/server/platform/csv-table.ts';
import { findGermanBank } from '../../../tools/build/bank-list.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { addAccount, must } from '../decisions/desk-world.ts';

type Fields = Partial<Record<(typeof CONTRACT_COLUMNS)[number], string>>;

const GOOD: Required<Fields> = {
	...{ policy_number: 'MA-1', plan: 'Care Student', starts_on: '2026-10-01', ends_on: '' },
	...{ currency: 'EUR', deductible: '50,00', maximum: '', holder_first_name: 'Zoë' },
	...{ holder_last_name: 'Müller', holder_date_of_birth: '', account_holder: 'Zoë Müller' },
	...{ iban: 'DE02 1203 0000 0000 2020 51', insured_first_name: 'Ada', insured_last_name: '' },
	...{ insured_date_of_birth: '1.2.2001', activation_code: 'ABCD-EFGH-JKLM' }
};
const row = (number: string, change: Fields = {}) => ({
	...{ ...GOOD, policy_number: `MA-2041-${number}`, ...change }
});
const fileOf = (rows: readonly Fields[], mark = ';') => {
	const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
	const lines = rows.map((one) => CONTRACT_COLUMNS.map((name) => cell(one[name] ?? '')));
	return [CONTRACT_COLUMNS, ...lines].map((cells) => cells.join(mark)).join('\r\n');
};
const bytesOf = (text: string) => new TextEncoder().encode(text);
/** As old programs write it. */
const windows1252 = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

let world: TestDatabase;
let lead: Actor;
beforeEach(async () => {
	world = await openTestDatabase();
	lead = await addAccount(world, 'seniorClerk', 'Lou');
});
afterEach(() => world.close());

const service = () =>
	createContractImportsService({
		...{
			...world,
			contractsOf: createContractsRepository,
			findBank: findGermanBank,
			imports: contractImportsRepository
		}
	});
const check = async (rows: readonly Fields[]) =>
	must(await service().checkUpload(lead, bytesOf(fileOf(rows))));
const problemsOf = async (rows: readonly Fields[]) =>
	(await check(rows)).problems.map(({ line, column, code }) => [line, column, code]);
const find = async (number: string) => {
	const contracts = createContractsRepository(world.newCipher());
	const indexes = await contracts.policyNumberIndex(`MA-2041-${number}`);
	const [contract, insured] = await world.db.read(
		contracts.findByPolicyNumber(indexes),
		contracts.insuredByPolicyNumber(indexes)
	);
	return { contract, insured: insured.map(({ name }) => name).toSorted() };
};

describe('a file in order', () => {
	it('is taken whole in one batch, with its people and its entry in the log', async () => {
		const rows = [row('1'), row('1', { insured_first_name: 'Bo' }), row('2')];
		expect(await check(rows)).toMatchObject({ contracts: 2, persons: 3, problemCount: 0 });
		expect(await world.countRows('contracts')).toBe(0);
		world.takeRoundTrips();
		const done = must(await service().importUpload(lead, bytesOf(fileOf(rows))));
		expect(world.takeRoundTrips()).toBe(2);
		expect(done.isTaken).toBe(true);
		const { contract, insured } = await find('1');
		expect(insured).toEqual(['Ada', 'Bo']);
		expect(contract).toMatchObject({
			...{ policyholderName: 'Zoë Müller', deductibleMinor: 5000, endsOn: null },
			firstAccount: { iban: 'DE02120300000000202051', bic: 'BYLADEM1001' }
		});
		expect(await world.countRows("audit_events where event = 'contract/imported'")).toBe(1);
	});

	it.each([
		['commas', bytesOf(fileOf([row('1')], ','))],
		['a byte order mark', bytesOf(`\uFEFF${fileOf([row('1')])}`)],
		['Windows-1252', windows1252(fileOf([row('1')]))],
		['blank lines', bytesOf(`${fileOf([row('1')])}\r\n\r\n;;;\r\n`)]
	])('may come with %s', async (_what, bytes) => {
		must(await service().importUpload(lead, bytes));
		expect((await find('1')).contract?.policyholderName).toBe('Zoë Müller');
	});

	it('never goes in half: two who import it at once leave it once', async () => {
		const bytes = bytesOf(fileOf([row('1'), row('2')]));
		const both = await Promise.all([
			service().importUpload(lead, bytes),
			service().importUpload(lead, bytes)
		]);
		expect(both.filter((one) => one.ok && one.value.isTaken)).toHaveLength(1);
		expect(await world.countRows('contracts')).toBe(2);
	});
});

describe('a file with problems', () => {
	it('is refused whole, and every problem has its line and column', async () => {
		const rows = [
			row('1'),
			row('2', { iban: 'DE00' }),
			row('3', { starts_on: '31.2.2026', deductible: 'viel' }),
			row('4', { insured_first_name: '', insured_last_name: '' }),
			row('5', { ends_on: '2026-09-01' }),
			row('6', { plan: 'Gold', currency: 'XXX' }),
			row('7', { holder_date_of_birth: '1.2.2099' }),
			row('7', { holder_date_of_birth: '1.2.2099', insured_date_of_birth: '31.12.1899' })
		];
		expect(await problemsOf(rows)).toEqual([
			[3, 'iban', 'iban-invalid'],
			[4, 'starts_on', 'date-invalid'],
			[4, 'deductible', 'amount-invalid'],
			[5, 'insured_last_name', 'required'],
			[6, 'ends_on', 'ends-before-start'],
			[7, 'plan', 'plan-unknown'],
			[7, 'currency', 'currency-unknown'],
			[8, 'holder_date_of_birth', 'birthday-impossible'],
			[9, 'insured_date_of_birth', 'birthday-impossible']
		]);
		const done = must(await service().importUpload(lead, bytesOf(fileOf(rows))));
		expect(done.isTaken).toBe(false);
		expect(await world.countRows('contracts')).toBe(0);
		expect(await world.countRows("audit_events where event = 'contract/imported'")).toBe(0);
	});

	it('says where two lines of a contract differ', async () => {
		expect(await problemsOf([row('1'), row('1', { deductible: '10' })])).toEqual([
			[3, 'deductible', 'differs-in-contract']
		]);
	});

	it('says which contract is there already', async () => {
		must(await service().importUpload(lead, bytesOf(fileOf([row('1')]))));
		expect(await problemsOf([row('1'), row('2')])).toEqual([
			[2, 'policy_number', 'policy-number-taken']
		]);
	});

	it.each([
		[
			'a column too few',
			fileOf([row('1')])
				.replace('"iban"', '"ibn"')
				.replace('iban', 'ibn')
		],
		['a column twice', fileOf([row('1')]).replace('plan', 'iban')]
	])('names %s', async (_what, text) => {
		const { problems } = must(await service().checkUpload(lead, bytesOf(text)));
		expect(problems[0]).toMatchObject({
			line: 1,
			code: expect.stringMatching(/^column-/) as string
		});
	});

	it.each([
		['nothing', '', 'csv-empty'],
		['a header alone', fileOf([]), 'csv-empty'],
		['a cell without end', `${fileOf([row('1')])}\r\n"abc`, 'csv-quotes'],
		['bytes of a program', 'a;b\u0000c', 'csv-binary'],
		['a cell as long as a book', `a;b\r\n${'x'.repeat(501)};c`, 'csv-binary'],
		[
			'too many lines',
			fileOf(Array.from({ length: PAGE_ROWS + 1 }, () => row('1'))),
			'csv-too-many'
		]
	])('ASVS 5.1.1: with %s is refused', async (_what, text, code) => {
		const { problems } = must(await service().checkUpload(lead, bytesOf(text)));
		expect(problems).toEqual([{ line: 1, column: null, code }]);
	});

	it('ASVS 1.2.10: repeats nothing of what stands in it', async () => {
		const report = await check([row('1', { iban: '=HYPERLINK("http://evil")' })]);
		expect(JSON.stringify(report)).not.toContain('evil');
	});
});

describe('the command', () => {
	it('goes on where it was broken off', async () => {
		const rows = Array.from({ length: 5 }, (_, index) => row(String(index)));
		const bytes = bytesOf(fileOf(rows));
		const first = await service().check(bytes, { mostRows: 1000, skipsKnown: false });
		must(await service().importAll(first.fresh.slice(0, 2), () => undefined));
		const strict = await service().check(bytes, { mostRows: 1000, skipsKnown: false });
		expect(strict.fresh).toEqual([]);
		const rest = await service().check(bytes, { mostRows: 1000, skipsKnown: true });
		expect([rest.known, rest.fresh.length, rest.report.problemCount]).toEqual([2, 3, 0]);
		const seen: number[] = [];
		must(await service().importAll(rest.fresh, (count) => seen.push(count)));
		expect(seen).toEqual([3]);
		expect(await world.countRows('contracts')).toBe(5);
	});
});

test('lines are counted as an editor counts them, whatever breaks stand in cells', () => {
	const cell = fc.string({ unit: fc.constantFrom('a', ';', ',', '"', '\n', ' ', 'ä') });
	fc.assert(
		fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), (rows) => {
			const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
			const lines = rows.map((cells) => cells.map(quoted).join(';'));
			const read = readCsv(bytesOf(`x;y\n${lines.join('\n')}`), 100);
			let line = 2;
			const expected = rows.flatMap((cells, index) => {
				const at = line;
				line += (lines[index] ?? '').split('\n').length;
				const trimmed = cells.map((text) => text.trim());
				return trimmed.some((text) => text !== '') ? [{ line: at, cells: trimmed }] : [];
			});
			if (expected.length === 0) expect(read).toMatchObject({ ok: false, fault: 'csv-empty' });
			else expect(read.ok && read.table.rows).toEqual(expected);
		})
	);
});
