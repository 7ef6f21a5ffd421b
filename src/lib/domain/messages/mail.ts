import * as v from 'valibot';
import { REQUEST_KINDS, REQUEST_REFUSALS } from '../contracts/requests.ts';
import { ACCOUNT_CHANGES } from '../accounts/sensitive-acts.ts';
import { SESSIONS_END_REASONS } from '../accounts/sessions-end.ts';

/** Languages the portal speaks; German is the operator's own. */
export const LANGUAGES = ['de', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const base = { to: v.string(), language: v.picklist(LANGUAGES), name: v.string() };

/** When and with what somebody was here: what an owner needs to tell themselves from a stranger. */
const seen = {
	atMs: v.number(),
	country: v.nullable(v.string()),
	browser: v.nullable(v.string()),
	system: v.nullable(v.string())
};

/**
 * Every mail the portal sends. None has room for content: no diagnosis, amount, number, file name
 * or document name (features.md A32); the only secret is a single-use code.
 */
export const mailSchema = v.variant('template', [
	v.strictObject({ template: v.literal('verify-mail'), ...base, code: v.string() }),
	v.strictObject({ template: v.literal('already-registered'), ...base }),
	v.strictObject({ template: v.literal('registration-complete'), ...base }),
	v.strictObject({ template: v.literal('reset-password'), ...base, code: v.string() }),
	v.strictObject({ template: v.literal('password-recovered'), ...base, code: v.string() }),
	v.strictObject({ template: v.literal('authenticator-recovered'), ...base, code: v.string() }),
	v.strictObject({ template: v.literal('open-recovery'), ...base, code: v.string() }),
	v.strictObject({ template: v.literal('recovery-opened'), ...base, code: v.string() }),
	v.strictObject({ template: v.literal('recovery-reminder'), ...base, code: v.string() }),
	v.strictObject({ template: v.literal('recovery-approved'), ...base, code: v.string() }),
	v.strictObject({ template: v.literal('recovery-closed'), ...base }),
	v.strictObject({ template: v.literal('new-document'), ...base }),
	v.strictObject({ template: v.literal('new-message'), ...base }),
	v.strictObject({ template: v.literal('draft-expires'), ...base, isLast: v.boolean() }),
	v.strictObject({ template: v.literal('file-refused'), ...base }),
	v.strictObject({ template: v.literal('payout-returned'), ...base }),
	v.strictObject({ template: v.literal('documents-asked'), ...base }),
	v.strictObject({ template: v.literal('proofs-asked'), ...base }),
	v.strictObject({ template: v.literal('document-by-post'), ...base }),
	v.strictObject({
		template: v.literal('objection-received'),
		...base,
		/** Rules have decided, so that no *other* person looks at it (§ 37 BDSG). */
		isAgainstRules: v.optional(v.literal(true))
	}),
	v.strictObject({ template: v.literal('advance-received'), ...base }),
	v.strictObject({ template: v.literal('account-secured'), ...base }),
	v.strictObject({ template: v.literal('staff-account-secured'), ...base }),
	v.strictObject({ template: v.literal('confirm-email'), ...base, code: v.string() }),
	v.strictObject({ template: v.literal('email-taken'), ...base }),
	v.strictObject({ template: v.literal('email-change-asked'), ...base, code: v.string() }),
	v.strictObject({ template: v.literal('email-replaced'), ...base, code: v.string() }),
	v.strictObject({ template: v.literal('email-blocked'), ...base }),
	v.strictObject({
		template: v.literal('account-changed'),
		...base,
		change: v.picklist(ACCOUNT_CHANGES),
		code: v.string()
	}),
	v.strictObject({
		template: v.literal('account-closing'),
		...base,
		dueAtMs: v.number(),
		code: v.string()
	}),
	v.strictObject({
		template: v.literal('account-idle'),
		...base,
		dueAtMs: v.number(),
		code: v.string()
	}),
	v.strictObject({ template: v.literal('account-kept'), ...base }),
	v.strictObject({ template: v.literal('account-deleted'), ...base }),
	v.strictObject({
		template: v.literal('bank-account-changing'),
		...base,
		holdsFrom: v.string(),
		code: v.string()
	}),
	v.strictObject({ template: v.literal('bank-account-kept'), ...base }),
	// By law a receipt repeats what was declared (§ 356a(4) BGB): the one mail with a policy number.
	v.strictObject({
		template: v.literal('contract-request-received'),
		...base,
		request: v.picklist(REQUEST_KINDS),
		reference: v.string(),
		receivedAtMs: v.number(),
		wishedOn: v.nullable(v.string()),
		policyNumber: v.string()
	}),
	v.strictObject({
		template: v.literal('contract-request-answered'),
		...base,
		request: v.picklist(REQUEST_KINDS),
		reference: v.string(),
		outcome: v.picklist(['accepted', 'refused']),
		refusal: v.nullable(v.picklist(REQUEST_REFUSALS))
	}),
	v.strictObject({ template: v.literal('unlock-sign-in'), ...base, code: v.string() }),
	v.strictObject({ template: v.literal('new-device'), ...base, ...seen, code: v.string() }),
	v.strictObject({ template: v.literal('wrong-code'), ...base, ...seen, code: v.string() }),
	v.strictObject({ template: v.literal('session-ended'), ...base }),
	v.strictObject({
		template: v.literal('sessions-ended-by-staff'),
		...base,
		reason: v.picklist(SESSIONS_END_REASONS)
	}),
	v.strictObject({ template: v.literal('staff-invitation'), ...base, code: v.string() }),
	v.strictObject({
		template: v.literal('authenticator-off'),
		...base,
		authenticator: v.picklist(['password', 'totp'])
	})
]);

export type Mail = v.InferOutput<typeof mailSchema>;

/** Reads a mail back from the outbox; throws when the row holds anything else. */
export function parseMail(value: unknown): Mail {
	return v.parse(mailSchema, value);
}

/** After so many tries a mail is dead and shows up for the operator. */
export const MAX_MAIL_TRIES = 10;

const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 6 * 60 * 60 * 1000;

/** Pause before the next try: 30 s, doubling, six hours at most. `tries` counts those already made. */
export function pauseAfterTry(tries: number): number {
	return Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
}
