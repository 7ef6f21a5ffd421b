import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointFileName, sizeOfFileName } from '#lib/domain/audit/checkpoint.ts';

/** Checkpoints that were kept outside the database. */
export type CheckpointFolder = {
	/** Ascending. */
	readonly sizes: () => Promise<readonly number[]>;
	readonly read: (size: number) => Promise<string>;
};

/** At an http(s) address of the sink, or in a folder on this machine. */
export function openCheckpointFolder(place: string, token = ''): CheckpointFolder {
	return /^https?:/.test(place) ? remoteFolder(place, token) : localFolder(place);
}

function localFolder(directory: string): CheckpointFolder {
	return {
		sizes: async () => sizesOf(await readdir(directory)),
		read: (size) => readFile(join(directory, checkpointFileName(size)), 'utf8')
	};
}

function remoteFolder(address: string, token: string): CheckpointFolder {
	const base = address.endsWith('/') ? address : `${address}/`;
	const ask = async (name: string) => {
		const headers = token ? { authorization: `Bearer ${token}` } : {};
		const answer = await fetch(new URL(name, base), { headers, redirect: 'error' });
		if (!answer.ok) throw new Error(`${base}${name} answered ${answer.status}`);
		return answer.text();
	};
	return {
		sizes: async () => sizesOf((await ask('')).split('\n')),
		read: (size) => ask(checkpointFileName(size))
	};
}

function sizesOf(names: readonly string[]): readonly number[] {
	return names
		.map(sizeOfFileName)
		.filter((size) => size !== null)
		.toSorted((one, other) => one - other);
}
