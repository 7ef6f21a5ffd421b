/** Why something must not be deleted although its time is over. */
export const HOLD_REASONS = ['dispute', 'audit', 'tax', 'authority'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** What a hold is on. One on an account or contract is on all of its claims too. */
export const HOLD_SUBJECTS = ['account', 'contract', 'claim'] as const;
export type HoldSubject = (typeof HOLD_SUBJECTS)[number];
