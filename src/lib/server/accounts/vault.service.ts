import { decodeBase64urlIgnorePadding, encodeBase64urlNoPadding } from '@oslojs/encoding';
import type { VaultRequest } from '#lib/domain/accounts/vault.schema.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import type { Operator } from '#lib/domain/operator.ts';
import { NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { accountRefOf } from './account-ref.ts';
import { passkeysRepository } from './passkeys.repository.ts';
import {
	findRevokedVaultDevice,
	findVaultDevice,
	keepVaultDevice
} from './vault-devices.repository.ts';
import { createVaultRepository } from './vault.repository.ts';

const VAULT_KEY_BYTES = 32;
const PROOF_BYTES = 32;

export type VaultView = {
	readonly accountRef: string;
	readonly vaultKey: string;
	/** SHA-256 of the word that will say that the account is removed. */
	readonly removalHash: string;
	/** SHA-256 of the word that will say that this device must drop its keys; null where it has no name. */
	readonly revokeHash: string | null;
	/** So long the device keeps its keys when nobody opens the drafts with them. */
	readonly keysLastMs: number;
	/** Credential ids: which of the owner's passkeys may open the drafts. */
	readonly passkeyIds: readonly string[];
};

export type DeviceWords = {
	readonly removalProof: string | null;
	readonly revokeProof: string | null;
};

export type VaultService = ReturnType<typeof createVaultService>;

export function createVaultService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly operator: Pick<Operator, 'deviceKeyDays'>;
}) {
	const vaults = createVaultRepository(parts.cipher);
	return {
		/**
		 * The key of the drafts on the actor's devices (offline.md 3.4): made at the first call, the
		 * same ever after, so that a sign-in opens them again on any device. `portal/not-found` when
		 * there is none and the device asks for no new one: its drafts lie under the one that is lost. What
		 * opens in the session `sessionId` locks when somebody ends that session from elsewhere (D7).
		 */
		async open(
			actor: Actor,
			{ mayCreate, vaultKey, deviceId }: VaultRequest = { mayCreate: true },
			sessionId = ''
		): Promise<Result<VaultView>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			const accountRef = await accountRefOf(actor.accountId);
			const nowMs = parts.clock.nowMs();
			const offered = vaultKey ? decodeBase64urlIgnorePadding(vaultKey) : null;
			const fresh = offered ?? (mayCreate ? parts.ids.randomBytes(VAULT_KEY_BYTES) : null);
			const device = {
				...{ accountId: actor.accountId, sessionId, nowMs },
				proof: parts.ids.randomBytes(PROOF_BYTES)
			};
			const answer = await parts.db.commitAndRead(
				[
					...(fresh ? [await vaults.insertIfNone(actor, fresh, nowMs)] : []),
					vaults.insertRemovalProof(accountRef, parts.ids.randomBytes(PROOF_BYTES), nowMs),
					...(deviceId ? [keepVaultDevice({ ...device, id: deviceId })] : [])
				],
				[
					vaults.find(actor),
					vaults.findRemovalProof(accountRef),
					passkeysRepository.keysOf(actor.accountId),
					findVaultDevice(deviceId ?? '', actor.accountId)
				]
			);
			if (!answer.ok) return answer;
			const [kept, proof, passkeys, revokeProof] = answer.value;
			if (!kept) return NOT_FOUND;
			if (!proof) throw new Error('a proof just kept is not there');
			return ok({
				accountRef,
				vaultKey: encodeBase64urlNoPadding(kept),
				removalHash: encodeBase64urlNoPadding(await sha256(proof)),
				revokeHash: revokeProof && encodeBase64urlNoPadding(await sha256(revokeProof)),
				keysLastMs: parts.operator.deviceKeyDays * DAY_MS,
				passkeyIds: passkeys.map(({ id }) => id)
			});
		},

		/**
		 * What a device learns without a session: the word that the account is removed, and the word that
		 * this device was ended from elsewhere (D7). Null while neither is so, and for names nobody has
		 * ever had. Nobody is signed in: the names cannot be guessed.
		 */
		async findWords(accountRef: string, deviceId: string | null = null): Promise<DeviceWords> {
			const [removed, revoked] = await parts.db.read(
				vaults.findProofOfRemoved(accountRef),
				findRevokedVaultDevice(deviceId ?? '')
			);
			return {
				removalProof: removed && encodeBase64urlNoPadding(removed),
				revokeProof: revoked && encodeBase64urlNoPadding(revoked)
			};
		}
	};
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
	return new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
}
