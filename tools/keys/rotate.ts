// `npm run -s keys:rotate -- data totp`: the key set with a fresh version of the named purposes.
import { parseArgs } from 'node:util';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import { KeySetError, rotateKeys } from '#lib/server/platform/keys.ts';
import { parsePurpose, readKeySet, runKeyCommand } from './key-set.ts';

await runKeyCommand(async () => {
	const { values, positionals } = parseArgs({
		options: { from: { type: 'string' } },
		allowPositionals: true
	});
	const purposes = positionals.map(parsePurpose);
	if (purposes.length === 0) throw new KeySetError('Name what to rotate, for example: data totp.');
	const rotated = rotateKeys(await readKeySet(values.from), purposes, SYSTEM_IDS.randomBytes);
	console.log(JSON.stringify(rotated));
	console.error(
		'Store this line as the secret KEYS and in your key safe; the old versions stay in it.\n' +
			'Then run `npm run keys:rewrap`, or let the minute job do it, until `npm run keys:status`\n' +
			'says that nothing needs the old version.'
	);
});
