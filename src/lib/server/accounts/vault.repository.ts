import { eq } from 'drizzle-orm';
import type { Actor } from '#lib/domain/actor.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { vaultEscrows } from '#lib/server/db/tables/accounts.ts';
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
		}
	};
}
