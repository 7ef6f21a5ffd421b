// `npm run audit:keys`: the public keys an auditor checks checkpoints with. KEYS and ORIGIN, or the local portal's.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { logOrigin } from '#lib/domain/audit/checkpoint.ts';
import { noteVerifierKeys } from '#lib/server/platform/audit-signature.ts';
import { keysSchema } from '#lib/server/platform/keys.ts';
import { DATA_DIR } from '../start/data-dir.ts';
import { portFrom } from '../start/ports.ts';

const text =
	process.env['KEYS'] ??
	(await readFile(join(DATA_DIR, 'keys.json'), 'utf8').catch(() => {
		console.error('There are no keys yet: run npm start, or set KEYS and ORIGIN.');
		process.exit(1);
	}));
const origin = process.env['ORIGIN'] ?? `http://localhost:${portFrom('PORT', 8788)}`;
const keys = v.parse(keysSchema, JSON.parse(text) as unknown);
for (const key of await noteVerifierKeys(keys, logOrigin(origin))) console.log(key);
