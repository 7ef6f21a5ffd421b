import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SubmissionReceipt } from '#lib/domain/claims/submission.ts';
import { checkSignature } from '#lib/offline/receipt-proof.ts';
import { generateKeys, rotateKeys } from '#lib/server/platform/keys.ts';
import { createReceiptSignature } from '#lib/server/platform/receipt-signature.ts';
import {
	claimRooms,
	insertCustomer,
	readySubmission,
	type Customer
} from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let zoe: Customer;

beforeEach(async () => {
	it = await openTestDatabase();
	zoe = await insertCustomer(it, 'zoe@example.org');
});
afterEach(() => it.close());

async function commit(id: string): Promise<SubmissionReceipt> {
	const done = await (await claimRooms(it, zoe)).submissions.commit(zoe, id);
	if (!done.ok || !done.value.receipt) throw new Error('no receipt');
	return done.value.receipt;
}

test('a receipt verifies with only the published key, and not once a word of it was changed', async () => {
	const { id } = await readySubmission(it, zoe);
	const receipt = await commit(id);
	const keys = await createReceiptSignature(it.keys).publicKeys();
	expect(await checkSignature(receipt, keys)).toBe('valid');
	const changes = [
		{ claimNumber: 'S-2026-000000' },
		{ manifestHash: receipt.manifestHash.replace(/^./, (one) => (one === '0' ? '1' : '0')) },
		{ receivedAtMs: receipt.receivedAtMs + 1 }
	];
	for (const change of changes) {
		expect(await checkSignature({ ...receipt, ...change }, keys)).toBe('invalid');
	}
});

test("a receipt does not verify with somebody else's key, and says so where there is none", async () => {
	const { id } = await readySubmission(it, zoe);
	const receipt = await commit(id);
	const strangers = createReceiptSignature(generateKeys(it.ids.randomBytes));
	expect(await checkSignature(receipt, await strangers.publicKeys())).toBe('invalid');
	expect(await checkSignature(receipt, [])).toBe('unknown');
	expect(await checkSignature({ ...receipt, signature: null }, [])).toBe('unknown');
});

test('a replay answers the stored receipt byte for byte, after the key was rotated too', async () => {
	const { id } = await readySubmission(it, zoe);
	const first = JSON.stringify(await commit(id));
	it.clock.advance(1000);
	expect(JSON.stringify(await commit(id))).toBe(first);
	Object.assign(it.keys, rotateKeys(it.keys, ['receipt'], it.ids.randomBytes));
	const again = await commit(id);
	expect(JSON.stringify(again)).toBe(first);
	const keys = await createReceiptSignature(it.keys).publicKeys();
	expect(keys.map(({ version }) => version)).toEqual([1, 2]);
	expect(await checkSignature(again, keys)).toBe('valid');
});
