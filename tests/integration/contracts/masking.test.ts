import { afterEach, beforeEach, expect, test } from 'vitest';
import { maskIban, maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import { createContractsService } from '#lib/server/contracts/contracts.service.ts';
import { insertCustomer, type Customer } from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const IBAN = 'DE89370400440532013000';

let it: TestDatabase;
let customer: Customer;
beforeEach(async () => {
	it = await openTestDatabase();
	customer = await insertCustomer(it, 'ada@example.org');
});
afterEach(() => it.close());

const contracts = () => createContractsService({ ...it, cipher: it.newCipher() });

test('D8: of an IBAN only country and last four characters are shown, of a policy number the last four', () => {
	expect(maskIban(IBAN).replaceAll(' ', '')).toBe(`DE${'•'.repeat(16)}3000`);
	expect(maskPolicyNumber('MA-2041-7735')).toBe(`${'•'.repeat(8)}7735`);
	expect(maskPolicyNumber('77')).toBe('77');
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
