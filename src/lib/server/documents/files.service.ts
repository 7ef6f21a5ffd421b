import type { Database } from '#lib/server/db/client.ts';
import { WINDOW_BYTES, type FilesRepository } from './files.repository.ts';

export type FilesService = ReturnType<typeof createFilesService>;

export function createFilesService(parts: {
	readonly db: Database;
	readonly files: Pick<FilesRepository, 'pieces'>;
}) {
	return {
		/**
		 * The plain bytes of a file, one window a round trip as the reader takes them. `first` is the
		 * first window where the caller has read it already. The access check is the caller's.
		 */
		stream(
			file: { readonly id: string; readonly sizeBytes: number },
			first: readonly Uint8Array[] | null = null
		): ReadableStream<Uint8Array> {
			let fromByte = 0;
			let sentBytes = 0;
			return new ReadableStream<Uint8Array>(
				{
					async pull(controller) {
						const read =
							first && fromByte === 0
								? [first]
								: await parts.db.read(parts.files.pieces(file.id, fromByte));
						for (const piece of read[0]) {
							controller.enqueue(piece);
							sentBytes += piece.length;
						}
						fromByte += WINDOW_BYTES;
						if (fromByte < file.sizeBytes) return;
						if (sentBytes !== file.sizeBytes) throw new Error('a stored file lacks bytes');
						controller.close();
					}
				},
				{ highWaterMark: 0 }
			);
		}
	};
}
