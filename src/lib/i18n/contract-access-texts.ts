import type { ContractRole, RepresentativeScope } from '#lib/domain/contracts/contract-access.ts';
import { m } from './generated/messages.js';

const ROLES: Readonly<Record<ContractRole, () => string>> = {
	policyholder: m.access_role_policyholder,
	'insured-person': m.access_role_insured,
	representative: m.access_role_representative
};

/** As whom somebody sees a contract. */
export function contractRoleText(role: ContractRole): string {
	return ROLES[role]();
}

const SCOPES: Readonly<Record<RepresentativeScope, () => string>> = {
	claims: m.access_scope_claims,
	contract: m.access_scope_contract
};

/** What a representative may do. */
export function scopeText(scope: RepresentativeScope): string {
	return SCOPES[scope]();
}
