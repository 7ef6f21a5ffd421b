import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	MAX_FILE_BYTES,
	type FileType,
	type ManifestFile
} from '#lib/domain/claims/claim.schema.ts';
import { PIECE_BYTES } from '#lib/server/documents/file-rows.ts';
import { MAX_PIECES_AT_ONCE } from '#lib/server/documents/uploads.service.ts';
import {
	claimRooms,
	createUpload,
	headUpload,
	insertCustomer,
	jpegBytes,
	manifestFile,
	patchUpload,
	readySubmission,
	submissionOf,
	uploadWhole,
	type Customer
} from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let zoe: Customer;
let eve: Customer;

beforeEach(async () => {
	it = await openTestDatabase();
	zoe = await insertCustomer(it, 'zoe@example.org');
	eve = await insertCustomer(it, 'eve@example.org');
});
afterEach(() => it.close());

async function putOne(bytes: Uint8Array, name = 'rechnung.jpg', type: FileType = 'image/jpeg') {
	const file = manifestFile(bytes, name, type);
	const id = randomUUID();
	const rooms = await claimRooms(it, zoe);
	const put = await rooms.submissions.put(zoe, id, submissionOf(zoe, [file]));
	if (!put.ok) throw new Error(put.error.code);
	return { id, file };
}
async function begin(bytes: Uint8Array, name?: string, type?: FileType) {
	const { id, file } = await putOne(bytes, name, type);
	const { sizeBytes } = file;
	const created = await createUpload(it, zoe, {
		submissionId: id,
		attachmentId: file.id,
		sizeBytes
	});
	return { id, file, created, path: created.headers.get('Location') ?? '' };
}
/** The stored bytes as somebody reads them who may. */
async function readBack(path: string, sizeBytes: number): Promise<Uint8Array> {
	const { files } = await claimRooms(it, zoe);
	return new Response(files.stream({ id: path.split('/').at(-1) ?? '', sizeBytes })).bytes();
}
async function uploadStateOf(id: string) {
	const state = await (await claimRooms(it, zoe)).submissions.get(zoe, id);
	return state.ok ? state.value.uploads[0] : null;
}

test('an upload is created at a path on our origin, without a word to other origins', async () => {
	const { created, path } = await begin(jpegBytes(1000));
	expect(created.status).toBe(201);
	expect(path).toMatch(/^\/api\/uploads\/[0-9a-f-]{36}$/);
	expect([...created.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual(
		[]
	);
});

test('a file sent in pieces is stored encrypted and comes back to the byte', async () => {
	const bytes = jpegBytes(700_000);
	const { id, file } = await putOne(bytes);
	const { path, last } = await uploadWhole(it, zoe, id, file, bytes);
	expect(last.status).toBe(204);
	expect(await uploadStateOf(id)).toMatchObject({ state: 'complete', receivedBytes: 700_000 });
	const back = await readBack(path, 700_000);
	expect(Buffer.from(back).equals(Buffer.from(bytes))).toBe(true);
	const { rows } = await it.client.execute('select ciphertext from file_chunks');
	const clear = Buffer.from(bytes.subarray(1000, 1064));
	expect(rows.map((row) => Buffer.from(row['ciphertext'] as ArrayBuffer).includes(clear))).toEqual([
		false,
		false,
		false
	]);
});

test('a body larger than a piece is stored in pieces of 256 KiB', async () => {
	const bytes = jpegBytes(600_000);
	const { path } = await begin(bytes);
	expect((await patchUpload(it, zoe, path, 0, bytes)).status).toBe(204);
	const { rows } = await it.client.execute(
		'select start_byte from file_chunks order by start_byte'
	);
	expect(rows.map((row) => Number(row['start_byte']))).toEqual([0, 262_144, 524_288]);
});

test('creating the same upload again finds the one begun, and its offset', async () => {
	const bytes = jpegBytes(5000);
	const { id, file, path } = await begin(bytes);
	await patchUpload(it, zoe, path, 0, bytes.subarray(0, 2000));
	const again = await createUpload(it, zoe, {
		submissionId: id,
		attachmentId: file.id,
		sizeBytes: 5000
	});
	expect(again.headers.get('Location')).toBe(path);
	const head = await headUpload(it, zoe, path);
	expect(head.headers.get('Upload-Offset')).toBe('2000');
	expect(await it.countRows('files')).toBe(1);
});

test('two creations at once begin one upload', async () => {
	const { id, file } = await putOne(jpegBytes(5000));
	const upload = { submissionId: id, attachmentId: file.id, sizeBytes: 5000 };
	const both = await Promise.all([createUpload(it, zoe, upload), createUpload(it, zoe, upload)]);
	expect(new Set(both.map((answer) => answer.headers.get('Location'))).size).toBe(1);
	expect(await it.countRows('files')).toBe(1);
});

test('of two PATCHes at one offset one is taken and the other is told 409', async () => {
	const bytes = jpegBytes(5000);
	const { path } = await begin(bytes);
	const halves = [bytes.subarray(0, 2500), bytes.subarray(0, 1000)];
	const answers = await Promise.all(halves.map((half) => patchUpload(it, zoe, path, 0, half)));
	expect(answers.map((answer) => answer.status).toSorted()).toEqual([204, 409]);
	const stored = answers[0]?.status === 204 ? 2500 : 1000;
	const head = await headUpload(it, zoe, path);
	expect(head.headers.get('Upload-Offset')).toBe(String(stored));
	expect(await it.countRows('file_chunks')).toBe(1);
});

test('bytes at a wrong offset are refused and nothing is stored', async () => {
	const bytes = jpegBytes(5000);
	const { path } = await begin(bytes);
	expect((await patchUpload(it, zoe, path, 100, bytes.subarray(0, 100))).status).toBe(409);
	expect(await it.countRows('file_chunks')).toBe(0);
});

test('a piece whose row fails moves nothing', async () => {
	const bytes = jpegBytes(5000);
	const { path } = await begin(bytes);
	await it.client.execute(
		"create trigger broken before insert on file_chunks begin select raise(abort, 'disk'); end"
	);
	await expect(patchUpload(it, zoe, path, 0, bytes)).rejects.toThrow();
	const { rows } = await it.client.execute('select received_bytes from files');
	expect(rows[0]?.['received_bytes']).toBe(0);
});

describe('limits', () => {
	test('F2: a body without length is cut at the announced size', async () => {
		const bytes = jpegBytes(5000);
		const { path } = await begin(bytes);
		const endless = new ReadableStream<Uint8Array>({
			pull: (controller) => controller.enqueue(new Uint8Array(4000))
		});
		expect((await patchUpload(it, zoe, path, 0, endless)).status).toBe(413);
		const { rows } = await it.client.execute('select received_bytes from files');
		expect(Number(rows[0]?.['received_bytes'])).toBeLessThanOrEqual(5000);
	});

	test('a body longer than announced is refused', async () => {
		const { path } = await begin(jpegBytes(5000));
		expect((await patchUpload(it, zoe, path, 0, jpegBytes(5001))).status).toBe(413);
	});

	test('F2: more than 10 MiB and a size that is not the announced one are refused', async () => {
		const { id, file } = await putOne(jpegBytes(5000));
		const upload = { submissionId: id, attachmentId: file.id };
		expect((await createUpload(it, zoe, { ...upload, sizeBytes: 10_485_761 })).status).toBe(413);
		const other = await createUpload(it, zoe, { ...upload, sizeBytes: 4999 });
		expect(other.status).toBe(422);
		expect(await other.json()).toEqual({ code: 'claims/submission-mismatch' });
		expect(await it.countRows('files')).toBe(0);
	});

	test('F2: beyond 200 MiB on the way nothing more is begun', async () => {
		const first = await begin(jpegBytes(5000));
		await it.client.execute({
			sql: 'update files set size_bytes = ? where submission_id = ?',
			args: [20 * 10_485_760 - 4999, first.id]
		});
		const { id, file } = await putOne(jpegBytes(5000, 2));
		const upload = { submissionId: id, attachmentId: file.id, sizeBytes: 5000 };
		const refused = await createUpload(it, zoe, upload);
		expect(refused.status).toBe(413);
		expect(await refused.json()).toEqual({ code: 'claims/too-many-files' });
		expect(await it.countRows('files')).toBe(1);
		await it.client.execute('update files set size_bytes = size_bytes - 1');
		expect((await createUpload(it, zoe, upload)).status).toBe(201);
	});
});

describe('what is not what it says', () => {
	const html = new TextEncoder().encode(
		`<!doctype html><script>alert(1)</script>${'x'.repeat(900)}`
	);
	const text = (content: string) => new TextEncoder().encode(content);
	const zipEnd = Uint8Array.of(0x50, 0x4b, 5, 6, ...new Array<number>(18).fill(0));
	const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
	const pdf = text(`%PDF-1.7\n${'0'.repeat(500)}\nstartxref\n9\n%%EOF\n`);
	const png = Uint8Array.of(
		0x89,
		0x50,
		0x4e,
		0x47,
		13,
		10,
		26,
		10,
		...new Array<number>(90).fill(7)
	);
	const jpeg = jpegBytes(4000);

	test.each([
		['HTML named as photo', html, 'a.jpg', 'image/jpeg'],
		[
			'SVG named as PNG',
			text(`<svg xmlns="http://www.w3.org/2000/svg">${'x'.repeat(99)}</svg>`),
			'a.png',
			'image/png'
		],
		[
			'a GIF that is a script',
			text(`GIF89a/*${'x'.repeat(99)}*/=1;alert(1)`),
			'a.png',
			'image/png'
		],
		['a photo with a page in its head', join(jpeg.subarray(0, 20), html), 'a.jpg', 'image/jpeg'],
		['a PDF that is a page too', join(pdf.subarray(0, 9), html, pdf), 'a.pdf', 'application/pdf'],
		['a PDF that does not begin as one', join(text('\n'), pdf), 'a.pdf', 'application/pdf'],
		['a PDF without its end', pdf.subarray(0, 200), 'a.pdf', 'application/pdf'],
		['a PDF that is a ZIP too', join(pdf, zipEnd), 'a.pdf', 'application/pdf'],
		['a photo that is a ZIP too', join(jpeg, zipEnd), 'a.jpg', 'image/jpeg'],
		['a PNG announced as JPEG', png, 'a.jpg', 'image/jpeg']
	] as const)(
		'F1: %s is refused with 422 and its bytes are dropped',
		async (_, bytes, name, type) => {
			const { id, path } = await begin(bytes, name, type);
			const answer = await patchUpload(it, zoe, path, 0, bytes);
			expect(answer.status).toBe(422);
			expect(await answer.json()).toEqual({ code: 'claims/file-refused' });
			expect(await uploadStateOf(id)).toMatchObject({ state: 'refused', uploadPath: null });
			expect(await it.countRows('file_chunks')).toBe(0);
			expect((await headUpload(it, zoe, path)).status).toBe(410);
		}
	);

	test.each([
		['a PDF', pdf, 'a.pdf', 'application/pdf'],
		['a PNG', png, 'a.png', 'image/png'],
		['a JPEG', jpeg, 'Scan 1.2026', 'image/jpeg']
	] as const)('%s is taken', async (_, bytes, name, type) => {
		const { id, path } = await begin(bytes, name, type);
		expect((await patchUpload(it, zoe, path, 0, bytes)).status).toBe(204);
		expect(await uploadStateOf(id)).toMatchObject({ state: 'complete' });
	});

	test('F1: bytes with another hash than announced are refused, and the file can be sent anew', async () => {
		const { id, file, path } = await begin(jpeg);
		const tampered = jpeg.slice();
		tampered[2000] = (tampered[2000] ?? 0) ^ 1;
		expect((await patchUpload(it, zoe, path, 0, tampered)).status).toBe(422);
		const { path: second, last } = await uploadWhole(it, zoe, id, file, jpeg);
		expect(second).not.toBe(path);
		expect(last.status).toBe(204);
		expect(await uploadStateOf(id)).toMatchObject({ state: 'complete', uploadPath: second });
	});
});

test('a file is not taken byte by byte, except for its end', async () => {
	const bytes = jpegBytes(1001);
	const { id, path } = await begin(bytes);
	expect((await patchUpload(it, zoe, path, 0, bytes.subarray(0, 1))).status).toBe(400);
	expect(await uploadStateOf(id)).toMatchObject({ receivedBytes: 0 });
	expect((await patchUpload(it, zoe, path, 0, bytes.subarray(0, 1000))).status).toBe(204);
	expect((await patchUpload(it, zoe, path, 1000, bytes.subarray(1000))).status).toBe(204);
	expect(await uploadStateOf(id)).toMatchObject({ state: 'complete' });
});

test('a piece changed in the database does not open', async () => {
	const bytes = jpegBytes(5000);
	const { path } = await begin(bytes);
	await patchUpload(it, zoe, path, 0, bytes.subarray(0, 4000));
	await it.client.execute(
		"update file_chunks set ciphertext = cast(substr(ciphertext, 1, 3000) || x'00' || substr(ciphertext, 3002) as blob)"
	);
	expect((await patchUpload(it, zoe, path, 4000, bytes.subarray(4000))).status).toBe(204);
	await expect(readBack(path, 5000)).rejects.toThrow('opened');
});

describe('the check carried from piece to piece', () => {
	const begunAnew = async (id: string, file: ManifestFile, path: string, bytes: Uint8Array) => {
		expect((await headUpload(it, zoe, path)).status).toBe(404);
		expect(await uploadStateOf(id)).toMatchObject({ state: 'missing', uploadPath: null });
		expect(await it.countRows('file_chunks')).toBe(0);
		const { path: second, last } = await uploadWhole(it, zoe, id, file, bytes);
		expect(second).not.toBe(path);
		expect(last.status).toBe(204);
		expect(await uploadStateOf(id)).toMatchObject({ state: 'complete', uploadPath: second });
	};

	test.each([5_000_000, MAX_FILE_BYTES])(
		'a file of %d bytes costs two round trips a piece, the last one too, and comes back to the byte',
		async (sizeBytes) => {
			const bytes = jpegBytes(sizeBytes);
			const { id, path } = await begin(bytes);
			for (let at = 0; at < sizeBytes; at += PIECE_BYTES) {
				it.takeRoundTrips();
				const sent = await patchUpload(it, zoe, path, at, bytes.subarray(at, at + PIECE_BYTES));
				expect(it.takeRoundTrips()).toBe(2);
				expect(sent.status).toBe(204);
			}
			expect(await uploadStateOf(id)).toMatchObject({ state: 'complete' });
			expect(Buffer.from(await readBack(path, sizeBytes)).equals(Buffer.from(bytes))).toBe(true);
		},
		60_000
	);

	test.each([5_000_000, MAX_FILE_BYTES])(
		'a file of %d bytes in bodies larger than a batch costs two round trips a body',
		async (sizeBytes) => {
			const bytes = jpegBytes(sizeBytes);
			const { id, path } = await begin(bytes);
			let at = 0;
			let bodies = 0;
			while (at < sizeBytes) {
				it.takeRoundTrips();
				const sent = await patchUpload(it, zoe, path, at, bytes.subarray(at));
				expect(it.takeRoundTrips()).toBe(2);
				expect(sent.status).toBe(204);
				const reached = Number(sent.headers.get('Upload-Offset'));
				expect(reached).toBe(Math.min(sizeBytes, at + MAX_PIECES_AT_ONCE * PIECE_BYTES));
				at = reached;
				bodies += 1;
			}
			expect(bodies).toBe(Math.ceil(sizeBytes / (MAX_PIECES_AT_ONCE * PIECE_BYTES)));
			expect(await uploadStateOf(id)).toMatchObject({ state: 'complete' });
			expect(Buffer.from(await readBack(path, sizeBytes)).equals(Buffer.from(bytes))).toBe(true);
		},
		60_000
	);

	test.each([3, 1_500, 262_143, 262_144, 400_000, 635_000, 699_999])(
		'F1: a changed byte at %d is refused with the last piece and nothing is kept',
		async (place) => {
			const bytes = jpegBytes(700_000);
			const { id, path } = await begin(bytes);
			const sent = bytes.slice();
			sent[place] = (sent[place] ?? 0) ^ 1;
			const statuses: number[] = [];
			for (let at = 0; at < 700_000; at += PIECE_BYTES) {
				statuses.push(
					(await patchUpload(it, zoe, path, at, sent.subarray(at, at + PIECE_BYTES))).status
				);
			}
			expect(statuses).toEqual([204, 204, 422]);
			expect(await uploadStateOf(id)).toMatchObject({ state: 'refused' });
			expect(await it.countRows('file_chunks')).toBe(0);
			const { rows } = await it.client.execute('select check_state from files');
			expect(rows[0]?.['check_state']).toBeNull();
		}
	);

	test('of two PATCHes of one piece one is taken, and the check has seen it once', async () => {
		const bytes = jpegBytes(700_000);
		const { id, path } = await begin(bytes);
		for (let at = 0; at < 700_000; at += PIECE_BYTES) {
			const piece = bytes.subarray(at, at + PIECE_BYTES);
			const both = await Promise.all([
				patchUpload(it, zoe, path, at, piece),
				patchUpload(it, zoe, path, at, piece)
			]);
			expect(both.map((answer) => answer.status).toSorted()).toEqual([204, 409]);
		}
		expect(await uploadStateOf(id)).toMatchObject({ state: 'complete', receivedBytes: 700_000 });
		expect(await it.countRows('file_chunks')).toBe(3);
	});

	test('B1: last piece and verdict land together or not at all', async () => {
		const bytes = jpegBytes(300_000);
		const { id, path } = await begin(bytes);
		await patchUpload(it, zoe, path, 0, bytes.subarray(0, PIECE_BYTES));
		await it.client.execute(
			"create trigger broken before insert on file_chunks begin select raise(abort, 'disk'); end"
		);
		const rest = bytes.subarray(PIECE_BYTES);
		await expect(patchUpload(it, zoe, path, PIECE_BYTES, rest)).rejects.toThrow();
		expect(await uploadStateOf(id)).toMatchObject({ state: 'open', receivedBytes: PIECE_BYTES });
		await it.client.execute('drop trigger broken');
		expect((await patchUpload(it, zoe, path, PIECE_BYTES, rest)).status).toBe(204);
		expect(await uploadStateOf(id)).toMatchObject({ state: 'complete' });
	});

	test('what is kept of it is encrypted, and nothing is kept after the end', async () => {
		const bytes = jpegBytes(70_000);
		const { path } = await begin(bytes);
		await patchUpload(it, zoe, path, 0, bytes.subarray(0, 69_000));
		const kept = async () => {
			const { rows } = await it.client.execute('select check_state from files');
			return rows[0]?.['check_state'] as ArrayBuffer | null;
		};
		const sealed = Buffer.from((await kept()) ?? new ArrayBuffer());
		expect(sealed.length).toBeGreaterThan(60_000);
		expect(sealed.includes(Buffer.from(bytes.subarray(0, 64)))).toBe(false);
		expect(sealed.includes(Buffer.from(bytes.subarray(60_000, 60_064)))).toBe(false);
		await patchUpload(it, zoe, path, 69_000, bytes.subarray(69_000));
		expect(await kept()).toBeNull();
	});

	test('an upload begun before it was kept is begun anew, in the middle and at the end', async () => {
		const bytes = jpegBytes(5000);
		const half = await begin(bytes);
		await patchUpload(it, zoe, half.path, 0, bytes.subarray(0, 2000));
		await it.client.execute('update files set check_state = null');
		await begunAnew(half.id, half.file, half.path, bytes);
		await it.client.execute('delete from file_chunks');
		const full = await begin(bytes);
		await patchUpload(it, zoe, full.path, 0, bytes);
		await it.client.execute({
			sql: "update files set state = 'open' where submission_id = ?",
			args: [full.id]
		});
		await begunAnew(full.id, full.file, full.path, bytes);
	});

	test('a check of another moment or another file is not gone on with', async () => {
		// As long before the end as the other: only the offset it is sealed for tells them apart.
		const bytes = jpegBytes(400_000);
		const { id, file, path } = await begin(bytes);
		await patchUpload(it, zoe, path, 0, bytes.subarray(0, 65_536));
		const { rows } = await it.client.execute('select check_state from files');
		await patchUpload(it, zoe, path, 65_536, bytes.subarray(65_536, 131_072));
		await it.client.execute({
			sql: 'update files set check_state = ?',
			args: [rows[0]?.['check_state'] ?? null]
		});
		await begunAnew(id, file, path, bytes);
		await it.client.execute('delete from file_chunks');
		const [one, two] = [await begin(jpegBytes(6000, 2)), await begin(jpegBytes(6000))];
		await patchUpload(it, zoe, one.path, 0, jpegBytes(6000, 2).subarray(0, 2000));
		await patchUpload(it, zoe, two.path, 0, jpegBytes(6000).subarray(0, 2000));
		await it.client.execute({
			sql: `update files set check_state = (select check_state from files where submission_id = ?)
				where submission_id = ?`,
			args: [one.id, two.id]
		});
		expect((await headUpload(it, zoe, two.path)).status).toBe(404);
		expect((await headUpload(it, zoe, one.path)).status).toBe(200);
	});

	test('a PATCH of nothing at the end of a complete upload changes nothing', async () => {
		const bytes = jpegBytes(5000);
		const { id, path } = await begin(bytes);
		await patchUpload(it, zoe, path, 0, bytes);
		expect((await patchUpload(it, zoe, path, 5000, new Uint8Array())).status).toBe(204);
		expect(await uploadStateOf(id)).toMatchObject({ state: 'complete' });
	});
});

describe('somebody else', () => {
	test('finds no upload and no submission to upload to', async () => {
		const bytes = jpegBytes(5000);
		const { id, file, path } = await begin(bytes);
		const upload = { submissionId: id, attachmentId: file.id, sizeBytes: 5000 };
		const answers = [
			await createUpload(it, eve, upload),
			await createUpload(it, eve, { ...upload, submissionId: randomUUID() }),
			await headUpload(it, eve, path),
			await patchUpload(it, eve, path, 0, bytes)
		];
		expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404, 404]);
		expect(await answers[0]?.text()).toBe(await answers[1]?.text());
		expect(await it.countRows('file_chunks')).toBe(0);
	});

	test('and a clerk may not upload at all', async () => {
		const { path } = await begin(jpegBytes(5000));
		expect((await headUpload(it, { ...zoe, role: 'clerk' }, path)).status).toBe(403);
	});
});

test('B1: nothing is taken for a file that was not announced or a submission that is over', async () => {
	const { id, file } = await putOne(jpegBytes(5000));
	const upload = { submissionId: id, attachmentId: file.id, sizeBytes: 5000 };
	expect((await createUpload(it, zoe, { ...upload, attachmentId: randomUUID() })).status).toBe(404);
	expect((await createUpload(it, zoe, { ...upload, attachmentId: '../x' })).status).toBe(400);
	await (await claimRooms(it, zoe)).submissions.withdraw(zoe, id);
	expect((await createUpload(it, zoe, upload)).status).toBe(409);
	const ready = await readySubmission(it, zoe);
	await (await claimRooms(it, zoe)).submissions.commit(zoe, ready.id);
	const first = ready.submission.files[0];
	const late = { submissionId: ready.id, attachmentId: first?.id ?? '', sizeBytes: 3000 };
	expect((await createUpload(it, zoe, late)).status).toBe(409);
});

test('B1: bytes that arrive after the submission was withdrawn are not stored', async () => {
	const bytes = jpegBytes(5000);
	const { id, path } = await begin(bytes);
	await it.client.execute({
		sql: "update submissions set state = 'withdrawn' where id = ?",
		args: [id]
	});
	expect((await patchUpload(it, zoe, path, 0, bytes)).status).toBe(409);
	expect(await it.countRows('file_chunks')).toBe(0);
});

test('a PATCH costs two round trips, the last one too, and a HEAD one', async () => {
	const bytes = jpegBytes(400_000);
	const { path } = await begin(bytes);
	it.takeRoundTrips();
	await patchUpload(it, zoe, path, 0, bytes.subarray(0, 262_144));
	expect(it.takeRoundTrips()).toBe(2);
	await headUpload(it, zoe, path);
	expect(it.takeRoundTrips()).toBe(1);
	await patchUpload(it, zoe, path, 262_144, bytes.subarray(262_144));
	expect(it.takeRoundTrips()).toBe(2);
});

test('termination is not offered, and OPTIONS names the limits', async () => {
	const request = new Request('http://portal.test/api/uploads', { method: 'OPTIONS' });
	const answer = await (await claimRooms(it, zoe)).uploads.answer(zoe, request);
	expect(answer.headers.get('Tus-Extension')).toBe('creation');
	expect(answer.headers.get('Tus-Max-Size')).toBe('10485760');
});
