/**
 * The acts that need the full factor again, each time and bound to its values (security.md 3.4, S8).
 * The server's table of handlers is exhaustive over this list.
 */
export const SENSITIVE_ACTS = [
	'password/change',
	'email/change',
	'mobile/change',
	'questions/change',
	'authenticator/replace',
	'recovery-codes/renew',
	'passkey/add',
	'passkey/remove',
	'session/end',
	'session/end-others',
	'device/forget'
] as const;
export type SensitiveAct = (typeof SENSITIVE_ACTS)[number];

/** Acts of S8 whose rooms are not built yet. Whoever builds one moves it into the list above. */
export const OPEN_ACTS = [
	'address/change',
	'bank-account/change',
	'data/export',
	'account/delete',
	'representative/name'
] as const;

/** What changed, as the mail to the owner names it (ASVS 6.3.7). */
export const ACCOUNT_CHANGES = [
	'password',
	'email',
	'mobile',
	'questions',
	'authenticator',
	'recovery-codes',
	'passkey'
] as const;
export type AccountChange = (typeof ACCOUNT_CHANGES)[number];

/** One value of an act in words for the page that asks for the proof. */
export type ActFact = {
	readonly name: 'email' | 'mobile' | 'question1' | 'question2' | 'device' | 'passkey';
	readonly value: string;
};

/** What the page says before somebody proves that they want it. Never a secret that counts already. */
export type ActView = {
	readonly act: SensitiveAct;
	readonly needsPassword: boolean;
	readonly facts: readonly ActFact[];
};

export function isSensitiveAct(text: string): text is SensitiveAct {
	return SENSITIVE_ACTS.some((act) => act === text);
}
