import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import type { ClaimState } from '#lib/domain/claims/claim.ts';
import { summariseContract, type ContractSummary } from '#lib/domain/contracts/contract.ts';
import type { AuditEventKind } from '#lib/domain/audit/audit.ts';
import type { LastSeen } from '#lib/domain/accounts/last-seen.ts';
import {
	showCards,
	type Reached,
	type ShownCard,
	type WrittenCard
} from '#lib/domain/messages/information.ts';
import {
	entryOfConversation,
	entryOfDocument,
	pageOf,
	type MailboxEntry
} from '#lib/domain/messages/mailbox.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { Database, Read } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { deviceLabelOf } from './devices.repository.ts';

const CLAIMS_SHOWN = 3;
const NEWS_SHOWN = 3;

type ClaimRow = {
	readonly id: string;
	readonly number: string;
	readonly state: ClaimState;
	readonly isUnderReview: boolean;
	readonly hasReturnedPayout: boolean;
	readonly submittedAtMs: number;
	readonly insuredPersonName: string;
	readonly isOfSeveral: boolean;
};
type DocumentRow = Parameters<typeof entryOfDocument>[0];
/** A claim with documents to hand in, and by when the first of them. */
type MissingRow = {
	readonly claimId: string;
	readonly claimNumber: string;
	readonly dueOn: string;
};
/** A contract that waits for proofs of insurability, and by when the first of them. */
type MissingProof = {
	readonly contractId: string;
	readonly plan: string;
	readonly dueOn: string;
};
type ConversationRow = Parameters<typeof entryOfConversation>[0];

/** The start page: what is happening with the claims, what is new, and the contracts. */
export type Overview = {
	/** The newest of those that do not wait for the customer. */
	readonly claims: readonly ClaimRow[];
	readonly hasMoreClaims: boolean;
	/** Claims, of the newest page, with a payment that came back: it waits for the customer. */
	readonly returned: readonly ClaimRow[];
	/** What is unread in the mailbox, newest first. */
	readonly news: readonly MailboxEntry[];
	readonly contracts: readonly ContractSummary[];
	/** Claims that wait for documents of the customer's. */
	readonly missing: readonly MissingRow[];
	/** Contracts that wait for proofs of the customer's. */
	readonly missingProofs: readonly MissingProof[];
	readonly cards: readonly ShownCard[];
	readonly lastSeen: LastSeen;
};

export type OverviewService = ReturnType<typeof createOverviewService>;

type ActRow = {
	readonly event: AuditEventKind;
	readonly atMs: number;
	readonly ip: string;
	readonly userAgent: string;
};

export function createOverviewService(parts: {
	readonly lastSeen: {
		signIns(accountId: string): Read<readonly ActRow[]>;
		failuresSince(accountId: string): Read<number>;
		lastAct(accountId: string): Read<ActRow | null>;
	};
	readonly db: Database;
	readonly clock: Clock;
	readonly claims: {
		listOf(accountId: string, page: number, today: CalendarDate): Read<readonly ClaimRow[]>;
	};
	readonly documents: {
		listNewest(
			accountId: string,
			after: null,
			onlyUnread: boolean,
			today: CalendarDate,
			limit: number
		): Read<readonly DocumentRow[]>;
	};
	readonly conversations: {
		listOf(accountId: string, after: null, onlyUnread: boolean): Read<readonly ConversationRow[]>;
	};
	readonly information: {
		listMissing(accountId: string): Read<readonly MissingRow[]>;
		listLive(today: CalendarDate): Read<readonly WrittenCard[]>;
		findAttributes(accountId: string, today: CalendarDate): Read<Reached | null>;
	};
	readonly proofs: {
		listMissing(accountId: string, today: CalendarDate): Read<readonly MissingProof[]>;
	};
	readonly contracts: {
		listOfAccount(
			accountId: string,
			today: CalendarDate
		): Read<readonly Omit<ContractSummary, 'coverState' | 'insuredNames'>[]>;
		insuredOfAccount(
			accountId: string,
			today: CalendarDate
		): Read<readonly { readonly contractId: string; readonly name: string }[]>;
	};
}) {
	return {
		/** Everything the start page shows, in one round trip. */
		async show(actor: Actor): Promise<Result<Overview>> {
			const permission = requirePermission(actor, 'claim/read-own');
			if (!permission.ok) return permission;
			const today: CalendarDate = calendarDateOf(parts.clock.nowMs());
			const [
				claims,
				documents,
				conversations,
				contracts,
				insured,
				signIns,
				failedSince,
				act,
				missing,
				cards,
				reader,
				missingProofs
			] = await parts.db.read(
				parts.claims.listOf(actor.accountId, 1, today),
				parts.documents.listNewest(actor.accountId, null, true, today, NEWS_SHOWN),
				parts.conversations.listOf(actor.accountId, null, true),
				parts.contracts.listOfAccount(actor.accountId, today),
				parts.contracts.insuredOfAccount(actor.accountId, today),
				parts.lastSeen.signIns(actor.accountId),
				parts.lastSeen.failuresSince(actor.accountId),
				parts.lastSeen.lastAct(actor.accountId),
				parts.information.listMissing(actor.accountId),
				parts.information.listLive(today),
				parts.information.findAttributes(actor.accountId, today),
				parts.proofs.listMissing(actor.accountId, today)
			);
			const [, previous] = signIns;
			const returned = claims.filter(({ hasReturnedPayout }) => hasReturnedPayout);
			// What stands first is not told again below.
			const first = new Set([
				...returned.map(({ id }) => id),
				...missing.map((one) => one.claimId)
			]);
			const others = claims.filter(({ id }) => !first.has(id));
			return ok({
				claims: others.slice(0, CLAIMS_SHOWN).map(viewClaim),
				hasMoreClaims: others.length > CLAIMS_SHOWN,
				returned: returned.map(viewClaim),
				news: pageOf(
					documents.map(entryOfDocument),
					conversations.map(entryOfConversation)
				).entries.slice(0, NEWS_SHOWN),
				contracts: contracts.map((contract) => summariseContract(contract, insured, today)),
				missing,
				missingProofs,
				cards: showCards(cards, reader, today),
				lastSeen: {
					signIn: previous ? seen(previous) : null,
					failedSince,
					act: act && { ...seen(act), event: act.event }
				}
			});
		}
	};
}

/** Built field by field: a row of the claims room knows more. */
function viewClaim(claim: ClaimRow): ClaimRow {
	return {
		id: claim.id,
		number: claim.number,
		state: claim.state,
		isUnderReview: claim.isUnderReview,
		hasReturnedPayout: claim.hasReturnedPayout,
		submittedAtMs: claim.submittedAtMs,
		insuredPersonName: claim.insuredPersonName,
		isOfSeveral: claim.isOfSeveral
	};
}

function seen({ atMs, ip, userAgent }: ActRow) {
	return { atMs, ip, device: deviceLabelOf(userAgent) };
}
