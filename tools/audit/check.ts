// `npm run audit:check -- FILE [--key KEY ...]`: checks a log that a customer has downloaded, without the portal.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parseVerifierKey } from '#lib/server/platform/audit-signature.ts';
import { checkOwnLog } from './check-own-log.ts';

const { values, positionals } = parseArgs({
	options: { key: { type: 'string', multiple: true, default: [] } },
	allowPositionals: true
});
const [file] = positionals;
if (!file) {
	console.error('npm run audit:check -- FILE [--key KEY]');
	process.exit(2);
}
values.key.forEach(parseVerifierKey);
const content: unknown = JSON.parse(await readFile(file, 'utf8'));
const { proven, waiting, wrong, isSigned } = await checkOwnLog(content, values.key);
if (wrong) {
	console.log(`Entry ${wrong.entry}: ${wrong.reason}.`);
	process.exitCode = 1;
} else {
	const key = values.key.length > 0 ? 'the key given' : "the file's own key (--key: one you trust)";
	const by = isSigned ? `under a checkpoint signed by ${key}` : 'no checkpoint yet';
	console.log(`The file holds: ${proven} entries proven, ${by}; ${waiting} not sealed yet.`);
}
