/** Roles of an account towards a contract (domain.md 3.0, decision 0064). */
export const CONTRACT_ROLES = ['policyholder', 'insured-person', 'representative'] as const;
export type ContractRole = (typeof CONTRACT_ROLES)[number];

/** What a representative may do: hand in claims for insured persons, or read the contract. */
export const REPRESENTATIVE_SCOPES = ['claims', 'contract'] as const;
export type RepresentativeScope = (typeof REPRESENTATIVE_SCOPES)[number];
