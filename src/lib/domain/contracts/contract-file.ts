import * as v from 'valibot';
import { parseCalendarDate, type CalendarDate } from '../calendar.ts';
import { parseAmountMinor } from '../money.ts';
import { birthdayIssues, contractRecordSchema, type ContractRecord } from './contract-record.ts';
import { normalisePolicyNumber } from './contract.ts';

/** Columns of a file of contracts; a contract has a line for every insured person. */
export const CONTRACT_COLUMNS = [
	'policy_number',
	'plan',
	'starts_on',
	'ends_on',
	'currency',
	'deductible',
	'maximum',
	'holder_first_name',
	'holder_last_name',
	'holder_date_of_birth',
	'account_holder',
	'iban',
	'insured_first_name',
	'insured_last_name',
	'insured_date_of_birth',
	'activation_code'
] as const;
export type ContractColumn = (typeof CONTRACT_COLUMNS)[number];

/** What is wrong, and where. The report never repeats what stands there. */
export type FileProblem = {
	readonly line: number;
	readonly column: ContractColumn | null;
	readonly code: string;
};

/** What a dry run tells of a file. */
export type ImportReport = {
	readonly contracts: number;
	readonly persons: number;
	/** The first two hundred. */
	readonly problems: readonly FileProblem[];
	readonly problemCount: number;
};

export type ContractInFile = { readonly line: number; readonly record: ContractRecord };

export type ContractFile = {
	readonly contracts: readonly ContractInFile[];
	readonly problems: readonly FileProblem[];
};

type Row = { readonly line: number; readonly cells: readonly string[] };
type Fields = Readonly<Record<ContractColumn, string>>;
type Line = { readonly line: number; readonly fields: Fields };

/** What the record refuses as an amount. */
const NO_AMOUNT = -1;

/** Where an issue of the record's schema lies in the file. */
const COLUMN_OF: Readonly<Record<string, ContractColumn>> = {
	policyNumber: 'policy_number',
	plan: 'plan',
	startsOn: 'starts_on',
	endsOn: 'ends_on',
	currency: 'currency',
	deductibleMinor: 'deductible',
	maximumMinor: 'maximum',
	'policyholder.firstName': 'holder_first_name',
	'policyholder.lastName': 'holder_last_name',
	'policyholder.dateOfBirth': 'holder_date_of_birth',
	'bankAccount.holder': 'account_holder',
	'bankAccount.iban': 'iban',
	'insured.firstName': 'insured_first_name',
	'insured.lastName': 'insured_last_name',
	'insured.dateOfBirth': 'insured_date_of_birth',
	activationCode: 'activation_code'
};

const OF_PERSON: readonly ContractColumn[] = [
	'insured_first_name',
	'insured_last_name',
	'insured_date_of_birth'
];

/** Reads a table into contracts and names everything that is wrong with it, line by line. */
export function readContractFile(
	header: readonly string[],
	rows: readonly Row[],
	today: CalendarDate
): ContractFile {
	const names = header.map((name) => name.toLowerCase());
	const missing = CONTRACT_COLUMNS.filter((column) => !names.includes(column));
	if (missing.length > 0) {
		const problems = missing.map((column) => ({ line: 1, column, code: 'column-missing' }));
		return { contracts: [], problems };
	}
	const isTwice = CONTRACT_COLUMNS.find((column) => names.filter((one) => one === column)[1]);
	if (isTwice) {
		return { contracts: [], problems: [{ line: 1, column: isTwice, code: 'column-twice' }] };
	}
	const problems: FileProblem[] = [];
	const groups = new Map<string, Line[]>();
	for (const { line, cells } of rows) {
		if (cells.length !== header.length) {
			problems.push({ line, column: null, code: 'cells-count' });
			continue;
		}
		const fields = fieldsOf(names, cells);
		const number = normalisePolicyNumber(fields.policy_number);
		groups.set(number, [...(groups.get(number) ?? []), { line, fields }]);
	}
	const contracts = [...groups.values()].flatMap((lines) => readContract(lines, problems, today));
	return { contracts, problems: problems.toSorted((one, other) => one.line - other.line) };
}

function fieldsOf(names: readonly string[], cells: readonly string[]): Fields {
	const of = (column: ContractColumn) => cells[names.indexOf(column)] ?? '';
	const entries = CONTRACT_COLUMNS.map((column) => [column, of(column)] as const);
	return Object.fromEntries(entries) as Fields;
}

/** The contract of its lines, or none and what is wrong with them. */
function readContract(
	lines: readonly Line[],
	problems: FileProblem[],
	today: CalendarDate
): readonly ContractInFile[] {
	const [first] = lines;
	if (!first) return [];
	const before = problems.length;
	for (const { line, fields } of lines.slice(1)) {
		const other = CONTRACT_COLUMNS.find(
			(column) => !OF_PERSON.includes(column) && fields[column] !== first.fields[column]
		);
		if (other) problems.push({ line, column: other, code: 'differs-in-contract' });
	}
	const { fields } = first;
	const amount = (text: string) => parseAmountMinor(text, fields.currency) ?? NO_AMOUNT;
	const person = (one: Fields, role: 'holder' | 'insured') => ({
		firstName: one[`${role}_first_name`],
		lastName: one[`${role}_last_name`],
		dateOfBirth: isoDate(one[`${role}_date_of_birth`])
	});
	const holder = person(fields, 'holder');
	const read = v.safeParse(contractRecordSchema, {
		...{ policyNumber: fields.policy_number, plan: fields.plan, currency: fields.currency },
		...{ startsOn: isoDate(fields.starts_on), endsOn: isoDate(fields.ends_on) || null },
		deductibleMinor: amount(fields.deductible),
		maximumMinor: fields.maximum === '' ? null : amount(fields.maximum),
		policyholder: { ...holder, dateOfBirth: holder.dateOfBirth || null },
		bankAccount: { holder: fields.account_holder, iban: fields.iban },
		insured: lines.map((one) => person(one.fields, 'insured')),
		activationCode: fields.activation_code || null
	});
	for (const issue of read.issues ?? []) {
		const keys = issue.path?.map(({ key }) => String(key)) ?? [];
		problems.push(problemOf(keys, issue.message, lines));
	}
	const impossible = read.success ? birthdayIssues(read.output, today) : {};
	for (const [field, code] of Object.entries(impossible)) {
		problems.push(problemOf(field.split('.'), code, lines));
	}
	return read.success && problems.length === before
		? [{ line: first.line, record: read.output }]
		: [];
}

function problemOf(keys: readonly string[], message: string, lines: readonly Line[]): FileProblem {
	const isInsured = keys[0] === 'insured';
	const line = lines[isInsured ? Number(keys[1] ?? 0) : 0]?.line ?? 1;
	const name = keys.filter((key) => !/^\d+$/.test(key)).join('.');
	const code = /^[a-z-]+$/.test(message) ? message : 'invalid';
	return { line, column: COLUMN_OF[name] ?? null, code };
}

/** `2026-10-01` or, as German spreadsheets write it, `1.10.2026`; anything else stays as it is. */
function isoDate(text: string): string {
	const [, day = '', month = '', year = ''] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
	const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
	return year !== '' && parseCalendarDate(iso) ? iso : text;
}
