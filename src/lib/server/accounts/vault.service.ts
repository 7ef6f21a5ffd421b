import { encodeBase64urlNoPadding } from '@oslojs/encoding';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { accountRefOf } from './account-ref.ts';
import { createVaultRepository } from './vault.repository.ts';

const VAULT_KEY_BYTES = 32;

export type VaultView = { readonly accountRef: string; readonly vaultKey: string };

export type VaultService = ReturnType<typeof createVaultService>;

export function createVaultService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
}) {
	const vaults = createVaultRepository(parts.cipher);
	return {
		/**
		 * The key of the drafts on the actor's devices (offline.md 3.4): made at the first call, the
		 * same ever after, so that a sign-in opens them again on any device.
		 */
		async open(actor: Actor): Promise<Result<VaultView>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			const fresh = parts.ids.randomBytes(VAULT_KEY_BYTES);
			const answer = await parts.db.commitAndRead(
				[await vaults.insertIfNone(actor, fresh, parts.clock.nowMs())],
				[vaults.find(actor)]
			);
			if (!answer.ok) return answer;
			const [vaultKey] = answer.value;
			if (!vaultKey) throw new Error('a vault key just kept is not there');
			return ok({
				accountRef: await accountRefOf(actor.accountId),
				vaultKey: encodeBase64urlNoPadding(vaultKey)
			});
		}
	};
}
