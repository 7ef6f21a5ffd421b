import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
	claimRooms,
	insertCustomer,
	readySubmission,
	type Customer
} from '../../support/claims.ts';
import { contractsService } from '../../support/contracts.ts';
import { openTestDatabase, TEST_NOW_MS, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let zoe: Customer;
let eve: Customer;

beforeEach(async () => {
	it = await openTestDatabase();
	zoe = await insertCustomer(it, 'zoe@example.org');
	eve = await insertCustomer(it, 'eve@example.org');
});
afterEach(() => it.close());

async function submitOne(customer: Customer): Promise<string> {
	const { id } = await readySubmission(it, customer);
	const done = await (await claimRooms(it, customer)).submissions.commit(customer, id);
	return done.ok ? (done.value.receipt?.claimId ?? '') : '';
}
const NOT_FOUND = { ok: false, error: { kind: 'not-found', code: 'portal/not-found' } };

test('the list shows own claims only, newest first, with sum and whose turn it is', async () => {
	const first = await submitOne(zoe);
	it.clock.advance(1000);
	const second = await submitOne(zoe);
	await submitOne(eve);
	const list = await (await claimRooms(it, zoe)).claims.listOwn(zoe, 1);
	expect(list).toMatchObject({
		ok: true,
		value: {
			page: 1,
			hasNextPage: false,
			claims: [
				{ id: second },
				{
					id: first,
					state: 'submitted',
					nextActor: 'insurer',
					submittedAtMs: TEST_NOW_MS,
					decisionDueBy: '2026-12-22',
					insuredPersonName: 'Zoë Ødegård',
					billed: [{ amountMinor: 18_450, currency: 'EUR' }],
					paid: null
				}
			]
		}
	});
	expect(list.ok && list.value.claims.length).toBe(2);
});

test('Z2: a device knows the bills of own claims, oldest first, and no longer than a mandate lasts', async () => {
	const first = await submitOne(zoe);
	it.clock.advance(1000);
	const second = await submitOne(zoe);
	await submitOne(eve);
	const bills = async () => {
		const cipher = it.newCipher();
		const { rows } = await it.client.execute({
			sql: 'select wrapped_key, root_version from people where id = ?',
			args: [zoe.personId]
		});
		await cipher.learn(zoe.personId, {
			wrappedKey: new Uint8Array(rows[0]?.['wrapped_key'] as ArrayBuffer),
			rootVersion: Number(rows[0]?.['root_version'])
		});
		const kit = await contractsService(it, cipher).listForDevice(zoe);
		return kit.ok ? kit.value.bills : [];
	};
	const bill = {
		...{ number: expect.any(String), invoiceDate: expect.any(String) },
		...{ amountMinor: 18_450, currency: 'EUR', claimNumber: expect.stringMatching(/^S-2026-/) }
	};
	expect(await bills()).toEqual([
		{ ...bill, claimId: first },
		{ ...bill, claimId: second }
	]);
	await it.client.execute(
		"update contract_links set role = 'representative', scope = 'claims', ends_on = '2026-11-21'"
	);
	expect(await bills()).toEqual([]);
});

test('a claim shows its invoices, files and documents, and nothing of its row', async () => {
	const id = await submitOne(zoe);
	const claim = await (await claimRooms(it, zoe)).claims.getOwn(zoe, id);
	expect(claim).toMatchObject({
		ok: true,
		value: {
			id,
			diagnosis: 'Angina',
			invoices: [{ issuer: 'Legevakten Oslo', amount: { amountMinor: 18_450, currency: 'EUR' } }],
			files: [
				{ name: 'beleg-1.jpg', sizeBytes: 3000 },
				{ name: 'beleg-2.jpg', sizeBytes: 5000 }
			],
			documents: [{ name: { kind: 'receipt-confirmation' }, isUnread: true, hasPdf: false }]
		}
	});
	const keys = claim.ok ? Object.keys(claim.value) : [];
	expect(keys).not.toContain('content');
	expect(keys).not.toContain('accountId');
});

test("somebody else's claim is answered as one that does not exist", async () => {
	const id = await submitOne(zoe);
	const rooms = await claimRooms(it, eve);
	expect(await rooms.claims.getOwn(eve, id)).toEqual(NOT_FOUND);
	expect(await rooms.claims.getOwn(eve, randomUUID())).toEqual(NOT_FOUND);
});

test('a clerk has no claims of their own', async () => {
	const clerk = { ...zoe, role: 'clerk' as const };
	const rooms = await claimRooms(it, zoe);
	const forbidden = { ok: false, error: { kind: 'forbidden', code: 'portal/forbidden' } };
	expect(await rooms.claims.listOwn(clerk, 1)).toEqual(forbidden);
	expect(await rooms.claims.getOwn(clerk, randomUUID())).toEqual(forbidden);
});

test('list and claim cost one round trip each', async () => {
	const id = await submitOne(zoe);
	const rooms = await claimRooms(it, zoe);
	it.takeRoundTrips();
	await rooms.claims.listOwn(zoe, 1);
	expect(it.takeRoundTrips()).toBe(1);
	await rooms.claims.getOwn(zoe, id);
	expect(it.takeRoundTrips()).toBe(1);
});
