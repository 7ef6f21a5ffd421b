import type { AdvanceOutcome, AdvanceRefusal } from '#lib/domain/claims/advance.ts';
import { m } from './generated/messages.js';

/** Why nothing is paid in advance, for the customer as for staff. */
export const ADVANCE_REFUSAL_TEXTS = {
	'nothing-certain': m.advances_refusal_nothing_certain,
	'documents-missing': m.advances_refusal_documents_missing,
	'decided-soon': m.advances_refusal_decided_soon
} satisfies Record<AdvanceRefusal, unknown>;

/** What became of a demand, as staff read it. */
export const ADVANCE_OUTCOME_TEXTS = {
	granted: m.advances_staff_granted,
	refused: m.advances_staff_refused,
	settled: m.advances_staff_settled
} satisfies Record<AdvanceOutcome, unknown>;
