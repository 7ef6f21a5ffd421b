import { afterEach, beforeEach, expect, test } from 'vitest';
import { maskIban, maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import { insertCustomer, type Customer } from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { contractsService } from '../../support/contracts.ts';

const IBAN = 'DE89370400440532013000';

let it: TestDatabase;
let customer: Customer;
beforeEach(async () => {
	it = await openTestDatabase();
	customer = await insertCustomer(it, 'ada@example.org');
});
afterEach(() => it.close());

const contracts = () => contractsService(it);

test('D8: of an IBAN only country and last four characters are shown, of a policy number the last four', () => {
	expect(maskIban(IBAN).replaceAll(' ', '')).toBe(`DE${'•'.repeat(16)}3000`);
	expect(maskPolicyNumber('MA-2041-7735')).toBe(`${'•'.repeat(8)}7735`);
	expect(maskPolicyNumber('77')).toBe('77');
});

test('D8: showing the IBAN is noted in the same batch, in the own log, and somebody else has no such act', async () => {
	const ben = await insertCustomer(it, 'ben@example.org');
	it.takeRoundTrips();
	const shown = await contracts().revealAccount(customer, customer.contractId);
	expect(shown).toEqual({ ok: true, value: { iban: IBAN } });
	expect(it.takeRoundTrips()).toBe(1);
	const log = await it.audit.listOwn(customer);
	expect(log).toMatchObject({
		ok: true,
		value: [{ event: 'contract/account-revealed', outcome: 'success', isOwnAct: true }]
	});
	const notFound = { ok: false, error: { kind: 'not-found', code: 'portal/not-found' } };
	expect(await contracts().revealAccount(ben, customer.contractId)).toEqual(notFound);
	expect(await contracts().revealAccount(ben, 'nothing')).toEqual(notFound);
	const clerk = { ...customer, role: 'clerk' } as const;
	expect((await contracts().revealAccount(clerk, customer.contractId)).ok).toBe(false);
	expect(await it.countRows('audit_events')).toBe(1);
});

test('D8: an IBAN whose look cannot be noted is not shown', async () => {
	await it.client.execute(
		"create trigger broken before insert on audit_events begin select raise(abort, 'no log'); end"
	);
	await expect(contracts().revealAccount(customer, customer.contractId)).rejects.toThrow();
});

test('D8: no view of a contract carries the whole IBAN, and the device gets neither number', async () => {
	const view = await contracts().get(customer, customer.contractId);
	const list = await contracts().list(customer);
	const device = await contracts().listForDevice(customer);
	expect(view).toMatchObject({ ok: true, value: { bankAccount: { ibanMasked: maskIban(IBAN) } } });
	for (const answer of [view, list, device]) {
		expect(answer.ok).toBe(true);
		expect(JSON.stringify(answer)).not.toContain(IBAN.slice(4, 18));
	}
	expect(JSON.stringify(device)).not.toContain(`MA-${customer.contractId}`);
});
