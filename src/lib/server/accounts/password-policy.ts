import { isCommonPassword } from '#lib/domain/accounts/common-password.ts';
import {
	isMostlyWords,
	portalWords,
	wordsOfOwner,
	type PasswordOwner
} from '#lib/domain/accounts/password-context.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import type { Issues } from '#lib/domain/result.ts';
import { openPasswordList } from '#lib/server/platform/password-list.ts';

export type PasswordPolicy = ReturnType<typeof createPasswordPolicy>;

/** `fetchList` answers the file of `tools/build/password-list.ts`; nobody outside is asked. */
export function createPasswordPolicy(parts: { readonly fetchList: () => Promise<Uint8Array> }) {
	return {
		/**
		 * What is wrong with a new password beyond its length, beside its field; null when nothing is
		 * (ASVS 6.2.4, 6.2.11, 6.2.12). To be asked wherever a password is set, before anything is
		 * looked up or hashed. Issues: `password-context` (mostly names, address, phone, words of the
		 * portal), `password-common` (listed, or a listed one dressed up).
		 * Throws `ListUnavailable` when the list cannot be read: then no password is accepted.
		 */
		async check(
			password: string,
			owner: PasswordOwner,
			field = 'password'
		): Promise<Issues | null> {
			const list = await openList(parts.fetchList);
			const words = [...portalWords(OPERATOR), ...wordsOfOwner(owner)];
			if (isMostlyWords(password, words)) return { [field]: 'password-context' };
			if (isCommonPassword(password, list.has)) return { [field]: 'password-common' };
			return null;
		}
	};
}

/** Known to `server/http.ts` by its code: the page answers that it is not available right now. */
export class ListUnavailable extends Error {
	readonly code = 'PASSWORD_LIST_UNAVAILABLE';
}

async function openList(fetchList: () => Promise<Uint8Array>) {
	try {
		return openPasswordList(await fetchList());
	} catch (cause) {
		throw new ListUnavailable('the list of common passwords cannot be read', { cause });
	}
}
