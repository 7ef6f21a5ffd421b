import type { Language } from '../messages/mail.ts';

/** Format of `data.json`; a change that breaks a reader gets another number. */
export const ARCHIVE_FORMAT = 'kundenportal-data/1';

type ArchivedFile = {
	readonly id: string;
	readonly name: string;
	readonly createdAtMs: number;
	readonly claimNumber: string | null;
	readonly position: number | null;
	readonly isDocument: boolean;
};

/**
 * Where a stored file lies in the archive. A name from a device must lead out of no folder and be
 * fine on every system; the id keeps two of one name apart.
 */
export function archivePathOf(file: ArchivedFile): string {
	const name = safeName(file.name);
	const mark = file.id.slice(-8);
	if (file.isDocument) {
		return `documents/${new Date(file.createdAtMs).toISOString().slice(0, 10)}-${mark}-${name}`;
	}
	if (file.claimNumber === null) return `uploads/${mark}-${name}`;
	return `claims/${safeName(file.claimNumber)}/${String((file.position ?? 0) + 1).padStart(2, '0')}-${name}`;
}

function safeName(name: string): string {
	const clean = name
		.normalize('NFC')
		.replace(/[\p{Cc}\p{Cf}"\\/:*?<>|]/gu, '_')
		.replace(/^\.+|\.$/g, '_')
		.slice(-80);
	return clean === '' ? 'file' : clean;
}

/** The archive's name on disk, without a name or number of its owner. */
export function archiveNameOf(atMs: number, language: Language): string {
	const day = new Date(atMs).toISOString().slice(0, 10);
	return `${language === 'de' ? 'meine-daten' : 'my-data'}-${day}.zip`;
}
