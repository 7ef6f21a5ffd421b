// Which part of the log is checked with which version of the audit key.
import type { Client } from '@libsql/client';
import { parseCheckpoint } from '#lib/domain/audit/checkpoint.ts';
import { noteVerifierKeys, openNote } from '#lib/server/platform/audit-signature.ts';
import type { AuditKeyUse, Keys } from '#lib/server/platform/keys.ts';

const CHECKPOINTS_A_READ = 1000;

/** Counts tags by the version they name, and checkpoints by whose signature holds. */
export async function auditKeyUse(
	client: Client,
	keys: Keys,
	version: number
): Promise<AuditKeyUse> {
	const bytes = new Uint8Array(2);
	new DataView(bytes.buffer).setUint16(0, version);
	const { rows } = await client.execute({
		sql: 'select count(*) as tags from audit_events where substr(tag, 1, 2) = ?',
		args: [bytes]
	});
	return {
		tags: Number(rows[0]?.['tags']),
		checkpoints: await countCheckpoints(client, keys, version)
	};
}

async function countCheckpoints(client: Client, keys: Keys, version: number): Promise<number> {
	const key = keys.audit.versions[String(version)];
	if (key === undefined) return 0;
	const alone = { ...keys, audit: { current: version, versions: { [version]: key } } };
	let count = 0;
	for (let last = -1; ;) {
		const { rows } = await client.execute({
			sql: 'select size, note from audit_checkpoints where size > ? order by size limit ?',
			args: [last, CHECKPOINTS_A_READ]
		});
		for (const row of rows) {
			const note = String(row['note']);
			const name = parseCheckpoint(note)?.checkpoint.origin ?? '';
			if (await openNote(note, await noteVerifierKeys(alone, name))) count += 1;
			last = Number(row['size']);
		}
		if (rows.length < CHECKPOINTS_A_READ) return count;
	}
}
