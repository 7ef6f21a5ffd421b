import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { registrationSchema } from '../accounts/registration.schema.ts';
import { invoiceSchema, manifestFileSchema } from './claim.schema.ts';

const file = {
	id: randomUUID(),
	name: 'Rechnung Nr. 5 – Ødegård.jpg',
	type: 'image/jpeg',
	sizeBytes: 5,
	sha256: 'a'.repeat(64)
};
const invoice = {
	id: randomUUID(),
	issuer: "Legevakten d'Oslo",
	number: '17',
	invoiceDate: '2026-11-05',
	treatmentFrom: '2026-11-02',
	treatmentTo: '2026-11-03',
	amountMinor: 18_450,
	currency: 'EUR',
	isPaid: true
};

test.each(['\r\nBcc: eve@example.org', '\nBcc: eve@example.org', '\rx', '\0x'])(
	'B5: a name with the line break %j in it is refused, everywhere a name is given',
	(broken) => {
		expect(v.is(manifestFileSchema, file)).toBe(true);
		expect(v.is(manifestFileSchema, { ...file, name: `a${broken}.jpg` })).toBe(false);
		expect(v.is(invoiceSchema, invoice)).toBe(true);
		expect(v.is(invoiceSchema, { ...invoice, issuer: `a${broken}` })).toBe(false);
		const names = { firstName: `Ada${broken}`, lastName: `Test${broken}` };
		const parsed = v.safeParse(registrationSchema, names);
		const issues = (parsed.issues ?? []).map(({ path, message }) => [path?.[0]?.key, message]);
		expect(issues).toContainEqual(['firstName', 'name-invalid']);
		expect(issues).toContainEqual(['lastName', 'name-invalid']);
	}
);

test.each(['role', 'status', 'amountApproved', 'accountId', 'constructor'])(
	'Z3: a field %s that no device sends is refused',
	(extra) => {
		expect(v.is(manifestFileSchema, { ...file, [extra]: 'x' })).toBe(false);
		expect(v.is(invoiceSchema, { ...invoice, [extra]: 'x' })).toBe(false);
	}
);
