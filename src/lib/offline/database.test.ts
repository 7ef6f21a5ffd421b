import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { expect, it } from 'vitest';
import { DATABASE_NAME, OfflineDatabase } from './database.ts';

const RELEASE_1 = {
	keys: 'accountRef',
	drafts: 'id, accountRef, order',
	chunks: '[attachmentId+part], draftId',
	kit: 'accountRef',
	journal: '[draftId+rev], draftId'
};

it('the drafts of the first release stay, and a tab of that release goes on reading (F39)', async () => {
	const row = { id: 'draft', accountRef: 'ada', rev: 1, order: 1, iv: new ArrayBuffer(12) };
	const before = new Dexie(DATABASE_NAME);
	before.version(1).stores(RELEASE_1);
	await before.table('drafts').put(row);
	before.close();

	const database = new OfflineDatabase();
	expect(await database.drafts.toArray()).toEqual([row]);
	expect(await database.vaults.count()).toBe(0);
	database.close();

	const oldTab = new Dexie(DATABASE_NAME);
	oldTab.version(1).stores(RELEASE_1);
	expect(await oldTab.table('drafts').get('draft')).toEqual(row);
	oldTab.close();
});
