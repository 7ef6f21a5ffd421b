import { randomUUID } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#lib/domain/calendar.ts';
import type { FileType } from '#lib/domain/claims/claim.schema.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { createDeskRepository } from '#lib/server/claims/desk.repository.ts';
import { createFilesRepository } from '#lib/server/documents/files.repository.ts';
import { createFilesService } from '#lib/server/documents/files.service.ts';
import { createDocumentRequestsRepository } from '#lib/server/claims/document-requests.repository.ts';
import { createInspectionService } from '#lib/server/documents/inspection.service.ts';
import { createInspectionsRepository } from '#lib/server/documents/inspections.repository.ts';
import { scanFile } from '#lib/server/platform/scanner.ts';
import { EICAR, startScanner, type RunningScanner } from '../../../tools/scanner/scanner.ts';
import {
	claimRooms,
	createUpload,
	insertCustomer,
	jpegBytes,
	manifestFile,
	patchUpload,
	submissionOf,
	uploadWhole,
	type Customer
} from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	ascii,
	JPEG_METADATA,
	jpegOf,
	joined,
	pdfOf,
	pdfPage,
	pdfStream,
	pngChunk,
	pngOf
} from '../../support/files.ts';

let it: TestDatabase;
let zoe: Customer;
let scanner: RunningScanner;

beforeEach(async () => {
	it = await openTestDatabase();
	zoe = await insertCustomer(it, 'zoe@example.org');
	scanner = await startScanner({ port: 0 });
});
afterEach(async () => {
	it.close();
	await scanner.close();
});

/** As a job does it: nobody is signed in, and no key is known beforehand. */
function inspection(url = scanner.url, chokesOnBytes = -1) {
	const cipher = it.newCipher();
	const files = createFilesRepository(cipher, it.ids.randomBytes);
	return createInspectionService({
		...it,
		inspections: createInspectionsRepository(cipher, it.ids.randomBytes),
		fileStreams: createFilesService({ db: it.db, files }),
		recipients: createRecipientsRepository(cipher),
		requests: createDocumentRequestsRepository(),
		// A file on which the scanner runs into its limits has no answer, as if there were no scanner.
		scan: (bytes) =>
			scanFile(
				{ url: bytes.length === chokesOnBytes ? 'http://127.0.0.1:1' : url, token: '' },
				bytes
			)
	});
}

/** A file of a claim that was sent: its id, and its submission's. */
async function sent(bytes: Uint8Array, type: FileType = 'image/jpeg') {
	const name = { 'image/jpeg': 'a.jpg', 'image/png': 'a.png', 'application/pdf': 'a.pdf' }[type];
	const file = manifestFile(bytes, name, type);
	const id = randomUUID();
	const rooms = await claimRooms(it, zoe);
	await rooms.submissions.put(zoe, id, submissionOf(zoe, [file]));
	const { path } = await uploadWhole(it, zoe, id, file, bytes);
	const committed = await rooms.submissions.commit(zoe, id);
	if (!committed.ok || !committed.value.receipt) throw new Error('not committed');
	return { id, fileId: path.split('/').at(-1) ?? '', claimId: committed.value.receipt.claimId };
}

async function isOpenToStaff({ claimId, fileId }: { claimId: string; fileId: string }) {
	const desk = createDeskRepository(it.newCipher());
	const unmet = { kind: 'not-found', code: 'portal/not-found' } as const;
	return (await it.db.commit(desk.requireFile(claimId, fileId, unmet))).ok;
}
const stateOf = async (claimId: string) => {
	const claim = await (await claimRooms(it, zoe)).claims.getOwn(zoe, claimId);
	return claim.ok ? claim.value.files[0]?.state : null;
};
const piecesLeft = () => it.countRows('file_chunks');
const column = async (sql: string) => {
	const { rows } = await it.client.execute(sql);
	return rows.map((row) => row[0]);
};

test('F5: a file is opened by nobody before it was looked through, and then it is', async () => {
	const file = await sent(jpegBytes(300_000));
	expect(await isOpenToStaff(file)).toBe(false);
	expect(await stateOf(file.claimId)).toBe('checking');
	await inspection().inspect(file.fileId);
	expect(await isOpenToStaff(file)).toBe(true);
	expect(await stateOf(file.claimId)).toBe('ready');
	expect(scanner.asked()).toBe(1);
});

test('F5: EICAR is refused: its bytes go, the log says so, and its owner gets a mail', async () => {
	const file = await sent(jpegOf({ scan: Buffer.from(EICAR) }));
	const mailsBefore = await it.countRows('mail_outbox');
	expect(await inspection().inspectWaiting()).toBe(1);
	expect(await isOpenToStaff(file)).toBe(false);
	expect(await stateOf(file.claimId)).toBe('refused');
	expect(await piecesLeft()).toBe(0);
	expect(
		await column(
			`select e.event || ' ' || e.outcome || ' ' || (p.subject_account_id = '${zoe.accountId}')
			from audit_events e join audit_personal p on p.event_id = e.id
			where e.event = 'claim/file-refused'`
		)
	).toEqual(['claim/file-refused failure 1']);
	expect(await it.countRows('mail_outbox')).toBe(mailsBefore + 1);
	expect(await inspection().inspectWaiting()).toBe(0);
});

test('F5: with the scanner down a file stays in quarantine, and is let out when it is back', async () => {
	const file = await sent(jpegBytes(3000));
	await scanner.close();
	expect(await inspection().inspectWaiting()).toBe(0);
	expect(await isOpenToStaff(file)).toBe(false);
	scanner = await startScanner({ port: 0 });
	expect(await inspection().inspectWaiting()).toBe(1);
	expect(await isOpenToStaff(file)).toBe(true);
});

test('F5: a file on which the scanner chokes holds up no other', async () => {
	await sent(jpegBytes(3001));
	const later = await sent(jpegBytes(3000));
	expect(await inspection(scanner.url, 3001).inspectWaiting()).toBe(1);
	expect(await isOpenToStaff(later)).toBe(true);
});

test('F5: ten files on which the scanner chokes go to the end of the line, and are asked for less often', async () => {
	for (let count = 0; count < 10; count++) await sent(jpegBytes(3001));
	const later = await sent(jpegBytes(3000));
	const choking = () => inspection(scanner.url, 3001).inspectWaiting();
	// Three in a row look like a scanner that is away: the rest waits for the next minute, then it is their turn.
	for (let minute = 0; minute < 4; minute++) await choking();
	expect(await isOpenToStaff(later)).toBe(true);
	for (let minute = 0; minute < 4; minute++) await choking();
	const next = () =>
		column('select inspect_after_ms from files where inspection_tries = 2 limit 1');
	expect(await next()).toEqual([it.clock.nowMs() + MINUTE_MS]);
	const before = await column('select max(inspection_tries) from files');
	await inspection(scanner.url).inspectWaiting();
	expect(await column('select max(inspection_tries) from files')).toEqual(before);
	it.clock.advance(HOUR_MS);
	expect(await inspection(scanner.url).inspectWaiting()).toBe(10);
});

test('F5: an answer that is neither yes nor no is none', async () => {
	const file = await sent(jpegBytes(3000));
	await inspection(scanner.url.replace('http:', 'https:')).inspect(file.fileId);
	expect(await isOpenToStaff(file)).toBe(false);
});

const bomb = deflateSync(new Uint8Array(60 * 1024 * 1024));
const flate = '/Filter /FlateDecode';
/** What somebody puts where only some readers look. */
const ACTING = '<< /AA << /O << /S /JS >> >> >>';
const packedObjects = pdfStream('/Type /ObjStm /Filter /FlateDecode', deflateSync(ACTING));

const REFUSED: Readonly<Record<string, readonly [FileType, Uint8Array]>> = {
	'F3: a PNG of 60000 by 60000': [
		'image/png',
		pngOf({ claims: { width: 60_000, height: 60_000 } })
	],
	'F3: a JPEG of more than 40 MP': ['image/jpeg', jpegOf({ width: 8000, height: 5001 })],
	'F3: a stream of 60 MB in 60 kB': [
		'application/pdf',
		pdfOf([...pdfPage(), pdfStream(flate, bomb)])
	],
	'F4: a photo with GPS': ['image/jpeg', jpegOf({ segments: [JPEG_METADATA.exif] })],
	'F4: a photo with XMP': ['image/jpeg', jpegOf({ segments: [JPEG_METADATA.xmp] })],
	'F4: a photo with IPTC': ['image/jpeg', jpegOf({ segments: [JPEG_METADATA.iptc] })],
	'F4: a photo with a preview': ['image/jpeg', jpegOf({ segments: [JPEG_METADATA.preview] })],
	'F4: a photo with something behind its end': ['image/jpeg', joined(jpegOf(), jpegOf())],
	'F4: a PNG with text': ['image/png', pngOf({ chunks: [pngChunk('tEXt', 'Author\0Mai')] })],
	'F4: a PDF with its author': [
		'application/pdf',
		pdfOf([...pdfPage(), '<< /Author (Mai) >>'], '/Info 5 0 R')
	],
	'F1: a script behind a stream in a comment': [
		'application/pdf',
		pdfOf([...pdfPage(), `null\n%>> stream\n5 0 obj ${ACTING} endobj\n%endstream`])
	],
	'F1: packed objects behind a stream in a comment': [
		'application/pdf',
		pdfOf([...pdfPage(), joined(ascii('null\n%>> stream\n'), packedObjects, ascii('\n%endstream'))])
	],
	'F1: a script behind a stream in a text': [
		'application/pdf',
		pdfOf([
			...pdfPage(),
			`<< /Note (\n7 0 obj << /Length ${ACTING.length + 2} >>\nstream\n) ${ACTING}\nendstream >>`
		])
	],
	'F1: a stream longer than it says': [
		'application/pdf',
		pdfOf([...pdfPage(), `<< /Length 3 >>\nstream\nabc\nendobj\n7 0 obj ${ACTING}\nendstream`])
	],
	'F3: a stream whose beginning is hidden': [
		'application/pdf',
		pdfOf([...pdfPage(), joined(ascii('<< >>%\nstream\n'), bomb, ascii('\nendstream'))])
	],
	'F1: a picture that is none': ['image/jpeg', joined(Uint8Array.of(255, 216, 255, 224), bomb)]
};

test.each(Object.entries(REFUSED))('%s is not kept', async (_, [type, bytes]) => {
	const file = await sent(bytes, type);
	await inspection().inspect(file.fileId);
	expect(await stateOf(file.claimId)).toBe('refused');
	expect(await piecesLeft()).toBe(0);
	expect(scanner.asked()).toBe(0);
});

const KEPT: Readonly<Record<string, readonly [FileType, Uint8Array]>> = {
	'a JPEG of 40 MP': ['image/jpeg', jpegOf({ width: 8000, height: 5000 })],
	'a plain PNG': ['image/png', pngOf({ chunks: [pngChunk('pHYs', new Uint8Array(9))] })],
	'a PDF with a packed page': [
		'application/pdf',
		pdfOf([...pdfPage(), pdfStream(flate, deflateSync(new Uint8Array(1_000_000)))])
	]
};

test.each(Object.entries(KEPT))('F3: %s is kept', async (_, [type, bytes]) => {
	const file = await sent(bytes, type);
	await inspection().inspect(file.fileId);
	expect(await stateOf(file.claimId)).toBe('ready');
});

test('F5: the last piece of an upload, and no other, asks for the inspection', async () => {
	const bytes = jpegBytes(600_000);
	const file = manifestFile(bytes);
	const id = randomUUID();
	const asked: string[] = [];
	const rooms = await claimRooms(it, zoe, it.ids, (fileId) => asked.push(fileId));
	await rooms.submissions.put(zoe, id, submissionOf(zoe, [file]));
	const upload = { submissionId: id, attachmentId: file.id, sizeBytes: bytes.length };
	const path = (await createUpload(it, zoe, upload)).headers.get('Location') ?? '';
	await patchUpload(it, zoe, path, 0, bytes.subarray(0, 262_144));
	const request = new Request(`http://portal.test${path}`, {
		method: 'PATCH',
		headers: {
			'Tus-Resumable': '1.0.0',
			'Upload-Offset': '262144',
			'Content-Type': 'application/offset+octet-stream'
		},
		body: new Uint8Array(bytes.subarray(262_144))
	});
	await rooms.uploads.answer(zoe, request);
	expect(asked).toEqual([path.split('/').at(-1)]);
});

test('a file that was taken back meanwhile is no trouble for its inspection', async () => {
	const file = await sent(jpegBytes(3000));
	await it.client.execute('delete from claim_files');
	await it.client.execute('delete from files');
	await inspection().inspect(file.fileId);
	expect(await it.countRows('mail_outbox')).toBe(1);
});
