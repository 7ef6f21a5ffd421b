// Files that came with a message or an inquiry, as their readers get them.
import type { FileType } from '#lib/domain/claims/claim.schema.ts';
import { fileStateOf, type FileState } from '#lib/domain/documents/file-state.ts';

/** A file in a list. */
export type AttachedFile = {
	readonly id: string;
	readonly name: string;
	readonly sizeBytes: number;
	readonly state: FileState;
};

/** The same as the files room keeps it. */
export type KeptFile = Omit<AttachedFile, 'state'> & {
	readonly type: FileType;
} & Parameters<typeof fileStateOf>[0];

/** A file on its way to its reader. */
export type OpenedFile = {
	readonly id: string;
	readonly name: string;
	readonly type: FileType;
	readonly sizeBytes: number;
	readonly bytes: ReadableStream<Uint8Array>;
};

/** Streams a file whose first window has been read already. */
export type FileStreams = {
	stream(file: KeptFile, first: readonly Uint8Array[]): ReadableStream<Uint8Array>;
};

/** What a list tells of a file. */
export const viewOfFile = (file: KeptFile): AttachedFile => ({
	id: file.id,
	name: file.name,
	sizeBytes: file.sizeBytes,
	state: fileStateOf(file)
});

/** A file that is out of quarantine, ready to be sent; null for any other. */
export function openedFile(
	file: KeptFile | null,
	first: readonly Uint8Array[],
	stream: FileStreams['stream']
): OpenedFile | null {
	if (!file || fileStateOf(file) !== 'ready') return null;
	const { id, name, type, sizeBytes } = file;
	return { id, name, type, sizeBytes, bytes: stream(file, first) };
}
