import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { Dexie } from 'dexie/dist/modern/dexie.min.mjs';
import { beforeEach, expect, test } from 'vitest';
import type { DraftEvent } from '#lib/domain/claims/draft.ts';
import { AttachmentStore } from '#lib/offline/attachments.ts';
import { OfflineDatabase } from '#lib/offline/database.ts';
import { DraftActs } from '#lib/offline/draft-acts.ts';
import { DraftStore } from '#lib/offline/drafts.ts';
import { newDraft } from '#lib/offline/new-draft.ts';
import { importVaultKey } from '#lib/offline/sealing.ts';
import { syncDrafts } from '#lib/offline/sync.ts';
import { isSessionOf } from '#lib/offline/wire.ts';
import { noteWithdrawal } from '#lib/offline/withdrawals.ts';
import { FakeCopies, refused } from './fake-copies.ts';
import { FakeWorker, type Fate } from './fake-worker.ts';
import { frozenClaim } from './frozen-claim.ts';

const ACCOUNT = 'account';
const ID = '00000000-0000-4000-8000-000000000001';
const frozen = frozenClaim(ID);
const { submissionId } = frozen;
const toUploading: DraftEvent[] = [
	{ type: 'completed' },
	{ type: 'frozen', frozen },
	{ type: 'uploaded', completeCount: 0 }
];

let fate: Fate;
let worker: FakeWorker;
let copies: FakeCopies;
let database: OfflineDatabase;
let drafts: DraftStore;
let acts: DraftActs;
let wakes: number;
/** What the sender does while the insurer is asked. */
let meanwhile: () => Promise<void>;
let sync: () => Promise<unknown>;

beforeEach(async () => {
	fate = 'ok';
	worker = new FakeWorker(() => fate);
	copies = new FakeCopies();
	Dexie.dependencies.indexedDB = new IDBFactory();
	database = new OfflineDatabase();
	const key = await importVaultKey(new Uint8Array(32));
	const vault = { accountRef: ACCOUNT, displayName: 'Ana', key };
	drafts = new DraftStore(database, vault);
	const files = new AttachmentStore(database, vault);
	wakes = 0;
	meanwhile = () => Promise.resolve();
	const { wire } = worker;
	acts = new DraftActs({
		...{ drafts, files },
		wire: {
			...wire,
			withdraw: async (id) => {
				await meanwhile();
				return wire.withdraw(id);
			}
		},
		wakeSender: () => {
			wakes += 1;
		},
		tellChange: () => Promise.resolve(),
		passOver: () => Promise.resolve(),
		isOwnSession: () => isSessionOf(wire, ACCOUNT),
		asksOf: () => [],
		withdrawLater: (id, submission) => noteWithdrawal(database, ACCOUNT, id, submission)
	});
	sync = () =>
		syncDrafts({
			...{ database, vault, drafts, files },
			wire: copies.wireOf('phone'),
			acknowledged: [],
			isOwnSession: () => Promise.resolve(true),
			change: () => Promise.resolve(null)
		});
	const { rev: _rev, order: _order, id: _id, ...content } = newDraft(null);
	await drafts.save(ID, 0, { ...content, form: { ...content.form, isDeclaredTrue: true } });
});

async function bring(...events: readonly DraftEvent[]): Promise<void> {
	for (const event of events) {
		const draft = await drafts.find(ID);
		if (draft) await drafts.apply(draft, event, 1);
	}
}

const withdrawals = () => copies.requests.filter((request) => request.startsWith('withdraw'));

test('a claim deleted while it is sent is withdrawn from the insurer first', async () => {
	await bring(...toUploading);
	await worker.wire.submit(submissionId, frozen.submission);
	expect(await acts.remove(ID)).toBe(true);
	expect(await drafts.find(ID)).toBeNull();
	expect((await worker.wire.submission(submissionId)).kind).toBe('ok');
	expect(worker.entries.get(submissionId)?.isWithdrawn).toBe(true);
	await sync();
	expect(withdrawals()).toEqual([]);
});

test('a claim that has arrived is not deleted, and its receipt is fetched', async () => {
	await bring(...toUploading, { type: 'refused', code: 'portal/unavailable', issues: {} });
	await worker.wire.submit(submissionId, frozen.submission);
	for (const { id } of frozen.submission.files) worker.entries.get(submissionId)?.complete.add(id);
	await worker.wire.commit(submissionId);
	expect(await acts.remove(ID)).toBe(false);
	expect((await drafts.find(ID))?.state.name).toBe('uploading');
	expect(wakes).toBe(1);
	expect(worker.claimCount).toBe(1);
});

test.each([
	['a draft that was copied before', true],
	['a draft that was never copied', false]
])(
	'with no network it goes from the device, and the insurer is told later: %s',
	async (_, isCopied) => {
		if (isCopied) await sync();
		await bring(...toUploading, { type: 'paused', cause: 'offline' });
		fate = 'unheard';
		expect(await acts.remove(ID)).toBe(true);
		expect(await drafts.find(ID)).toBeNull();
		copies.instead = () => refused(503);
		await sync();
		copies.instead = null;
		copies.requests.length = 0;
		await sync();
		expect(withdrawals()).toEqual([`withdraw ${submissionId}`]);
		expect(copies.copies.get(ID)?.isDeleted).toBe(true);
		copies.requests.length = 0;
		await sync();
		expect(withdrawals()).toEqual([]);
	}
);

test('a claim whose first request is still on its way is known and withdrawn, so that it cannot come later', async () => {
	await bring(...toUploading);
	expect(await acts.remove(ID)).toBe(true);
	expect(worker.entries.get(submissionId)?.isWithdrawn).toBe(true);
	expect((await worker.wire.submit(submissionId, frozen.submission)).kind).toBe('ok');
	expect(worker.entries.get(submissionId)?.isWithdrawn).toBe(true);
});

test('while somebody else is signed in nothing is asked, and a claim does not become a draft again', async () => {
	await bring(...toUploading);
	await worker.wire.submit(submissionId, frozen.submission);
	worker.accountRef = 'another';
	expect(await acts.withdraw(ID)).toBe(false);
	expect((await drafts.find(ID))?.state.name).toBe('uploading');
	expect(worker.entries.get(submissionId)?.isWithdrawn).toBe(false);
});

test('a receipt that comes while the insurer is asked is kept', async () => {
	await bring(...toUploading);
	const { manifestHash, submission } = frozen;
	const files = submission.files.map(({ id, name, sizeBytes, sha256 }) => ({
		id,
		name,
		sizeBytes,
		sha256
	}));
	const receipt = {
		claimId: 'c',
		claimNumber: 'C',
		receivedAtMs: 1,
		manifestHash,
		files,
		signature: null
	};
	meanwhile = () => bring({ type: 'receipt-arrived', receipt });
	expect(await acts.remove(ID)).toBe(false);
	expect((await drafts.find(ID))?.state.name).toBe('accepted');
});

test('what never left the device is deleted without a word to anybody', async () => {
	await bring(...toUploading.slice(0, 2));
	expect(await acts.remove(ID)).toBe(true);
	expect(worker.requests).toEqual([]);
});

test('stopped while it is sent, it can be changed again even when the sender writes meanwhile', async () => {
	await bring(...toUploading);
	await worker.wire.submit(submissionId, frozen.submission);
	meanwhile = () => bring({ type: 'uploaded', completeCount: 1 });
	expect(await acts.withdraw(ID)).toBe(true);
	const draft = await drafts.find(ID);
	expect(draft?.state.name).toBe('editing');
	// What is changed now is declared true anew.
	expect(draft?.form.isDeclaredTrue).toBe(false);
	expect(worker.entries.get(submissionId)?.isWithdrawn).toBe(true);
});
