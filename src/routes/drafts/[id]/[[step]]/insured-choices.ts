import type { OfflineContract } from '#lib/domain/claims/submission.ts';

/** Whom the account may hand in for under a contract, as choices; none where no contract is chosen. */
export function personsOf(contracts: readonly OfflineContract[] | null, contractId: string) {
	const contract = contracts?.find(({ id }) => id === contractId);
	return contract?.insuredPersons.map(({ id, name }) => ({ value: id, label: name })) ?? [];
}
