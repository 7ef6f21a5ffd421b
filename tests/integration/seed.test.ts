import { createClient } from '@libsql/client';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshKeys } from '../../tools/keys/generate.ts';
import { migrateClient } from '../../tools/database/migrate.ts';
import { seed } from '../../tools/seed/seed.ts';
import { DEMO_ACCOUNTS, DEMO_CONTRACTS, WAITING_CUSTOMER } from '../../tools/seed/demo-data.ts';

test('the demo is stored whole, and no name or number of it lies in clear in the file', async () => {
	const file = join(mkdtempSync(join(tmpdir(), 'kp-seed-')), 'portal.db');
	const client = createClient({ url: `file:${file}` });
	expect(await migrateClient(client)).not.toHaveLength(0);
	expect(await migrateClient(client)).toEqual([]);
	const sheet = await seed({ url: `file:${file}`, keys: freshKeys() });
	expect(sheet.accounts).toHaveLength(DEMO_ACCOUNTS.length);
	const { rows } = await client.execute('select hex(policy_number) as cipher from contracts');
	expect(rows).toHaveLength(DEMO_CONTRACTS.length);
	const dump = await client.execute('select hex(profile) as p from people');
	const text = dump.rows
		.map((row) => Buffer.from(String(row['p']), 'hex').toString('latin1'))
		.join();
	expect(text).not.toContain('Nguyen');
	client.close();
});

test('the demo of a started portal has a claim that waits for its customer, one from a letter, and questions', async () => {
	const file = join(mkdtempSync(join(tmpdir(), 'kp-seed-')), 'portal.db');
	const client = createClient({ url: `file:${file}` });
	await migrateClient(client);
	const sheet = await seed({ url: `file:${file}`, keys: freshKeys(), waitingClaim: true });
	expect(sheet.accounts.map(({ email }) => email)).toContain(WAITING_CUSTOMER.email);
	expect(sheet.accounts.find(({ role }) => role === 'customer')?.email).toBe(
		DEMO_ACCOUNTS[0]?.email
	);
	const { rows } = await client.execute(
		`select c.state, c.assignee_id is not null as has_clerk, d.kind, d.answered_at_ms
		 from claims c join document_requests d on d.claim_id = c.id`
	);
	expect(rows.map((row) => ({ ...row }))).toEqual([
		{ state: 'documents_requested', has_clerk: 1, kind: 'prescription', answered_at_ms: null }
	]);
	const posted = await client.execute(
		`select count(*) as n from claims where captured_by is not null and state = 'submitted' and captured_at_ms > submitted_at_ms`
	);
	expect(Number(posted.rows[0]?.['n'])).toBe(1);
	const talks = await client.execute(
		`select assignee_id is not null as has_clerk, waiting_since_ms is not null as waits,
			(select count(*) from messages m where m.conversation_id = c.id) as messages
		 from conversations c order by messages`
	);
	expect(talks.rows.map((row) => ({ ...row }))).toEqual([
		{ has_clerk: 0, waits: 1, messages: 1 },
		{ has_clerk: 1, waits: 0, messages: 2 }
	]);
	// and a question before a treatment, with its receipt in her mailbox
	const asked = await client.execute(
		`select q.state, q.clock, q.is_urgent, d.kind from coverage_inquiries q
		 join documents d on d.id = q.receipt_id and d.account_id = q.account_id`
	);
	expect(asked.rows.map((row) => ({ ...row }))).toEqual([
		{ state: 'open', clock: 'legal', is_urgent: 1, kind: 'contract-notice' }
	]);
	client.close();
});
