// A process of its own, so that its memory is the verifier's alone. `node verify-process.ts FILE`, keys in KEYS.
import { createClient } from '@libsql/client';
import * as v from 'valibot';
import { createAuditSignature } from '#lib/server/platform/audit-signature.ts';
import { keysSchema } from '#lib/server/platform/keys.ts';
import { openLogReader } from '../../../tools/audit/log-reader.ts';
import { nodeSha256, tagChecker } from '../../../tools/audit/node-sha256.ts';
import { verifyLog } from '../../../tools/audit/verify-log.ts';

/** A leaf of a sign-in is about as long. */
const LEAF_BYTES = 256;
const BARE_HASHES = 1_000_000;

const keys = v.parse(keysSchema, JSON.parse(process.env['KEYS'] ?? '') as unknown);
const client = createClient({ url: `file:${process.argv[2] ?? ''}` });
const startedAtMs = performance.now();
const { finding, rows } = await verifyLog({
	log: openLogReader(client),
	folder: null,
	openNote: (note) => createAuditSignature(keys).openNote(note),
	isTag: await tagChecker(keys),
	nowMs: Date.now()
});
const seconds = (performance.now() - startedAtMs) / 1000;
const memoryKb = process.resourceUsage().maxRSS;
client.close();
if (finding) throw new Error(`the verifier found ${JSON.stringify(finding)}`);

const leaf = new Uint8Array(LEAF_BYTES);
const bareAtMs = performance.now();
for (let count = 0; count < BARE_HASHES; count += 1) nodeSha256(leaf);
const bareSeconds = (performance.now() - bareAtMs) / 1000;
console.log(JSON.stringify({ rows, seconds, memoryKb, barePerSecond: BARE_HASHES / bareSeconds }));
