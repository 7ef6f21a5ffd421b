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

/** Which question it is, bound to its slot. */
export const answerCell = (
	owner: { readonly accountId: string; readonly personId: string },
	slot: number
): Cell => ({
	table: 'security_answers',
	column: 'question',
	rowId: `${owner.accountId}/${slot}`,
	personId: owner.personId
});

/** Bound to the page: what was typed on one does not open on another. */
export const keptFormCell = (accountId: string, personId: string, path: string): Cell => ({
	table: 'kept_forms',
	column: 'values',
	rowId: `${accountId} ${path}`,
	personId
});
