import { createClient } from '@libsql/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import { auditRoom, tamper, verifyFile } from '../../support/audit.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
	for (const id of ['ada', 'bob', 'eve']) await insertBare('accounts', { id });
});
afterEach(() => it.close());

type Values = Readonly<Record<string, string>>;

/** A row with nothing in it but what is given: the log asks no more of a record. */
async function insertBare(table: string, values: Values): Promise<void> {
	const client = createClient({ url: `file:${it.file}` });
	await client.execute('pragma foreign_keys = off');
	await client.execute('pragma ignore_check_constraints = on');
	const { rows } = await client.execute(`pragma table_info(${table})`);
	const columns = rows.filter(({ name, notnull }) => notnull === 1 || String(name) in values);
	const names = columns.map(({ name }) => String(name));
	await client.execute({
		sql: `insert into ${table} (${names.join()}) values (${names.map(() => '?').join()})`,
		args: names.map((name) => values[name] ?? `${table} ${values['id'] ?? ''} ${name}`)
	});
	client.close();
}

type SubjectOf = NonNullable<AuditNote['subjectOf']>;
type Kind = {
	readonly ref: string;
	readonly of: SubjectOf;
	readonly rows: readonly [string, Values][];
};

const OWNER = { account_id: 'ada' };
const LINK = { contract_id: 'c', linked_at_ms: '1', role: 'policyholder' };
const CONTRACT: readonly [string, Values][] = [
	['contracts', { id: 'c' }],
	['contract_links', { ...LINK, account_id: 'ada' }],
	[
		'contract_links',
		{ ...LINK, account_id: 'bob', linked_at_ms: '2', role: 'insured-person', person_id: 'b' }
	]
];

/** Every kind of record whose owner the database finds by itself. */
const KINDS: readonly Kind[] = [
	{ ref: 'claim:x', of: { claimId: 'x' }, rows: [['claims', { id: 'x', ...OWNER }]] },
	{
		ref: 'payout:x',
		of: { payoutId: 'x' },
		rows: [['payouts', { id: 'x', ...OWNER, made_by: 'kim' }]]
	},
	{
		ref: 'conversation:x',
		of: { conversationId: 'x' },
		rows: [['conversations', { id: 'x', ...OWNER }]]
	},
	{ ref: 'contract:c', of: { contractId: 'c' }, rows: CONTRACT },
	{ ref: 'contract:c', of: { contractId: 'c', insuredPersonId: 'b' }, rows: CONTRACT },
	{
		ref: 'inquiry:x',
		of: { inquiryId: 'x' },
		rows: [['coverage_inquiries', { id: 'x', ...OWNER }]]
	},
	{
		ref: 'proof:x',
		of: { proofId: 'x' },
		rows: [...CONTRACT, ['insurability_proofs', { id: 'x', contract_id: 'c' }]]
	},
	{
		ref: 'recovery:x',
		of: { recoveryCaseId: 'x' },
		rows: [['recovery_cases', { id: 'x', ...OWNER }]]
	}
];

const record = async (objectRef: string, note: Partial<AuditNote> = {}) =>
	it.db.commit(
		await it.audit.record({ event: 'claim/viewed', accountId: 'kim', objectRef, ...note })
	);
const findingOf = async () => (await verifyFile(it, null)).finding;
const subjects = async () =>
	(await it.client.execute('select subject_account_id as s from audit_personal')).rows.map(
		({ s }) => s
	);

for (const { ref, of, rows } of KINDS) {
	const what = `${ref} by ${Object.keys(of).join(' and ')}`;

	test(`L2: the subject of ${what} is the record's, and another one is found`, async () => {
		for (const [table, values] of rows) await insertBare(table, values);
		await record(ref, { subjectOf: of });
		expect(await subjects()).toEqual(['insuredPersonId' in of ? 'bob' : 'ada']);
		expect(await findingOf()).toBe(null);
		await tamper(it, `update audit_personal set subject_account_id = 'eve'`);
		expect(await findingOf()).toMatchObject({ fault: 'personal-edited', seq: 1 });
	});

	test(`L2: an entry about ${what} outlives the record; its IP stays guarded`, async () => {
		for (const [table, values] of rows) await insertBare(table, values);
		await record(ref, { subjectOf: of });
		await eraseAll(rows.map(([table]) => table));
		expect(await findingOf()).toBe(null);
		await tamper(it, `update audit_personal set ip = '203.0.113.9'`);
		expect(await findingOf()).toMatchObject({ fault: 'personal-edited', seq: 1 });
	});
}

async function eraseAll(tables: readonly string[]): Promise<void> {
	const client = createClient({ url: `file:${it.file}` });
	await client.execute('pragma foreign_keys = off');
	for (const table of tables) await client.execute(`delete from ${table}`);
	client.close();
}

test('L2: the contract stays and the erased account goes with its link: the log still verifies', async () => {
	for (const [table, values] of CONTRACT) await insertBare(table, values);
	await record('contract:c', { subjectOf: { contractId: 'c' } });
	await it.client.execute(`delete from contract_links where account_id = 'ada'`);
	expect(await findingOf()).toMatchObject({ fault: 'personal-edited' });
	await it.client.execute(`update accounts set erased_at_ms = 1 where id = 'ada'`);
	expect(await findingOf()).toBe(null);
});

/** References of which no record is asked: the act has read the subject, or there is none. */
const PLAIN = [
	...['account', 'contract:unknown', 'contract:none', 'contract-requests', 'contracts:3'],
	...['document:x', 'file:x', 'information:x', 'hold:x', 'limit:x', 'mail:x', 'opening:x'],
	...['inquiry-return:x', 'payout-run:x', 'rate:x', 'rates:x', 'sessions:x', 'staff-change:x'],
	...['token:x', ...KINDS.map(({ ref }) => ref)]
];

test('L2: a subject that the act has read itself is committed to, whatever the reference', async () => {
	for (const ref of PLAIN) await record(ref, { subjectAccountId: 'ada' });
	for (const ref of PLAIN) await record(ref);
	await auditRoom(it).sealing.seal();
	expect(await findingOf()).toBe(null);
	await tamper(
		it,
		`update audit_personal set subject_account_id = 'eve' where subject_account_id is not null`
	);
	expect(await findingOf()).toMatchObject({ fault: 'personal-edited', seq: 1 });
});
