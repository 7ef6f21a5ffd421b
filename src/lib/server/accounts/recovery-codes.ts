import { hashToken, newRecoveryCode, normaliseCode, type Ids } from '#lib/server/platform/ids.ts';

const CODES = 10;

/** Ten fresh recovery codes, to be shown once, and what is kept of them: a hash each. */
export async function newRecoveryCodes(
	ids: Ids
): Promise<{ readonly codes: readonly string[]; readonly hashes: readonly Uint8Array[] }> {
	const codes = Array.from({ length: CODES }, () => newRecoveryCode(ids));
	return { codes, hashes: await Promise.all(codes.map((code) => hashToken(normaliseCode(code)))) };
}
