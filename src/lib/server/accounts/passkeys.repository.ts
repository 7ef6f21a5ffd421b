import { and, asc, count, eq, lte, sql } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { joinWrites, read, requireFound, write, writeIfHolds } from '#lib/server/db/client.ts';
import type { Read, Write } from '#lib/server/db/client.ts';
import { accounts, passkeys } from '#lib/server/db/tables/accounts.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';
import type { NewPasskey, StoredPasskey } from '#lib/server/platform/webauthn.ts';

/** More than anybody carries; a list without end would be a way to fill the database. */
export const MAX_PASSKEYS = 10;

const TOO_MANY = { kind: 'conflict', code: 'accounts/too-many-passkeys' } as const;
const REFUSED = { kind: 'unauthenticated', code: 'accounts/sign-in-failed' } as const;
const LAST = { kind: 'conflict', code: 'accounts/last-passkey' } as const;
const GONE = { kind: 'not-found', code: 'portal/not-found' } as const;

/** A passkey as its owner sees it in the list. */
export type PasskeyView = {
	readonly id: string;
	readonly label: string;
	readonly isBackedUp: boolean;
	readonly createdAtMs: number;
	readonly lastUsedAtMs: number | null;
};

/** As it lies in the database: its public key sealed, so that it counts for nobody before it is opened. */
export type FoundPasskey = Omit<StoredPasskey, 'publicKey'> & {
	readonly accountId: string;
	readonly sealedKey: Uint8Array;
};

type Owner = { readonly accountId: string; readonly personId: string };

/**
 * Account, person and credential are bound to the public key. It is no secret; sealed it is ours: whoever
 * can write to the database can neither put in a key of their own nor move one between accounts (6.7.1).
 */
const keyCell = (id: string, { accountId, personId }: Owner): Cell => ({
	table: 'passkeys',
	column: 'public_key',
	rowId: `${accountId}/${id}`,
	personId
});

/** The passkey with its key, for the check of an answer. Throws for a key that is not ours. */
export async function openPasskey(
	cipher: Cipher,
	personId: string,
	{ sealedKey, ...passkey }: FoundPasskey
): Promise<FoundPasskey & StoredPasskey> {
	const cell = keyCell(passkey.id, { accountId: passkey.accountId, personId });
	return { ...passkey, sealedKey, publicKey: await cipher.open(cell, sealedKey) };
}

type PasskeyRow = typeof passkeys.$inferSelect;

/** As WebAuthn needs it, without what only the owner's list shows. */
export const storedPasskeyOf = (row: PasskeyRow): FoundPasskey => ({
	id: row.id,
	accountId: row.accountId,
	sealedKey: row.publicKey,
	signCount: row.signCount,
	transports: row.transports === '' ? [] : row.transports.split(' ')
});

export const passkeysRepository = {
	/** What a browser may be asked for, of one account. */
	keysOf(accountId: string): Read<readonly FoundPasskey[]> {
		return read(
			sqlBuilder
				.select()
				.from(passkeys)
				.where(eq(passkeys.accountId, accountId))
				.limit(MAX_PASSKEYS),
			(rows) => rows.map(storedPasskeyOf)
		);
	},

	listOf(accountId: string): Read<readonly PasskeyView[]> {
		return read(
			sqlBuilder
				.select()
				.from(passkeys)
				.where(eq(passkeys.accountId, accountId))
				.orderBy(asc(passkeys.createdAtMs))
				.limit(MAX_PASSKEYS),
			(rows) =>
				rows.map(({ id, label, isBackedUp, createdAtMs, lastUsedAtMs }) => ({
					id,
					label,
					isBackedUp,
					createdAtMs,
					lastUsedAtMs
				}))
		);
	},

	/** The person's key was made or read in this request. */
	async insert(
		cipher: Cipher,
		owner: Owner,
		passkey: NewPasskey,
		label: string,
		nowMs: number
	): Promise<Write> {
		const { transports, publicKey, ...open } = passkey;
		const { accountId } = owner;
		const sealed = await cipher.seal(keyCell(passkey.id, owner), publicKey);
		const counted = sqlBuilder
			.select({ keys: count() })
			.from(passkeys)
			.where(eq(passkeys.accountId, accountId))
			.having(({ keys }) => lte(keys, MAX_PASSKEYS));
		return {
			statements: [
				...write(
					sqlBuilder.insert(passkeys).values({
						...open,
						publicKey: sealed,
						accountId,
						label,
						transports: transports.join(' '),
						createdAtMs: nowMs
					}),
					TOO_MANY
				).statements,
				...requireFound(counted, TOO_MANY).statements
			]
		};
	},

	/**
	 * Notes a use. The counter is part of the condition: of two uses of one answer at once one is
	 * undone, and a passkey removed meanwhile opens nothing.
	 */
	use(passkey: FoundPasskey, signCount: number, nowMs: number): Write {
		return writeIfHolds(
			sqlBuilder
				.update(passkeys)
				.set({ signCount, lastUsedAtMs: nowMs })
				.where(
					and(
						eq(passkeys.id, passkey.id),
						eq(passkeys.accountId, passkey.accountId),
						eq(passkeys.signCount, passkey.signCount)
					)
				),
			REFUSED
		);
	},

	/** Of the staff's passkeys one stays, also when two are removed at once: it is their only way in (Z8). */
	remove(accountId: string, id: string): Write {
		const another = sqlBuilder
			.select({ id: accounts.id })
			.from(accounts)
			.where(
				and(
					eq(accounts.id, accountId),
					sql`(${accounts.role} = 'customer' or exists (select 1 from ${passkeys} p
						where p.account_id = ${accountId} and p.id <> ${id}))`
				)
			);
		return joinWrites(
			requireFound(another, LAST),
			writeIfHolds(
				sqlBuilder
					.delete(passkeys)
					.where(and(eq(passkeys.id, id), eq(passkeys.accountId, accountId))),
				GONE
			)
		);
	}
};
