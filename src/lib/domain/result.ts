/** The closed set of ways an act can fail as expected. One table in `server/http.ts` maps each to a status. */
export type ErrorKind =
	'invalid' | 'unauthenticated' | 'forbidden' | 'not-found' | 'conflict' | 'rate-limited';

/**
 * An expected failure.
 * `code` is stable and namespaced by room (`claims/files-missing`); `issues` names the fields at fault,
 * field path to code: for the kind `invalid`, and for a limit that is told beside its button.
 */
export type DomainError = {
	readonly kind: ErrorKind;
	readonly code: ErrorCode;
	readonly issues?: Issues;
};

/** Field path (`invoices.0.amount`) to issue code. */
export type Issues = Readonly<Record<string, string>>;

export type Result<T, E = DomainError> =
	{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Every code an act can answer with. The texts in both languages are exhaustive over this list. */
export const ERROR_CODES = [
	'portal/invalid-input',
	'portal/not-found',
	'portal/forbidden',
	'portal/unauthenticated',
	'portal/limit-reached',
	'portal/must-change-password',
	'accounts/link-invalid',
	'accounts/mail-link-invalid',
	'accounts/code-invalid',
	'accounts/sign-in-failed',
	'accounts/challenge-ended',
	'accounts/enrolment-ended',
	'accounts/email-link-invalid',
	'accounts/step-up-failed',
	'accounts/password-same',
	'accounts/step-up-ended',
	'accounts/too-many-tries',
	'accounts/proof-invalid',
	'accounts/recovery-link-invalid',
	'accounts/recovery-ended',
	'accounts/recovery-refused',
	'accounts/recovery-too-many-tries',
	'accounts/answers-missing',
	'accounts/case-open',
	'accounts/case-closed',
	'accounts/case-too-early',
	'accounts/case-own',
	'accounts/case-same-person',
	'accounts/case-young-contact',
	'accounts/letter-printed',
	'accounts/passkey-refused',
	'accounts/passkey-not-added',
	'accounts/too-many-passkeys',
	'accounts/last-passkey',
	'contracts/link-refused',
	'contracts/already-linked',
	'contracts/account-change-waiting',
	'contracts/cover-ended',
	'contracts/cover-open-end',
	'contracts/request-waiting',
	'contracts/request-answered',
	'contracts/own-request',
	'contracts/proof-asked',
	'contracts/proof-closed',
	'contracts/proof-nobody',
	'contracts/proof-own',
	'contracts/proof-taken',
	'contracts/proof-not-assigned',
	'contracts/too-many-codes',
	'contracts/account-change-ended',
	'claims/submission-mismatch',
	'claims/files-missing',
	'claims/file-refused',
	'claims/file-too-large',
	'claims/too-many-files',
	'claims/not-in-review',
	'claims/own-claim',
	'claims/changed-meanwhile',
	'claims/already-submitted',
	'claims/withdrawn',
	'claims/draft-changed',
	'claims/draft-space',
	'claims/not-assigned',
	'claims/assigned-meanwhile',
	'claims/assignee-unsuitable',
	'claims/opening-reviewed',
	'claims/document-asked',
	'claims/request-closed',
	'messages/already-sent',
	'messages/conversation-full',
	'messages/not-assigned',
	'messages/own-conversation',
	'messages/assignee-unsuitable',
	'messages/push-not-offered',
	'messages/push-device-unknown',
	'messages/assigned-meanwhile',
	'messages/consent-unchanged',
	'claims/advance-not-now',
	'claims/advance-closed',
	'claims/not-decided',
	'claims/review-open',
	'claims/no-review-open',
	'claims/review-other-person',
	'claims/below-paid',
	'claims/objection-too-late',
	'claims/inquiry-answered',
	'claims/inquiry-not-assigned',
	'claims/inquiry-own',
	'claims/inquiry-taken',
	'payouts/second-person',
	'payouts/changed-meanwhile',
	'payouts/not-genuine',
	'payouts/nothing-ready',
	'rates/quoted-by-ecb',
	'rates/already-fixed',
	'rates/waiting',
	'rates/second-person',
	'rates/changed-meanwhile',
	'operations/changed-meanwhile',
	'contracts/number-taken',
	'tokens/changed-meanwhile',
	'contracts/fixed-facts',
	'contracts/key-reused',
	'contracts/called-meanwhile',
	'staff/address-taken',
	'staff/second-person',
	'staff/not-yourself',
	'staff/change-waiting',
	'staff/changed-meanwhile',
	'staff/role-same',
	'staff/passkey-refused',
	'staff/own-contract-known',
	'privacy/export-ended',
	'privacy/deletion-waiting',
	'privacy/deletion-not-waiting',
	'privacy/hold-exists',
	'privacy/hold-ended',
	'audit/sealed-meanwhile'
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
	return { ok: true, value };
}

export function failed(
	kind: ErrorKind,
	code: ErrorCode,
	issues?: Issues
): { readonly ok: false; readonly error: DomainError } {
	return { ok: false, error: issues ? { kind, code, issues } : { kind, code } };
}

export const NOT_FOUND = failed('not-found', 'portal/not-found');
export const FORBIDDEN = failed('forbidden', 'portal/forbidden');
