import { encodeBase64urlNoPadding } from '@oslojs/encoding';
import { hashToken } from '#lib/server/platform/ids.ts';

/**
 * The name a device keeps its stores under: always the same for an account, and of no use to anybody
 * who finds it on the device, because the account's id cannot be had from it (74 random bits). No
 * root key is in it: a rotation would hide every draft from its owner (decision 0026).
 */
export async function accountRefOf(accountId: string): Promise<string> {
	return encodeBase64urlNoPadding(await hashToken(`account-ref\u0000${accountId}`));
}
