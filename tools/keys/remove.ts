// `npm run -s keys:remove -- data 1`: the key set without an old version that nothing needs any more.
import { parseArgs } from 'node:util';
import { KeySetError, removeKeyVersion } from '#lib/server/platform/keys.ts';
import { parsePurpose, readKeySet, runKeyCommand } from './key-set.ts';

await runKeyCommand(async () => {
	const { values, positionals } = parseArgs({
		options: { from: { type: 'string' } },
		allowPositionals: true
	});
	const [purpose, version, ...rest] = positionals;
	if (!purpose || !version || rest.length > 0) {
		throw new KeySetError('Name one purpose and one version, for example: data 1.');
	}
	const keys = await readKeySet(values.from);
	console.log(JSON.stringify(removeKeyVersion(keys, parsePurpose(purpose), Number(version))));
	console.error(
		'Store this line as the secret KEYS, and destroy the removed version in your key safe too:\n' +
			'only then is what was erased gone from every backup (docs/security/keys.md).'
	);
});
