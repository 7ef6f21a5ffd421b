import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseCheckpoint } from '#lib/domain/audit/checkpoint.ts';
import { auditRoom, LOG_NAME, recordMany, tamper, verifyFile } from '../../support/audit.ts';
import { openTestDatabase, TEST_NOW_MS, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let room: ReturnType<typeof auditRoom>;
beforeEach(async () => {
	it = await openTestDatabase();
	room = auditRoom(it);
});
afterEach(() => it.close());

test('L2: new entries are sealed once, under a signed checkpoint that the sink gets', async () => {
	await recordMany(it, 5);
	expect(await room.sealing.seal()).toEqual({ sealed: 5, refused: null });
	expect(await room.sealing.seal()).toEqual({ sealed: 0, refused: null });
	expect(await room.sealing.deliver()).toBe(1);
	expect(await room.sealing.deliver()).toBe(0);
	await recordMany(it, 2);
	expect(await room.sealing.seal()).toEqual({ sealed: 2, refused: null });
	await room.sealing.deliver();
	expect(readdirSync(room.folder)).toEqual(['0000000000000005.txt', '0000000000000007.txt']);
	const { rows } = await it.client.execute('select size, note, at_ms from audit_checkpoints');
	expect(rows.map((row) => [row['size'], row['at_ms']])).toEqual([
		[5, TEST_NOW_MS],
		[7, TEST_NOW_MS]
	]);
	expect(parseCheckpoint(String(rows[1]?.['note']))?.checkpoint.origin).toBe(LOG_NAME);
	expect(await verifyFile(it, room.folder)).toEqual({
		...{ rows: 7, sealed: 7, checkpoints: 2, compared: 2 },
		finding: null
	});
});

test('L2: of sealers at work at the same moment one seals, the others are undone', async () => {
	await recordMany(it, 6);
	const sealers = Array.from({ length: 4 }, () => room.newSealing());
	const done = await Promise.all(sealers.map((sealer) => sealer.seal()));
	expect(done.map(({ sealed }) => sealed).toSorted()).toEqual([0, 0, 0, 6]);
	expect(done.every(({ refused }) => refused === null)).toBe(true);
	expect(await verifyFile(it, null)).toMatchObject({ sealed: 6, checkpoints: 1, finding: null });
});

test('L3: 200 acts at once leave no gap and no fork, while a sealer works among them', async () => {
	const act = async (index: number) => {
		await recordMany(it, 1);
		if (index % 50 === 7) await room.newSealing().seal();
	};
	await Promise.all(Array.from({ length: 200 }, (_, index) => act(index)));
	await room.sealing.seal();
	const { rows } = await it.client.execute('select min(seq), max(seq), count(*) from audit_events');
	expect(Object.values({ ...rows[0] })).toEqual([1, 200, 200]);
	expect(await verifyFile(it, null)).toMatchObject({ rows: 200, sealed: 200, finding: null });
});

test('L3: an act that is undone takes its number in the log back with it', async () => {
	await recordMany(it, 1);
	const entry = await it.audit.record({
		...{ event: 'account/signed-in', objectRef: 'account', accountId: 'me' }
	});
	const broken = {
		statements: [{ statement: 'insert into must_change (n) values (0)', unmet: null }]
	};
	await expect(it.db.commit(entry, broken)).rejects.toThrow(/nothing changed/);
	await recordMany(it, 1);
	const { rows } = await it.client.execute('select seq from audit_events order by seq');
	expect(rows.map((row) => row['seq'])).toEqual([1, 2]);
	expect(await verifyFile(it, null)).toMatchObject({ rows: 2, finding: null });
});

test('L2: a sink that is down keeps the checkpoint waiting, and acts and sealing go on', async () => {
	let isDown = true;
	const sealing = room.newSealing({
		sink: {
			put: (size, note) => (isDown ? Promise.reject(new Error('down')) : room.sink.put(size, note))
		}
	});
	for (const count of [1, 2]) {
		await recordMany(it, count);
		expect(await sealing.seal()).toMatchObject({ sealed: count });
		await expect(sealing.deliver()).rejects.toThrow('down');
	}
	isDown = false;
	expect(await sealing.deliver()).toBe(2);
	expect(readdirSync(room.folder)).toHaveLength(2);
});

test('L2: what is sealed cannot be changed, deleted, replaced or sealed again', async () => {
	await recordMany(it, 3);
	await room.sealing.seal();
	await room.sealing.deliver();
	for (const [table, key] of [
		['audit_nodes', 'position'],
		['audit_checkpoints', 'size'],
		['audit_deliveries', 'size']
	]) {
		for (const sql of [
			`update ${table} set ${key} = ${key} + 1`,
			`delete from ${table}`,
			`insert or replace into ${table} select * from ${table}`
		]) {
			await expect(it.client.execute(sql)).rejects.toThrow(/cannot be changed|was faster/);
		}
	}
	const beside = `insert into audit_checkpoints values (9, 0, x'', '', 0)`;
	await expect(it.client.execute(beside)).rejects.toThrow(/was faster/);
});

test.each([
	['edited', `update audit_events set outcome = 'failure' where seq = 5`, 5, 'edited'],
	['without a tag', `update audit_events set tag = x'' where seq = 5`, 5, 'not-ours'],
	['taken out', `delete from audit_events where seq = 5`, 5, 'missing'],
	[
		'moved',
		`update audit_events set previous_leaf_hash = leaf_hash where seq = 5`,
		5,
		'out-of-order'
	]
])('L2: a row that was %s before its minute is over is not sealed', async (_, sql, seq, fault) => {
	await recordMany(it, 2);
	await room.sealing.seal();
	await recordMany(it, 4);
	await tamper(it, sql);
	expect(await room.sealing.seal()).toEqual({ sealed: 2, refused: { seq, fault } });
	expect(await room.sealing.seal()).toEqual({ sealed: 0, refused: { seq, fault } });
});

test('L2: an authentic entry that was copied behind the last one is not sealed', async () => {
	await recordMany(it, 3);
	await tamper(
		it,
		'drop index audit_events_id_unique',
		`insert into audit_events (id, at_ms, event, outcome, object_ref, request_id, factors,
			personal_commitment, leaf_hash, previous_leaf_hash, tag)
		 select id, at_ms, event, outcome, object_ref, request_id, factors, personal_commitment,
			leaf_hash, (select leaf_hash from audit_events where seq = 3), tag
		 from audit_events where seq = 2`
	);
	expect(await room.sealing.seal()).toEqual({
		sealed: 3,
		refused: { seq: 4, fault: 'repeated' }
	});
});

test.each([
	['a node', `update audit_nodes set hash = zeroblob(32) where position = 6`],
	['the newest root', `update audit_checkpoints set root = zeroblob(32)`],
	['the newest note', `update audit_checkpoints set note = replace(note, '4', '5')`],
	['nodes that are missing', `delete from audit_nodes`]
])('L2: a sealer does not build on %s that somebody has changed', async (_, sql) => {
	await recordMany(it, 4);
	await room.sealing.seal();
	await recordMany(it, 1);
	await tamper(it, sql);
	expect(await room.sealing.seal()).toEqual({
		sealed: 0,
		refused: { seq: 4, fault: 'not-as-sealed' }
	});
});

test('L2: a long log is sealed batch by batch, ten a run, and the next run goes on', async () => {
	await recordMany(it, 33);
	const sealing = room.newSealing({ leavesABatch: 3 });
	expect(await sealing.seal()).toEqual({ sealed: 30, refused: null });
	expect(await sealing.seal()).toEqual({ sealed: 3, refused: null });
	expect(await verifyFile(it, null)).toMatchObject({
		...{ rows: 33, sealed: 33, checkpoints: 11 },
		finding: null
	});
});
