import { and, eq, isNotNull } from 'drizzle-orm';
import type { Actor } from '#lib/domain/actor.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { vaultEscrows, vaultRemovals } from '#lib/server/db/tables/accounts.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';

type Owner = Pick<Actor, 'accountId' | 'personId'>;

const keyCell = (owner: Owner): Cell => ({
	table: 'vault_escrows',
	column: 'vault_key',
	rowId: owner.accountId,
	personId: owner.personId
});

export type VaultRepository = ReturnType<typeof createVaultRepository>;

export function createVaultRepository(cipher: Cipher) {
	return {
		/** Keeps the key unless the account has one: of two devices at once the first one counts. */
		async insertIfNone(owner: Owner, vaultKey: Uint8Array, nowMs: number): Promise<Write> {
			return write(
				sqlBuilder
					.insert(vaultEscrows)
					.values({
						accountId: owner.accountId,
						vaultKey: await cipher.seal(keyCell(owner), vaultKey),
						createdAtMs: nowMs
					})
					.onConflictDoNothing()
			);
		},

		/** The owner's own key; their data key has been learnt by the session's read. */
		find(owner: Owner): Read<Uint8Array | null> {
			return read(
				sqlBuilder
					.select({ vaultKey: vaultEscrows.vaultKey })
					.from(vaultEscrows)
					.where(eq(vaultEscrows.accountId, owner.accountId)),
				([row]) => (row ? cipher.open(keyCell(owner), row.vaultKey) : null)
			);
		},

		/** Keeps the word that will say one day that the account is removed. */
		insertRemovalProof(accountRef: string, proof: Uint8Array, nowMs: number): Write {
			return write(
				sqlBuilder
					.insert(vaultRemovals)
					.values({ accountRef, proof, createdAtMs: nowMs })
					.onConflictDoNothing()
			);
		},

		findRemovalProof(accountRef: string): Read<Uint8Array | null> {
			return read(
				sqlBuilder
					.select({ proof: vaultRemovals.proof })
					.from(vaultRemovals)
					.where(eq(vaultRemovals.accountRef, accountRef)),
				([row]) => row?.proof ?? null
			);
		},

		/** The proof, but only when the account is gone. */
		findProofOfRemoved(accountRef: string): Read<Uint8Array | null> {
			return read(
				sqlBuilder
					.select({ proof: vaultRemovals.proof })
					.from(vaultRemovals)
					.where(
						and(eq(vaultRemovals.accountRef, accountRef), isNotNull(vaultRemovals.removedAtMs))
					),
				([row]) => row?.proof ?? null
			);
		},

		/** Part of the batch that removes an account: its devices wipe its drafts at their next contact. */
		markRemoved(accountRef: string, nowMs: number): Write {
			return write(
				sqlBuilder
					.update(vaultRemovals)
					.set({ removedAtMs: nowMs })
					.where(eq(vaultRemovals.accountRef, accountRef))
			);
		}
	};
}
