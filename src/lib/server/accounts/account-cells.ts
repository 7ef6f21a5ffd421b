import type { Cell } from '#lib/server/platform/cipher.ts';

/** Where an account's address and number are sealed, under the person's key. */
export const contactCell = (rowId: string, personId: string): Cell => ({
	table: 'accounts',
	column: 'contact',
	rowId,
	personId
});

/** One place for the secret of an account, also while it waits for its first code. */
export const totpCell = (accountId: string): Cell => ({
	table: 'accounts',
	column: 'totp_secret',
	rowId: accountId,
	personId: accountId
});
