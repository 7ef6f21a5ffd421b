import type * as v from 'valibot';
import { parse } from 'valibot';
import type { AccountChange, ActFact, SensitiveAct } from '#lib/domain/accounts/sensitive-acts.ts';
import type { AuditEventKind } from '#lib/domain/audit/audit.ts';
import type { Result } from '#lib/domain/result.ts';
import type { Write } from '#lib/server/db/client.ts';
import type { ActOwner, Asker } from './step-up.repository.ts';
import type { AuthenticatorView } from './authenticator-view.ts';

/** What somebody shows to prove an act. Fields an act does not ask for are ignored. */
export type Proof = {
	readonly code: string;
	/** The password as it is now; null where the act asks for none. */
	readonly password: string | null;
	/** First code of a new authenticator app. */
	readonly newCode: string;
	/** The browser's answer with a passkey, in place of the code; empty without one. */
	readonly passkey: string;
	/** The browser's answer with a passkey it has just made. */
	readonly newPasskey: string;
};

/** What an act does once it is proven. */
export type ProvenAct = {
	readonly writes: readonly Write[];
	/** What the log entry names; the account itself without it. */
	readonly objectRef?: string;
	/** Shown on the answer, once: the only time they exist in clear. */
	readonly recoveryCodes?: readonly string[];
};

/** Everything about one kind of act, its payload's type closed in. */
export type SensitiveActHandler = {
	/** Credentials are changed with the password as well (security.md 3.4). */
	readonly needsPassword: boolean;
	readonly lifetimeMs: number;
	/** Ends every other session: for the factors themselves (ASVS 7.4.3). */
	readonly endsOtherSessions: boolean;
	readonly event: AuditEventKind;
	/** What the mail to the owner names; null where the act sends its own or none. */
	readonly change: AccountChange | null;
	facts(payload: unknown, owner: ActOwner): readonly ActFact[];
	/** The authenticator to scan, for the act that replaces it. */
	enrolment(payload: unknown, owner: ActOwner): Promise<AuthenticatorView | null>;
	/** The challenge for the act that adds a passkey; null for every other. */
	newPasskeyChallenge(payload: unknown): string | null;
	run(payload: unknown, context: ActContext): Promise<Result<ProvenAct>>;
};

export type ActContext = {
	readonly owner: ActOwner;
	readonly asker: Asker;
	readonly proof: Proof;
	/** What the session is called once the act is done: its token changes with the proof (S3). */
	readonly nextSessionId: string;
	readonly nowMs: number;
};

/** The closed table: an act without a handler does not compile. */
export type SensitiveActHandlers = Readonly<Record<SensitiveAct, SensitiveActHandler>>;

/** A handler for one kind of act. Its payload is read back from the row by its own schema. */
export function defineAct<Payload>(act: {
	readonly payload: v.GenericSchema<unknown, Payload>;
	readonly needsPassword: boolean;
	readonly lifetimeMs: number;
	readonly endsOtherSessions?: boolean;
	readonly event: AuditEventKind;
	readonly change: AccountChange | null;
	readonly facts?: (payload: Payload, owner: ActOwner) => readonly ActFact[];
	readonly enrolment?: (payload: Payload, owner: ActOwner) => Promise<AuthenticatorView>;
	readonly newPasskeyChallenge?: (payload: Payload) => string;
	readonly run: (payload: Payload, context: ActContext) => Promise<Result<ProvenAct>>;
}): SensitiveActHandler {
	return {
		needsPassword: act.needsPassword,
		lifetimeMs: act.lifetimeMs,
		endsOtherSessions: act.endsOtherSessions ?? false,
		event: act.event,
		change: act.change,
		facts: (payload, owner) => act.facts?.(parse(act.payload, payload), owner) ?? [],
		enrolment: async (payload, owner) =>
			(await act.enrolment?.(parse(act.payload, payload), owner)) ?? null,
		newPasskeyChallenge: (payload) =>
			act.newPasskeyChallenge?.(parse(act.payload, payload)) ?? null,
		run: async (payload, context) => act.run(parse(act.payload, payload), context)
	};
}
