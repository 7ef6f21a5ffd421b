// What somebody's letter can be about: their claims under a contract, and the documents they were asked for.
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import type { Actor } from '#lib/domain/actor.ts';
import type { RequestKind } from '#lib/domain/claims/document-request.ts';
import type { Bounds } from '#lib/server/accounts/throttle.service.ts';
import type { Read } from '#lib/server/db/client.ts';

/** A claim of an account, by nothing but its number. */
export type PostClaim = {
	readonly id: string;
	readonly number: string;
	readonly accountId: string;
};
/** Who works on it; null while nobody does. */
export type ClaimInPost = PostClaim & { readonly assigneeId: string | null };

/** A document that has not come. */
export type WaitingRequest = {
	readonly id: string;
	readonly claimId: string;
	readonly claimNumber: string;
	/** Who was asked: the account the claim belongs to. */
	readonly accountId: string;
	/** Who works on the claim; null while nobody does. */
	readonly assigneeId: string | null;
	readonly kind: RequestKind;
	readonly line: number;
	readonly askedAtMs: number;
};

export type PostClaims = {
	/** The newest under a contract, of all accounts. */
	listOf(contractId: string): Read<readonly ClaimInPost[]>;
	listWaiting(contractId: string): Read<readonly WaitingRequest[]>;
};

type Account = { readonly accountId: string };

/** Those of people who see the contract today: for nobody else anything is typed in. */
export const waitingOf = <Row extends Account>(
	holders: readonly Account[],
	rows: readonly Row[]
): readonly Row[] =>
	rows.filter((row) => holders.some(({ accountId }) => accountId === row.accountId));

/** A day's share of letters, whatever is in them (decision 0071). */
export const capturesOf = ({ accountId }: Actor): Bounds => ({
	...{ scope: 'claims/post-captures', key: accountId, limit: LIMITS.postCaptures, accountId }
});
