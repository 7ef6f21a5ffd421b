import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import {
	claimRooms,
	createUpload,
	insertCustomer,
	jpegBytes,
	manifestFile,
	submissionOf,
	type Customer
} from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let customer: Customer;
beforeEach(async () => {
	it = await openTestDatabase();
	customer = await insertCustomer(it, 'zoe@example.org');
});
afterEach(() => it.close());

const files = () => [manifestFile(jpegBytes(3000)), manifestFile(jpegBytes(3100, 2))];
async function put(id: string = randomUUID(), submission = submissionOf(customer, files())) {
	return (await claimRooms(it, customer)).submissions.put(customer, id, submission);
}
async function refusals() {
	const { rows } = await it.client.execute(
		`select object_ref from audit_events where event = 'account/limit-reached'`
	);
	return rows.map((row) => row['object_ref']);
}

test('B2, ASVS 2.3.2: twenty submissions a day, one more is refused with one entry in the log, and the next day goes on', async () => {
	for (let count = 0; count < LIMITS.submissions.max; count++) {
		expect((await put()).ok).toBe(true);
	}
	const refused = { ok: false, error: { kind: 'rate-limited', code: 'portal/limit-reached' } };
	expect(await put()).toEqual(refused);
	expect(await put()).toEqual(refused);
	expect(await it.countRows('submissions')).toBe(LIMITS.submissions.max);
	expect(await refusals()).toEqual(['limit:claims/submissions']);
	it.clock.advance(DAY_MS);
	expect((await put()).ok).toBe(true);
});

test('B2, ASVS 2.3.2: the upload after the last one of a day is refused with 429 and one entry in the log', async () => {
	const submission = submissionOf(customer, files());
	const id = randomUUID();
	expect((await put(id, submission)).ok).toBe(true);
	const create = async (index: number) => {
		const file = submission.files[index];
		if (!file) throw new Error('no such file');
		const upload = { submissionId: id, attachmentId: file.id, sizeBytes: file.sizeBytes };
		return (await createUpload(it, customer, upload)).status;
	};
	expect(await create(0)).toBe(201);
	await it.client.execute({
		sql: `update throttles set tries = ?, next_try_at_ms = expires_at_ms where scope = 'documents/uploads'`,
		args: [LIMITS.uploads.max]
	});
	expect(await create(1)).toBe(429);
	expect(await create(1)).toBe(429);
	expect(await refusals()).toEqual(['limit:documents/uploads']);
});
