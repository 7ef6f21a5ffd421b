import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkpointFileName } from '#lib/domain/audit/checkpoint.ts';
import { leafHashOf, leafText } from '#lib/domain/audit/leaf.ts';
import { growTree } from '#lib/domain/audit/tree.ts';
import { createAuditService } from '#lib/server/audit/audit.service.ts';
import { openLogReader } from '../../../tools/audit/log-reader.ts';
import { nodeSha256 } from '../../../tools/audit/node-sha256.ts';
import type { Finding } from '../../../tools/audit/verify-log.ts';
import { auditRoom, recordMany, tamper, verifyFile } from '../../support/audit.ts';
import { openTestDatabase, TEST_ORIGIN, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let room: ReturnType<typeof auditRoom>;
beforeEach(async () => {
	it = await openTestDatabase();
	room = auditRoom(it);
	await recordMany(it, 6);
});
afterEach(() => it.close());

const ROWS = 9;

/** Six rows under a first checkpoint, three more that wait for theirs or have it. */
async function writeLog(when: 'before' | 'after'): Promise<void> {
	await room.sealing.seal();
	await recordMany(it, ROWS - 6);
	if (when === 'after') await room.sealing.seal();
	await room.sealing.deliver();
	expect(await findingOf()).toBe(null);
}

const findingOf = async (isAuditor = false) =>
	(await verifyFile(it, room.folder, isAuditor)).finding;

const COLUMNS = `id, at_ms, event, outcome, object_ref, request_id, factors, personal_commitment,
	leaf_hash, previous_leaf_hash, tag`;
const insertAt = (seq: number, id: string) =>
	`insert into audit_events (seq, ${COLUMNS}) select ${seq}, ${id}, ${COLUMNS.slice(4)}
	 from audit_events where seq = ${ROWS}`;
const SWAP = [
	'update audit_events set seq = -1 where seq = 7',
	'update audit_events set seq = 7 where seq = 8',
	'update audit_events set seq = 8 where seq = -1'
];
const moveUpFrom = (seq: number) => [
	`update audit_events set seq = -seq where seq >= ${seq}`,
	'update audit_events set seq = -seq + 1 where seq < 0'
];

/** Each of the five ways, with the row that must be named. */
const WAYS: readonly (readonly [string, readonly string[], number, Finding['fault']])[] = [
	['edit', [`update audit_events set outcome = 'failure' where seq = 8`], 8, 'edited'],
	['edit of the time', ['update audit_events set at_ms = at_ms - 1 where seq = 7'], 7, 'edited'],
	['edit of the place', [`update audit_events set object_ref = 'x' where seq = 9`], 9, 'edited'],
	['edit with another type', [`update audit_events set at_ms = 'x' where seq = 8`], 8, 'edited'],
	['delete', ['delete from audit_events where seq = 8'], 8, 'missing'],
	[
		'delete, and the rest moved up',
		[
			'delete from audit_events where seq = 7',
			'update audit_events set seq = seq - 1 where seq > 7',
			`update sqlite_sequence set seq = ${ROWS - 1} where name = 'audit_events'`
		],
		7,
		'out-of-order'
	],
	['insert at the end', [insertAt(ROWS + 1, `'forged'`)], ROWS + 1, 'edited'],
	['insert between', [...moveUpFrom(8), insertAt(8, `'forged'`)], 8, 'edited'],
	['insert before the first', [insertAt(-3, `'forged'`)], -3, 'inserted'],
	['swap', SWAP, 7, 'out-of-order'],
	['cut', ['delete from audit_events where seq >= 8'], 8, 'cut'],
	[
		'edit of the IP',
		[`update audit_personal set ip = '203.0.113.9' ${personalOf(8)}`],
		8,
		'personal-edited'
	],
	[
		'edit of the user',
		[`update audit_personal set account_id = 'you' ${personalOf(8)}`],
		8,
		'personal-edited'
	],
	['delete of the IP', [`delete from audit_personal ${personalOf(8)}`], 8, 'personal-missing']
];

function personalOf(seq: number): string {
	return `where event_id = (select id from audit_events where seq = ${seq})`;
}

for (const when of ['before', 'after'] as const) {
	test.each(WAYS)(`L2: ${when} sealing, %s is named with its row`, async (_, sql, seq, fault) => {
		await writeLog(when);
		await tamper(it, ...sql);
		expect(await findingOf()).toMatchObject({ fault, seq });
	});

	test(`L2: ${when} sealing, an edit with all hashes and links made to fit is named: it has no tag`, async () => {
		await writeLog(when);
		await tamper(it, `update audit_events set outcome = 'failure' where seq = 8`);
		await makeFit();
		expect(await findingOf()).toMatchObject({ fault: 'not-ours', seq: 8 });
	});

	test(`L2: ${when} sealing, a row put in with all hashes and links made to fit is named`, async () => {
		await writeLog(when);
		await tamper(it, insertAt(ROWS + 1, `'forged'`));
		await makeFit();
		expect(await findingOf()).toMatchObject({ fault: 'not-ours', seq: ROWS + 1, id: 'forged' });
	});

	test(`L2: ${when} sealing, a row without any tag is named`, async () => {
		await writeLog(when);
		await tamper(it, `update audit_events set tag = x'' where seq = 9`);
		expect(await findingOf()).toMatchObject({ fault: 'not-ours', seq: 9 });
	});
}

test('L2: after sealing, a swap with all links made to fit is named by the tree', async () => {
	await writeLog('after');
	await tamper(it, ...SWAP);
	await makeFit();
	expect(await findingOf()).toMatchObject({ fault: 'not-as-sealed', seq: 7 });
});

test('L2: after sealing, a swap with links and tree made to fit fails the checkpoint', async () => {
	await writeLog('after');
	await tamper(it, ...SWAP);
	await makeFit();
	await makeTreeFit();
	expect(await findingOf()).toMatchObject({
		...{ fault: 'not-as-signed', seq: 7 },
		detail: 'up to row 9, checkpoint of size 9 in the database'
	});
});

test('L2: an auditor without the keys of the portal finds the edited row by the tree', async () => {
	await writeLog('after');
	await tamper(it, `update audit_events set outcome = 'failure' where seq = 8`);
	await makeFit();
	expect(await findingOf(true)).toMatchObject({ fault: 'not-as-sealed', seq: 8 });
});

test('L2: after sealing, a cut with the counter set back is named by the checkpoint', async () => {
	await writeLog('after');
	await tamper(it, 'delete from audit_events where seq >= 8', setCounter(7));
	expect(await findingOf()).toMatchObject({ fault: 'cut', seq: 8 });
});

test('L2: after sealing, a cut of rows, tree and checkpoints is named by what lies outside', async () => {
	await writeLog('after');
	await tamper(
		it,
		'delete from audit_events where seq > 6',
		'delete from audit_personal where event_id not in (select id from audit_events)',
		'delete from audit_checkpoints where size > 6',
		'delete from audit_nodes where position >= 10',
		setCounter(6)
	);
	expect((await verifyFile(it, null)).finding).toBe(null);
	expect(await findingOf()).toMatchObject({
		...{ fault: 'cut', seq: 7 },
		detail: 'a checkpoint kept outside says 9 rows'
	});
});

test.each([
	['a node', `update audit_nodes set hash = zeroblob(32) where position = 6`, 'not-as-sealed'],
	['a node too many', `insert into audit_nodes values (99, zeroblob(32))`, 'nodes-added'],
	[
		'a root',
		`update audit_checkpoints set root = zeroblob(32) where size = 6`,
		'checkpoint-invalid'
	],
	[
		'a note',
		`update audit_checkpoints set note = replace(note, '6', '7') where size = 6`,
		'checkpoint-invalid'
	],
	['a checkpoint taken away', `delete from audit_checkpoints where size = 6`, 'checkpoint-missing'],
	[
		'the counter',
		`update sqlite_sequence set seq = 4 where name = 'audit_events'`,
		'counter-changed'
	],
	['the counter, upwards', setCounter(40), 'cut'],
	[
		'a personal part of no entry',
		`insert into audit_personal values ('x', 'x', null, '', '', x'00', 0, null)`,
		'orphan'
	]
])('L2: a change to %s beside the rows is found', async (_, sql, fault) => {
	await writeLog('after');
	await tamper(it, sql);
	expect(await findingOf()).toMatchObject({ fault });
});

test('L2: a trigger that was taken away is missed', async () => {
	await writeLog('after');
	await it.client.execute('drop trigger audit_events_no_update');
	expect(await findingOf()).toMatchObject({
		...{ fault: 'trigger-missing', detail: 'audit_events_no_update' }
	});
});

test('L2: a checkpoint outside that nobody signed, or that is not in the database, is found', async () => {
	await writeLog('after');
	await tamper(
		it,
		'delete from audit_checkpoints where size = 9',
		'delete from audit_nodes where position >= 10'
	);
	expect(await findingOf()).toMatchObject({ fault: 'checkpoint-missing', detail: 'size 9' });
	await room.sink.put(7, 'portal.example/audit\n7\n\n');
	expect(await findingOf()).toMatchObject({
		fault: 'checkpoint-invalid',
		detail: expect.stringMatching(/size 7/)
	});
});

test('L2: a log rewritten from the first row, with the keys of the portal, fails an old checkpoint', async () => {
	await writeLog('after');
	const rewritten = await openTestDatabase();
	try {
		const parts = { ...rewritten, auditSignature: it.auditSignature };
		const audit = createAuditService({ ...parts, origin: TEST_ORIGIN });
		await recordMany({ ...rewritten, audit }, 6);
		await auditRoom({ ...parts, audit }).sealing.seal();
		await recordMany({ ...rewritten, audit }, 3);
		await auditRoom({ ...parts, audit }).sealing.seal();
		const file = { ...it, file: rewritten.file };
		expect((await verifyFile(file, null)).finding).toBe(null);
		expect((await verifyFile(file, room.folder)).finding).toMatchObject({
			...{ fault: 'not-as-signed', seq: 1 },
			detail: 'up to row 6, checkpoint of size 6 kept outside'
		});
		rmSync(join(room.folder, checkpointFileName(6)));
		expect((await verifyFile(file, room.folder)).finding).toMatchObject({
			...{ fault: 'not-as-signed', seq: 1 },
			detail: 'up to row 9, checkpoint of size 9 kept outside'
		});
	} finally {
		rewritten.close();
	}
});

function setCounter(seq: number): string {
	return `update sqlite_sequence set seq = ${seq} where name = 'audit_events'`;
}

/** Writes leaf hash and link of every row anew, as anybody can who knows the code and has no key. */
async function makeFit(): Promise<void> {
	const client = createClient({ url: `file:${it.file}` });
	const { rows } = await openLogReader(client).window(null);
	client.close();
	let previous = 'null';
	const statements: string[] = [];
	for (const { row } of rows) {
		if (!row) throw new Error('the row cannot be read');
		const leafHash = leafHashOf(nodeSha256, leafText(row.event, row.personalCommitment));
		const hash = `x'${Buffer.from(leafHash).toString('hex')}'`;
		statements.push(
			`update audit_events set leaf_hash = ${hash}, previous_leaf_hash = ${previous} where seq = ${row.seq}`
		);
		previous = hash;
	}
	await tamper(it, ...statements);
}

async function makeTreeFit(): Promise<void> {
	const { rows } = await it.client.execute('select leaf_hash from audit_events order by seq');
	const tree = growTree(nodeSha256);
	const nodes = rows.flatMap(({ leaf_hash: hash }) =>
		hash instanceof ArrayBuffer ? tree.append(new Uint8Array(hash)) : []
	);
	await tamper(
		it,
		...nodes.map(
			(node, position) =>
				`update audit_nodes set hash = x'${Buffer.from(node).toString('hex')}' where position = ${position}`
		)
	);
}
