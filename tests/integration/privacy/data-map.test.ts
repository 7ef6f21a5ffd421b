import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { getTableName } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { GOES_WITH_ACCOUNT } from '#lib/server/privacy/account-tables.ts';
import {
	TABLES_OF_NOBODY,
	TABLES_OF_PEOPLE,
	type TableOfPeople
} from '#lib/server/privacy/data-map.ts';
import { createCipher } from '#lib/server/platform/cipher.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import { generateKeys } from '#lib/server/platform/keys.ts';
import { personalSections } from '../../support/privacy.ts';

const modules = import.meta.glob<Record<string, unknown>>(
	'../../../src/lib/server/db/tables/*.ts',
	{ eager: true }
);
const tables = new Map(
	Object.values(modules)
		.flatMap((module) => Object.values(module))
		.filter((value): value is SQLiteTable => is(value, SQLiteTable))
		.map((table) => [getTableName(table), table])
);
/** Columns that hold a person although no foreign key says so. */
const PERSONAL_COLUMN =
	/(^|_)(account|person|people|holder|subject|ip|agent|email|mobile|name|contact|profile)(_|$)|_by$/;

function referencesOf(table: SQLiteTable): readonly string[] {
	return getTableConfig(table).foreignKeys.map((key) => getTableName(key.reference().foreignTable));
}

/** Whether rows of the table lead to a person, over any number of foreign keys. */
function leadsToPerson(name: string, seen: readonly string[] = []): boolean {
	if (name === 'people' || name === 'accounts') return true;
	const table = tables.get(name);
	if (!table || seen.includes(name)) return false;
	return referencesOf(table).some((next) => leadsToPerson(next, [...seen, name]));
}

const columnsOf = (table: SQLiteTable) => getTableConfig(table).columns.map(({ name }) => name);
const sectionOf = ({ section }: TableOfPeople) => (typeof section === 'string' ? section : null);

test('D10: every table of the schema is in the list of personal data, or named as nobody’s', () => {
	expect(tables.size).toBeGreaterThan(35);
	const listed = [...Object.keys(TABLES_OF_PEOPLE), ...Object.keys(TABLES_OF_NOBODY)];
	expect(
		[...tables.keys()].filter((name) => !listed.includes(name)),
		'say in data-map.ts how these tables are exported and erased'
	).toEqual([]);
	expect(listed.filter((name) => !tables.has(name))).toEqual([]);
	expect(new Set(listed).size).toBe(listed.length);
});

test('D10: no table that leads to a person, or has a column for one, is named as nobody’s', () => {
	for (const name of Object.keys(TABLES_OF_NOBODY)) {
		const table = tables.get(name);
		expect(leadsToPerson(name), name).toBe(false);
		const columns = table ? columnsOf(table) : [];
		expect(
			columns.filter((column) => PERSONAL_COLUMN.test(column)),
			name
		).toEqual([]);
	}
});

test('D10: whatever is exported has its section, and every section belongs to a table', () => {
	const cipher = createCipher(generateKeys(SYSTEM_IDS.randomBytes), SYSTEM_IDS.randomBytes);
	const made = personalSections(cipher).map(({ name }) => name);
	// The archive's service adds these two itself.
	const sections = [...made, 'files', 'log'];
	for (const [name, table] of Object.entries(TABLES_OF_PEOPLE)) {
		const section = sectionOf(table);
		if (section !== null) expect(sections, name).toContain(section);
		else expect(JSON.stringify(table.section).length, name).toBeGreaterThan(30);
	}
	const named = Object.values(TABLES_OF_PEOPLE).map(sectionOf);
	const parts = ['insuredPersons', 'contractLinks', 'coverUses'];
	expect(sections.filter((one) => !named.includes(one) && !parts.includes(one))).toEqual([]);
});

test('D10: what goes at once is exactly what the batch of the erasure deletes', () => {
	const deleted = GOES_WITH_ACCOUNT.map(getTableName);
	const listed = Object.entries(TABLES_OF_PEOPLE)
		.filter(([, { goes }]) => goes === 'at-once')
		.map(([name]) => name);
	// Mails hang on the person and not on the account.
	expect([...deleted, 'mail_outbox'].toSorted()).toEqual(listed.toSorted());
});

test('D10: whatever cascades with an account goes at once too, or is said to stay', () => {
	for (const [name, table] of tables) {
		const cascades = getTableConfig(table).foreignKeys.some(
			(key) =>
				key.onDelete === 'cascade' && getTableName(key.reference().foreignTable) === 'accounts'
		);
		if (!cascades) continue;
		const goes = TABLES_OF_PEOPLE[name]?.goes;
		expect(goes === 'at-once' || typeof goes === 'object', name).toBe(true);
	}
});
