import type { HoldEndReason, HoldReason, HoldSubject } from '#lib/domain/privacy/legal-hold.ts';
import { m } from './generated/messages.js';

export const HOLD_SUBJECT_TEXTS = {
	claim: m.holds_subject_claim,
	contract: m.holds_subject_contract,
	account: m.holds_subject_account
} satisfies Record<HoldSubject, unknown>;

export const HOLD_REASON_TEXTS = {
	dispute: m.holds_reason_dispute,
	audit: m.holds_reason_audit,
	tax: m.holds_reason_tax,
	authority: m.holds_reason_authority
} satisfies Record<HoldReason, unknown>;

export const HOLD_END_TEXTS = {
	settled: m.holds_end_settled,
	'no-longer-needed': m.holds_end_no_longer_needed,
	mistake: m.holds_end_mistake
} satisfies Record<HoldEndReason, unknown>;
