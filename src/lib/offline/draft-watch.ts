import { Dexie } from 'dexie/dist/modern/dexie.min.mjs';
import { DATABASE_NAME } from './database.ts';

const DRAFTS = `idb://${DATABASE_NAME}/drafts/`;

/** Calls back when a draft was written, in this tab or in another one. Returns how to stop. */
export function watchDrafts(onChange: () => void): () => void {
	const notice = (changed: object) => {
		if (Object.keys(changed).some((place) => place.startsWith(DRAFTS))) onChange();
	};
	Dexie.on.storagemutated.subscribe(notice);
	return () => Dexie.on.storagemutated.unsubscribe(notice);
}
