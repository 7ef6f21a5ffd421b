import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { auditMacKey, macOfTag, versionOfTag } from '#lib/server/platform/audit-signature.ts';
import type { Keys } from '#lib/server/platform/keys.ts';

/** Node's own SHA-256 in one call: the verifier hashes more than anything else. */
export function nodeSha256(bytes: Uint8Array): Uint8Array {
	return hash('sha256', bytes, 'buffer');
}

/** Checks tags of every version without a promise for each of a million. */
export async function tagChecker(
	keys: Keys
): Promise<(leafHash: Uint8Array, tag: Uint8Array) => boolean> {
	const macKeys = new Map<number, Uint8Array>();
	for (const version of Object.keys(keys.audit.versions).map(Number)) {
		macKeys.set(version, await auditMacKey(keys, version));
	}
	return (leafHash, tag) => {
		const macKey = macKeys.get(versionOfTag(tag) ?? 0);
		if (!macKey) return false;
		return timingSafeEqual(createHmac('sha256', macKey).update(leafHash).digest(), macOfTag(tag));
	};
}
