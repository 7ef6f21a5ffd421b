// Where the commands about keys get their key set and their database from.
import { createClient, type Client } from '@libsql/client';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { openDatabase } from '#lib/server/db/client.ts';
import { createRewrapKeys, type RewrapKeys } from '#lib/server/jobs/rewrap-keys.ts';
import { createCipher } from '#lib/server/platform/cipher.ts';
import { SYSTEM_CLOCK } from '#lib/server/platform/clock.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import {
	KEY_PURPOSES,
	KeySetError,
	keysSchema,
	type KeyPurpose,
	type Keys
} from '#lib/server/platform/keys.ts';
import { DATA_DIR } from '../start/data-dir.ts';

/** The key set: of `--from FILE`, else the variable KEYS, else standard input. Never an argument. */
export async function readKeySet(file: string | undefined): Promise<Keys> {
	const given = file ? await readFile(file, 'utf8') : (process.env['KEYS'] ?? (await piped()));
	return parseKeySet(given);
}

async function piped(): Promise<string> {
	return process.stdin.isTTY ? '' : text(process.stdin);
}

export function parseKeySet(json: string): Keys {
	if (json.trim() === '') {
		throw new KeySetError('Give the key set: --from FILE, the variable KEYS, or standard input.');
	}
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch {
		throw new KeySetError('The key set is not JSON.');
	}
	const parsed = v.safeParse(keysSchema, value);
	// The schema's own messages would quote the key.
	if (!parsed.success) throw new KeySetError('The key set is not what keys:generate prints.');
	return parsed.output;
}

export function parsePurpose(name: string): KeyPurpose {
	const purpose = KEY_PURPOSES.find((one) => one === name);
	if (purpose) return purpose;
	throw new KeySetError(`"${name}" is no purpose of a key. There are: ${KEY_PURPOSES.join(', ')}.`);
}

export type KeyRoom = {
	readonly keys: Keys;
	readonly rewrapKeys: RewrapKeys;
	readonly close: () => void;
};

/** Database and keys together: of the environment, or both of the local `.data/`. */
export async function openKeyDatabase(
	file: string | undefined
): Promise<{ readonly client: Client; readonly keys: Keys }> {
	const url = process.env['DATABASE_URL'];
	const token = process.env['DATABASE_TOKEN'];
	const local = join(DATA_DIR, 'portal.db');
	if (!url && !existsSync(local)) {
		throw new KeySetError('Set DATABASE_URL (and DATABASE_TOKEN), or run npm start once.');
	}
	const keys = await readKeySet(file ?? (url ? undefined : join(DATA_DIR, 'keys.json')));
	const client = createClient(
		url ? { url, ...(token && { authToken: token }) } : { url: `file:${local}` }
	);
	return { client, keys };
}

export async function openKeyRoom(file: string | undefined): Promise<KeyRoom> {
	const { client, keys } = await openKeyDatabase(file);
	return { keys, rewrapKeys: rewrapKeysOf(client, keys), close: () => client.close() };
}

function rewrapKeysOf(client: Client, keys: Keys): RewrapKeys {
	return createRewrapKeys({
		db: openDatabase(client),
		clock: SYSTEM_CLOCK,
		newCipher: () => createCipher(keys, SYSTEM_IDS.randomBytes)
	});
}

/** Runs a command; what the operator can mend is a sentence, not a stack. */
export async function runKeyCommand(run: () => Promise<void>): Promise<void> {
	try {
		await run();
	} catch (error) {
		if (!(error instanceof KeySetError)) throw error;
		console.error(error.message);
		process.exitCode = 1;
	}
}
