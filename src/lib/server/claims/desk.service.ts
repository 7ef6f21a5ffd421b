import { fileStateOf } from '#lib/domain/documents/file-state.ts';
import { nameWordsOf } from '#lib/domain/accounts/name-words.ts';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import type { AccountReason } from '#lib/domain/claims/access.ts';
import type { FileType } from '#lib/domain/claims/claim.schema.ts';
import { showNumber, type ShownNumber } from '#lib/domain/claims/payee-view.ts';
import {
	QUEUE_PAGE,
	submittedBefore,
	writeCursor,
	type QueueCursor,
	type QueueFilter
} from '#lib/domain/claims/queue.ts';
import { NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { AccessGuard } from './access-guard.ts';
import type { AccessRepository } from './access.repository.ts';
import { refusedLook, reserveLook, type LookThrottle } from './account-look-limit.ts';
import type { AccountLooksRepository } from './account-looks.repository.ts';
import type { AdvancesRepository } from './advances.repository.ts';
import type { AssignmentsRepository } from './assignments.repository.ts';
import type { CoverRepository } from './cover.repository.ts';
import type { DecisionsRepository } from './decisions.repository.ts';
import { payeeOf } from './desk-claim.ts';
import { viewDesk, viewQueued, type DeskView, type QueueRow } from './desk-views.ts';
import type { DeskRepository } from './desk.repository.ts';
import type { DocumentRequestsRepository } from './document-requests.repository.ts';
import type { ExchangeRatesRepository } from './exchange-rates.repository.ts';
import { searchWithinMeasure, type MeasuredSearch } from './measured-search.ts';
import type { NotesRepository } from './notes.repository.ts';
import type { PayoutsRepository } from './payouts.repository.ts';
import type { ReviewsRepository } from './reviews.repository.ts';
import type { QueueApart, QueuedClaim, QueuePart, QueueRepository } from './queue.repository.ts';
import { RATE_WINDOW_DAYS } from './recorded-rates.ts';

type StoredFile = {
	readonly id: string;
	readonly type: FileType;
	readonly sizeBytes: number;
	readonly state: 'open' | 'complete' | 'refused';
	readonly releasedAtMs: number | null;
};

export type DeskParts = {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly queue: QueueRepository;
	readonly desk: DeskRepository;
	readonly access: Pick<AccessRepository, 'look' | 'findOpeningEnd'>;
	readonly accountLooks: Pick<AccountLooksRepository, 'ofClaim'>;
	readonly throttle: LookThrottle;
	readonly accessGuard: Pick<AccessGuard, 'logged'>;
	readonly assignments: Pick<AssignmentsRepository, 'listColleagues'>;
	readonly decisions: Pick<DecisionsRepository, 'openForReview'>;
	readonly rates: Pick<ExchangeRatesRepository, 'listFor'>;
	readonly cover: Pick<CoverRepository, 'listUses'>;
	readonly files: {
		listOfClaim(claimId: string): Read<readonly StoredFile[]>;
		findOfClaim(claimId: string, fileId: string): Read<StoredFile | null>;
		pieces(fileId: string, fromByte: number): Read<readonly Uint8Array[]>;
	};
	readonly requests: Pick<DocumentRequestsRepository, 'listOfClaim'>;
	readonly reviews: Pick<ReviewsRepository, 'listOfClaim'>;
	readonly notes: Pick<NotesRepository, 'listOfClaim'>;
	readonly advances: Pick<AdvancesRepository, 'listOfClaim'>;
	readonly payouts: Pick<PayoutsRepository, 'findAdvance'>;
	readonly ownContracts: { idsOf(accountId: string): Read<readonly string[]> };
	readonly fileStreams: {
		stream(file: StoredFile, first: readonly Uint8Array[]): ReadableStream<Uint8Array>;
	};
};

export type QueueView = {
	readonly rows: readonly QueueRow[];
	/** Cursor of the page behind this one, null on the last. */
	readonly next: string | null;
	/** How many wait on the pages of reviews and of demands for an advance; null for a search. */
	readonly apart: QueueApart | null;
};

export type OpenedFile = {
	readonly stream: ReadableStream<Uint8Array>;
	readonly type: FileType;
	readonly sizeBytes: number;
};

/** Claims under review, or with a demand for an advance, that their list shows at most. */
const ONE_PAGE = 100;
/** Claims that a search by name or contract shows at most. */
const NAME_PAGE = 50;
const NAME_SEARCH: MeasuredSearch = {
	scope: 'claims/name-searches',
	limit: LIMITS.nameSearches,
	event: 'claim/searched-by-name',
	things: 'claims',
	nothing: 'queue'
};
/** Counted together with the names: either way it is somebody who is looked up. */
const CONTRACT_SEARCH: MeasuredSearch = { ...NAME_SEARCH, event: 'claim/searched-by-contract' };
const EVERYTHING: QueueFilter = { owner: 'all', age: 'any', state: 'any', order: 'oldest' };

function ownerOf({ owner }: QueueFilter, { accountId }: Actor): Pick<QueuePart, 'assigneeId'> {
	if (owner === 'all') return {};
	return { assigneeId: owner === 'mine' ? accountId : null };
}

export type DeskService = ReturnType<typeof createDeskService>;

/**
 * What clerks see: the queue, and the claims that are assigned to them or that they have opened with
 * a reason (Z6). Every look at a claim or a receipt is logged in the batch that reads it.
 */
export function createDeskService(parts: DeskParts) {
	const { db, clock, ids, audit, queue, desk, access, accessGuard, decisions, files } = parts;
	const today = () => calendarDateOf(clock.nowMs());
	const readerOf = ({ accountId }: Actor) => ({ accountId, today: today() });
	const lookAt = (claimId: string, actor: Actor, what: 'claim' | 'file') =>
		access.look({ id: ids.newId(), claimId, actor, what, nowMs: clock.nowMs() });

	/** Reviews and demands for an advance, the one that waits longest first: few, and on one page. */
	async function listOnePage(
		actor: Actor,
		list: Read<readonly QueuedClaim[]>
	): Promise<Result<QueueView>> {
		const [claims, apart] = await db.read(list, queue.countApart());
		const rows = claims.map((claim) => viewQueued(claim, readerOf(actor)));
		return ok({ rows, next: null, apart });
	}

	const found = (claims: readonly QueuedClaim[], actor: Actor): QueueView => ({
		rows: claims.map((claim) => viewQueued(claim, readerOf(actor))),
		...{ next: null, apart: null }
	});

	async function searchClaims(
		actor: Actor,
		search: MeasuredSearch,
		list: Read<readonly QueuedClaim[]>
	): Promise<Result<QueueView>> {
		const searched = await searchWithinMeasure(parts, actor, search, [list], ([claims]) =>
			claims.map(({ id }) => id)
		);
		if (!searched.ok) return searched;
		const [claims] = searched.value;
		return ok(found(claims, actor));
	}

	return {
		/** One page of open claims, the oldest first unless the filter says otherwise. */
		async listQueue(
			actor: Actor,
			after: QueueCursor | null,
			filter: QueueFilter = EVERYTHING
		): Promise<Result<QueueView>> {
			const permission = requirePermission(actor, 'claim/read-queue');
			if (!permission.ok) return permission;
			if (filter.state === 'reviewed') return listOnePage(actor, queue.listReviewed(ONE_PAGE));
			if (filter.state === 'advance') return listOnePage(actor, queue.listAdvances(ONE_PAGE));
			const [apart, claims] = await db.read(
				queue.countApart(),
				queue.listOpen(after, QUEUE_PAGE + 1, {
					...ownerOf(filter, actor),
					beforeMs: submittedBefore(filter.age, clock.nowMs()),
					state: filter.state === 'any' ? null : filter.state,
					order: filter.order
				})
			);
			const page = claims.slice(0, QUEUE_PAGE);
			const last = page.at(-1);
			return ok({
				rows: page.map((claim) => viewQueued(claim, readerOf(actor))),
				next: last && claims.length > QUEUE_PAGE ? writeCursor(last) : null,
				apart
			});
		},

		/** The claim with this very number, whatever its state. */
		async findByNumber(actor: Actor, number: string): Promise<Result<QueueView>> {
			const permission = requirePermission(actor, 'claim/read-queue');
			if (!permission.ok) return permission;
			const [claims] = await db.read(queue.listByNumber(number));
			return ok(found(claims, actor));
		},

		/**
		 * Claims by the name of the insured person, the newest first, also what was decided long ago and a
		 * clerk has no reason to leaf through: `portal/limit-reached` after a day's share (decision 0071).
		 */
		async findByName(actor: Actor, name: string): Promise<Result<QueueView>> {
			const permission = requirePermission(actor, 'claim/read-queue');
			if (!permission.ok) return permission;
			const words = nameWordsOf(name);
			if (words.length === 0) return ok(found([], actor));
			return searchClaims(actor, NAME_SEARCH, await queue.listByName(words, NAME_PAGE));
		},

		/** Claims under the contract with this number, measured and logged as a search by name is. */
		async findByPolicyNumber(actor: Actor, policyNumber: string): Promise<Result<QueueView>> {
			const permission = requirePermission(actor, 'claim/read-queue');
			if (!permission.ok) return permission;
			const list = await queue.listByPolicyNumber(policyNumber, NAME_PAGE);
			return searchClaims(actor, CONTRACT_SEARCH, list);
		},

		/**
		 * Everything about one claim. The first look takes it into review; each one is logged, also
		 * the one after a form that came back, or a broken form would be a way to look unseen.
		 * `claims/not-assigned` for everybody else, logged as well.
		 */
		async open(actor: Actor, claimId: string): Promise<Result<DeskView>> {
			const permission = requirePermission(actor, 'claim/read-any');
			if (!permission.ok) return permission;
			const look = await audit.record({
				event: 'claim/viewed',
				objectRef: `claim:${claimId}`,
				accountId: actor.accountId,
				subjectOf: { claimId }
			});
			const done = await db.commitAndRead(
				[decisions.openForReview(claimId, actor.accountId), lookAt(claimId, actor, 'claim'), look],
				[
					desk.find(claimId, today()),
					files.listOfClaim(claimId),
					desk.findStatement(claimId),
					parts.ownContracts.idsOf(actor.accountId),
					access.findOpeningEnd(claimId, actor.accountId, clock.nowMs()),
					parts.assignments.listColleagues(),
					desk.listInvoicesBeside(claimId),
					parts.cover.listUses(claimId),
					parts.requests.listOfClaim(claimId),
					parts.rates.listFor(claimId, RATE_WINDOW_DAYS),
					parts.reviews.listOfClaim(claimId),
					parts.notes.listOfClaim(claimId),
					parts.advances.listOfClaim(claimId),
					parts.payouts.findAdvance(claimId)
				]
			);
			if (!done.ok) return accessGuard.logged(actor, claimId, done);
			const [
				claim,
				receipts,
				statement,
				ownContractIds,
				openingEndsAtMs,
				colleagues,
				known,
				uses,
				requests,
				rates,
				reviews,
				notes,
				advances,
				advancePayout
			] = done.value;
			if (!claim) return NOT_FOUND;
			const reader = {
				...{ actor, today: today(), nowMs: clock.nowMs(), ownContractIds },
				...{ openingEndsAtMs, colleagues, known, uses, requests },
				...{ rates, reviews, notes, advances, advancePayout }
			};
			const shown = receipts.map((file) => ({ ...file, state: fileStateOf(file) }));
			return ok(viewDesk(claim, shown, statement, reader));
		},

		/**
		 * The whole account number that the claim would be paid to, for the one answer that asked for it (D8). The reason
		 * and the look lie in the batch that reads it, and the customer reads them. `claims/not-assigned` for
		 * whoever may not see the claim, `portal/limit-reached` at `accountReason` after a day's share.
		 */
		async revealAccount(
			actor: Actor,
			claimId: string,
			reason: AccountReason
		): Promise<Result<ShownNumber>> {
			const permission = requirePermission(actor, 'claim/read-any');
			if (!permission.ok) return permission;
			const look = { id: ids.newId(), actor, reason, nowMs: clock.nowMs() };
			const done = await db.commitAndRead(
				[
					await reserveLook(parts.throttle, actor),
					parts.accountLooks.ofClaim(claimId, look),
					await audit.record({
						event: 'claim/account-revealed',
						objectRef: `claim:${claimId}`,
						accountId: actor.accountId,
						subjectOf: { claimId }
					})
				],
				[desk.find(claimId, today())]
			);
			if (!done.ok) {
				const refused = await refusedLook(parts.throttle, actor, done);
				return accessGuard.logged(actor, claimId, refused);
			}
			const [claim] = done.value;
			return claim ? ok(showNumber(payeeOf(claim))) : NOT_FOUND;
		},

		/** One receipt of a claim. The look is logged before its first byte leaves. */
		async openFile(actor: Actor, claimId: string, fileId: string): Promise<Result<OpenedFile>> {
			const permission = requirePermission(actor, 'claim/read-any');
			if (!permission.ok) return permission;
			const look = await audit.record({
				event: 'claim/file-viewed',
				objectRef: `claim:${claimId}`,
				accountId: actor.accountId,
				subjectOf: { claimId }
			});
			const done = await db.commitAndRead(
				[desk.requireFile(claimId, fileId, NOT_FOUND.error), lookAt(claimId, actor, 'file'), look],
				[files.findOfClaim(claimId, fileId), files.pieces(fileId, 0)]
			);
			if (!done.ok) return accessGuard.logged(actor, claimId, done);
			const [file, first] = done.value;
			if (!file) return NOT_FOUND;
			return ok({
				stream: parts.fileStreams.stream(file, first),
				type: file.type,
				sizeBytes: file.sizeBytes
			});
		}
	};
}
