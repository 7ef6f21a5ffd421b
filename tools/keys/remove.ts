// `npm run -s keys:remove -- data 1`: the key set without an old version that nothing needs any more.
import { parseArgs } from 'node:util';
import {
	KeySetError,
	removeKeyVersion,
	type AuditKeyUse,
	type Keys
} from '#lib/server/platform/keys.ts';
import { auditKeyUse } from './audit-key-use.ts';
import { openKeyDatabase, parsePurpose, readKeySet, runKeyCommand } from './key-set.ts';

/** Entries and checkpoints are checked with the key of their time: the log itself says what it needs. */
async function readWithLog(
	file: string | undefined,
	version: number
): Promise<{ readonly keys: Keys; readonly log: AuditKeyUse }> {
	const { client, keys } = await openKeyDatabase(file);
	try {
		return { keys, log: await auditKeyUse(client, keys, version) };
	} finally {
		client.close();
	}
}

await runKeyCommand(async () => {
	const { values, positionals } = parseArgs({
		options: { from: { type: 'string' } },
		allowPositionals: true
	});
	const [purpose, version, ...rest] = positionals;
	if (!purpose || !version || rest.length > 0) {
		throw new KeySetError('Name one purpose and one version, for example: data 1.');
	}
	const named = parsePurpose(purpose);
	const { keys, log } =
		named === 'audit'
			? await readWithLog(values.from, Number(version))
			: { keys: await readKeySet(values.from), log: null };
	console.log(JSON.stringify(removeKeyVersion(keys, named, Number(version), log)));
	console.error(
		'Store this line as the secret KEYS, and destroy the removed version in your key safe too:\n' +
			'only then is what was erased gone from every backup (docs/security/keys.md).'
	);
});
