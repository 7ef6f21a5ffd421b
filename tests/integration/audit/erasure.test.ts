import { afterEach, beforeEach, expect, test } from 'vitest';
import { areEqual } from '#lib/domain/audit/bytes.ts';
import { commitmentOf, personalText } from '#lib/domain/audit/leaf.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { nodeSha256 } from '../../../tools/audit/node-sha256.ts';
import { auditRoom, recordMany, verifyFile } from '../../support/audit.ts';
import { openTestDatabase, TEST_ORIGIN, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
});
afterEach(() => it.close());

/** The database's trigger asks its own clock, so this test lives by the real one. */
async function recordBefore(days: number, count: number): Promise<void> {
	it.clock.set(Date.now() - days * DAY_MS);
	await recordMany(it, count);
	it.clock.set(Date.now());
}

test('L4: after 90 days the IP is gone and the log still verifies, sealed and unsealed', async () => {
	const { sealing, folder } = auditRoom(it);
	await recordBefore(91, 3);
	await sealing.seal();
	await sealing.deliver();
	await recordBefore(91, 1);
	await recordBefore(89, 2);
	await sealing.eraseExpired();
	const { rows } = await it.client.execute(
		`select seq from audit_events e join audit_personal p on p.event_id = e.id order by seq`
	);
	expect(rows.map((row) => row['seq'])).toEqual([5, 6]);
	expect(await verifyFile(it, folder)).toMatchObject({ rows: 6, sealed: 3, finding: null });
	await sealing.seal();
	expect(await verifyFile(it, folder)).toMatchObject({ rows: 6, sealed: 6, finding: null });
});

test('L4: with the salt gone nobody can prove a guessed IP against what is left', async () => {
	await recordBefore(91, 1);
	const before = await it.client.execute(
		'select salt, personal_commitment from audit_personal join audit_events on id = event_id'
	);
	const salt = before.rows[0]?.['salt'];
	const commitment = before.rows[0]?.['personal_commitment'];
	if (!(salt instanceof ArrayBuffer) || !(commitment instanceof ArrayBuffer)) throw new Error('?');
	const guess = personalText({
		...{ accountId: 'me', subjectAccountId: null, typedNameIndex: null },
		...{ ip: TEST_ORIGIN.ip, userAgent: TEST_ORIGIN.userAgent }
	});
	const proves = (tried: Uint8Array) =>
		areEqual(commitmentOf(nodeSha256, tried, guess), new Uint8Array(commitment));
	// While the salt is there the right guess is proven: the test would notice an unsalted commitment.
	expect(proves(new Uint8Array(salt))).toBe(true);
	await auditRoom(it).sealing.eraseExpired();
	const left = await it.client.execute('select * from audit_events');
	const columns = Object.values({ ...left.rows[0] });
	expect(await it.countRows('audit_personal')).toBe(0);
	const tried = columns.flatMap((value) =>
		value instanceof ArrayBuffer
			? [new Uint8Array(value), new Uint8Array(value).subarray(0, 16)]
			: [new TextEncoder().encode(String(value))]
	);
	expect([new Uint8Array(), new Uint8Array(16), ...tried].some(proves)).toBe(false);
	expect(JSON.stringify(columns)).not.toContain(TEST_ORIGIN.ip);
});

test('L4: two entries of one person and address have nothing in common once they are erased', async () => {
	await recordMany(it, 2);
	const { rows } = await it.client.execute(
		'select hex(personal_commitment) as c from audit_events'
	);
	expect(rows[0]?.['c']).not.toBe(rows[1]?.['c']);
});

test('L4: nothing goes before its 90 days, whatever the clock of the portal says', async () => {
	await recordBefore(89, 2);
	it.clock.set(Date.now() + 300 * DAY_MS);
	await auditRoom(it).sealing.eraseExpired();
	expect(await it.countRows('audit_personal')).toBe(2);
});
