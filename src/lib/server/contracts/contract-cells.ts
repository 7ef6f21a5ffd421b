import type { Cell } from '#lib/server/platform/cipher.ts';

/** Where a contract's sealed columns lie: under the policyholder's key. */
export const contractCell = (
	column: string,
	contract: { readonly id: string; readonly policyholderId: string }
): Cell => ({
	table: 'contracts',
	column,
	rowId: contract.id,
	personId: contract.policyholderId
});
