// Argon2id as raw bytes. The WASM build of @phi-ag/argon2 is called without its glue, which takes the password
// as a string and counts UTF-16 units where bytes are meant.

export type Argon2idParameters = {
	readonly memoryKib: number;
	readonly iterations: number;
	readonly parallelism: number;
	readonly hashBytes: number;
};

const ARGON2ID = 2;
const ARGON2_VERSION_13 = 0x13;

type Argon2 = {
	readonly _initialize: () => void;
	readonly memory: WebAssembly.Memory;
	readonly malloc: (bytes: number) => number;
	readonly free: (pointer: number) => void;
	readonly argon2_hash: (...numbers: readonly number[]) => number;
};

/**
 * The Argon2id hash (RFC 9106, version 0x13) of `password` under `salt`.
 *
 * Synchronous CPU work of about 100 ms at 19 MiB and 3 iterations: callers throttle before they hash.
 * Throws when the parameters are outside what Argon2 allows; that is a programming error, never user input.
 */
export async function hashArgon2id(
	password: Uint8Array,
	salt: Uint8Array,
	{ memoryKib, iterations, parallelism, hashBytes }: Argon2idParameters
): Promise<Uint8Array<ArrayBuffer>> {
	const argon2 = await loadArgon2();
	const total = password.length + salt.length + hashBytes;
	// Three neighbours in one block: one allocation to check and one to wipe.
	const block = argon2.malloc(total);
	if (block === 0) throw new Error('Argon2 has no memory left');
	const saltAt = block + password.length;
	const hashAt = saltAt + salt.length;
	try {
		const input = new Uint8Array(argon2.memory.buffer, block, total);
		input.set(password);
		input.set(salt, password.length);
		const status = argon2.argon2_hash(
			...[iterations, memoryKib, parallelism],
			...[block, password.length, saltAt, salt.length, hashAt, hashBytes],
			// No encoded string wanted: the PHC string also names the pepper and is written by the caller.
			...[0, 0],
			...[ARGON2ID, ARGON2_VERSION_13]
		);
		if (status !== 0) throw new Error(`Argon2 refused with status ${status}`);
		return new Uint8Array(argon2.memory.buffer, hashAt, hashBytes).slice();
	} finally {
		// The memory may have grown, which detaches earlier views.
		new Uint8Array(argon2.memory.buffer, block, total).fill(0);
		argon2.free(block);
	}
}

// One instance an isolate: code and 20 MiB of working memory, which Argon2 wipes itself after each hash.
let instance: Promise<Argon2> | undefined;

function loadArgon2(): Promise<Argon2> {
	instance ??= instantiate();
	return instance;
}

async function instantiate(): Promise<Argon2> {
	// workerd gives the compiled module as default export, Node (tests, seed, dev server) an instance.
	const imported: object = await import('@phi-ag/argon2/argon2.wasm');
	const compiled: unknown = 'default' in imported ? imported.default : undefined;
	const exported =
		compiled instanceof WebAssembly.Module
			? (await WebAssembly.instantiate(compiled)).exports
			: imported;
	const argon2 = parseArgon2(exported);
	argon2._initialize();
	return argon2;
}

function parseArgon2(exported: object): Argon2 {
	const names = ['_initialize', 'memory', 'malloc', 'free', 'argon2_hash'];
	const missing = names.find((name) => !(name in exported));
	if (missing) throw new Error(`The Argon2 module does not export ${missing}`);
	return exported as Argon2;
}
