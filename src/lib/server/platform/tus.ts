// tus 1.0 by @tus/server, without what it assumes of a single process: no CORS, no lock in memory.
import { DataStore, Server, Upload, type Locker } from '@tus/server';

export type TusUpload = {
	readonly id: string;
	readonly sizeBytes: number;
	readonly offsetBytes: number;
};

/** Status and body of a refusal, thrown out of a `TusStore` and answered as they are. */
export class TusRefusal extends Error {
	readonly status_code: number;
	readonly body: string;
	constructor(status: number, body: string) {
		super(`upload refused: ${status}`);
		this.status_code = status;
		this.body = body;
	}
}

/** What a room has to offer to take uploads. Every method may throw a `TusRefusal`. */
export type TusStore = {
	/** Begins an upload or finds the one already begun. Returns its id. */
	create(sizeBytes: number, metadata: Readonly<Record<string, string | null>>): Promise<string>;
	find(id: string): Promise<TusUpload>;
	/** Stores bytes from `offsetBytes` on, not always all of them. Returns the new offset. */
	append(id: string, offsetBytes: number, bytes: AsyncIterable<Uint8Array>): Promise<number>;
};

/** The lock of the library holds in one isolate only; ours is the condition in the store's SQL. */
const NO_LOCKS: Locker = {
	newLock: () => ({ lock: () => Promise.resolve(), unlock: () => Promise.resolve() })
};

class StoreOfRoom extends DataStore {
	readonly #store: TusStore;
	constructor(store: TusStore) {
		super();
		this.#store = store;
		this.extensions = ['creation'];
	}
	override async create(upload: Upload): Promise<Upload> {
		upload.id = await this.#store.create(upload.size ?? 0, upload.metadata ?? {});
		return upload;
	}
	override async getUpload(id: string): Promise<Upload> {
		const { sizeBytes, offsetBytes } = await this.#store.find(id);
		return new Upload({ id, size: sizeBytes, offset: offsetBytes });
	}
	override write(stream: AsyncIterable<Uint8Array>, id: string, offset: number): Promise<number> {
		return this.#store.append(id, offset, stream);
	}
}

/** Answers one tus request. The server lives as long as the request: it knows who is acting. */
export async function answerTus(
	request: Request,
	options: { readonly path: string; readonly maxBytes: number; readonly store: TusStore }
): Promise<Response> {
	const { store } = options;
	const server = new Server({
		path: options.path,
		maxSize: options.maxBytes,
		datastore: new StoreOfRoom(store),
		locker: NO_LOCKS,
		relativeLocation: true,
		// Nobody else's page has business here: an empty list allows no origin.
		allowedOrigins: [],
		onResponseError: (_request, error) => {
			if (!(error instanceof Error) || 'status_code' in error) return undefined;
			// Ours to explain, not the library's: a dead database is a 503, the rest a bug.
			throw error;
		}
	});
	const response = await server.handleWeb(request);
	for (const name of Array.from(response.headers.keys())) {
		if (name.startsWith('access-control-')) response.headers.delete(name);
	}
	return response;
}
