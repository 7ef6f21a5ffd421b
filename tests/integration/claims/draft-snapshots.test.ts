import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '#lib/domain/calendar.ts';
import {
	MAX_PARTS_BYTES_OF_ACCOUNT,
	MAX_PART_BYTES,
	MAX_SNAPSHOTS
} from '#lib/domain/claims/draft-snapshot.ts';
import { SNAPSHOT_LIFETIME_MS, TOMBSTONE_LIFETIME_MS } from '#lib/domain/claims/draft-times.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { createDraftSnapshotsService } from '#lib/server/claims/draft-snapshots.service.ts';
import { waitingMails } from '../../support/accounts.ts';
import { insertCustomer, type Customer } from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const sealed = (text: string) => Buffer.from(text.padEnd(60, '.')).toString('base64');
const input = (text: string, ...fileIds: string[]) => ({ sealed: sealed(text), fileIds });
const DEVICE = 'A'.repeat(40);

let it: TestDatabase;
let zoe: Customer;
let eve: Customer;
beforeEach(async () => {
	it = await openTestDatabase();
	zoe = await insertCustomer(it, 'zoe@example.org');
	eve = await insertCustomer(it, 'eve@example.org');
});
afterEach(() => it.close());

function rooms() {
	return createDraftSnapshotsService({
		...it,
		recipients: createRecipientsRepository(it.newCipher())
	});
}

async function listOf(customer: Customer) {
	const list = await rooms().list(customer);
	if (!list.ok) throw new Error(list.error.code);
	return list.value;
}

test('a draft goes from one device to the other, and a change that has not seen the last one is refused', async () => {
	const id = randomUUID();
	expect(await rooms().put(zoe, id, 0, input('one'))).toMatchObject({
		ok: true,
		value: { rev: 1 }
	});
	expect(await rooms().put(zoe, id, 0, input('other'))).toMatchObject({
		ok: false,
		error: { kind: 'conflict', code: 'claims/draft-changed' }
	});
	expect(await rooms().put(zoe, id, 1, input('two'))).toMatchObject({
		ok: true,
		value: { rev: 2 }
	});
	expect(await rooms().put(zoe, id, 1, input('late'))).toMatchObject({ ok: false });
	expect(await rooms().find(zoe, id)).toMatchObject({
		ok: true,
		value: { rev: 2, sealed: sealed('two'), isDeleted: false }
	});
	expect(await listOf(zoe)).toMatchObject([{ id, rev: 2, sizeBytes: 60 }]);
});

test("nobody reads, changes or deletes another customer's draft, and cannot tell that it exists", async () => {
	const id = randomUUID();
	const part = `${randomUUID()}.0`;
	await rooms().put(zoe, id, 0, input('one'));
	await rooms().putPart(zoe, id, part, sealed('part'));
	expect(await rooms().find(eve, id)).toMatchObject({ error: { code: 'portal/not-found' } });
	expect(await rooms().findPart(eve, id, part)).toMatchObject({
		error: { code: 'portal/not-found' }
	});
	expect(await rooms().putPart(eve, id, part, sealed('evil'))).toMatchObject({
		error: { code: 'portal/not-found' }
	});
	// The id is free in her own account: whatever she does there touches nothing of the other.
	await rooms().put(eve, id, 0, input('hers'));
	await rooms().remove(eve, id, sealed('gone'));
	expect(await rooms().find(zoe, id)).toMatchObject({
		value: { sealed: sealed('one'), isDeleted: false, parts: [part] }
	});
	const clerk = { ...zoe, role: 'clerk' as const };
	for (const answer of [
		await rooms().list(clerk),
		await rooms().find(clerk, id),
		await rooms().put(clerk, id, 1, input('x')),
		await rooms().remove(clerk, id, sealed('x')),
		await rooms().findPart(clerk, id, part),
		await rooms().putPart(clerk, id, part, sealed('x')),
		await rooms().contact(clerk, DEVICE, { drafts: [], acknowledged: [] })
	]) {
		expect(answer).toMatchObject({ ok: false, error: { code: 'portal/forbidden' } });
	}
});

test('a deleted draft stays deleted: its word waits for the other devices, its files are gone', async () => {
	const [id, fileId] = [randomUUID(), randomUUID()];
	await rooms().put(zoe, id, 0, input('one', fileId));
	await rooms().putPart(zoe, id, `${fileId}.0`, sealed('part'));
	expect(await rooms().remove(zoe, id, sealed('word'))).toMatchObject({ ok: true });
	expect(await rooms().find(zoe, id)).toMatchObject({
		value: { rev: 2, isDeleted: true, sealed: sealed('word'), parts: [] }
	});
	for (const rev of [0, 1, 2]) {
		expect(await rooms().put(zoe, id, rev, input('back'))).toMatchObject({ ok: false });
	}
	expect(await rooms().putPart(zoe, id, `${fileId}.0`, sealed('p'))).toMatchObject({ ok: false });
	const never = randomUUID();
	expect(await rooms().remove(zoe, never, sealed('word'))).toMatchObject({ ok: true });
	expect(await rooms().find(zoe, never)).toMatchObject({ value: { isDeleted: true } });
});

test('a file that the draft names no more leaves nothing here', async () => {
	const [id, kept, dropped] = [randomUUID(), randomUUID(), randomUUID()];
	await rooms().put(zoe, id, 0, input('one', kept, dropped));
	for (const name of [`${kept}.0`, `${kept}.t`, `${dropped}.0`]) {
		expect(await rooms().putPart(zoe, id, name, sealed(name))).toMatchObject({ ok: true });
	}
	await rooms().put(zoe, id, 1, input('two', kept));
	expect(await rooms().find(zoe, id)).toMatchObject({
		value: { parts: [`${kept}.0`, `${kept}.t`] }
	});
	expect(await rooms().findPart(zoe, id, `${kept}.t`)).toMatchObject({
		value: { sealed: sealed(`${kept}.t`) }
	});
});

test('an account has room for fifty drafts and so many bytes of files; changing one is never refused', async () => {
	const ids = Array.from({ length: MAX_SNAPSHOTS }, () => randomUUID());
	for (const id of ids)
		expect(await rooms().put(zoe, id, 0, input('x'))).toMatchObject({ ok: true });
	expect(await rooms().put(zoe, randomUUID(), 0, input('x'))).toMatchObject({
		error: { kind: 'rate-limited', code: 'claims/draft-space' }
	});
	expect(await listOf(zoe)).toHaveLength(MAX_SNAPSHOTS);
	const [id = ''] = ids;
	expect(await rooms().put(zoe, id, 1, input('y'))).toMatchObject({ ok: true });
	const large = Buffer.alloc(MAX_PART_BYTES, 7).toString('base64');
	const most = Math.floor(MAX_PARTS_BYTES_OF_ACCOUNT / MAX_PART_BYTES);
	const fileId = randomUUID();
	await it.client.execute({
		sql: `with recursive n(i) as (select 0 union all select i + 1 from n where i < ?)
			insert into draft_parts select ?, ?, ? || '.' || i, zeroblob(?) from n`,
		args: [most - 2, zoe.accountId, id, fileId, MAX_PART_BYTES]
	});
	expect(await rooms().putPart(zoe, id, `${fileId}.998`, large)).toMatchObject({ ok: true });
	expect(await rooms().putPart(zoe, id, `${fileId}.999`, large)).toMatchObject({
		error: { code: 'claims/draft-space' }
	});
	expect(await it.countRows('draft_parts')).toBe(most);
	expect(await rooms().put(eve, randomUUID(), 0, input('x'))).toMatchObject({ ok: true });
});

test('failure 18: a device whose drafts were cleared away learns exactly which, and its deletions are no loss', async () => {
	const [kept, lost, deleted] = [randomUUID(), randomUUID(), randomUUID()];
	const all = [kept, lost, deleted].map((id) => ({ id, rev: 1 }));
	const none = { drafts: [], acknowledged: [] };
	expect(await rooms().contact(zoe, DEVICE, { ...none, drafts: all })).toMatchObject({
		value: { missing: [] }
	});
	await rooms().remove(zoe, deleted, sealed('word'));
	it.clock.advance(DAY_MS);
	const after = { ...none, drafts: [{ id: kept, rev: 1 }] };
	const missing = [{ id: lost, rev: 1, seenAtMs: it.clock.nowMs() - DAY_MS }];
	expect(await rooms().contact(zoe, DEVICE, after)).toMatchObject({ value: { missing } });
	// Another browser, another account, and a browser that brings no cookie have lost nothing.
	expect(await rooms().contact(zoe, 'B'.repeat(40), none)).toMatchObject({
		value: { missing: [] }
	});
	expect(await rooms().contact(eve, DEVICE, none)).toMatchObject({ value: { missing: [] } });
	expect(await rooms().contact(zoe, null, none)).toMatchObject({ value: { missing: [] } });
	// Said again until the owner has read it.
	expect(await rooms().contact(zoe, DEVICE, after)).toMatchObject({ value: { missing } });
	expect(await rooms().contact(zoe, DEVICE, { ...after, acknowledged: [lost] })).toMatchObject({
		value: { missing: [] }
	});
	expect(await rooms().contact(zoe, DEVICE, after)).toMatchObject({ value: { missing: [] } });
});

test('B2: made-up devices and drafts push out each other, and fill no table', async () => {
	const drafts = [{ id: randomUUID(), rev: 1 }];
	for (let index = 0; index < 25; index += 1) {
		it.clock.advance(1);
		await rooms().contact(zoe, String.fromCharCode(65 + index).repeat(40), {
			drafts,
			acknowledged: []
		});
	}
	expect(await it.countRows('draft_devices')).toBe(20);
	await rooms().contact(eve, DEVICE, { drafts, acknowledged: [] });
	expect(await it.countRows('draft_devices')).toBe(21);
	for (let index = 0; index < 505; index += 1) {
		it.clock.advance(1);
		await rooms().remove(zoe, randomUUID(), sealed('word'));
	}
	expect(await it.countRows('draft_snapshots')).toBe(500);
});

test('a copy goes after thirty days without a change, told seven days and one day before, once each', async () => {
	const id = randomUUID();
	await rooms().put(zoe, id, 0, input('one'));
	await rooms().put(zoe, randomUUID(), 0, input('same day'));
	await rooms().putPart(zoe, id, `${randomUUID()}.0`, sealed('part'));
	const told = async () =>
		(await waitingMails(it)).map((mail) => mail.template === 'draft-expires' && mail.isLast);
	it.clock.advance(SNAPSHOT_LIFETIME_MS - 7 * DAY_MS - 1);
	expect(await rooms().warnOfExpiry()).toBe(0);
	it.clock.advance(1);
	expect(await rooms().warnOfExpiry()).toBe(1);
	expect(await rooms().warnOfExpiry()).toBe(0);
	expect(await told()).toEqual([false]);
	it.clock.advance(6 * DAY_MS);
	expect(await rooms().warnOfExpiry()).toBe(1);
	expect(await rooms().warnOfExpiry()).toBe(0);
	expect(await told()).toEqual([false, true]);
	it.clock.advance(DAY_MS - 1);
	await rooms().purge();
	expect(await listOf(zoe)).toHaveLength(2);
	it.clock.advance(1);
	await rooms().purge();
	expect(await listOf(zoe)).toEqual([]);
	expect(await it.countRows('draft_parts')).toBe(0);
	// The device still has it, and what it changes from now on is kept again.
	expect(await rooms().put(zoe, id, 1, input('two'))).toMatchObject({
		ok: true,
		value: { rev: 2 }
	});
});

test('a change begins the thirty days anew; a deleted draft is announced to nobody', async () => {
	const [id, gone] = [randomUUID(), randomUUID()];
	await rooms().put(zoe, id, 0, input('one'));
	await rooms().put(zoe, gone, 0, input('one'));
	await rooms().remove(zoe, gone, sealed('word'));
	it.clock.advance(SNAPSHOT_LIFETIME_MS - DAY_MS);
	await rooms().put(zoe, id, 1, input('two'));
	expect(await rooms().warnOfExpiry()).toBe(0);
	it.clock.advance(TOMBSTONE_LIFETIME_MS - SNAPSHOT_LIFETIME_MS);
	await rooms().purge();
	expect(await listOf(zoe)).toMatchObject([{ id: gone, isDeleted: true }]);
});
