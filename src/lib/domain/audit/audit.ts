/** What the log can say. `account/*` rows are the sign-in log, the rest are transactions. */
export const AUDIT_EVENTS = [
	'account/registered',
	'account/mail-verified',
	'account/activated',
	'account/signed-in',
	'account/sign-in-failed',
	'account/signed-out',
	'account/password-accepted',
	'account/sign-in-delayed',
	'account/sign-in-unlocked',
	'account/authenticator-off',
	'account/limit-reached',
	'account/disowned',
	'account/step-up-failed',
	'account/password-changed',
	'account/password-reset-asked',
	'account/password-reset',
	'account/recovery-started',
	'account/recovery-failed',
	'account/authenticator-recovered',
	'recovery/case-opened',
	'recovery/case-cancelled',
	'recovery/case-viewed',
	'recovery/case-checked',
	'recovery/case-approved',
	'recovery/case-refused',
	'recovery/case-expired',
	'recovery/letter-printed',
	'account/email-change-asked',
	'account/email-change-cancelled',
	'account/email-changed',
	'account/email-change-blocked',
	'account/mobile-changed',
	'account/questions-changed',
	'account/authenticator-replaced',
	'account/recovery-codes-renewed',
	'account/session-ended',
	'account/session-moved',
	'account/sessions-ended-by-staff',
	'account/device-forgotten',
	'account/passkey-added',
	'account/passkey-removed',
	'data/export-opened',
	'data/exported',
	'account/deletion-asked',
	'account/deletion-cancelled',
	'account/end-announced',
	'account/erased',
	'contract/linked',
	'contract/link-failed',
	'contract/account-revealed',
	'contract/account-change-asked',
	'contract/account-change-stopped',
	'contract/request-received',
	'contract/shared',
	'contract/share-ended',
	'contract/data-released',
	'contract/claims-released',
	'contract/released-claims-listed',
	'contract/release-ended',
	'contract/requests-viewed',
	'contract/request-answered',
	'contract/proof-asked',
	'contract/proof-received',
	'contract/proof-viewed',
	'contract/proof-access-refused',
	'contract/proof-assigned',
	'contract/proof-released',
	'contract/proof-accepted',
	'contract/proof-returned',
	'contract/proof-withdrawn',
	'contract/opened-for-proofs',
	'claim/submitted',
	'claim/captured',
	'claim/document-captured',
	'contract/searched-for-post',
	'contract/opened-for-post',
	'claim/viewed',
	'claim/viewed-by-policyholder',
	'claim/account-revealed',
	'claim/file-viewed',
	'claim/file-refused',
	'claim/decided',
	'claim/decided-by-rules',
	'claim/interim-notice',
	'claim/documents-reminder',
	'claim/document-asked',
	'claim/document-withdrawn',
	'claim/document-received',
	'claim/advance-asked',
	'claim/advance-granted',
	'claim/advance-refused',
	'claim/objected',
	'claim/reopened',
	'claim/corrected',
	'claim/noted',
	'claim/inquiry-received',
	'claim/inquiry-viewed',
	'claim/inquiry-access-refused',
	'claim/inquiry-assigned',
	'claim/inquiry-released',
	'claim/inquiry-answered',
	'claim/access-refused',
	'claim/opened-with-reason',
	'claim/opening-reviewed',
	'claim/searched-by-name',
	'claim/searched-by-contract',
	'claim/assigned',
	'claim/released',
	'payout/viewed',
	'payout/account-revealed',
	'payout/approved',
	'payout/refused',
	'payout/account-changed',
	'payout/returned',
	'payout/run-created',
	'payout/file-fetched',
	'payout/run-confirmed',
	'rate/imported',
	'rate/proposed',
	'rate/approved',
	'rate/refused',
	'token/created',
	'token/revoked',
	'contract/handed-over',
	'contract/imported',
	'hold/placed',
	'hold/ended',
	'mail/tried-again',
	'mail/given-up',
	'document/read',
	'message/sent',
	'message/captured',
	'message/viewed',
	'message/answered',
	'message/access-refused',
	'message/assigned',
	'message/released',
	'message/push-on',
	'message/push-off',
	'consent/given',
	'consent/withdrawn',
	'information/published',
	'information/withdrawn',
	'staff/invitation-asked',
	'staff/invited-by-command',
	'staff/role-change-asked',
	'staff/readmission-asked',
	'staff/change-approved',
	'staff/change-refused',
	'staff/invitation-accepted',
	'staff/disabled',
	'staff/sessions-ended',
	'staff/own-contract-named',
	'data/integrity-failed'
] as const;
export type AuditEventKind = (typeof AUDIT_EVENTS)[number];

/** What a person proved, or tried to prove, themselves with (L1). */
export const AUDIT_FACTORS = [
	'password',
	'totp',
	'passkey',
	'recovery-code',
	'security-answers',
	'mail-code',
	'letter-code'
] as const;
export type AuditFactor = (typeof AUDIT_FACTORS)[number];

/** One act as the log keeps it. The personal part can be erased later, the rest stays. */
export type AuditEvent = {
	readonly id: string;
	readonly atMs: number;
	readonly event: AuditEventKind;
	readonly outcome: 'success' | 'failure';
	/** What was acted on: `claim:<id>`, `contract:<id>`, `account`; never a name or number. */
	readonly objectRef: string;
	readonly requestId: string;
	/** Joined by `+` (`password+totp`); null when nobody had to prove anything. */
	readonly factors: string | null;
	readonly personal: {
		/** Null when the address typed belongs to nobody. */
		readonly accountId: string | null;
		/** Whose data were looked at, when it is somebody else's. */
		readonly subjectAccountId: string | null;
		readonly ip: string;
		readonly userAgent: string;
		/** Keyed hash of the name typed, when it belongs to nobody; the name itself is not kept. */
		readonly typedNameIndex: Uint8Array | null;
	};
};

/** Where a request came from; made by the hook, handed to every act that is logged. */
export type Origin = {
	readonly requestId: string;
	readonly ip: string;
	readonly userAgent: string;
	/** ISO 3166 code of the country as the edge names it; absent where nobody can tell. */
	readonly country?: string;
};
