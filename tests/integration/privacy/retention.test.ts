import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '#lib/domain/calendar.ts';
import {
	deleteAfterMs,
	RETENTION_RULES,
	type RetentionKind
} from '#lib/domain/privacy/retention.ts';
import { accountRooms, REGISTRATION } from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { retentionOf, runRetention } from '../../support/privacy.ts';
import {
	insertClaim,
	leaveStaffTraces,
	leaveUnsent,
	linkContract,
	worldOf,
	type World
} from './privacy-world.ts';

let it: TestDatabase;
let world: World;
beforeEach(async () => {
	it = await openTestDatabase();
	world = await worldOf(it);
	// Its lifted hold would be one more row that has a deadline.
	await it.client.execute('delete from legal_holds');
});
afterEach(() => it.close());

async function countOf(sql: string): Promise<number> {
	const { rows } = await it.client.execute(`select count(*) as n from ${sql}`);
	return Number(rows[0]?.['n']);
}
async function hold(subject: 'account' | 'contract' | 'claim', id: string): Promise<void> {
	await it.client.execute({
		sql: `insert into legal_holds (id, subject, subject_id, reason, review_on, placed_by, placed_at_ms, lifted_at_ms) values (?, ?, ?, 'dispute', '2040-01-01', 'dpo', ?, null)`,
		args: [it.ids.newId(), subject, id, it.clock.nowMs()]
	});
}
const lift = () => it.client.execute(`update legal_holds set lifted_at_ms = ${it.clock.nowMs()}`);

/** A day before the deadline and at it; each day has a run of its own. */
async function around(kind: RetentionKind, startMs: number, count: () => Promise<number>) {
	const due = deleteAfterMs(kind, startMs);
	it.clock.set(due - 1);
	await runRetention(it);
	const before = await count();
	it.clock.set(due);
	// The same calendar day has run already where a period does not end at midnight.
	await it.client.execute('delete from job_runs');
	await runRetention(it);
	return [before, await count()];
}

test.each([
	['approved', 'voucher'],
	['partially_approved', 'voucher'],
	['rejected', 'letter']
] as const)(
	'D9: a claim that is %s goes with all of its rows after its years',
	async (state, kind) => {
		const { actor, contract } = world;
		const decidedAtMs = it.clock.nowMs();
		await insertClaim(it, actor, contract, { state, atMs: decidedAtMs });
		const rowsOfClaim = async () => {
			const tables = ['claims', 'documents', 'submissions', 'cover_uses'];
			const counts = await Promise.all(tables.map((table) => countOf(table)));
			return counts.join();
		};
		const due = deleteAfterMs(kind, decidedAtMs);
		it.clock.set(due - 1);
		await runRetention(it);
		expect(await rowsOfClaim()).toBe('1,2,1,1');
		expect(await countOf('files')).toBe(kind === 'voucher' ? 3 : 1);
		it.clock.set(due);
		await runRetention(it);
		expect(await rowsOfClaim()).toBe('0,0,0,0');
		for (const table of ['claim_files', 'files', 'file_chunks'])
			expect(await countOf(table)).toBe(0);
	}
);

test('D9: receipts of a refused claim go after three years, its letters stay', async () => {
	const { actor, contract } = world;
	await insertClaim(it, actor, contract, { state: 'rejected', atMs: it.clock.nowMs() });
	const files = () => countOf('claim_files');
	expect(await around('refused-receipt', it.clock.nowMs(), files)).toEqual([2, 0]);
	expect(await countOf('files')).toBe(1);
	expect(await countOf('documents')).toBe(2);
	expect(await countOf(`file_chunks where file_id not in (select id from files)`)).toBe(0);
});

test.each(['claim', 'contract', 'account'] as const)(
	'D9: a hold on the %s keeps a claim beyond every deadline, until it is lifted',
	async (subject) => {
		const { actor, contract } = world;
		const { claimId } = await insertClaim(it, actor, contract, {
			state: 'rejected',
			atMs: it.clock.nowMs()
		});
		const ids = { claim: claimId, contract: contract.contractId, account: actor.accountId };
		await hold(subject, ids[subject]);
		it.clock.set(Date.parse('2060-05-05T10:00:00Z'));
		await runRetention(it);
		expect(await countOf('claims')).toBe(1);
		expect(await countOf('claim_files')).toBe(2);
		await lift();
		it.clock.advance(DAY_MS);
		await runRetention(it);
		expect(await countOf('claims')).toBe(0);
	}
);

test('D9: an open claim never goes, however old it is', async () => {
	await insertClaim(it, world.actor, world.contract);
	it.clock.set(Date.parse('2090-05-05T10:00:00Z'));
	await runRetention(it);
	expect(await countOf('claims')).toBe(1);
	expect(await countOf('claim_files')).toBe(2);
});

test('D9: a contract goes six years after the year of its end, with its holder and their key', async () => {
	const { actor } = world;
	const ended = await linkContract(it, actor.accountId, '2026-12-31');
	const contracts = () => countOf(`contracts where id = '${ended.contractId}'`);
	it.clock.set(Date.parse('2032-12-31T23:00:00+01:00'));
	await runRetention(it);
	expect(await contracts()).toBe(1);
	await hold('contract', ended.contractId);
	it.clock.set(Date.parse('2033-01-01T00:00:00+01:00'));
	await runRetention(it);
	expect(await contracts()).toBe(1);
	await lift();
	it.clock.advance(DAY_MS);
	await runRetention(it);
	expect(await contracts()).toBe(0);
	expect(await countOf(`people where id = '${ended.insuredPersonId}'`)).toBe(0);
	expect(await countOf(`contract_links where contract_id = '${ended.contractId}'`)).toBe(0);
	// The other contract has no end, and its holder stays.
	expect(await countOf('contracts')).toBe(1);
});

test('D9: a contract waits for the last of its claims', async () => {
	const ended = await linkContract(it, world.actor.accountId, '2027-06-30');
	const claim = { state: 'approved', atMs: it.clock.nowMs() } as const;
	const { claimId } = await insertClaim(it, world.actor, ended, claim);
	await leaveStaffTraces(it, world.actor, claimId);
	it.clock.set(Date.parse('2035-01-01T00:00:00Z'));
	await runRetention(it);
	expect(await countOf(`contracts where id = '${ended.contractId}'`)).toBe(1);
	it.clock.set(deleteAfterMs('voucher', Date.parse('2026-11-22T10:00:00Z')));
	await runRetention(it);
	expect(await countOf(`contracts where id = '${ended.contractId}'`)).toBe(0);
	for (const traces of [
		'claim_looks',
		'released_claim_looks',
		'account_looks',
		'claim_openings',
		'payouts'
	])
		expect(await countOf(traces), traces).toBe(0);
});

test('D9: a registration nobody finished goes after a week, with its person and mails', async () => {
	await accountRooms(it).registration.register(
		{ ...REGISTRATION, email: 'nobody@example.org' },
		'de'
	);
	const pending = () => countOf(`accounts where status = 'pending'`);
	expect(await countOf('people')).toBe(3);
	// While its mail waits to be sent the person stays: it is sealed under their key.
	await it.client.execute(
		`update mail_outbox set state = 'sent', sent_at_ms = ${it.clock.nowMs()}`
	);
	expect(await around('pending-registration', it.clock.nowMs(), pending)).toEqual([1, 0]);
	expect(await countOf('people')).toBe(2);
	expect(await countOf('mail_outbox where person_id not in (select id from people)')).toBe(0);
	expect(await countOf(`accounts where status = 'active'`)).toBe(1);
});

test('D9: a person whose registration was replaced by another does not stay behind', async () => {
	const again = { ...REGISTRATION, email: 'nobody@example.org' };
	await accountRooms(it).registration.register(again, 'de');
	await accountRooms(it).registration.register(again, 'de');
	expect(await countOf('people')).toBe(4);
	await it.client.execute(`update mail_outbox set state = 'dead'`);
	it.clock.advance(DAY_MS + 1);
	await runRetention(it);
	expect(await countOf('people')).toBe(3);
});

test('D9: what was uploaded and never handed in goes after thirty days', async () => {
	await leaveUnsent(it, world.actor, world.contract);
	const rows = async () => (await countOf('files')) + (await countOf('submissions'));
	expect(await around('unsent-upload', it.clock.nowMs(), rows)).toEqual([3, 0]);
	expect(await countOf('file_chunks')).toBe(0);
});

/** Rows of one table: which one, when it began, and how it is put there. */
const SIMPLE: readonly (readonly [RetentionKind, table: string, column: string])[] = [
	['short-proof', 'mail_tokens', 'expires_at_ms'],
	['short-proof', 'enrolments', 'expires_at_ms'],
	['short-proof', 'pending_acts', 'expires_at_ms'],
	['short-proof', 'data_exports', 'expires_at_ms'],
	['short-proof', 'contract_invitations', 'valid_until_ms'],
	['ended-session', 'sessions', 'expires_at_ms'],
	['recovery-case', 'recovery_cases', 'closed_at_ms'],
	['mail-log', 'mail_outbox', 'sent_at_ms'],
	['consent', 'marketing_consents', 'withdrawn_at_ms'],
	['erasure-record', 'vault_removals', 'removed_at_ms'],
	['erasure-record', 'legal_holds', 'lifted_at_ms']
];

test.each(SIMPLE)(
	'D9: %s: rows of %s go at their deadline and not before',
	async (kind, table, column) => {
		const { accountId } = world.actor;
		await it.client.batch(
			[
				`insert into pending_acts (id, account_id, session_id, act, payload, created_at_ms, expires_at_ms)
			 values ('a', '${accountId}', 's', 'x', x'00', 1, 1)`,
				`insert into data_exports (id, account_id, session_id, created_at_ms, expires_at_ms)
			 values ('e', '${accountId}', 's', 1, 1)`,
				`insert into contract_invitations (code_hash, contract_id, role, valid_until_ms)
			 select x'01', id, 'representative', 1 from contracts limit 1`,
				`insert into vault_removals values ('r', x'00', 1, 1)`,
				`insert into legal_holds (id, subject, subject_id, reason, review_on, placed_by, placed_at_ms, lifted_at_ms) values ('h', 'claim', 'c', 'tax', '2027-01-01', 'dpo', 1, 1)`
			],
			'write'
		);
		const startMs = it.clock.nowMs();
		await it.client.execute(`update ${table} set ${column} = ${startMs}`);
		if (table === 'mail_outbox') await it.client.execute(`update mail_outbox set state = 'sent'`);
		const before = await countOf(table);
		expect(before).toBeGreaterThan(0);
		expect(await around(kind, startMs, () => countOf(table))).toEqual([before, 0]);
	}
);

test('D9: every rule of the table has a test, here or in conversations.test.ts, that moves the clock past it', () => {
	const tested = ['voucher', 'letter', 'refused-receipt', 'contract', 'pending-registration'];
	const others = ['unsent-upload', 'job-run', 'general-question'];
	const kinds = [...tested, ...others, ...SIMPLE.map(([kind]) => kind)];
	expect(Object.keys(RETENTION_RULES).toSorted()).toEqual([...new Set(kinds)].toSorted());
});

test('the day’s run is noted with what it removed, runs once a day and again the next', async () => {
	await leaveUnsent(it, world.actor, world.contract);
	it.clock.advance(40 * DAY_MS);
	expect(await runRetention(it)).toMatchObject({ 'unsent-files': 2, 'unsent-submissions': 1 });
	it.takeRoundTrips();
	expect(await retentionOf(it).runToday()).toBe(0);
	// The minutes after it cost one question.
	expect(it.takeRoundTrips()).toBe(1);
	it.clock.advance(DAY_MS);
	await runRetention(it);
	expect(await countOf('job_runs where finished_at_ms is not null')).toBe(2);
	it.clock.advance(100 * DAY_MS);
	await runRetention(it);
	expect(await countOf('job_runs')).toBe(1);
});

test('two runs at once remove everything once and leave nothing half', async () => {
	const { actor, contract } = world;
	for (let at = 0; at < 3; at += 1) {
		await insertClaim(it, actor, contract, { state: 'rejected', atMs: it.clock.nowMs() });
	}
	it.clock.set(Date.parse('2040-01-01T12:00:00Z'));
	await Promise.all([1, 2, 3].map(() => retentionOf(it).runToday()));
	for (const table of ['claims', 'claim_files', 'files', 'file_chunks', 'documents', 'submissions'])
		expect(await countOf(table), table).toBe(0);
});

test('a run that fails says so, stops nothing for good, and goes on in the next minute', async () => {
	await leaveUnsent(it, world.actor, world.contract);
	it.clock.advance(40 * DAY_MS);
	await it.client.execute(
		`create trigger stop before delete on files begin select raise(abort, 'no'); end`
	);
	await expect(retentionOf(it).runToday()).rejects.toThrow();
	const { rows } = await it.client.execute('select error, finished_at_ms from job_runs');
	expect(rows[0]).toMatchObject({ error: 'LibsqlBatchError', finished_at_ms: null });
	await it.client.execute('drop trigger stop');
	expect(await runRetention(it)).toMatchObject({ 'unsent-files': 2 });
	expect(await countOf('files')).toBe(0);
});

test('D9: a kind of rows that cannot go keeps no other kind', async () => {
	const ended = await linkContract(it, world.actor.accountId, '2027-06-30');
	const claim = { state: 'approved', atMs: it.clock.nowMs() } as const;
	await insertClaim(it, world.actor, ended, claim);
	await it.client.execute(
		`create trigger stuck before delete on sessions begin select raise(abort, 'stuck'); end`
	);
	it.clock.set(deleteAfterMs('voucher', claim.atMs));
	await expect(runRetention(it)).rejects.toThrow('stuck');
	expect(await countOf('sessions')).toBeGreaterThan(0);
	expect(await countOf('claims')).toBe(0);
	expect(await countOf('job_runs where finished_at_ms is not null')).toBe(0);
});
