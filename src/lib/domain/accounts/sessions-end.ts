/** Why staff end a customer's sessions: a closed list, so that no free text about a person is kept. */
export const SESSIONS_END_REASONS = ['phone-gone', 'somebody-else', 'asked', 'suspicion'] as const;
export type SessionsEndReason = (typeof SESSIONS_END_REASONS)[number];
