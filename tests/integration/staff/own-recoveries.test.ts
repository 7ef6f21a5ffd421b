import { afterEach, beforeEach, expect, test } from 'vitest';
import { RECOVERY_WAIT_MS } from '#lib/domain/accounts/recovery.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { recoveryRooms } from '../../support/recovery.ts';
import { mustHold, staffRooms } from '../../support/staff.ts';
import { addAccount, addContract } from '../decisions/desk-world.ts';

let it: TestDatabase;
let senior: Actor;
let colleague: Actor;
let other: Actor;
/** The senior clerk's private account: another account, another person in the database. */
let inPrivate: Actor;
let contractId: string;
let caseId: string;
beforeEach(async () => {
	it = await openTestDatabase();
	senior = await addAccount(it, 'seniorClerk', 'Carl');
	colleague = await addAccount(it, 'seniorClerk', 'Dora');
	other = await addAccount(it, 'support', 'Emil');
	inPrivate = await addAccount(it, 'customer', 'Carlo');
	contractId = await addContract(it, inPrivate, 0);
	caseId = await addReadyCase(inPrivate);
});
afterEach(() => it.close());

const desk = () => recoveryRooms(it).desk;
const OWN = { ok: false, error: { kind: 'forbidden', code: 'accounts/case-own' } };
const policyNumber = () => `MA-2041-${contractId.slice(-6).toUpperCase()}`;
const nameContract = async (staff: Actor) =>
	mustHold(await staffRooms(it).staffOwnContracts.name(staff, policyNumber()));

/** A case whose 72 hours are over. */
async function addReadyCase({ accountId }: Actor): Promise<string> {
	const id = it.ids.newId();
	const readyAtMs = it.clock.nowMs();
	await it.client.execute({
		sql: `insert into recovery_cases (id, account_id, state, opened_at_ms, ready_at_ms)
			values (?, ?, 'waiting', ?, ?)`,
		args: [id, accountId, readyAtMs - RECOVERY_WAIT_MS, readyAtMs]
	});
	return id;
}

async function expectShut(staff: Actor): Promise<void> {
	expect(mustHold(await desk().list(staff))).toEqual([]);
	const acts = ['view', 'check', 'refuse'] as const;
	for (const act of acts) expect([act, await desk()[act](staff, caseId)]).toEqual([act, OWN]);
}

test('Z7: a recovery case of a contract that staff have named is neither seen nor taken on by them', async () => {
	expect(mustHold(await desk().list(senior))).toHaveLength(1);
	await nameContract(senior);
	await expectShut(senior);
	expect(mustHold(await desk().list(colleague))).toHaveLength(1);
	mustHold(await desk().view(colleague, caseId));
	mustHold(await desk().check(colleague, caseId));
});

test('Z7: named between check and approval or print, the contract stops what is left', async () => {
	mustHold(await desk().check(other, caseId));
	await nameContract(senior);
	expect(await desk().approve(senior, caseId)).toEqual(OWN);
	mustHold(await desk().approve(colleague, caseId));
	expect(await desk().printLetter(senior, caseId)).toEqual(OWN);
	mustHold(await desk().printLetter(colleague, caseId));
});

test('Z7: a contract in which staff and customer are both insured is the own one, without being named', async () => {
	await it.client.execute({
		sql: 'insert into insured_persons (contract_id, person_id) values (?, ?)',
		args: [contractId, senior.personId]
	});
	await expectShut(senior);
});

test('Z7: a contract somebody else holds and the customer has linked counts like one of theirs', async () => {
	const friend = await addAccount(it, 'customer', 'Frida');
	await it.client.execute({
		sql: 'insert into contract_links (account_id, contract_id, linked_at_ms) values (?, ?, 0)',
		args: [friend.accountId, contractId]
	});
	await it.client.execute('delete from recovery_cases');
	caseId = await addReadyCase(friend);
	await nameContract(senior);
	await expectShut(senior);
	expect(mustHold(await desk().list(colleague))).toHaveLength(1);
});

test('Z7, L1: a refused look, signature or print at the own case is in the log as a failure', async () => {
	await nameContract(senior);
	await desk().view(senior, caseId);
	await desk().check(senior, caseId);
	await desk().refuse(senior, caseId);
	await it.client.execute(`update recovery_cases set state = 'approved', approved_at_ms = 0`);
	await desk().printLetter(senior, caseId);
	const { rows } = await it.client.execute({
		sql: `select event from audit_events join audit_personal on event_id = id
			where event like 'recovery/%' and outcome = 'failure' and subject_account_id = ? order by seq`,
		args: [inPrivate.accountId]
	});
	expect(rows.map((row) => row['event'])).toEqual([
		'recovery/case-viewed',
		'recovery/case-checked',
		'recovery/case-refused',
		'recovery/letter-printed'
	]);
	expect(await desk().view(senior, 'no-such-case')).toMatchObject({ error: { kind: 'not-found' } });
});
