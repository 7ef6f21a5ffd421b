import { encodeBase64urlNoPadding } from '@oslojs/encoding';
import type { Cipher } from '#lib/server/platform/cipher.ts';

/**
 * The name a device keeps its stores under: always the same for an account, and of no use to anybody
 * who finds it on the device, because the account's id cannot be had from it.
 */
export async function accountRefOf(cipher: Cipher, accountId: string): Promise<string> {
	return encodeBase64urlNoPadding(await cipher.blindIndex('account-ref', accountId));
}
