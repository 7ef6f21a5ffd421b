import 'fake-indexeddb/auto';
import { expect, it, vi } from 'vitest';
import { OfflineDatabase } from './database.ts';
import { DraftStore, UnsavedDraft } from './drafts.ts';
import { newDraft } from './new-draft.ts';
import { isQuotaError, keepReserve } from './reserve.ts';

const full = () => {
	throw new DOMException('no space', 'QuotaExceededError');
};

it('F31, fault 22: on a full device a text is saved from the reserve, once; then it is told', async () => {
	const database = new OfflineDatabase();
	const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
		'encrypt',
		'decrypt'
	]);
	const store = new DraftStore(database, {
		accountRef: 'ada',
		displayName: 'Ada',
		key
	});
	const { id, rev: _rev, order: _order, ...content } = newDraft(null);
	// The first draft of a device keeps the reserve.
	await store.save(id, 0, content);
	await keepReserve(database);
	expect(await database.reserve.count()).toBe(1);
	// The device has room again only as long as nobody holds the reserve.
	const put = database.drafts.put.bind(database.drafts);
	const spy = vi.spyOn(database.drafts, 'put');
	spy.mockImplementationOnce(full);
	spy.mockImplementation(put);
	expect(await store.save(id, 1, content)).toMatchObject({ rev: 2 });
	expect(await database.reserve.count()).toBe(0);
	spy.mockImplementation(full);
	await expect(store.save(id, 2, content)).rejects.toBeInstanceOf(UnsavedDraft);
	spy.mockRestore();
	expect((await store.find(id))?.rev).toBe(2);
	expect(isQuotaError(new Error('other'))).toBe(false);
});
