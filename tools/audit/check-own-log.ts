import { hex } from '#lib/domain/audit/bytes.ts';
import { commitmentOf, leafHashOf } from '#lib/domain/audit/leaf.ts';
import { ownLogSchema, type OwnLogFile } from '#lib/domain/audit/own-log.ts';
import { isIncluded } from '#lib/domain/audit/tree.ts';
import { openNote } from '#lib/server/platform/audit-signature.ts';
import * as v from 'valibot';
import { nodeSha256 } from './node-sha256.ts';

export type CheckedFile = {
	readonly proven: number;
	/** Younger than the checkpoint. */
	readonly waiting: number;
	readonly isSigned: boolean;
	/** The first entry that does not hold, counted from 1. */
	readonly wrong: { readonly entry: number; readonly reason: string } | null;
};

/**
 * Checks a downloaded log on its own: nothing is asked of the portal. The keys of the file only prove
 * that it is of one piece; keys from elsewhere prove whose log it is.
 */
export async function checkOwnLog(
	content: unknown,
	trustedKeys: readonly string[] = []
): Promise<CheckedFile> {
	const file = v.parse(ownLogSchema, content);
	const keys = trustedKeys.length > 0 ? trustedKeys : file.keys;
	const signed = file.checkpoint === null ? null : await openNote(file.checkpoint, keys);
	let proven = 0;
	for (const [at, entry] of file.entries.entries()) {
		const wrong = reasonAgainst(entry, signed);
		if (wrong) {
			const isSigned = signed !== null;
			return { proven, waiting: 0, isSigned, wrong: { entry: at + 1, reason: wrong } };
		}
		if (entry.proof) proven += 1;
	}
	const waiting = file.entries.length - proven;
	return { proven, waiting, isSigned: signed !== null, wrong: null };
}

function reasonAgainst(
	{ at, leaf, personal, proof }: OwnLogFile['entries'][number],
	signed: { readonly size: number; readonly root: Uint8Array } | null
): string | null {
	const values = v.parse(v.array(v.unknown()), JSON.parse(leaf));
	if (values[1] !== Date.parse(at)) return 'its time is not the one in the leaf';
	if (personal) {
		const commitment = commitmentOf(nodeSha256, bytesOf(personal.salt), personal.text);
		if (values.at(-1) !== hex(commitment)) return 'its personal part is not the one committed to';
	}
	if (!proof) return null;
	if (!signed) return 'there is no checkpoint signed by a known key';
	const { size, root } = signed;
	const claim = { index: proof.index, size, root, leafHash: leafHashOf(nodeSha256, leaf) };
	const isProven = isIncluded(nodeSha256, claim, proof.hashes.map(bytesOf));
	return isProven ? null : 'its proof does not lead to the checkpoint';
}

function bytesOf(base64: string): Uint8Array {
	return new Uint8Array(Buffer.from(base64, 'base64'));
}
