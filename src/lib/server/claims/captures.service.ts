import { nameWordsOf } from '#lib/domain/accounts/name-words.ts';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import { receivedAtMs, type Capture } from '#lib/domain/claims/capture.ts';
import type { SenderSearch } from '#lib/domain/claims/capture.schema.ts';
import { canonicalManifest } from '#lib/domain/claims/claim.schema.ts';
import {
	checkSubmission,
	type InsuredUnder,
	type LinkedContract
} from '#lib/domain/claims/submission-rules.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { Read } from '#lib/server/db/client.ts';
import {
	commitWithFiles,
	judgeFiles,
	type Attached,
	type FilingParts
} from '#lib/server/documents/commit-with-files.ts';
import { requireDate } from '#lib/server/db/stored-date.ts';
import { sha256Hex } from '#lib/server/platform/sha256.ts';
import { contentOfLetter, namedAsInForm, submissionOfLetter } from './captured-letter.ts';
import { capturesOf, waitingOf, type PostClaims } from './post-claims.ts';
import {
	atDoor,
	doorLook,
	doorReads,
	viewFound,
	type DoorParts,
	type FoundContract,
	type PostContract
} from './post-contracts.ts';
import { searchWithinMeasure, type MeasuredSearch } from './measured-search.ts';
import { submissionWrites, type CommitParts, type Recipient } from './submission-commit.ts';

const SENDER_SEARCH: MeasuredSearch = {
	scope: 'claims/post-lookups',
	limit: LIMITS.postLookups,
	event: 'contract/searched-for-post',
	things: 'contracts',
	nothing: 'post'
};

export type FoundSenders = {
	readonly contracts: readonly FoundContract[];
	/** There are more than are shown. */
	readonly hasMore: boolean;
};

/** What the empty form of a letter needs. */
export type CaptureView = {
	readonly contract: PostContract;
	/** Documents that its senders were asked for and that have not come. */
	readonly waitingCount: number;
	readonly today: CalendarDate;
	/** Sent with the form, so that one sent twice makes one claim. */
	readonly submissionId: string;
};

type Parts<Match> = CommitParts &
	FilingParts &
	DoorParts<Match> & {
		readonly postClaims: Pick<PostClaims, 'listWaiting'>;
		/** Contracts that one search shows at most. */
		readonly foundAtMost: number;
		readonly contracts: {
			listOfAccount(accountId: string, today: CalendarDate): Read<readonly LinkedContract[]>;
			insuredOfAccount(
				accountId: string,
				today: CalendarDate
			): Read<readonly (InsuredUnder & { readonly isOpen: boolean })[]>;
		};
		readonly recipients: { find(accountId: string): Read<Recipient | null> };
		readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
		/** Told of each file that is whole: it is looked through after the answer. */
		readonly onComplete: (fileId: string) => void;
	};

export type CapturesService = ReturnType<typeof createCapturesService>;

/**
 * The front door for post (decision 0065): a clerk types in what came on paper. The claim is the
 * sender's, with receipt and mail as if they had sent it here; who typed it in is in the log.
 */
export function createCapturesService<Match>(parts: Parts<Match>) {
	const { db, clock, ids, audit, lookup, throttle } = parts;
	const today = () => calendarDateOf(clock.nowMs());

	return {
		/**
		 * Contracts by number, or by a name of whoever holds them or is insured: as much of each as tells
		 * it from another. `portal/limit-reached` after a day's share (decision 0071).
		 */
		async find(actor: Actor, search: SenderSearch): Promise<Result<FoundSenders>> {
			const permission = requirePermission(actor, 'claim/capture');
			if (!permission.ok) return permission;
			const match = await ('policyNumber' in search
				? lookup.byPolicyNumber(search.policyNumber)
				: lookup.byName(nameWordsOf(search.name)));
			const found = await searchWithinMeasure(
				parts,
				actor,
				SENDER_SEARCH,
				[lookup.list(match), lookup.listInsured(match)],
				([contracts]) => contracts.slice(0, parts.foundAtMost).map(({ id }) => id)
			);
			if (!found.ok) return found;
			const [contracts, insured] = found.value;
			const shown = contracts.slice(0, parts.foundAtMost);
			return ok({
				contracts: shown.map((contract) => viewFound(contract, insured)),
				hasMore: contracts.length > parts.foundAtMost
			});
		},

		/**
		 * The empty form for a letter about this contract. The look is in the log of the customer; it is
		 * not counted, as nobody knows the id without a search. `portal/not-found`, or `claims/own-claim`
		 * for the post of the clerk's own contract: a colleague opens that.
		 */
		async open(actor: Actor, contractId: string): Promise<Result<CaptureView>> {
			const permission = requirePermission(actor, 'claim/capture');
			if (!permission.ok) return permission;
			const found = await db.commitAndRead(
				[await doorLook(audit, actor, contractId)],
				[...doorReads(parts, actor, contractId, today()), parts.postClaims.listWaiting(contractId)]
			);
			if (!found.ok) return found;
			const [contracts, insured, holders, ownIds, waiting] = found.value;
			const door = atDoor(actor, [contracts, insured, holders, ownIds]);
			if (!door.ok) return door;
			return ok({
				contract: door.value.contract,
				waitingCount: waitingOf(door.value.holders, waiting).length,
				today: today(),
				submissionId: ids.newId()
			});
		},

		/**
		 * Makes the claim of a letter, once for each form. Its clocks count from the day the letter
		 * arrived. Fails with `portal/invalid-input` and the fields at fault, what `checkSubmission`
		 * says, `claims/own-claim`, `claims/already-submitted` for a form that was sent before, and
		 * `portal/limit-reached` after a day's share.
		 */
		async capture(
			actor: Actor,
			contractId: string,
			capture: Capture,
			scans: readonly Attached[]
		): Promise<Result<{ readonly number: string }>> {
			const permission = requirePermission(actor, 'claim/capture');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const [contracts, insured, holders, ownIds, recipient, linked, handedInFor] = await db.read(
				...doorReads(parts, actor, contractId, today()),
				parts.recipients.find(capture.accountId),
				parts.contracts.listOfAccount(capture.accountId, today()),
				parts.contracts.insuredOfAccount(capture.accountId, today())
			);
			const door = atDoor(actor, [contracts, insured, holders, ownIds]);
			if (!door.ok) return door;
			const { contract } = door.value;
			const content = contentOfLetter(capture, {
				...{ contract, fileCount: scans.length, today: today(), newId: () => ids.newId() }
			});
			if (!content.ok) return content;
			const sender = door.value.holders.find(({ accountId }) => accountId === capture.accountId);
			if (!sender || !recipient) {
				return failed('invalid', 'portal/invalid-input', { account: 'required' });
			}
			const owner = { accountId: sender.accountId, personId: sender.personId };
			const judged = await judgeFiles(parts, { owner, attached: scans, nowMs });
			if (!judged.ok) return judged;
			const arrivedOn = requireDate(capture.arrivedOn);
			const submission = submissionOfLetter(capture, content.value, judged.value);
			const checked = checkSubmission(submission, {
				contracts: linked,
				// On paper as here: nobody hands in for an adult who does so themselves (decision 0064).
				insured: handedInFor.filter(({ isOpen }) => isOpen),
				// Of what lies in a letter nothing is later than its arrival.
				today: arrivedOn,
				isIban: () => false,
				isLetter: true
			});
			if (!checked.ok)
				return failed(checked.error.kind, checked.error.code, namedAsInForm(checked.error.issues));
			const manifest = new TextEncoder().encode(canonicalManifest(submission));
			const manifestHash = await sha256Hex(manifest);
			const id = capture.submissionId;
			const { writes, committed } = await submissionWrites(parts, owner, {
				known: {
					...{ id, manifestHash, submission, state: 'open' },
					...{ claim: null, receiptSignature: null }
				},
				uploads: judged.value,
				recipient,
				captured: { by: actor, receivedAtMs: receivedAtMs(arrivedOn, nowMs) }
			});
			const kept = await parts.submissions.insertIfNew(owner, {
				...{ id, manifestHash, submission, nowMs }
			});
			const bounds = capturesOf(actor);
			const done = await commitWithFiles(db, judged.value, {
				conditions: [await throttle.reserve(bounds.scope, bounds.key, bounds.limit)],
				act: [kept, ...writes]
			});
			if (!done.ok)
				return done.error.code === 'portal/limit-reached' ? throttle.refuse(bounds) : done;
			for (const file of judged.value) parts.onComplete(file.id);
			return ok({ number: committed.claim?.number ?? '' });
		}
	};
}
