// Files of drafts between the devices of one owner. A part lies sealed on the device and is bound to its place there:
// it travels as it is, and opens on the other device and nowhere else.
import type { ChunkRow, OfflineDatabase } from './database.ts';
import type { Attachment } from './draft.schema.ts';
import { sealedOfText, textOfSealed, type SyncWire } from './sync-wire.ts';

const THUMBNAIL_PART = -1;

export type FilesSent = 'all' | 'full' | 'stopped';

/** Names of the parts that a file consists of. */
export function partNamesOf({ id, partCount, hasThumbnail }: Attachment): readonly string[] {
	const parts = Array.from({ length: partCount }, (_, part) => `${id}.${part}`);
	return hasThumbnail ? [...parts, `${id}.t`] : parts;
}

/** Whether all of a file lies on this device. */
export async function isFileHere(database: OfflineDatabase, file: Attachment): Promise<boolean> {
	for (const name of partNamesOf(file)) {
		if (!(await database.chunks.get(keyOf(name)))) return false;
	}
	return true;
}

/** Leaves all parts of a file with the server. `full`: there is no space for it. */
export async function sendFile(
	database: OfflineDatabase,
	wire: SyncWire,
	draftId: string,
	file: Attachment
): Promise<FilesSent> {
	for (const name of partNamesOf(file)) {
		const row = await database.chunks.get(keyOf(name));
		if (!row) return 'stopped';
		const answer = await wire.putPart(draftId, name, textOfSealed(row));
		if (answer.kind === 'refused' && answer.status === 413) return 'full';
		if (answer.kind !== 'ok') return 'stopped';
	}
	return 'all';
}

/** The parts of a file that the server has all of, or null. */
export async function fetchFile(
	wire: SyncWire,
	draftId: string,
	file: Attachment,
	namesThere: ReadonlySet<string>
): Promise<readonly ChunkRow[] | null> {
	const names = partNamesOf(file);
	if (!names.every((name) => namesThere.has(name))) return null;
	const rows: ChunkRow[] = [];
	for (const name of names) {
		const answer = await wire.findPart(draftId, name);
		if (answer.kind !== 'ok') return null;
		const [attachmentId, part] = keyOf(name);
		rows.push({ ...sealedOfText(answer.value.sealed), attachmentId, part, draftId });
	}
	return rows;
}

function keyOf(name: string): [string, number] {
	const [id = '', part] = name.split('.');
	return [id, part === 't' ? THUMBNAIL_PART : Number(part)];
}
