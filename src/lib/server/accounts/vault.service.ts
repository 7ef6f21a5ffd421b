import { decodeBase64urlIgnorePadding, encodeBase64urlNoPadding } from '@oslojs/encoding';
import type { VaultRequest } from '#lib/domain/accounts/vault.schema.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { accountRefOf } from './account-ref.ts';
import { passkeysRepository } from './passkeys.repository.ts';
import { createVaultRepository } from './vault.repository.ts';

const VAULT_KEY_BYTES = 32;
const PROOF_BYTES = 32;

export type VaultView = {
	readonly accountRef: string;
	readonly vaultKey: string;
	/** SHA-256 of the word that will say that the account is removed. */
	readonly removalHash: string;
	/** Credential ids: which of the owner's passkeys may open the drafts. */
	readonly passkeyIds: readonly string[];
};

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
		 * same ever after, so that a sign-in opens them again on any device. `portal/not-found` when
		 * there is none and the device asks for no new one: its drafts lie under the one that is lost.
		 */
		async open(
			actor: Actor,
			{ mayCreate, vaultKey }: VaultRequest = { mayCreate: true }
		): Promise<Result<VaultView>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			const accountRef = await accountRefOf(actor.accountId);
			const nowMs = parts.clock.nowMs();
			const offered = vaultKey ? decodeBase64urlIgnorePadding(vaultKey) : null;
			const fresh = offered ?? (mayCreate ? parts.ids.randomBytes(VAULT_KEY_BYTES) : null);
			const answer = await parts.db.commitAndRead(
				[
					...(fresh ? [await vaults.insertIfNone(actor, fresh, nowMs)] : []),
					vaults.insertRemovalProof(accountRef, parts.ids.randomBytes(PROOF_BYTES), nowMs)
				],
				[
					vaults.find(actor),
					vaults.findRemovalProof(accountRef),
					passkeysRepository.keysOf(actor.accountId)
				]
			);
			if (!answer.ok) return answer;
			const [kept, proof, passkeys] = answer.value;
			if (!kept) return NOT_FOUND;
			if (!proof) throw new Error('a proof just kept is not there');
			return ok({
				accountRef,
				vaultKey: encodeBase64urlNoPadding(kept),
				removalHash: encodeBase64urlNoPadding(await sha256(proof)),
				passkeyIds: passkeys.map(({ id }) => id)
			});
		},

		/**
		 * The word that an account is removed, for a device that keeps drafts of it; null while it is
		 * not, and for a name nobody has ever had. Nobody is signed in: the name cannot be guessed.
		 */
		async findRemoval(accountRef: string): Promise<string | null> {
			const [proof] = await parts.db.read(vaults.findProofOfRemoved(accountRef));
			return proof && encodeBase64urlNoPadding(proof);
		}
	};
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
	return new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
}
