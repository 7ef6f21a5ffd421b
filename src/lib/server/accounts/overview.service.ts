import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import type { ClaimState } from '#lib/domain/claims/claim.ts';
import { summariseContract, type ContractSummary } from '#lib/domain/contracts/contract.ts';
import type { DocumentKind } from '#lib/domain/documents/document.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { Database, Read } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';

const CLAIMS_SHOWN = 3;
const DOCUMENTS_SHOWN = 3;

type ClaimRow = {
	readonly id: string;
	readonly number: string;
	readonly state: ClaimState;
	readonly submittedAtMs: number;
	readonly insuredPersonName: string;
};
type DocumentRow = {
	readonly id: string;
	readonly kind: DocumentKind;
	readonly createdAtMs: number;
	readonly readAtMs: number | null;
};

/** The start page: what is happening with the claims, what is new, and the contracts. */
export type Overview = {
	readonly claims: readonly ClaimRow[];
	readonly hasMoreClaims: boolean;
	/** Unread documents, newest first. */
	readonly news: readonly Omit<DocumentRow, 'readAtMs'>[];
	readonly contracts: readonly ContractSummary[];
};

export type OverviewService = ReturnType<typeof createOverviewService>;

export function createOverviewService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly claims: { listOf(accountId: string, page: number): Read<readonly ClaimRow[]> };
	readonly documents: { listOf(accountId: string, page: number): Read<readonly DocumentRow[]> };
	readonly contracts: {
		listOfAccount(
			accountId: string
		): Read<readonly Omit<ContractSummary, 'coverState' | 'insuredNames'>[]>;
		insuredOfAccount(
			accountId: string
		): Read<readonly { readonly contractId: string; readonly name: string }[]>;
	};
}) {
	return {
		/** Everything the start page shows, in one round trip. */
		async show(actor: Actor): Promise<Result<Overview>> {
			const permission = requirePermission(actor, 'claim/read-own');
			if (!permission.ok) return permission;
			const [claims, documents, contracts, insured] = await parts.db.read(
				parts.claims.listOf(actor.accountId, 1),
				parts.documents.listOf(actor.accountId, 1),
				parts.contracts.listOfAccount(actor.accountId),
				parts.contracts.insuredOfAccount(actor.accountId)
			);
			const today: CalendarDate = calendarDateOf(parts.clock.nowMs());
			return ok({
				claims: claims.slice(0, CLAIMS_SHOWN).map((claim) => ({
					id: claim.id,
					number: claim.number,
					state: claim.state,
					submittedAtMs: claim.submittedAtMs,
					insuredPersonName: claim.insuredPersonName
				})),
				hasMoreClaims: claims.length > CLAIMS_SHOWN,
				news: documents
					.filter((document) => document.readAtMs === null)
					.slice(0, DOCUMENTS_SHOWN)
					.map(({ id, kind, createdAtMs }) => ({ id, kind, createdAtMs })),
				contracts: contracts.map((contract) => summariseContract(contract, insured, today))
			});
		}
	};
}
