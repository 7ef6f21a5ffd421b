import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertPerson } from '#lib/server/db/people.ts';
import { createFileRows } from '#lib/server/documents/file-rows.ts';
import { SealedValueError } from '#lib/server/platform/sealed-value.ts';
import {
	claimRooms,
	insertCustomer,
	manifestFile,
	submissionOf,
	uploadWhole,
	type Customer
} from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const MARKER = 'MARKER-7f3a';

let it: TestDatabase;
let customer: Customer;
beforeEach(async () => {
	it = await openTestDatabase();
	customer = await insertCustomer(it, `${MARKER.toLowerCase()}@example.org`);
});
afterEach(() => it.close());

/** Everything that lies on the disk: the file itself and what has not been folded into it yet. */
function bytesOnDisk(): string {
	return [it.file, `${it.file}-wal`, `${it.file}-shm`]
		.filter((file) => existsSync(file))
		.map((file) => readFileSync(file).toString('latin1').toLowerCase())
		.join('');
}

async function handInClaim(of: Customer, text: string): Promise<void> {
	const bytes = new Uint8Array(4000).fill(65);
	bytes.set([0xff, 0xd8, 0xff, 0xe0]);
	bytes.set(new TextEncoder().encode(text.repeat(20)), 100);
	const file = manifestFile(bytes, `${text}.jpg`);
	const plain = submissionOf(of, [file]);
	const content = { ...plain.content, diagnosis: text, note: text };
	const id = crypto.randomUUID();
	const rooms = await claimRooms(it, of);
	const put = await rooms.submissions.put(of, id, { ...plain, content });
	expect(put).toMatchObject({ ok: true });
	await uploadWhole(it, of, id, file, bytes);
	expect(await (await claimRooms(it, of)).submissions.commit(of, id)).toMatchObject({ ok: true });
}

test('D1: no word of a claim, a mail, a name or a file can be read in the database file', async () => {
	await it.db.commit(
		await insertPerson(it.cipher, {
			id: 'p',
			profile: { firstName: MARKER, lastName: MARKER, dateOfBirth: null },
			nowMs: 0
		}),
		await it.mails.enqueue(
			'm',
			'p',
			{ template: 'new-document', to: `${MARKER}@example.org`, language: 'de', name: MARKER },
			0
		)
	);
	await handInClaim(customer, MARKER);
	expect(await it.countRows('claims')).toBe(1);
	expect(await it.countRows('file_chunks')).toBeGreaterThan(0);
	// What is open by design is found, so the search itself is known to work.
	await it.client.execute(`create table proof as select 'Sichtbar-${MARKER.slice(7)}' as text`);
	const disk = bytesOnDisk();
	expect(disk).toContain('sichtbar-7f3a');
	expect(disk).not.toContain(MARKER.toLowerCase());
	expect(disk).not.toContain(Buffer.from(MARKER).toString('base64').slice(0, 12).toLowerCase());
	expect(disk).not.toContain('de89370400440532013000');
});

test('D2: a ciphertext moved to another row of the same person, or to another person, does not open', async () => {
	await handInClaim(customer, 'eins');
	await handInClaim(customer, 'zwei');
	const other = await insertCustomer(it, 'other@example.org');
	await handInClaim(other, 'drei');
	const { rows } = await it.client.execute('select id, account_id, content from claims');
	const [first, second, foreign] = [
		...rows.filter((row) => row['account_id'] === customer.accountId),
		...rows.filter((row) => row['account_id'] === other.accountId)
	];
	const id = String(first?.['id']);
	const getOwn = async () => (await claimRooms(it, customer)).claims.getOwn(customer, id);
	expect(await getOwn()).toMatchObject({ ok: true });
	for (const taken of [second, foreign]) {
		await it.client.execute({
			sql: 'update claims set content = ? where id = ?',
			args: [taken?.['content'] ?? null, id]
		});
		await expect(getOwn()).rejects.toThrow(SealedValueError);
		await expect(getOwn()).rejects.toThrow('a stored value could not be opened');
	}
});

test('D2: a row that names a root key nobody has gives the same kind of error', async () => {
	await it.client.execute('update people set root_version = 9');
	await expect(claimRooms(it, customer)).rejects.toThrow(SealedValueError);
	await it.client.execute('update people set root_version = 1, wrapped_key = zeroblob(40)');
	await expect(claimRooms(it, customer)).rejects.toThrow(SealedValueError);
});

test('D3: every file has a fresh key of its own', async () => {
	const keysMade: Uint8Array[] = [];
	const rows = createFileRows(it.cipher, (length) => {
		const bytes = it.ids.randomBytes(length);
		keysMade.push(bytes);
		return bytes;
	});
	for (let n = 0; n < 200; n += 1) {
		await rows.seal(customer, {
			id: `f${n}`,
			submissionId: null,
			attachmentId: null,
			name: 'same.jpg',
			type: 'image/jpeg',
			sizeBytes: 1,
			receivedBytes: 0,
			sha256: '',
			state: 'open',
			createdAtMs: 0,
			releasedAtMs: null
		});
	}
	expect(keysMade.every((key) => key.length === 32)).toBe(true);
	expect(new Set(keysMade.map((key) => Buffer.from(key).toString('hex'))).size).toBe(200);
});
