import type { ServiceScope } from '#lib/domain/operations/service-token.ts';
import { m } from '#lib/i18n/generated/messages.js';

export const SCOPE_TEXTS = {
	'contracts:write': m.tokens_scope_contracts,
	'claims:read': m.tokens_scope_claims,
	'statements:read': m.tokens_scope_statements
} satisfies Record<ServiceScope, unknown>;
