import { unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EXPORT_DOWNLOADS, EXPORT_LIFETIME_MS } from '#lib/domain/privacy/erasure.ts';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { TABLES_OF_PEOPLE } from '#lib/server/privacy/data-map.ts';
import { waitingMails } from '../../support/accounts.ts';
import { ownerOf } from '../../support/account-page.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	insertClaim,
	keepForm,
	leaveContractTraces,
	leaveConversation,
	leaveInquiries,
	leaveProof,
	leaveStaffTraces,
	leaveUnsent,
	linkContract,
	proveAct,
	worldOf,
	type World
} from './privacy-world.ts';

let it: TestDatabase;
let world: World;
beforeEach(async () => {
	it = await openTestDatabase();
	world = await worldOf(it);
});
afterEach(() => it.close());

async function download() {
	const { owner } = world;
	const { erasure, actor, sessionId } = await owner.enter();
	const shown = await erasure.show(actor, sessionId);
	const id = shown.ok ? (shown.value.openExport?.id ?? '') : '';
	const { dataExport } = await owner.enter();
	return { id, archive: await dataExport.open(actor, sessionId, id, 'en') };
}

async function filesOf(bytes: ReadableStream<Uint8Array>) {
	const whole = new Uint8Array(await new Response(bytes).arrayBuffer());
	return unzipSync(whole);
}

async function export_() {
	await proveAct(world.owner, 'data/export');
	const { archive } = await download();
	if (!archive.ok) throw new Error(archive.error.code);
	const files = await filesOf(archive.value.bytes);
	const json = new TextDecoder().decode(files['data.json']);
	return { files, json, data: JSON.parse(json) as Record<string, unknown> };
}

const release = () => it.client.execute('update files set released_at_ms = 1');

test('D10: the copy has something from every table that is in the list, with all its files', async () => {
	const { owner, actor, contract } = world;
	await keepForm(it, owner);
	const claim = { state: 'approved', atMs: it.clock.nowMs() } as const;
	const { claimId } = await insertClaim(it, actor, contract, claim);
	await leaveStaffTraces(it, actor, claimId);
	await leaveContractTraces(it, actor, contract);
	await leaveConversation(it, actor, { kind: 'claim', id: claimId });
	await leaveInquiries(it, actor, contract);
	await leaveProof(it, actor, contract);
	await leaveUnsent(it, actor, contract);
	await release();
	const { files, data, json } = await export_();
	for (const [table, { section }] of Object.entries(TABLES_OF_PEOPLE)) {
		if (typeof section !== 'string') continue;
		expect(data[section], `${table}: ${section}`).toBeTruthy();
		expect(JSON.stringify(data[section]), `${table}: ${section}`).not.toBe('[]');
	}
	for (const word of [
		'Zoë',
		'zoe@example.org',
		'first-street',
		'MARKER-kept',
		'MARKER-device',
		'MARKER-payee'
	])
		expect(json).toContain(word);
	for (const word of ['Angina', 'Legevakten Oslo', '192.0.2.7', 'not-me', 'audit'])
		expect(json).toContain(word);
	const paths = Object.keys(files).toSorted();
	expect(paths.filter((path) => path.startsWith('claims/'))).toHaveLength(2);
	expect(paths.filter((path) => path.startsWith('documents/'))).toHaveLength(1);
	// Two that were never handed in, and the files of a message, two inquiries and a proof.
	expect(paths.filter((path) => path.startsWith('uploads/'))).toHaveLength(6);
	expect(data['files']).toContainEqual(
		expect.objectContaining({
			name: 'plan.png',
			inquiryReference: expect.stringMatching(/^K-2026-/) as unknown
		})
	);
	expect(paths).toContain('read-me.txt');
	const receipt = paths.find((path) => path.endsWith('01-beleg-1.jpg')) ?? '';
	expect([...(files[receipt]?.subarray(0, 4) ?? [])]).toEqual([0xff, 0xd8, 0xff, 0xe0]);
	expect(files[receipt]?.length).toBe(3000);
});

test('D10: the copy has no hash, secret or key, and no more of others than the portal shows', async () => {
	const { json } = await export_();
	expect(json).not.toMatch(/argon2|hash":|secret|salt|wrapped|DE89370400440532013000|2001-02-03/i);
	expect(json).toContain('Ida Berg');
	expect(json).toContain('DE••');
});

test('D10: the copy has nothing of another account', async () => {
	const other = await ownerOf(it, {
		...world.owner.registration,
		firstName: 'Eve',
		email: 'eve@example.org'
	});
	const { actor } = await other.enter();
	const contract = await linkContract(it, actor.accountId, null);
	await insertClaim(it, actor, contract);
	const { json, data } = await export_();
	expect(json).not.toContain('eve@example.org');
	expect(json).not.toContain(actor.accountId);
	expect(json).not.toContain(contract.contractId);
	expect(data['claims']).toEqual([]);
});

test('S8: a copy is open to the session that proved it, for fifteen minutes and three downloads', async () => {
	const ENDED = { ok: false, error: { code: 'privacy/export-ended' } };
	await proveAct(world.owner, 'data/export');
	const second = await world.owner.signIn();
	const { id, archive } = await download();
	expect(archive.ok).toBe(true);
	const stranger = await world.owner.enter(second);
	const tried = await stranger.dataExport.open(stranger.actor, stranger.sessionId, id, 'en');
	expect(tried).toMatchObject(ENDED);
	for (let done = 1; done < EXPORT_DOWNLOADS; done += 1) {
		expect((await download()).archive.ok).toBe(true);
	}
	expect((await download()).archive).toMatchObject(ENDED);
	await proveAct(world.owner, 'data/export');
	it.clock.advance(EXPORT_LIFETIME_MS - 1);
	// The session would be idle by now: its owner has been reading.
	await it.client.execute({
		sql: 'update sessions set last_seen_at_ms = ?',
		args: [it.clock.nowMs()]
	});
	expect((await download()).archive.ok).toBe(true);
	it.clock.advance(1);
	expect((await download()).archive).toMatchObject(ENDED);
});

test('S8: without a proof there is nothing to download, and each download is in the log', async () => {
	const logged = async () => {
		const { rows } = await it.client.execute(
			`select event from audit_events where event like 'data/%' order by seq`
		);
		return rows.map((row) => row['event']);
	};
	expect((await download()).archive.ok).toBe(false);
	expect(await logged()).toEqual([]);
	await proveAct(world.owner, 'data/export');
	await download();
	expect(await logged()).toEqual(['data/export-opened', 'data/exported']);
	expect((await waitingMails(it)).at(-1)).toMatchObject({
		template: 'account-changed',
		change: 'export'
	});
});

test('B2: the sixth copy of a day is refused and leaves an entry in the log', async () => {
	const { owner } = world;
	for (let asked = 0; asked < LIMITS.exports.max; asked += 1) {
		const { dataExport, actor, sessionId } = await owner.enter();
		expect((await dataExport.ask(actor, sessionId)).ok).toBe(true);
	}
	const { dataExport, actor, sessionId } = await owner.enter();
	expect(await dataExport.ask(actor, sessionId)).toMatchObject({
		error: { kind: 'rate-limited', code: 'portal/limit-reached' }
	});
	const { rows } = await it.client.execute(
		`select object_ref from audit_events where event = 'account/limit-reached'`
	);
	expect(rows.map((row) => row['object_ref'])).toEqual(['limit:data/exports']);
});

test('an archive is read as it is taken: no file is opened before its turn', async () => {
	const { actor, contract } = world;
	await insertClaim(it, actor, contract);
	await release();
	await proveAct(world.owner, 'data/export');
	const { archive } = await download();
	if (!archive.ok) throw new Error(archive.error.code);
	it.takeRoundTrips();
	const reader = archive.value.bytes.getReader();
	await reader.read();
	expect(it.takeRoundTrips()).toBe(0);
	while (!(await reader.read()).done);
	expect(it.takeRoundTrips()).toBe(2);
});

test('F5: a file in quarantine is named in the copy and not in it', async () => {
	const { actor, contract } = world;
	await insertClaim(it, actor, contract);
	const { files, data } = await export_();
	expect(Object.keys(files).filter((path) => path.startsWith('claims/'))).toEqual([]);
	expect(data['files']).toMatchObject([{ path: null }, { path: null }]);
});
