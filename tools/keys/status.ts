// `npm run keys:status`: how many rows need which version of which root key.
import { parseArgs } from 'node:util';
import type { KeyUse } from '#lib/server/jobs/rewrap-keys.ts';
import { KEY_PURPOSES, type Keys } from '#lib/server/platform/keys.ts';
import { openKeyRoom, runKeyCommand } from './key-set.ts';

/** One line a purpose and version, then what uses it, then what the operator may do. */
export function describeKeyUse(keys: Keys, uses: readonly KeyUse[]): readonly string[] {
	const lines: string[] = [];
	for (const purpose of KEY_PURPOSES) {
		const { current, versions } = keys[purpose];
		const ofPurpose = uses.filter((use) => use.purpose === purpose);
		const known = Object.keys(versions).map(Number);
		const named = new Set([...known, ...ofPurpose.map((use) => use.version)]);
		for (const version of [...named].toSorted((a, b) => a - b)) {
			const needed = ofPurpose.filter((use) => use.version === version && use.rows > 0);
			const state = version === current ? 'current' : known.includes(version) ? 'old' : 'MISSING';
			lines.push(`${purpose} ${version} (${state}): ${adviceOf(purpose, state, needed)}`);
			lines.push(...needed.map((use) => `    ${use.rows} ${use.name}`));
		}
	}
	return lines;
}

function adviceOf(
	purpose: string,
	state: 'current' | 'old' | 'MISSING',
	needed: readonly KeyUse[]
): string {
	if (state === 'current') return 'in use';
	if (state === 'MISSING') return 'rows need it: bring it back from the key safe';
	if (purpose === 'audit') return 'entries and checkpoints of its time need it: keep it';
	if (purpose === 'receipt') return 'receipts of its time are checked with it: keep it';
	if (needed.length === 0) return 'nothing needs it, it may be destroyed: npm run keys:remove';
	return needed.some((use) => use.canMove) ? 'still needed: npm run keys:rewrap' : 'still needed';
}

if (import.meta.main) {
	await runKeyCommand(async () => {
		const { values } = parseArgs({ options: { from: { type: 'string' } } });
		const room = await openKeyRoom(values.from);
		try {
			console.log(describeKeyUse(room.keys, await room.rewrapKeys.count()).join('\n'));
		} finally {
			room.close();
		}
	});
}
