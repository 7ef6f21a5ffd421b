// `npm run audit:verify [-- --checkpoints DIR|URL] [--key KEY ...]`: the database of DATABASE_URL, or the local one.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '@libsql/client';
import cliProgress from 'cli-progress';
import * as v from 'valibot';
import {
	createAuditSignature,
	openNote,
	parseVerifierKey
} from '#lib/server/platform/audit-signature.ts';
import { keysSchema, type Keys } from '#lib/server/platform/keys.ts';
import { DATA_DIR } from '../start/data-dir.ts';
import { openCheckpointFolder } from './checkpoint-folder.ts';
import { findingText, verifiedText } from './finding-text.ts';
import { openLogReader } from './log-reader.ts';
import { tagChecker } from './node-sha256.ts';
import { verifyLog } from './verify-log.ts';

type Place = {
	readonly url: string;
	readonly token: string;
	readonly keys: string | null;
	readonly checkpoints: string | null;
};

/** The database that the variables name, with their keys; else the one of `npm start`. */
async function findPlace(env: NodeJS.ProcessEnv): Promise<Place> {
	const url = env['DATABASE_URL'];
	if (url) {
		return {
			url,
			token: env['DATABASE_TOKEN'] ?? '',
			keys: env['KEYS'] ?? null,
			checkpoints: env['AUDIT_SINK_URL'] ?? null
		};
	}
	const file = join(DATA_DIR, 'portal.db');
	if (!existsSync(file)) {
		throw new Error('There is no local database yet: run npm start, or set DATABASE_URL.');
	}
	const folder = join(DATA_DIR, 'checkpoints');
	return {
		url: `file:${file}`,
		token: '',
		keys: await readFile(join(DATA_DIR, 'keys.json'), 'utf8').catch(() => null),
		checkpoints: existsSync(folder) ? folder : null
	};
}

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: {
			checkpoints: { type: 'string' },
			key: { type: 'string', multiple: true, default: [] }
		}
	});
	values.key.forEach(parseVerifierKey);
	const place = await findPlace(process.env);
	const keys: Keys | null =
		place.keys === null ? null : v.parse(keysSchema, JSON.parse(place.keys) as unknown);
	if (!keys && values.key.length === 0) {
		throw new Error(
			'No key to check with: set KEYS, or give --key as `npm run audit:keys` prints it.'
		);
	}
	const checkpoints = values.checkpoints ?? place.checkpoints;
	const client = createClient({ url: place.url, authToken: place.token });
	const bar = process.stderr.isTTY ? startBar() : null;
	try {
		const verified = await verifyLog({
			log: openLogReader(client),
			folder:
				checkpoints === null
					? null
					: openCheckpointFolder(checkpoints, process.env['AUDIT_SINK_TOKEN']),
			openNote: async (note) =>
				(await openNote(note, values.key)) ??
				(keys && values.key.length === 0 ? createAuditSignature(keys).openNote(note) : null),
			isTag: keys && (await tagChecker(keys)),
			nowMs: Date.now(),
			...(bar && { onProgress: bar.show })
		});
		bar?.stop();
		const used = { folder: checkpoints !== null, tags: keys !== null };
		console.log(verified.finding ? findingText(verified.finding) : verifiedText(verified, used));
		return verified.finding ? 1 : 0;
	} finally {
		bar?.stop();
		client.close();
	}
}

function startBar() {
	const bar = new cliProgress.SingleBar({
		format: 'Audit log {bar} {value}/{total} rows, {eta_formatted} left',
		stream: process.stderr,
		clearOnComplete: true
	});
	bar.start(0, 0);
	return {
		show: (rows: number, total: number) => {
			bar.setTotal(total);
			bar.update(rows);
		},
		stop: () => bar.stop()
	};
}

try {
	process.exitCode = await main();
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 2;
}
