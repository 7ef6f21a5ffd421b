import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import { registerActive, REGISTRATION } from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { contractsService } from '../../support/contracts.ts';

let it: TestDatabase;
const LETTER = { policyNumber: 'MA-1', dateOfBirth: '2004-05-17', activationCode: 'KLEE9274' };

beforeEach(async () => {
	it = await openTestDatabase();
	const contracts = createContractsRepository(it.cipher);
	const born = '2004-05-17' as CalendarDate;
	await it.db.commit(
		await insertPerson(it.cipher, {
			id: 'holder',
			profile: { firstName: 'Friederike', lastName: 'Sommerfeld', dateOfBirth: null },
			nowMs: 0
		}),
		await insertPerson(it.cipher, {
			id: 'insured',
			profile: { firstName: 'Mai', lastName: 'Nguyen', dateOfBirth: born },
			nowMs: 0
		}),
		await contracts.insert(
			{
				id: 'c1',
				policyNumber: LETTER.policyNumber,
				policyholderId: 'holder',
				bankAccount: {
					holder: 'F. Sommerfeld',
					iban: 'DE89370400440532013000',
					bic: null,
					bankName: 'Commerzbank'
				},
				plan: 'Care Au-pair',
				startsOn: '2026-02-01' as CalendarDate,
				endsOn: '2027-08-31' as CalendarDate,
				currency: 'EUR',
				deductibleMinor: 12000,
				maximumMinor: null,
				activationHash: await contracts.activationHash(LETTER.activationCode)
			},
			['insured']
		)
	);
	await registerActive(it);
	await registerActive(it, { ...REGISTRATION, email: 'other@example.org' });
});
afterEach(() => it.close());

const service = () => contractsService(it);
async function actorOf(position: number) {
	const { rows } = await it.client.execute(
		'select id, person_id from accounts order by created_at_ms, id'
	);
	const row = rows[position];
	return {
		accountId: String(row?.['id']),
		personId: String(row?.['person_id']),
		role: 'customer' as const
	};
}
const REFUSED = { ok: false, error: { kind: 'invalid', code: 'contracts/link-refused' } };

test('the three facts of the letter link the contract, in two round trips and with a log entry', async () => {
	const me = await actorOf(0);
	it.takeRoundTrips();
	expect(await service().link(me, LETTER)).toEqual({ ok: true, value: { contractId: 'c1' } });
	expect(it.takeRoundTrips()).toBe(2);
	const { rows } = await it.client.execute(
		`select object_ref from audit_events where event = 'contract/linked'`
	);
	expect(rows.map((row) => row['object_ref'])).toEqual(['contract:c1']);
});

test('a wrong number, birthday or code is refused alike and logged', async () => {
	const me = await actorOf(0);
	expect(await service().link(me, { ...LETTER, policyNumber: 'MA-2' })).toEqual(REFUSED);
	expect(await service().link(me, { ...LETTER, dateOfBirth: '2004-05-18' })).toEqual(REFUSED);
	expect(await service().link(me, { ...LETTER, activationCode: 'KLEE9275' })).toEqual(REFUSED);
	const { rows } = await it.client.execute(
		`select count(*) as n from audit_events where event = 'contract/link-failed'`
	);
	expect(rows[0]?.['n']).toBe(3);
});

test('the code of a letter works once, also when two accounts use it at the same time', async () => {
	const [me, other] = [await actorOf(0), await actorOf(1)];
	const done = await Promise.all([service().link(me, LETTER), service().link(other, LETTER)]);
	expect(done.filter((one) => one.ok)).toHaveLength(1);
	expect(await it.countRows('contract_links')).toBe(1);
});

test('B2, A11: ten tries a day by account, with one entry in the log; a stranger uses no letter up', async () => {
	const [stranger, owner] = [await actorOf(0), await actorOf(1)];
	for (let tries = 0; tries < 10; tries += 1) {
		expect(await service().link(stranger, { ...LETTER, activationCode: 'FALSCH' })).toEqual(
			REFUSED
		);
	}
	for (let tries = 0; tries < 3; tries += 1) {
		expect(await service().link(stranger, LETTER)).toMatchObject({
			error: { kind: 'rate-limited', code: 'portal/limit-reached' }
		});
	}
	const { rows } = await it.client.execute(
		`select count(*) as n from audit_events where event = 'account/limit-reached'`
	);
	expect(rows[0]?.['n']).toBe(1);
	expect((await service().link(owner, LETTER)).ok).toBe(true);
});

test('a linked contract shows its facts with the IBAN masked, in one round trip', async () => {
	const me = await actorOf(0);
	await service().link(me, LETTER);
	it.takeRoundTrips();
	const view = await service().get(me, 'c1');
	expect(it.takeRoundTrips()).toBe(1);
	expect(view).toMatchObject({
		ok: true,
		value: {
			policyholderName: 'Friederike Sommerfeld',
			insuredPersons: [
				{
					name: 'Mai Nguyen',
					dateOfBirth: '2004-05-17',
					cover: [
						{ yearStartsOn: '2026-02-01', deductibleMinor: 12_000, deductibleLeftMinor: 12_000 }
					]
				}
			],
			coverState: 'active',
			bankAccount: { bankName: 'Commerzbank' },
			currency: 'EUR'
		}
	});
	expect(JSON.stringify(view)).not.toContain('0532013');
});

test("Z2: somebody else's contract answers like one that does not exist", async () => {
	await service().link(await actorOf(0), LETTER);
	const other = await actorOf(1);
	const foreign = await service().get(other, 'c1');
	expect(foreign).toEqual(await service().get(other, 'no-such-contract'));
	expect(foreign).toMatchObject({ ok: false, error: { kind: 'not-found' } });
	expect(await service().list(other)).toEqual({ ok: true, value: [] });
});

test('linking the same contract again says so', async () => {
	const me = await actorOf(0);
	await service().link(me, LETTER);
	expect(await service().link(me, LETTER)).toMatchObject({
		error: { code: 'contracts/already-linked' }
	});
});

test('a clerk links and reads no contracts as a customer does', async () => {
	const clerk = { ...(await actorOf(0)), role: 'clerk' as const };
	expect(await service().link(clerk, LETTER)).toMatchObject({ error: { kind: 'forbidden' } });
	expect(await service().list(clerk)).toMatchObject({ error: { kind: 'forbidden' } });
});
